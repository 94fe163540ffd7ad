"""Checking RSA signatures (RFC 8017, 8.2.2: PKCS#1 v1.5 with SHA-512) by the key in an X.509 certificate."""

from __future__ import annotations

from hashlib import sha512

_RSA = bytes.fromhex("06092a864886f70d010101")
_SHA512 = bytes.fromhex("3051300d060960864801650304020305000440")
_VERSION = 0xA0

Key = tuple[int, int]  # modulus and exponent


def key_of(certificate: bytes) -> Key | None:
    """The public key of a certificate in DER (RFC 5280, 4.1), or None if it is no certificate of an RSA key."""
    try:
        whole = _parts(certificate)[0][1]
        fields = _parts(_parts(whole)[0][1])
        algorithm, bits = _parts(fields[6 if fields[0][0] == _VERSION else 5][1])
        modulus, exponent = (int.from_bytes(content, "big") for _, content in _parts(_parts(bits[1][1:])[0][1]))
    except (IndexError, ValueError):
        return None
    sound = algorithm[1].startswith(_RSA) and modulus.bit_length() >= 2048 and 2 < exponent < 2**33
    return (modulus, exponent) if sound else None


def _parts(content: bytes) -> list[tuple[int, bytes]]:
    """The things in a DER value, one after the other: tag and content."""
    parts = []
    while content:
        tag, length, start = content[0], content[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(content[2:start], "big")
        if start + length > len(content):
            raise ValueError("cut short")
        parts.append((tag, content[start : start + length]))
        content = content[start + length :]
    return parts


def verify(key: Key, message: bytes, signature: bytes) -> bool:
    """Whether the signature of the message was made with the secret of this key."""
    modulus, exponent = key
    size = (modulus.bit_length() + 7) // 8
    ending = _SHA512 + sha512(message).digest()
    expected = b"\0\1" + b"\xff" * (size - len(ending) - 3) + b"\0" + ending
    number = int.from_bytes(signature, "big")
    return (
        len(signature) == size
        and number < modulus
        and pow(number, exponent, modulus) == int.from_bytes(expected, "big")
    )
