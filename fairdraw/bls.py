"""Checking BLS signatures on the curve BLS12-381 in plain Python, as public beacons make them. Slow and short.

Everything follows from one number z. Points have affine coordinates in the field of p² elements; the smaller group G1
lives on the coordinates without i. Sources: draft-irtf-cfrg-bls-signature, RFC 9380 (hashing to the curve, 6.6.2,
6.6.3, 8.8), the Zcash encoding of points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

_Z = -0xD201000000010000
_ORDER = _Z**4 - _Z**2 + 1
_P = (_Z - 1) ** 2 * _ORDER // 3 + _Z


class _Number:
    """An element a + bi of the field of p² elements; i² = −1."""

    __slots__ = ("a", "b")

    def __init__(self, a: int, b: int = 0) -> None:
        self.a, self.b = a % _P, b % _P

    def __add__(self, other: _Number) -> _Number:
        return _Number(self.a + other.a, self.b + other.b)

    def __sub__(self, other: _Number) -> _Number:
        return _Number(self.a - other.a, self.b - other.b)

    def __neg__(self) -> _Number:
        return _Number(-self.a, -self.b)

    def __mul__(self, other: _Number) -> _Number:
        return _Number(self.a * other.a - self.b * other.b, self.a * other.b + self.b * other.a)

    def __truediv__(self, other: _Number) -> _Number:
        inverse = pow(other.a * other.a + other.b * other.b, -1, _P)
        return self * _Number(other.a * inverse, -other.b * inverse)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Number) and (self.a, self.b) == (other.a, other.b)

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return bool(self.a or self.b)

    def times(self, factor: int) -> _Number:
        return _Number(self.a * factor, self.b * factor)


_Point = tuple[_Number, _Number] | None  # None is the point at infinity


@dataclass(frozen=True, slots=True)
class _Group:
    """A curve y² = x³ + b, and the curve y² = x³ + αx + β with an isogeny to it, on which hashes arrive first."""

    parts: int
    """How many numbers below p a coordinate has."""
    b: _Number
    alpha: _Number
    beta: _Number
    non_square: _Number
    kernel: tuple[_Number, ...]
    """The polynomial whose roots are the x of the isogeny's kernel, constant term first (its square is the denominator
    of x in RFC 9380, appendix E)."""
    scale: int
    """The isogeny's degree; its sign chooses between y and −y."""
    cofactor: int


_G1 = _Group(
    parts=1,
    b=_Number(4),
    alpha=_Number(0x144698A3B8E9433D693A02C96D4982B0EA985383EE66A8D8E8981AEFD881AC98936F8DA0E0F97F5CF428082D584C1D),
    beta=_Number(0x12E2908D11688030018B12E8753EEE3B2016C1F0F24F4070A0B9C14FCEF35EF55A23215A316CEAA5D1CC48E98E172BE0),
    non_square=_Number(11),
    kernel=(
        _Number(0x133341FB0962A34CB0504A9C4FADA0A5090D38679B4C040D5D1C3AFB023A3409FCC0815FEA66D8B02BBEF9C8B5A66E07),
        _Number(0x264908AF037BCEDE00D054CF5D4775E83EB6CF63C76B969F8ED174FB59FCFF78D201F46F6CFC4ED6552E59CE75177B0),
        _Number(0x1335C502C1F54C49ACEEA65E87FD7203BA0F626F305FC0CFD606A5DAE9F3C8E81A4B3B69600129FABD307C69BF319D39),
        _Number(0x94440F65F408A6E930E16E3E92DD17BF60D6E9679A8D3D58593DE55AC23703042D609537EB3549AAC234D896CA82944),
        _Number(0x4AFE09D5CF4956A23B6B71F59D2B3407B415A774B7BE81BBB6FA99CBC798E0AC98BA725A5BC328016B1C268B4766E85),
        _Number(1),
    ),
    scale=11,
    cofactor=1 - _Z,
)
_TWIST = _Number(1, 1)
_G2 = _Group(
    parts=2,
    b=_TWIST.times(4),
    alpha=_Number(0, 240),
    beta=_Number(1012, 1012),
    non_square=_Number(-2, -1),
    kernel=(_Number(6, -6), _Number(1)),
    scale=-3,
    cofactor=(_Z**8 - 4 * _Z**7 + 5 * _Z**6 - 4 * _Z**4 + 6 * _Z**3 - 4 * _Z**2 - 4 * _Z + 13) // 9 * (3 * _Z**2 - 3),
)
_GROUPS = {48: _G1, 96: _G2}
_GENERATORS = {
    48: bytes.fromhex(
        "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
    ),
    96: bytes.fromhex(
        "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
        "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
    ),
}


