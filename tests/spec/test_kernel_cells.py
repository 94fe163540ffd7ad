"""What may stand in a cell of a spreadsheet, going out and coming in."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.kernel.cells import (
    UnreadableCell,
    has_lost_characters,
    neutralise,
    read_code,
    read_date,
    read_decimal,
    read_expiry,
    read_line,
    read_text,
    read_whole_number,
    restore,
)
from tests.drawn import rows

OUT = """
    text              | cell
    =1+1              | '=1+1
    +8613900000000    | '+8613900000000
    -5                | '-5
    @SUM(A1)          | '@SUM(A1)
    ^A1               | '^A1
    ＝HYPERLINK(1)    | '＝HYPERLINK(1)
    '=1               | ''=1
    河源市A公司       | 河源市A公司
    '引号开头         | '引号开头
    3%                | 3%
"""

DATES = """
    cell               | day
    2026-01-05         | 2026-01-05
    2026/1/5           | 2026-01-05
    2026.1.5           | 2026-01-05
    2026年1月5日       | 2026-01-05
    20260105           | 2026-01-05
    ２０２６－０１－０５ | 2026-01-05
    2026-01-05 00:00:00 | 2026-01-05
    2021/12/20/        | 2021-12-20
    45000              | 2023-03-15
    45000.75           | 2023-03-15
"""

NO_DATES = ["2026-13-01", "2026-02-30", "20229", "2026", "昨天", "长期", "200001", "12"]


@pytest.mark.parametrize("case", rows(OUT), ids=lambda case: case["text"])
def test_a_text_that_would_run_as_a_formula_is_neutralised(case):
    assert neutralise(case["text"]) == case["cell"]


@pytest.mark.parametrize("text", ["\t=1", "\r=1", "\n=1", " =1", "\t", "\r甲"])
def test_blanks_before_a_formula_do_not_hide_it(text):
    assert neutralise(text) == "'" + text


@given(st.text())
def test_what_goes_out_comes_in_again_unchanged(text):
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize("case", rows(DATES), ids=lambda case: case["cell"])
def test_a_day_is_read_from_what_people_write(case):
    assert read_date(case["cell"]) == date.fromisoformat(case["day"])


@pytest.mark.parametrize("cell", NO_DATES)
def test_what_is_no_day_is_refused_with_its_text(cell):
    with pytest.raises(UnreadableCell) as refusal:
        read_date(cell)

    assert str(refusal.value) == f"“{cell}”不是日期"


def test_a_day_is_read_from_what_a_program_hands_over():
    assert read_date(datetime(2026, 1, 5, 23, 59)) == date(2026, 1, 5)
    assert read_date(date(2026, 1, 5)) == date(2026, 1, 5)
    assert read_date(46027.0) == date(2026, 1, 5)
    assert read_date(44565, epoch_1904=True) == date(2026, 1, 5)
    assert read_date("  ") is None
    assert read_date(None) is None


def test_a_licence_without_end_has_no_last_day():
    assert read_expiry("长期有效") is None
    assert read_expiry("2028-03-01") == date(2028, 3, 1)
    with pytest.raises(UnreadableCell):
        read_expiry("很久")


def test_marks_of_lost_characters_and_control_characters_go_and_widths_stay():
    cell = "  河源市甲（个体）商店〓\u200b\x07\u3000 乙 "

    assert read_text(cell) == "河源市甲（个体）商店 乙"
    assert has_lost_characters(cell)
    assert not has_lost_characters("河源市甲商店")


def test_lines_are_kept_or_joined_as_asked():
    assert read_text("一层\r\n二层_x000D_\n") == "一层\n二层"
    assert read_line("一层\r\n二层") == "一层 二层"


def test_a_composed_character_is_one_character():
    assert read_text("e\u0301") == "\u00e9"


def test_a_code_is_read_whole_or_not_at_all():
    assert read_code(" ９１４４１６０２ma4ul5bbxb ") == "91441602MA4UL5BBXB"
    assert read_code(441602000000017.0) == "441602000000017"
    with pytest.raises(UnreadableCell) as refusal:
        read_code(9.14416021971716e17)
    assert str(refusal.value) == "长编号被表格存成数值,末位已丢失,请把该列设为文本后重填"


def test_numbers_are_read_exactly():
    assert read_decimal("５％") == Decimal("0.05")
    assert read_decimal("1,200.50") == Decimal("1200.50")
    assert read_whole_number(12.0) == 12
    assert read_whole_number("") is None


@pytest.mark.parametrize("cell", ["十二", "1_000", "NaN", "Infinity", "1.2.3"])
def test_what_is_no_number_is_refused(cell):
    with pytest.raises(UnreadableCell) as refusal:
        read_decimal(cell)

    assert str(refusal.value) == f"“{cell}”不是数"


def test_half_a_firm_is_refused():
    with pytest.raises(UnreadableCell):
        read_whole_number("2.5")
