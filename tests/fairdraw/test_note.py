"""Signed notes and receipts, and the plain check of Ed25519 against a library's signatures."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from fairdraw import ed25519
from fairdraw.merkle import inclusion_proof, leaf_hash, root
from fairdraw.note import BadNote, Checkpoint, Key, Note, Receipt, sign_note, signed_checkpoint
from tests.fairdraw.ceremonies import KEY, ORIGIN, SECRET

LEAVES = [leaf_hash(bytes([n])) for n in range(7)]
CHECKPOINT = Checkpoint(ORIGIN, 7, root(LEAVES))
NOTE = str(sign_note(CHECKPOINT.text, key=KEY, sign=SECRET.sign))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.integers(0, 511))
def test_a_signature_holds_and_one_changed_bit_anywhere_breaks_it(secret, message, bit):
    signer = Ed25519PrivateKey.from_private_bytes(secret)
    key, signature = signer.public_key().public_bytes_raw(), signer.sign(message)
    spoiled = bytearray(signature)
    spoiled[bit // 8] ^= 1 << bit % 8

    assert ed25519.verify(key, message, signature)
    assert not ed25519.verify(key, message + b".", signature)
    assert not ed25519.verify(key, message, bytes(spoiled))


def test_the_first_examples_of_rfc_8032_hold():
    key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )

    assert ed25519.verify(key, b"", signature)
    assert not ed25519.verify(key, b"", signature[:63])


def test_a_signature_has_one_form_only_and_small_keys_are_refused():
    order = 2**252 + 27742317777372353535851937790883648493
    signature = SECRET.sign(b"x")
    response = int.from_bytes(signature[32:], "little") + order
    identity = (1).to_bytes(32, "little")

    assert not ed25519.verify(KEY.public, b"x", signature[:32] + response.to_bytes(32, "little"))
    assert not ed25519.verify(identity, b"anything", identity + bytes(32))
    assert not ed25519.verify(b"\xff" * 32, b"x", signature)


def test_the_notes_of_others_are_judged_as_they_should_be(shared_vectors):
    for case in shared_vectors("vectors/merkle_log.json")["signed_note"]:
        assert Note.parse(case["note"]).is_signed_by(Key.parse(case["vkey"])) == case["valid"], case["source"]


def test_a_cosignature_of_a_witness_holds(shared_vectors):
    case = shared_vectors("vectors/merkle_log.json")["cosignature"]
    witness = Key.parse(case["witness_vkey"])
    log = Key.parse("log.example.gov.cn/heyuan+825cadc1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")

    checkpoint = signed_checkpoint(case["checkpoint_with_cosignature"], key=log, witnesses=[witness])

    assert checkpoint.size == 8
    with pytest.raises(BadNote, match=r"没有 witness\.example\.gov\.cn/w1 的有效签名"):
        signed_checkpoint(NOTE, key=KEY, witnesses=[witness])


def test_the_receipt_of_others_shows_its_leaf(shared_vectors):
    [case] = shared_vectors("vectors/merkle_log.json")["tlog_proof"]
    key, receipt = Key.parse(case["vkey"]), Receipt.parse(case["proof"])

    assert receipt.shows(bytes.fromhex(case["leaf_hex"]), key=key)
    assert not receipt.shows(b"another leaf", key=key)


def test_what_is_written_is_read_back():
    receipt = Receipt(3, tuple(inclusion_proof(LEAVES, 3)), NOTE)

    assert Key.parse(str(KEY)) == KEY
    assert str(Note.parse(NOTE)) == NOTE
    assert signed_checkpoint(NOTE, key=KEY) == CHECKPOINT
    assert Receipt.parse(str(receipt)) == receipt
    assert receipt.shows(bytes([3]), key=KEY)


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="ascii"))
def test_a_changed_character_anywhere_in_a_note_is_noticed(place, character):
    spoiled = NOTE[:place] + character + NOTE[place + 1 :]

    if spoiled != NOTE:
        with pytest.raises(BadNote):
            signed_checkpoint(spoiled, key=KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000+AQ==",
        str(KEY).replace("825cadc1", "825cadc2"),
        str(KEY).replace("825cadc1", "825CADC1"),
        "other" + str(KEY),
        str(KEY)[:-1],
        f"n+00000000+{base64.b64encode(bytes([9]) + bytes(32)).decode()}",
    ],
)
def test_a_key_in_another_form_is_refused(text):
    with pytest.raises(BadNote):
        Key.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n7\n",
        "origin\n07\nAAAA\n",
        "origin\n-1\n" + "A" * 43 + "=\n",
        "\n7\n" + "A" * 43 + "=\n",
        "o\n7\nAAAA\n",
    ],
)
def test_a_checkpoint_in_another_form_is_refused(text):
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


@pytest.mark.parametrize("text", ["", "c2sp.org/tlog-proof@v1\nindex x\n\n", "c2sp.org/tlog-proof@v2\nindex 1\n\nnote"])
def test_a_receipt_in_another_form_is_refused(text):
    with pytest.raises(BadNote):
        Receipt.parse(text)
