"""House rule: one English word for one official term, and GLOSSARY.md knows them all."""

import ast
import importlib
import re
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps

import fairdraw

ROOT = Path(__file__).resolve().parent.parent.parent
GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
PLACES = {path.name for path in (ROOT / "mingcha").iterdir() if path.is_dir()} | {"fairdraw", "everywhere"}


class Entry(NamedTuple):
    """One line of the glossary."""

    term: str
    word: str
    meaning: str
    where: str


def entries(text: str = GLOSSARY) -> list[Entry]:
    """The lines of all tables but their headings."""
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    found = [Entry(*(cell.strip() for cell in cells)) for cells in lines]
    return [entry for entry in found if entry.term != "term" and entry.term.strip("-")]


def spoken(name: str) -> str:
    """A class's name as words: `TaskParticipant` → task participant."""
    return " ".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*", name)).lower()


def lines_of(name: str) -> list[Entry]:
    """The lines whose word is this class's name."""
    return [entry for entry in entries() if spoken(name) == entry.word.replace("-", " ")]


def models() -> list[type]:
    """All tables of ours."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("mingcha.") and not model.__name__.startswith("Historical")
    ]


def enumerations() -> list[str]:
    """The names of all enumerations of texts in the code."""
    return [
        node.name
        for folder in ("fairdraw", "mingcha")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "StrEnum" for base in node.bases)
    ]


def shown_by_fairdraw() -> list[str]:
    """The things fairdraw gives to its users; its refusals explain themselves."""
    found = {name: getattr(fairdraw, name) for name in fairdraw.__all__}
    return [
        name
        for name, thing in found.items()
        if isinstance(thing, type) and not issubclass(thing, Exception) and thing.__module__.startswith("fairdraw")
    ]


def labels() -> list[tuple[str, str, str]]:
    """(enumeration, value, label) of every label in the rooms' states."""
    modules = [
        importlib.import_module(f"mingcha.{path.parent.name}.states")
        for path in sorted((ROOT / "mingcha").glob("*/states.py"))
    ]
    tables = [table for module in modules for name, table in vars(module).items() if name.endswith("_LABELS")]
    return sorted(
        {
            (type(value).__name__, value.value, label)
            for table in tables
            for value, label in table.items()
            if isinstance(value, StrEnum)
        }
    )


@pytest.mark.parametrize(
    "name", sorted({*(model.__name__ for model in models()), *enumerations(), *shown_by_fairdraw()})
)
def test_every_name_has_its_word(name):
    assert lines_of(name) or f"`{name}`" in GLOSSARY, (
        f"GLOSSARY.md has no word “{spoken(name)}” for {name}: add a line `| official term | {spoken(name)} | "
        f"meaning in one sentence | room |` — or use a word that is there already, or say `{name}` in its line"
    )


@pytest.mark.parametrize("model", models(), ids=[model.__name__ for model in models()])
def test_a_table_and_the_glossary_say_the_same_term(model):
    said = re.search(r"\(([一-鿿][^();]*)", (model.__doc__ or "").split("\n\n")[0])
    known = {term for entry in lines_of(model.__name__) for term in entry.term.split("、")}

    assert not said or known & set(re.split("[、/]", said.group(1))), (
        f"{model.__name__} says {said.group(1)}, GLOSSARY.md says {'、'.join(known)}: use one term"
    )


@pytest.mark.parametrize(("name", "value", "label"), labels(), ids=[f"{name}.{value}" for name, value, _ in labels()])
def test_every_label_stands_beside_its_value(name, value, label):
    assert any(f"{label} `{value}`" in entry.meaning for entry in lines_of(name)), (
        f"GLOSSARY.md: in the line of “{spoken(name)}”, write {label} `{value}`"
    )


def test_one_word_for_one_term_and_one_term_for_one_word():
    terms = Counter(term for entry in entries() for term in entry.term.split("、"))
    words = Counter(entry.word for entry in entries())

    assert not [term for term, times in terms.items() if times > 1], "a term stands in two lines"
    assert not [word for word, times in words.items() if times > 1], "a word stands in two lines"


@pytest.mark.parametrize("entry", entries(), ids=[entry.word for entry in entries()])
def test_every_line_is_whole(entry):
    assert re.search("[一-鿿]", entry.term), "the official term comes first"
    assert entry.meaning
    assert {place.strip() for place in entry.where.split(",")} <= PLACES, f"“{entry.where}” is no room of ours"


def test_the_rule_sees_what_is_missing():
    assert spoken("SeatChange") == "seat change"
    assert lines_of("SeatChange")
    assert not lines_of("SomethingNobodyNamed")
    assert entries("| term | word | meaning | where |\n|---|---|---|---|\n| 席位 | seat | a place | draws |") == [
        Entry("席位", "seat", "a place", "draws")
    ]
