"""Public draws of others held again from public randomness, as it was published and as our sources read it.

They are no models: a modulo favours low positions, a float has 53 bits, and nobody committed to the lists.
"""

import csv
import gzip
import hashlib
from bisect import bisect_right
from itertools import accumulate

import fairdraw


def as_lottery(numbers):
    """The bytes that our lottery source gives for one line of numbers."""
    details = {
        "game": "numbers of any kind",
        "issue": "as published",
        "drawn_at": "2026-03-19T21:15:00+08:00",
        "groups": [{"count": len(numbers), "highest": 10**9}],
    }
    evidence = {"numbers": [numbers], "entered_by": ["one", "another"], "source": "as published"}
    return fairdraw.value_of("lottery", details, evidence)


def rfc_3797(key, pool, wanted):
    """Positions (from 1) drawn by RFC 3797: MD5 of counter, key, counter, modulo what is left of the pool."""
    left = list(range(1, pool + 1))
    drawn = []
    for turn in range(wanted):
        counter = turn.to_bytes(2, "big")
        digest = hashlib.md5(counter + key + counter, usedforsecurity=False).digest()
        drawn.append(left.pop(int.from_bytes(digest, "big") % len(left)))
    return drawn


def test_the_example_of_rfc_3797_and_a_committee_of_2012_are_drawn_again(shared_vectors):
    for name in ("draws/rfc3797_reference.json", "draws/ietf_nomcom_2012.json"):
        case = shared_vectors(name)
        key = b"".join(as_lottery([int(number) for number in line.split()]) for line in case["seed_sources"])

        assert key.decode() == case["key_string"]
        assert rfc_3797(key, case["pool_size"], len(case["published_selection"])) == case["published_selection"]


def test_the_committee_of_2022_is_drawn_again(shared_vectors):
    case = shared_vectors("vectors/draws_peers.json")["rfc3797_nomcom2022"]
    key, rows = b"".join(map(as_lottery, case["inputs"])), case["rows_index_md5_div_selected"]

    assert key.decode() == case["key"]
    assert rfc_3797(key, case["pool_size"], len(rows)) == [row[3] for row in rows]


def arc4(key):
    """The endless stream of bytes of ARC4."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    while True:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        yield state[(state[i] + state[j]) % 256]


def seedrandom(text):
    """The fractions of the JavaScript library seedrandom 3: 48 bits of the stream, then more until 52 are certain."""
    stream = arc4(_mixed_key(text))
    for _ in range(256):
        next(stream)
    while True:
        number = int.from_bytes(bytes(next(stream) for _ in range(6)), "big")
        over, last = 2**48, 0
        while number < 2**52:
            number, over, last = (number + last) * 256, over * 256, next(stream)
        while number >= 2**53:
            number, over, last = number / 2, over / 2, last >> 1
        yield (number + last) / over


def _mixed_key(text):
    key, smear = [0] * min(256, len(text)), 0
    for place, character in enumerate(text):
        smear ^= key[place % 256] * 19
        key[place % 256] = (smear + ord(character)) & 255
    return key


def lots(fractions, weights, wanted):
    """Different places drawn with chances in proportion to their weights."""
    marks = list(accumulate(weights))
    drawn = {}
    while len(drawn) < wanted:
        drawn[bisect_right(marks, int(next(fractions) * marks[-1]))] = None
    return list(drawn)


def test_a_raffle_by_the_hash_of_a_block_is_drawn_again(shared_vectors, shared_data):
    case = shared_vectors("draws/sevens_round1.json")
    roster = gzip.decompress((shared_data / "draws" / case["roster"]["file"]).read_bytes())
    entrants = [row.split(",") for row in roster.decode().splitlines()]
    tokens = (shared_data / "draws" / case["tokens"]["file"]).read_text().split()
    result = list(csv.reader((shared_data / "draws" / case["result"]["file"]).read_text().splitlines()))
    fractions = seedrandom(case["seed"]["hash"])

    winners = lots(fractions, [int(weight) for _, weight in entrants], len(result))
    prizes = lots(fractions, [1] * len(tokens), len(result))

    assert hashlib.sha256(roster).hexdigest() == case["roster"]["sha256_uncompressed"]
    assert [[entrants[w][0], tokens[p]] for w, p in zip(winners, prizes, strict=True)] == result


def keccak_256(message):
    """Keccak with 256 bits as it was before SHA-3 changed its padding."""
    lanes, rate, mask = [0] * 25, 136, 2**64 - 1
    padded = bytearray(message + bytes(rate - len(message) % rate))
    padded[len(message)] ^= 1
    padded[-1] ^= 0x80
    for start in range(0, len(padded), rate):
        for n in range(rate // 8):
            lanes[n] ^= int.from_bytes(padded[start + 8 * n : start + 8 * n + 8], "little")
        register = 1
        for _ in range(24):
            register = _keccak_round(lanes, register, mask)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _keccak_round(lanes, register, mask):
    parity = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
    for n in range(25):
        lanes[n] ^= parity[(n + 4) % 5] ^ _turned(parity[(n + 1) % 5], 1, mask)
    x, y, held = 1, 0, lanes[1]
    for step in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        held, lanes[x + 5 * y] = lanes[x + 5 * y], _turned(held, (step + 1) * (step + 2) // 2 % 64, mask)
    for row in range(0, 25, 5):
        five = lanes[row : row + 5]
        for n in range(5):
            lanes[row + n] = five[n] ^ (~five[(n + 1) % 5] & five[(n + 2) % 5])
    for bit in range(7):
        if register & 1:
            lanes[0] ^= 1 << (2**bit - 1)
        register = register << 1 ^ (0x171 if register & 0x80 else 0)
    return register


def _turned(lane, by, mask):
    return (lane << by | lane >> (64 - by)) & mask if by else lane


def test_keccak_of_nothing_is_what_ethereum_knows():
    assert keccak_256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


def test_a_raffle_by_a_verifiable_random_word_is_drawn_again(shared_vectors):
    case = shared_vectors("draws/stars_arena_raffle1.json")
    tickets, word = list(case["roster"]["tickets"]), int(case["seed"]["value"])

    for tier in case["draw_order"]:
        drawn = []
        for _ in tier["winners"]:
            marks = list(accumulate(tickets))
            drawn.append(bisect_right(marks, word % marks[-1]))
            tickets[drawn[-1]] -= 1
            word = int.from_bytes(keccak_256(word.to_bytes((word.bit_length() + 7) // 8, "big")), "big")

        assert drawn == tier["winners"]
