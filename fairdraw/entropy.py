"""What the declared sources gave (随机数): held to what was declared, before it goes into the seed."""

from __future__ import annotations

from collections.abc import Sequence

from fairdraw.canonical import from_hex
from fairdraw.design import Json
from fairdraw.refused import Refused, gettext_noop
from fairdraw.seed import commit_input
from fairdraw.sources import PUBLIC_KINDS, value_of

_OPENED = {"kind", "by", "commitment", "nonce", "value", "evidence"}


class BadOpening(Refused):
    """The entropy opened is not what was declared."""


def read_entropy(opened: object, statement: Json) -> list[bytes]:
    """Hold what was opened to what was declared, and give the values in order.

    Raises:
        BadOpening: a source is missing, was not declared, does not open its commitment, or its value is not what its
            evidence gives.
        BadSource, BadEvidence: the evidence of a public source does not hold.
        NotCanonical: a value is not hex.
    """
    if not isinstance(opened, list) or not all(isinstance(item, dict) and set(item) == _OPENED for item in opened):
        raise BadOpening(gettext_noop("随机数文件的字段不对"))
    declared = statement["entropy"]
    places = {(source["kind"], source["by"]): place for place, source in enumerate(declared)}
    used = []
    for item in opened:
        name = (item["kind"], item["by"])
        place = places.get(name) if all(isinstance(part, str) for part in name) else None
        if place is None or declared[place]["commitment"] != item["commitment"]:
            raise BadOpening(gettext_noop("随机来源没有事先公告:%(by)s"), by=item["by"])
        used.append(place)
    if used != sorted(set(used)) or not _all_served(declared, set(used)):
        raise BadOpening(gettext_noop("随机来源缺失、重复或次序不对"))
    return [_opened(item, declared[place], statement["suite"]) for item, place in zip(opened, used, strict=True)]


def _all_served(declared: Sequence[Json], used: set[int]) -> bool:
    """Of each source and its fall-backs exactly one was used, and a fall-back only in the declared order."""
    for place, source in enumerate(declared):
        if source["instead_of"] is None:
            chain = [place]
            for later, other in enumerate(declared):
                if other["instead_of"] in chain:
                    chain.append(later)
            if len(used.intersection(chain)) != 1:
                return False
    return True


def _opened(item: Json, source: Json, suite: str) -> bytes:
    value = from_hex(item["value"])
    if not value:
        raise BadOpening(gettext_noop("随机来源的值为空:%(by)s"), by=item["by"])
    if item["kind"] != "witness":
        if item["nonce"] is not None:
            raise BadOpening(gettext_noop("只有见证人有随机前缀:%(by)s"), by=item["by"])
        if item["kind"] in PUBLIC_KINDS and value_of(item["kind"], source["details"], item["evidence"]) != value:
            raise BadOpening(gettext_noop("随机来源的值与凭据不符:%(by)s"), by=item["by"])
        return value
    if commit_input(nonce=from_hex(item["nonce"], 32), value=value, suite=suite) != item["commitment"]:
        raise BadOpening(gettext_noop("见证人打开的值与承诺不符:%(by)s"), by=item["by"])
    return value