def verify(key: bytes, message: bytes, signature: bytes, tag: bytes) -> bool:
    """Whether the signature of the message was made with the secret of this public key.

    Key and signature lie in different groups, compressed: 48 bytes in G1, 96 in G2. Both must be points of the right
    order, and not infinity: else whoever brings the file could choose among many signatures that all seem right.

    Args:
        tag: what keeps hashes of different protocols apart (RFC 9380, 3.1).
    """
    if {len(key), len(signature)} != {48, 96}:
        return False
    public, signed, base = _point(key), _point(signature), _point(_GENERATORS[len(key)])
    if public is None or signed is None or base is None:
        return False
    hashed = _hashed(message, tag, _GROUPS[len(signature)])
    opposite = base[0], -base[1]
    if len(signature) == 48:
        return _cancel([(signed, opposite), (hashed, public)])
    return _cancel([(opposite, signed), (public, hashed)])


def _point(encoded: bytes) -> _Point:
    """The point of the prime order that the bytes stand for, or None if they stand for none."""
    group, (compressed, infinite, large) = _GROUPS[len(encoded)], (encoded[0] >> n & 1 for n in (7, 6, 5))
    parts = [int.from_bytes(encoded[start : start + 48], "big") for start in range(0, len(encoded), 48)]
    parts[0] &= (1 << 381) - 1
    if not compressed or infinite or max(parts) >= _P:
        return None
    x = _Number(*reversed(parts))
    y = _root(x * x * x + group.b, group)
    if y is None:
        return None
    if ((y.b or y.a) > _P // 2) != large:
        y = -y
    return None if _times(_ORDER, (x, y)) else (x, y)


def _root(square: _Number, group: _Group) -> _Number | None:
    """A square root in the group's field, if there is one (p ≡ 3 mod 4)."""
    norm = _small_root(square.a * square.a + square.b * square.b)
    for sign in (1, -1):
        a = _small_root((square.a + sign * norm) * pow(2, -1, _P))
        b = square.b * pow(2 * a, -1, _P) if a else _small_root(-square.a)
        root = _Number(a, b)
        if root * root == square and (group.parts == 2 or not root.b):
            return root
    return None


def _small_root(square: int) -> int:
    return pow(square, (_P + 1) // 4, _P)


def _slope(one: tuple[_Number, _Number], other: tuple[_Number, _Number]) -> _Number | None:
    """Of the line through two points, or of the tangent; None if it is vertical."""
    if one[0] != other[0]:
        return (other[1] - one[1]) / (other[0] - one[0])
    return (one[0] * one[0]).times(3) / one[1].times(2) if one[1] and one[1] == other[1] else None


def _added(one: _Point, other: _Point) -> _Point:
    if one is None or other is None:
        return one or other
    slope = _slope(one, other)
    return None if slope is None else _met(slope, one, other)


def _met(slope: _Number, one: tuple[_Number, _Number], other: tuple[_Number, _Number]) -> tuple[_Number, _Number]:
    """The sum of two points on a line of this slope."""
    x = slope * slope - one[0] - other[0]
    return x, slope * (one[0] - x) - one[1]


def _times(factor: int, point: _Point) -> _Point:
    result: _Point = None
    for bit in f"{factor:b}":
        result = _added(result, result)
        if bit == "1":
            result = _added(result, point)
    return result


def _hashed(message: bytes, tag: bytes, group: _Group) -> _Point:
    """The point of a message (RFC 9380, 3: hash_to_curve)."""
    size = 64 * group.parts
    stream = _stretched(message, tag, 2 * size)
    numbers = [int.from_bytes(stream[start : start + 64], "big") for start in range(0, 2 * size, 64)]
    halves = [_Number(*numbers[: group.parts]), _Number(*numbers[group.parts :])]
    first, second = (_moved(*_landed(u, group), group) for u in halves)
    return _times(group.cofactor, _added(first, second))


def _stretched(message: bytes, tag: bytes, size: int) -> bytes:
    """As many bytes as asked for (RFC 9380, 5.3.1: expand_message_xmd with SHA-256)."""
    ended = tag + bytes([len(tag)])
    start = sha256(bytes(64) + message + size.to_bytes(2, "big") + b"\0" + ended).digest()
    blocks = [sha256(start + b"\1" + ended).digest()]
    for count in range(2, size // 32 + 1):
        mixed = bytes(x ^ y for x, y in zip(start, blocks[-1], strict=True))
        blocks.append(sha256(mixed + bytes([count]) + ended).digest())
    return b"".join(blocks)


def _landed(u: _Number, group: _Group) -> tuple[_Number, _Number]:
    """A point of the isogenous curve (RFC 9380, 6.6.2: simplified SWU)."""
    shift = group.non_square * u * u
    both = shift * shift + shift
    ratio = group.beta / group.alpha
    x = -ratio - ratio / both if both else ratio / group.non_square
    y = _root(_right_side(x, group), group)
    if y is None:
        x = shift * x
        y = _root(_right_side(x, group), group)
    if y is None:
        raise AssertionError("one of two candidates is always a square")
    return x, y if _odd(u) == _odd(y) else -y


def _right_side(x: _Number, group: _Group) -> _Number:
    return x * x * x + group.alpha * x + group.beta


def _odd(number: _Number) -> int:
    return (number.a or number.b) & 1


def _moved(x: _Number, y: _Number, group: _Group) -> _Point:
    """From the isogenous curve to the group's own (RFC 9380, 6.6.3), by Kohel's formula from the kernel alone.

    With r, q, t the first three derivatives of the kernel's polynomial divided by itself, and f the right side of the
    curve, ℓ the degree: X = ℓx − 2s − 2f′r + 4f(r² − q) and Y = y·X′, then divided by ℓ² and ±ℓ³.
    """
    whole, *derivatives = (_value(group.kernel, x, order) for order in range(4))
    if not whole:
        return None
    r, q, t = (derivative / whole for derivative in derivatives)
    degree, s = abs(group.scale), -group.kernel[-2]
    f, f1 = _right_side(x, group), (x * x).times(3) + group.alpha
    bend = r * r - q
    image = x.times(degree) - s.times(2) - (f1 * r).times(2) + (f * bend).times(4)
    bend1 = q * r - t - (r * bend).times(2)
    image1 = _Number(degree) - (x * r).times(12) + (f1 * bend).times(6) + (f * bend1).times(4)
    return image / _Number(group.scale**2), y * image1 / _Number(group.scale**3)


def _value(polynomial: Sequence[_Number], x: _Number, order: int) -> _Number:
    """The value of a polynomial's derivative."""
    result = _Number(0)
    for power in range(len(polynomial) - 1, order - 1, -1):
        falling = 1
        for step in range(order):
            falling *= power - step
        result = result * x + polynomial[power].times(falling)
    return result


_Twelve = list[_Number]  # c₀ + c₁w + … + c₅w⁵ with w⁶ = 1 + i: the field of p¹² elements


def _cancel(pairs: Sequence[tuple[_Point, _Point]]) -> bool:
    """Whether the pairings of these points of G1 and G2 multiply to one."""
    known = [(p, q) for p, q in pairs if p is not None and q is not None]
    product, places = [_Number(int(k == 0)) for k in range(6)], [q for _, q in known]
    for bit in f"{-_Z:b}"[1:]:
        product = _product(product, product)
        for n, (p, q) in enumerate(known):
            for other in [None, q] if bit == "1" else [None]:
                line, places[n] = _step(p, places[n], other or places[n])
                product = _product(product, line)
    squared = [_Number(pow(_TWIST_ROOT, k, _P)) * c for k, c in enumerate(product)]  # to the power of p²
    start = power = _product(product, squared)
    for bit in f"{(_P**4 - _P**2 + 1) // _ORDER:b}"[1:]:
        power = _product(power, power)
        if bit == "1":
            power = _product(power, start)
    return not any(power[1::2])  # to the power of p⁶ it is itself, so to that of p⁶ − 1 it is one


_TWIST_ROOT = pow(-4, (_P * _P - 1) // 24, _P)  # (1 + i) to the power of (p² − 1) / 6, as (1 + i)⁴ = −4


def _step(
    p: tuple[_Number, _Number], at: tuple[_Number, _Number], other: tuple[_Number, _Number]
) -> tuple[_Twelve, tuple[_Number, _Number]]:
    """The line through two points of G2, as it stands at p, and the sum of the two."""
    slope = _slope(at, other)
    if slope is None:
        raise AssertionError("points of the prime order never meet here")
    zero = _Number(0)
    return [slope * at[0] - at[1], zero, -(slope * p[0]), p[1], zero, zero], _met(slope, at, other)


def _product(one: _Twelve, other: _Twelve) -> _Twelve:
    sums = [_Number(0) for _ in range(11)]
    for i, x in enumerate(one):
        for j, y in enumerate(other):
            if y:
                sums[i + j] += x * y
    return [sums[k] + sums[k + 6] * _TWIST if k < 5 else sums[k] for k in range(6)]
