"""Every sentence exists in Chinese and in English, with the same details."""

import ast
import pickle
import re
from pathlib import Path

import pytest

import fairdraw
from fairdraw.words import ENGLISH, say

PACKAGE = Path(fairdraw.__file__).parent
DETAIL = re.compile(r"%\((\w+)\)s")


def marked():
    for path in sorted(PACKAGE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "gettext_noop":
                yield ast.literal_eval(node.args[0])


def test_every_sentence_has_its_english_and_no_english_is_left_over():
    assert set(marked()) == set(ENGLISH)


@pytest.mark.parametrize("sentence", sorted(ENGLISH))
def test_a_sentence_and_its_english_name_the_same_details(sentence):
    assert sorted(DETAIL.findall(sentence)) == sorted(DETAIL.findall(ENGLISH[sentence]))
    assert not re.search("[\u4e00-\u9fff]", ENGLISH[sentence])


def test_a_refusal_keeps_sentence_and_details_apart_and_travels_between_processes():
    refusal = fairdraw.BadFrame("检查对象重复:%(unit)s", unit="U1")

    assert str(refusal) == "检查对象重复:U1"
    assert say(refusal.message, "en", refusal.details) == "the unit comes twice: U1"
    assert str(pickle.loads(pickle.dumps(refusal))) == "检查对象重复:U1"  # noqa: S301
    shortage = fairdraw.Infeasible(seats=(("U1#T1", 1),), inspectors=(), places=0)
    assert pickle.loads(pickle.dumps(shortage)).seats == shortage.seats  # noqa: S301
