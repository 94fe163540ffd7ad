"""Public sources of randomness (公共随机来源): what is declared of them, and the value that their evidence gives.

Beacons, lotteries and dice. Nobody commits to their values, so each value is computed again from its evidence.
Source: spec/randomness.md; lotteries in the manner of RFC 3797.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from fairdraw import drand, nist
from fairdraw.design import Json
from fairdraw.evidence import (
    BadEvidence,
    BadSource,
    count,
    hold_details,
    hold_evidence,
    is_moment,
    is_text,
    list_of,
    names,
)
from fairdraw.refused import gettext_noop
from fairdraw.report import Told

PUBLIC_KINDS = ("beacon", "lottery", "dice")
LEAD = timedelta(minutes=10)
"""Between the freeze and the moment at which a public value arises."""

_LOTTERY = {
    "game": is_text,
    "issue": is_text,
    "drawn_at": is_moment,
    "groups": list_of(
        lambda group: (
            isinstance(group, dict)
            and set(group) == {"count", "highest"}
            and count(1, 99)(group["count"])
            and count(1, 2**53 - 1)(group["highest"])
        ),
        1,
        99,
    ),
}
_DICE = {"count": count(1, 999), "faces": count(2, 100)}


def check_declared(source: Json, frozen_at: datetime) -> None:
    """Hold a declared beacon, lottery or dice to what must be known of it before; witnesses and the system pass.

    Raises:
        BadSource: a detail is missing or wrong, or the value arises less than ten minutes after the freeze.
    """
    if source["kind"] not in PUBLIC_KINDS:
        return
    at = arises_at(source["kind"], source["details"])
    if at is not None and at - frozen_at < LEAD:
        raise BadSource(
            gettext_noop("随机来源须在冻结至少十分钟之后产生:%(by)s,%(at)s"), by=source["by"], at=at.isoformat()
        )


def arises_at(kind: str, details: object) -> datetime | None:
    """When a declared value arises; None for dice, which are thrown when the witnesses are there.

    Raises:
        BadSource: the details are not those of such a source.
    """
    if kind == "beacon":
        return nist.pulse_moment(details) if _of_nist(details) else drand.round_moment(details)
    if kind == "lottery":
        return datetime.fromisoformat(hold_details(details, _LOTTERY)["drawn_at"])
    hold_details(details, _DICE)
    return None


def value_of(kind: str, details: object, evidence: object) -> bytes:
    """The value of a declared beacon, lottery or dice that this evidence gives.

    Raises:
        BadSource: the details are not those of such a source.
        BadEvidence: the evidence is not complete, is of something else, or does not hold.
    """
    if kind == "beacon":
        return nist.pulse_value(details, evidence) if _of_nist(details) else drand.round_value(details, evidence)
    return _lottery(details, evidence) if kind == "lottery" else _dice(details, evidence)


def _of_nist(details: object) -> bool:
    return isinstance(details, dict) and details.get("network") == "nist"


def _lottery(details: object, evidence: object) -> bytes:
    groups = hold_details(details, _LOTTERY)["groups"]
    number = count(0, 2**53 - 1)
    form = {
        "numbers": list_of(list_of(number, 1, 99), len(groups), len(groups)),
        "entered_by": names(2, 2),
        "source": is_text,
    }
    numbers = hold_evidence(evidence, form)["numbers"]
    for group, drawn in zip(groups, numbers, strict=True):
        if len(drawn) != group["count"] or max(drawn) > group["highest"]:
            raise BadEvidence(gettext_noop("号码的个数或大小与公告的不符:%(numbers)s"), numbers=_spaced(drawn))
    return "".join("".join(f"{n}." for n in sorted(drawn)) + "/" for drawn in numbers).encode()


def _dice(details: object, evidence: object) -> bytes:
    held = hold_details(details, _DICE)
    form = {
        "throws": list_of(count(1, held["faces"]), held["count"], held["count"]),
        "seen_by": names(2, 99),
    }
    return _spaced(hold_evidence(evidence, form)["throws"]).encode()


def _spaced(numbers: list[int]) -> str:
    return " ".join(map(str, numbers))


def told(source: Json, evidence: Json) -> tuple[list[Told], list[Told]]:
    """Of a public source whose value holds: what its evidence proved, and what still rests on others."""
    by, details = source["by"], source["details"]
    if source["kind"] == "dice":
        said = {"by": by, "names": "、".join(evidence["seen_by"])}
        return [], [Told(gettext_noop("骰子 %(by)s 的点数以 %(names)s 在场所见为据"), said)]
    if source["kind"] == "lottery":
        drawn = " + ".join(map(_spaced, evidence["numbers"]))
        said = {"by": by, "numbers": drawn, "names": "、".join(evidence["entered_by"]), "source": evidence["source"]}
        return [], [
            Told(gettext_noop("彩票 %(by)s 的号码 %(numbers)s 由 %(names)s 各自录入,请与公布的核对:%(source)s"), said)
        ]
    at = arises_at("beacon", details)
    proven = Told(
        gettext_noop("信标 %(by)s 的签名已核验,其值应在 %(at)s 产生"), {"by": by, "at": at.isoformat() if at else ""}
    )
    return [proven], [_trusted(by, details)]


def _trusted(by: str, details: Json) -> Told:
    if _of_nist(details):
        said = {"by": by, "certificate": details["certificate_id"]}
        return Told(gettext_noop("信标 %(by)s 以 NIST 不泄露其值为据;证书是否属于 NIST 请核对:%(certificate)s"), said)
    chain = details["chain_hash"]
    if chain in drand.CHAINS:
        said = {"by": by, "chain": drand.CHAINS[chain]}
        return Told(gettext_noop("信标 %(by)s 以 drand 主网 %(chain)s 的多数节点不合谋为据"), said)
    return Told(
        gettext_noop("信标 %(by)s 的链不在本程序所知之列,请与网络公布的核对:%(chain)s"), {"by": by, "chain": chain}
    )
