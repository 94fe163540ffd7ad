"""Rounds of drand (公共信标), signed by many nodes together and verified offline. Source: spec/randomness.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from fairdraw import bls
from fairdraw.evidence import BadEvidence, BadSource, count, hexes, hold_details, hold_evidence, is_text, one_of
from fairdraw.refused import gettext_noop

CHAINS = {
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": "default",
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": "quicknet",
}
"""The chains of drand's main network, by the hashes that its members publish."""


@dataclass(frozen=True, slots=True)
class _Scheme:
    key_bytes: int
    tag: bytes
    chained: bool

    @property
    def signature_bytes(self) -> int:
        return 144 - self.key_bytes  # key and signature lie in different groups, of 48 and 96 bytes


_ON_G1 = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_ON_G2 = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
_SCHEMES = {
    "pedersen-bls-chained": _Scheme(48, _ON_G2, chained=True),
    "pedersen-bls-unchained": _Scheme(48, _ON_G2, chained=False),
    "bls-unchained-g1-rfc9380": _Scheme(96, _ON_G1, chained=False),
}
_LARGEST = 2**53 - 1
_DETAILS = {
    "network": one_of("drand"),
    "scheme": one_of(*_SCHEMES),
    "chain_hash": hexes(32),
    "public_key": hexes(48, 96),
    "genesis": count(0, _LARGEST),
    "genesis_seed": hexes(32),
    "beacon_id": is_text,
    "period": count(1, 2**32 - 1),
    "round": count(1, _LARGEST),
}


def round_moment(details: object) -> datetime:
    """When the declared round is due.

    Raises:
        BadSource: the details are not complete, contradict themselves, or lie beyond the calendar.
    """
    held = _held(details)
    seconds = held["genesis"] + (held["round"] - 1) * held["period"]
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    except OverflowError:
        raise BadSource(gettext_noop("信标的轮次太远:%(round)s"), round=held["round"]) from None


def round_value(details: object, evidence: object) -> bytes:
    """The 32 bytes of the declared round, once its signature holds.

    Raises:
        BadSource: the details are not those of a round.
        BadEvidence: the evidence is of another round, or its signature or digest does not hold.
    """
    held = _held(details)
    scheme, number = _SCHEMES[held["scheme"]], held["round"]
    signed = hexes(scheme.signature_bytes)
    form = {"round": count(number, number), "randomness": hexes(32), "signature": signed}
    said = hold_evidence(evidence, form | ({"previous_signature": signed} if scheme.chained else {}), more=True)
    signature, before = bytes.fromhex(said["signature"]), said["previous_signature"] if scheme.chained else ""
    value = sha256(signature).digest()
    if value.hex() != said["randomness"]:
        raise BadEvidence(gettext_noop("信标的值不是签名的摘要"))
    message = sha256(bytes.fromhex(before) + number.to_bytes(8, "big")).digest()
    if not bls.verify(bytes.fromhex(held["public_key"]), message, signature, scheme.tag):
        raise BadEvidence(gettext_noop("信标的签名不成立"))
    return value


def _held(details: object) -> Mapping[str, Any]:
    """The details, whose chain hash is that of key, genesis and period: whoever knows the hash knows them all."""
    held = hold_details(details, _DETAILS)
    if len(held["public_key"]) != 2 * _SCHEMES[held["scheme"]].key_bytes:
        raise BadSource(gettext_noop("信标的公钥与签名方案不配套"))
    parts = (
        held["period"].to_bytes(4, "big"),
        held["genesis"].to_bytes(8, "big"),
        bytes.fromhex(held["public_key"] + held["genesis_seed"]),
        b"" if held["beacon_id"] == "default" else held["beacon_id"].encode(),
    )
    if sha256(b"".join(parts)).hexdigest() != held["chain_hash"]:
        raise BadSource(gettext_noop("链的标识与公钥、起点、周期不符:%(hash)s"), hash=held["chain_hash"])
    return held
