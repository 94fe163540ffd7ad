"""Public sources of randomness (公开来源): what is declared of each, when it is due, where anyone can look it up.

No framework and no network here: whoever brings a value pastes it, and fairdraw verifies it. The formats are those of
spec/randomness.md.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from mingcha.draws.states import PublicSource
from mingcha.kernel.refusal import Refusal, gettext_noop

Details = dict[str, Any]
ASKED = {
    PublicSource.DRAND: ("network", "round"),
    PublicSource.NIST: ("chain", "pulse", "at", "certificate_id"),
    PublicSource.LOTTERY: ("game", "issue", "drawn_at", "groups"),
    PublicSource.DICE: ("count", "faces"),
}
"""What people give of each; the rest of the details follows from it."""
_NUMBERS = {"round", "chain", "pulse", "count", "faces"}
_MOMENTS = {"at", "drawn_at"}
_LARGEST = 2**53 - 1
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Between these a source may be due: far enough from where the calendar of the machine ends."""


class BadDetails(Refusal):
    """What is declared of a public source is incomplete or wrong."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network of drand that is known here (networks.json)."""

    name: str
    scheme: str
    chain_hash: str
    public_key: str
    genesis: int
    genesis_seed: str
    beacon_id: str
    period: int
    look_up: str
    """The address of a round, for people to look at."""
    source: str
    """Where these figures come from."""

    def details(self, number: int) -> Details:
        """What the statement declares of a round."""
        return {
            "network": PublicSource.DRAND.value,
            "scheme": self.scheme,
            "chain_hash": self.chain_hash,
            "public_key": self.public_key,
            "genesis": self.genesis,
            "genesis_seed": self.genesis_seed,
            "beacon_id": self.beacon_id,
            "period": self.period,
            "round": number,
        }

    def round_at(self, moment: datetime) -> int:
        """The first round at or after a moment."""
        passed = moment.timestamp() - self.genesis
        return max(1, int(-(-passed // self.period)) + 1)


@cache
def networks() -> dict[str, Network]:
    """The networks of drand that are known here, by name."""
    rows = json.loads(Path(__file__).with_name("networks.json").read_text(encoding="utf-8"))
    return {row["name"]: Network(**row) for row in rows}


def network_of(details: Mapping[str, Any]) -> Network | None:
    """The known network that declared details are of, or none."""
    for network in networks().values():
        if network.details(details.get("round", 0)).items() <= details.items():
            return network
    return None


def source_of(kind: str, details: Mapping[str, Any]) -> PublicSource:
    """Which public source a declared one is."""
    return PublicSource(details["network"] if kind == "BEACON" else kind.lower())


def details_of(source: PublicSource, given: Mapping[str, object], *, wait: int = 0) -> Details:
    """The details to declare, out of what a person gave.

    Args:
        wait: for how many minutes after it is due the source is waited for before its fall-back may be used.

    Raises:
        BadDetails: something is missing, unknown, or has not the right form.
    """
    if set(given) != set(ASKED[source]):
        raise BadDetails(gettext_noop("请填写:%(names)s"), names="、".join(ASKED[source]))
    read = {name: _read(name, given[name]) for name in ASKED[source]}
    if source is PublicSource.DRAND:
        network = networks().get(read["network"])
        if network is None:
            raise BadDetails(
                gettext_noop("没有信标网络“%(name)s”,可选:%(known)s"), name=read["network"], known="、".join(networks())
            )
        read = network.details(read["round"])
    if source is PublicSource.NIST:
        read = {"network": source.value, **read}
    return {**read, "wait": wait} if wait else read


def _read(name: str, value: object) -> Any:
    text = unicodedata.normalize("NFC", str(value).strip())
    if name in _NUMBERS:
        if not (text.isascii() and text.isdecimal() and len(text) <= 16 and 0 < int(text) <= _LARGEST):
            raise BadDetails(gettext_noop("“%(name)s”应为正整数:%(value)s"), name=name, value=text[:40])
        return int(text)
    if name in _MOMENTS:
        return _moment(name, text)
    if name == "groups":
        return groups_read(value)
    if not text or len(text) > 128:
        raise BadDetails(gettext_noop("“%(name)s”应为1至128个字"), name=name)
    return text


def _moment(name: str, text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise BadDetails(
            gettext_noop("“%(name)s”应为带时区的时间,如 2026-03-02T21:15:00+08:00:%(value)s"),
            name=name,
            value=text[:40],
        )
    if not EARLIEST <= moment <= LATEST:
        raise BadDetails(gettext_noop("“%(name)s”应在2000年至2200年之间:%(value)s"), name=name, value=text[:40])
    return moment.isoformat(timespec="seconds")


def due_at(source: PublicSource, details: Mapping[str, Any], *, frozen_at: datetime) -> datetime:
    """When the value is there to be looked up; dice can be thrown from the freeze on."""
    if source is PublicSource.DRAND:
        return datetime.fromtimestamp(details["genesis"] + (details["round"] - 1) * details["period"], UTC)
    if source is PublicSource.DICE:
        return frozen_at
    return datetime.fromisoformat(details["at" if source is PublicSource.NIST else "drawn_at"])


def name_of(source: PublicSource, details: Mapping[str, Any]) -> str:
    """How statement, entropy file and ledger name a public source; no two of a ceremony are named alike."""
    if source is PublicSource.DRAND:
        network = network_of(details)
        return f"drand {network.name if network else details['chain_hash'][:8]} {details['round']}"
    if source is PublicSource.NIST:
        return f"nist {details['chain']}/{details['pulse']}"
    if source is PublicSource.LOTTERY:
        return f"{details['game']} {details['issue']}"
    return f"{details['count']}d{details['faces']}"


def look_up(source: PublicSource, details: Mapping[str, Any]) -> str:
    """Where anyone can look the value up; nothing for what has no fixed address."""
    if source is PublicSource.NIST:
        return f"https://beacon.nist.gov/beacon/2.0/chain/{details['chain']}/pulse/{details['pulse']}"
    network = network_of(details) if source is PublicSource.DRAND else None
    return network.look_up.format(round=details["round"]) if network else ""


def groups_read(value: object) -> list[dict[str, int]]:
    """How many numbers an issue has, and how high they go: `6/33 1/16` is six of 33 and one of 16.

    Raises:
        BadDetails: it does not read so.
    """
    if isinstance(value, list):
        return value
    pairs = [word.partition("/") for word in str(value).replace("+", " ").split()]
    if not pairs or not all(_is_count(count) and _is_count(highest) for count, _, highest in pairs):
        raise BadDetails(gettext_noop("号码构成应写作“个数/最大号码”,各组用空格分隔,如双色球:6/33 1/16"))
    return [{"count": int(count), "highest": int(highest)} for count, _, highest in pairs]


def _is_count(word: str) -> bool:
    return word.isascii() and word.isdecimal() and 0 < len(word) < 10


def json_read(content: bytes) -> Details:
    """What somebody pasted or uploaded as JSON.

    Raises:
        BadDetails: it is no JSON object, and where it stops being one.
    """
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as fault:
        raise BadDetails(
            gettext_noop("第%(line)s行第%(column)s列起不是有效的 JSON;请整段复制网页上的内容,不要增删"),
            line=fault.lineno,
            column=fault.colno,
        ) from fault
    except (ValueError, RecursionError) as fault:  # also bytes that are no text, and numbers without end
        raise BadDetails(gettext_noop("内容不是 JSON 文本;请保存网页上的原文后重试")) from fault
    if not isinstance(found, dict):
        raise BadDetails(gettext_noop("内容应为一个 JSON 对象,即以花括号开头和结尾的整段文字"))
    return found


def numbers_read(text: str) -> list[list[int]]:
    """The numbers of an issue as people type them: groups apart by `|` or line, e.g. `03 11 19 | 07`.

    Raises:
        BadDetails: something else than numbers stands there.
    """
    groups = [part.replace(",", " ").replace(",", " ").replace("、", " ").split() for part in _groups(text)]
    if not groups or not all(word.isascii() and word.isdecimal() and len(word) < 7 for g in groups for word in g):
        raise BadDetails(gettext_noop("请只填数字,用空格分隔,各组之间用“|”分隔,如:03 11 19 24 28 33 | 07"))
    return [[int(word) for word in group] for group in groups]


def _groups(text: str) -> list[str]:
    return [part for part in text.replace("|", "|").replace("\n", "|").split("|") if part.strip()]


_VOUCHED = {PublicSource.LOTTERY: ("numbers", "entered_by"), PublicSource.DICE: ("throws", "seen_by")}
"""Of what two people enter: what they must agree on, and where their names stand."""


def brought(source: PublicSource, evidence: Mapping[str, Any]) -> Details:
    """What one person brought; who vouches for it is not for that person to say."""
    _, names = _VOUCHED.get(source, ("", ""))
    return {key: value for key, value in evidence.items() if key != names}


def vouched(source: PublicSource, evidence: Mapping[str, Any], *, by: tuple[str, str]) -> Details:
    """The evidence that two people vouch for."""
    return {**evidence, _VOUCHED[source][1]: list(by)}


def agree(source: PublicSource, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two people entered the same: the numbers of an issue in whatever order, dice in theirs."""
    key, _ = _VOUCHED[source]
    if source is PublicSource.LOTTERY:
        return [sorted(group) for group in one[key]] == [sorted(group) for group in other[key]]
    return bool(one[key] == other[key])


def typed(source: PublicSource, evidence: Mapping[str, Any]) -> str:
    """What somebody entered, as it was typed."""
    return proven(source, evidence)[0][1]


def described(source: PublicSource, details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was declared, as (label, words); the labels are Chinese sources for translation."""
    if source is PublicSource.DRAND:
        return [
            (gettext_noop("信标网络"), name_of(source, details).rpartition(" ")[0]),
            (gettext_noop("轮次"), str(details["round"])),
            (gettext_noop("链摘要"), details["chain_hash"]),
            (gettext_noop("公钥"), details["public_key"]),
            (gettext_noop("签名算法"), details["scheme"]),
        ]
    if source is PublicSource.NIST:
        return [
            (gettext_noop("信标链"), str(details["chain"])),
            (gettext_noop("脉冲序号"), str(details["pulse"])),
            (gettext_noop("证书摘要"), details["certificate_id"]),
        ]
    if source is PublicSource.LOTTERY:
        groups = " + ".join(f"{group['count']}/{group['highest']}" for group in details["groups"])
        return [
            (gettext_noop("玩法"), details["game"]),
            (gettext_noop("期号"), details["issue"]),
            (gettext_noop("号码构成(个数/最大号码)"), groups),
        ]
    return [(gettext_noop("投掷次数"), str(details["count"])), (gettext_noop("骰子面数"), str(details["faces"]))]


def proven(source: PublicSource, evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was entered, as (label, words)."""
    if source is PublicSource.DRAND:
        return [(gettext_noop("签名"), str(evidence["signature"]))]
    if source is PublicSource.NIST:
        return [(gettext_noop("输出值"), str(evidence["pulse"]["outputValue"]))]
    if source is PublicSource.LOTTERY:
        return [
            (gettext_noop("号码"), spaced(evidence["numbers"])),
            (gettext_noop("出处"), str(evidence.get("source", ""))),
            (gettext_noop("录入人"), "、".join(evidence.get("entered_by", []))),
        ]
    return [
        (gettext_noop("点数"), " ".join(map(str, evidence["throws"]))),
        (gettext_noop("在场录入"), "、".join(evidence.get("seen_by", []))),
    ]


def spaced(numbers: list[list[int]]) -> str:
    """The numbers of an issue as people read them."""
    return " | ".join(" ".join(f"{number:02}" for number in group) for group in numbers)
