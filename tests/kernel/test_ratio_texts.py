import csv
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.kernel.ratio_rules import Rule, RuleKind
from mingcha.kernel.ratio_texts import read

RATIO_COLUMNS = ("比例", "频次", "周期", "目标数", "户数", "对象数", "ratio", "frequency")


def test_a_lone_figure_is_what_its_column_says():
    assert read("5", bare="count").rule == Rule(RuleKind.COUNT, count=5)
    assert read("0.05", bare="ratio").rule == Rule(RuleKind.RATIO, ratio=Decimal("0.05"))
    assert read("5", bare="ratio").rule is None
    assert read("2.5", bare="count").not_understood == ("2.5",)


def test_the_base_a_text_names_is_kept_apart_from_what_is_drawn():
    reading = read("抽查基数约13万户,抽查比例不低于3%。")

    assert reading.base == 130_000
    assert reading.rule == Rule(RuleKind.MINIMUM, ratio=Decimal("0.03"))


@given(st.text())
def test_no_text_breaks_the_reader_and_nothing_is_understood_out_of_nothing(text):
    reading = read(text)

    assert reading.text == text
    assert reading.understood != "PARSED" or reading.rule or reading.frequency


@given(st.text("0123456789%-~至家户次/年每不低于超过少≥,;。()待定根据情况确分别、和"))
def test_no_heap_of_the_usual_words_breaks_the_reader(text):
    rule = read(text).rule

    assert rule is None or rule.ratio is None or 0 < rule.ratio <= 1


@given(st.decimals("0.01", "100", places=2))
def test_every_percentage_is_read_exactly(percentage):
    assert read(f"{percentage}%").rule == Rule(RuleKind.RATIO, ratio=percentage / 100)


def test_every_published_text_is_read_or_handed_back(real_rows):
    texts = set(_published(real_rows))

    readings = [read(text) for text in texts]

    assert len(texts) >= 80
    for reading in readings:
        assert (reading.understood == "PARSED") == (not reading.not_understood), reading.text
    understood = sum(reading.understood == "PARSED" for reading in readings)
    assert understood >= 55


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("3%;2次/年", "PARSED"),
        ("每季度5%(年底数按1:5人员比)", "PARTLY"),
        ("必查(不抽)", "UNPARSED"),
        ("可100%", "PARTLY"),
    ],
)
def test_some_published_texts_are_understood_as_far_as_they_can_be(text, answer):
    assert read(text).understood == answer


def _published(folder):
    files = [*folder.glob("plans/*.csv"), *folder.glob("doubles/*item*.csv")]
    for file in files:
        with file.open(encoding="utf-8-sig") as opened:
            for row in csv.DictReader(opened):
                yield from (
                    text for name, text in row.items() if text and name and any(word in name for word in RATIO_COLUMNS)
                )
