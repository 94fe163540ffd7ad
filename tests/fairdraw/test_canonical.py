"""One way to write things down, and nothing else is read."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fairdraw
from fairdraw.canonical import code, decimal, from_hex, number

TEXT = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_back_the_same(value):
    assert fairdraw.read_json(fairdraw.jcs(value)) == value


@pytest.mark.parametrize("value", [0.03, float("nan"), 2**53, b"bytes", {1: "one"}, "e\u0301", "\ud800", {1, 2}])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(fairdraw.NotCanonical):
        fairdraw.jcs(value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b' {"a":1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b"1.0",
        b"1e3",
        b"NaN",
        b'"\\u0041"',
        b"\xff",
        b"[" * 9999,
    ],
    ids=lambda content: repr(content[:12]),
)
def test_json_in_any_other_form_is_not_read(content):
    with pytest.raises(fairdraw.NotCanonical):
        fairdraw.read_json(content)


@pytest.mark.parametrize("text", ["914403001922038216", "441602/A/E", "a.b_c-d", "x" * 64])
def test_codes_keep_to_the_alphabet_of_the_protocol(text):
    assert code(text) == text


@pytest.mark.parametrize("text", ["", "x" * 65, "河源", "a b", "a\n", "a\t", "a#b", "９", None, 7])
def test_other_codes_are_refused(text):
    with pytest.raises(fairdraw.NotCanonical):
        code(text)


@pytest.mark.parametrize("text", ["", "a/b", ".hidden", "-x", "..", "河双随机1号"])
def test_numbers_can_be_file_names_and_nothing_worse(text):
    with pytest.raises(fairdraw.NotCanonical):
        number(text)


@pytest.mark.parametrize("text", ["", "3%", ".5", "5.", "1e2", "-1", "٣", " 1", 0.03, "1/3"])
def test_decimals_are_plain_strings(text):
    with pytest.raises(fairdraw.NotCanonical):
        decimal(text)


@pytest.mark.parametrize(("text", "length"), [("AB", None), ("a", None), ("ab", 2), ("zz", None), (None, None)])
def test_hex_is_lowercase_and_of_the_length_asked_for(text, length):
    with pytest.raises(fairdraw.NotCanonical):
        from_hex(text, length)
