"""Pulses of NIST's Randomness Beacon 2.0 (公共信标), held to the certificate declared. Source: NISTIR 8213."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha512
from typing import Any

from fairdraw import rsa
from fairdraw.evidence import (
    BadEvidence,
    Fits,
    count,
    hexes,
    hold_details,
    hold_evidence,
    is_moment,
    is_text,
    list_of,
    moment,
    one_of,
)
from fairdraw.refused import gettext_noop

_LARGEST = 2**53 - 1
_DETAILS = {
    "network": one_of("nist"),
    "chain": count(1, _LARGEST),
    "pulse": count(1, _LARGEST),
    "at": is_moment,
    "certificate_id": hexes(64),
}


def _any_case(*lengths: int) -> Fits:
    return lambda value: isinstance(value, str) and hexes(*lengths)(value.lower())


_WORD = count(0, 2**32 - 1)
_DIGEST = _any_case(64)
_PULSE = {
    "uri": is_text,
    "version": is_text,
    "cipherSuite": count(0, 0),
    "period": _WORD,
    "certificateId": _DIGEST,
    "chainIndex": count(1, _LARGEST),
    "pulseIndex": count(1, _LARGEST),
    "timeStamp": is_text,
    "localRandomValue": _DIGEST,
    "external": lambda value: isinstance(value, dict),
    "listValues": list_of(lambda value: isinstance(value, dict), 5, 5),
    "precommitmentValue": _DIGEST,
    "statusCode": _WORD,
    "signatureValue": _any_case(256, 384, 512),
    "outputValue": _DIGEST,
}
_EXTERNAL = {"sourceId": _DIGEST, "statusCode": _WORD, "value": _DIGEST}


def pulse_moment(details: object) -> datetime:
    """When the declared pulse is due.

    Raises:
        BadSource: the details are not complete.
    """
    return datetime.fromisoformat(hold_details(details, _DETAILS)["at"])


def pulse_value(details: object, evidence: object) -> bytes:
    """The 64 bytes of the declared pulse, once its output and its signature hold.

    Raises:
        BadSource: the details are not those of a pulse.
        BadEvidence: the evidence is of another pulse, or its output, signature or certificate does not hold.
    """
    held = hold_details(details, _DETAILS)
    brought = hold_evidence(evidence, {"pulse": lambda value: isinstance(value, dict), "certificate": is_text})
    pulse = hold_evidence(brought["pulse"], _PULSE, more=True)
    if (pulse["chainIndex"], pulse["pulseIndex"]) != (held["chain"], held["pulse"]):
        raise BadEvidence(gettext_noop("凭据不是公告的那个脉冲"))
    if _stamped(pulse["timeStamp"]) != moment(held["at"]):
        raise BadEvidence(gettext_noop("脉冲的时间与公告的不符:%(time)s"), time=pulse["timeStamp"])
    message, signature = _message(pulse), bytes.fromhex(pulse["signatureValue"])
    value = sha512(message + signature).digest()
    if value.hex() != pulse["outputValue"].lower():
        raise BadEvidence(gettext_noop("脉冲的输出值不是各字段的摘要"))
    certificate = _certificate(brought["certificate"])
    if not sha512(certificate).hexdigest() == held["certificate_id"] == pulse["certificateId"].lower():
        raise BadEvidence(gettext_noop("证书不是公告的那一张"))
    key = rsa.key_of(certificate)
    if key is None or not rsa.verify(key, message, signature):
        raise BadEvidence(gettext_noop("脉冲的签名不成立"))
    return value


def _stamped(text: str) -> datetime | None:
    """The moment that a pulse bears: in UTC, with milliseconds that are always zero."""
    return moment(text.removesuffix(".000Z") + "+00:00") if text.endswith(".000Z") else None


def _certificate(text: str) -> bytes:
    """The bytes of a certificate in PEM (RFC 7468)."""
    lines = text.strip().splitlines()
    if lines[0] != "-----BEGIN CERTIFICATE-----" or lines[-1] != "-----END CERTIFICATE-----":
        raise BadEvidence(gettext_noop("证书不是 PEM 格式"))
    try:
        return base64.b64decode("".join(lines[1:-1]), validate=True)
    except ValueError:
        raise BadEvidence(gettext_noop("证书不是 PEM 格式")) from None


def _message(pulse: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: the fields in their order, texts and digests preceded by their length."""
    external = hold_evidence(pulse["external"], _EXTERNAL, more=True)
    former = [hold_evidence(value, {"value": _DIGEST}, more=True) for value in pulse["listValues"]]
    return b"".join(
        (
            _long(pulse["uri"].encode()),
            _long(pulse["version"].encode()),
            pulse["cipherSuite"].to_bytes(4, "big"),
            pulse["period"].to_bytes(4, "big"),
            _digest(pulse["certificateId"]),
            pulse["chainIndex"].to_bytes(8, "big"),
            pulse["pulseIndex"].to_bytes(8, "big"),
            _long(pulse["timeStamp"].encode()),
            _digest(pulse["localRandomValue"]),
            _digest(external["sourceId"]),
            external["statusCode"].to_bytes(4, "big"),
            _digest(external["value"]),
            *(_digest(value["value"]) for value in former),
            _digest(pulse["precommitmentValue"]),
            pulse["statusCode"].to_bytes(4, "big"),
        )
    )


def _long(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


def _digest(text: str) -> bytes:
    return _long(bytes.fromhex(text))
