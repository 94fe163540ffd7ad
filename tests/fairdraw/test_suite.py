"""The hashes, the plain SM3 among them, against what others compute."""

import hashlib
import hmac as standard_hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fairdraw
from fairdraw.suite import SUITES, hmac, sm3_plain

SEED = "000102030405060708090a0b0c0d0e0f"
KNOWN = {
    "914403001922038216": (
        "602d76edc3139e74dbc7e9df445671338c29d699615dd976dd39bb195ea22c33",
        "3bfa249b770f11d5a184dec55b60e2d5fde908723650057badbc0b537fe07e86",
    ),
    "91440300708461136T": (
        "939e7bfe41a08fdb35a18e67f13166786d016f9bba6dda46e6a7acf4542de5f3",
        "aa66951ab0adeb276237532db2d8dcd919f5a74e2ab8e7442005a8799a17bd0e",
    ),
    "9144030071526726XG": (
        "85fbf3a97710012989c288a77edc0ed121d705fcaeaa38d7ea97bd152c854bcd",
        "316bb39cfef9b0ad964bae2bf553c583d2a95b004cc800deddeb4acdf1fcd53d",
    ),
    "91330100799655058B": (
        "2fda0d7057182382c7ebc1545ec4fae003c14af1d3edcd2a956052389b78c8be",
        "69654b066f5efab440b51a9d571cbd26b3058faabf4a2e45885f578e11285736",
    ),
}


@pytest.mark.parametrize("unit", KNOWN)
def test_the_protocol_knows_the_ticket_in_both_suites(unit):
    assert (fairdraw.ticket(SEED, unit), fairdraw.ticket(SEED, unit, "SM3")) == KNOWN[unit]


def test_the_protocol_knows_the_seed():
    statement_digest = fairdraw.digest(fairdraw.jcs({}))

    seed = fairdraw.derive_seed(
        salt=bytes(range(32)),
        statement_digest=bytes.fromhex(statement_digest),
        entropies=[b"heyuan", bytes([1, 2, 3])],
    )

    assert statement_digest == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert seed == "d2a016087e4817bbb213f1ffcb8e73aa"


def test_plain_sm3_gives_the_examples_of_the_standard():
    assert sm3_plain(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3_plain(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


@given(st.binary(max_size=200))
def test_plain_sm3_agrees_with_the_one_in_use(message):
    assert sm3_plain(message) == SUITES["SM3"](message)


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_hmac_agrees_with_the_standard_library(key, message):
    assert hmac(key, message) == standard_hmac.digest(key, message, hashlib.sha256)


def test_an_unknown_suite_is_refused():
    with pytest.raises(fairdraw.UnknownSuite, match="没有算法套件“MD5”"):
        fairdraw.digest(b"", "MD5")


@pytest.mark.parametrize(
    ("salt", "statement_digest", "entropies"),
    [
        (b"short", bytes(32), [b"x"]),
        (bytes(32), b"short", [b"x"]),
        (bytes(32), bytes(32), []),
        (bytes(32), bytes(32), [b""]),
    ],
)
def test_a_seed_needs_a_whole_salt_and_some_entropy(salt, statement_digest, entropies):
    with pytest.raises(fairdraw.BadEntropy):
        fairdraw.derive_seed(salt=salt, statement_digest=statement_digest, entropies=entropies)


def test_the_border_between_two_sources_counts():
    one, other = (
        fairdraw.derive_seed(salt=bytes(32), statement_digest=bytes(32), entropies=entropies)
        for entropies in ([b"ab", b"c"], [b"a", b"bc"])
    )

    assert one != other


def test_a_witness_cannot_move_the_border_between_nonce_and_value():
    with pytest.raises(fairdraw.BadEntropy, match="32 字节"):
        fairdraw.commit_input(nonce=bytes(31), value=b"xy")
