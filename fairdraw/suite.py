"""The two hash suites (算法套件): SHA-256 and SM3 (GB/T 32905). Everything else is the same in both."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from fairdraw.refused import Refused, gettext_noop

Hash = Callable[[bytes], bytes]
_BLOCK = 64  # bytes of one compression, in both suites
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


class UnknownSuite(Refused):
    """The statement names a suite that this protocol does not have."""


def sha256(message: bytes) -> bytes:
    """The 32 bytes of SHA-256."""
    return hashlib.sha256(message).digest()


def sm3_openssl(message: bytes) -> bytes:
    """The 32 bytes of SM3, computed by OpenSSL."""
    return hashlib.new("sm3", message).digest()


def sm3_plain(message: bytes) -> bytes:
    """The 32 bytes of SM3, for a Python whose OpenSSL lacks it. Source: GB/T 32905-2016."""
    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = message + b"\x80" + bytes((55 - len(message)) % 64) + (8 * len(message)).to_bytes(8, "big")
    for start in range(0, len(padded), _BLOCK):
        state = [old ^ new for old, new in zip(state, _compress(state, padded[start : start + _BLOCK]), strict=True)]
    return b"".join(word.to_bytes(4, "big") for word in state)


def _turn(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & 0xFFFFFFFF


def _compress(state: list[int], block: bytes) -> list[int]:
    w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, _BLOCK, 4)]
    for j in range(16, 68):
        x = w[j - 16] ^ w[j - 9] ^ _turn(w[j - 3], 15)
        w.append(x ^ _turn(x, 15) ^ _turn(x, 23) ^ _turn(w[j - 13], 7) ^ w[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        early = j < 16
        ss1 = _turn((_turn(a, 12) + e + _turn(0x79CC4519 if early else 0x7A879D8A, j)) & 0xFFFFFFFF, 7)
        ff = a ^ b ^ c if early else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if early else (e & f) | (~e & g)
        tt1 = (ff + d + (ss1 ^ _turn(a, 12)) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
        tt2 = (gg + h + ss1 + w[j]) & 0xFFFFFFFF
        a, b, c, d = tt1, a, _turn(b, 9), c
        e, f, g, h = tt2 ^ _turn(tt2, 9) ^ _turn(tt2, 17), e, _turn(f, 19), g
    return [a, b, c, d, e, f, g, h]


SUITES: dict[str, Hash] = {
    "SHA-256": sha256,
    "SM3": sm3_openssl if "sm3" in hashlib.algorithms_available else sm3_plain,
}


def hash_of(suite: str) -> Hash:
    """The hash of a suite.

    Raises:
        UnknownSuite: there is no such suite.
    """
    try:
        return SUITES[suite]
    except KeyError:
        raise UnknownSuite(gettext_noop("没有算法套件“%(suite)s”"), suite=suite) from None


def digest(content: bytes, suite: str = "SHA-256") -> str:
    """The digest of some bytes, in lowercase hex."""
    return hash_of(suite)(content).hex()


def hmac(key: bytes, message: bytes, suite: str = "SHA-256") -> bytes:
    """HMAC (RFC 2104) with the suite's hash; written out because hashlib may not know SM3."""
    h = hash_of(suite)
    key = (h(key) if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return h(key.translate(_OUTER) + h(key.translate(_INNER) + message))
