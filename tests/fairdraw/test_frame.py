"""Frames are written one way: sorted, once each, in the alphabet of the protocol."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fairdraw

CODES = st.from_regex(r"[0-9A-Za-z._/-]{1,12}", fullmatch=True)


@given(st.dictionaries(CODES, CODES), st.randoms())
def test_any_order_of_rows_gives_the_same_file(rows, dice):
    shuffled = list(rows.items())
    dice.shuffle(shuffled)

    frame = fairdraw.Frame.from_rows(shuffled)

    assert frame == fairdraw.Frame.from_rows(rows.items())
    assert fairdraw.Frame.from_bytes(frame.to_bytes()) == frame
    assert sum(frame.counts().values()) == len(rows)


def test_the_file_is_two_columns_and_its_digest_known():
    frame = fairdraw.Frame.from_rows([("B", "441602/B"), ("A", "441602/A")])

    assert frame.to_bytes() == b"A\t441602/A\nB\t441602/B\n"
    assert frame.digest() == "959562a6f09cd8527540a1a6a1ec649444915b1f69434698e78a310f1b2639fe"
    assert frame.counts() == {"441602/A": 1, "441602/B": 1}


def test_a_unit_that_comes_twice_is_named():
    with pytest.raises(fairdraw.BadFrame, match="检查对象重复:A"):
        fairdraw.Frame.from_rows([("A", "x"), ("A", "y")])


@pytest.mark.parametrize(
    "content",
    [b"B\tx\nA\tx\n", b"A\tx", b"A\n", b"A\tx\ty\n", b"A\tx\r\n", "河\tx\n".encode(), b"A\tx\n\n", b"A\tx\nA\tx\n"],
)
def test_a_file_written_another_way_is_refused(content):
    with pytest.raises(fairdraw.Refused):
        fairdraw.Frame.from_bytes(content)


def test_burden_names_only_units_that_were_visited():
    content = fairdraw.burden_to_bytes({"B": 2, "A": 0, "C": 1})

    assert content == b"B\t2\nC\t1\n"
    assert fairdraw.burden_from_bytes(content) == {"B": 2, "C": 1}


@pytest.mark.parametrize(
    "content", [b"A\t0\n", b"A\t01\n", b"A\t-1\n", b"A\t1000\n", b"A\tx\n", b"B\t1\nA\t1\n", b"A\t1\nA\t1\n"]
)
def test_a_burden_file_written_another_way_is_refused(content):
    with pytest.raises(fairdraw.BadFrame):
        fairdraw.burden_from_bytes(content)


def test_inspectors_are_one_canonical_line_each():
    late = fairdraw.Inspector("Z9", "441600SJ", capacity=3, qualifications=frozenset({"food", "drug"}))
    early = fairdraw.Inspector("A1", "441600SJ", capacity=3, load=1, recusals=frozenset({"U1"}))

    content = fairdraw.inspectors_to_bytes([late, early])

    assert content.decode() == (
        '{"capacity":3,"inspector_id":"A1","load":1,"organ":"441600SJ","qualifications":[],"recusals":["U1"],"regions":[]}\n'
        '{"capacity":3,"inspector_id":"Z9","load":0,"organ":"441600SJ","qualifications":["drug","food"],"recusals":[],'
        '"regions":[]}\n'
    )
    assert fairdraw.inspectors_from_bytes(content) == (early, late)


@pytest.mark.parametrize(
    "change",
    [
        (b'"load":1', b'"load":true'),
        (b'"load":1', b'"load":-1'),
        (b'"recusals":["U1"]', b'"recusals":["U1","U1"]'),
        (b'"recusals":["U1"]', b'"recusals":["U2","U1"]'),
        (b'"regions":[]', b'"regions":[1]'),
        (b'"organ":"O"', b'"organ":7'),
        (b"}\n", b"}"),
        (b"}\n", b'}\n{"x":1}\n'),
        (b"}\n", b"}\n[]\n"),
    ],
)
def test_an_inspectors_frame_written_another_way_is_refused(change):
    content = fairdraw.inspectors_to_bytes([fairdraw.Inspector("A1", "O", 3, 1, recusals=frozenset({"U1"}))])

    with pytest.raises(fairdraw.Refused):
        fairdraw.inspectors_from_bytes(content.replace(*change))


def test_an_inspector_cannot_stand_in_the_frame_twice():
    with pytest.raises(fairdraw.BadFrame, match="检查人员重复"):
        fairdraw.inspectors_to_bytes([fairdraw.Inspector("A1", "O", 1), fairdraw.Inspector("A1", "O", 2)])
