import re

import pytest

from mingcha.kernel.numbering import InvalidNumber, Kind, Number, parse


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Number(Kind.PLAN, "440000", 2021, 1), "4400002021001"),
        (Number(Kind.TASK, "441600", 2026, 7), "T4416002026007"),
        (Number(Kind.CEREMONY, "4416JD", 2026, 12), "D4416JD2026012"),
        (Number(Kind.VISIT, "441621", 2026, 1234), "V4416212026001234"),
        (Number(Kind.CEREMONY, "441600", 2026, 1, rehearsal=True), "RD4416002026001"),
        (Number(Kind.PLAN, "371300", 2022, 1331), "37130020221331"),
    ],
)
def test_a_number_is_written_and_read_back(number, text):
    assert str(number) == text
    assert parse(text) == number


def test_the_next_number_stays_in_the_series():
    last = parse("T4416002026999")

    assert str(last.next) == "T44160020261000"
    assert last.next.series == last.series == "T4416002026"


def test_a_rehearsal_is_never_taken_for_the_real_thing():
    real, rehearsed = Number(Kind.VISIT, "441600", 2026, 1), Number(Kind.VISIT, "441600", 2026, 1, rehearsal=True)

    assert str(real) != str(rehearsed)
    assert real.series != rehearsed.series


def test_every_number_may_stand_in_a_frame():
    numbers = [Number(kind, "4416GX", 2026, 1, rehearsal) for kind in Kind for rehearsal in (False, True)]

    assert all(re.fullmatch(r"[0-9A-Za-z._/-]{1,64}", str(number)) for number in numbers)
    assert len({str(number) for number in numbers}) == len(numbers)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "441600",
        "4416002026",
        "X4416002026001",
        "4416002026000",
        "V4416212026001",
        "T44160020260001",
        "4416001999001",
    ],
)
def test_what_is_no_number_is_refused_with_its_text(text):
    with pytest.raises(InvalidNumber) as refusal:
        parse(text)

    assert str(refusal.value) == f"“{text}”不是有效的编号"


@pytest.mark.parametrize(("region", "year", "serial"), [("河源", 2026, 1), ("441600", 26, 1), ("441600", 2026, 0)])
def test_what_cannot_be_numbered_is_refused(region, year, serial):
    with pytest.raises(InvalidNumber):
        Number(Kind.PLAN, region, year, serial)
