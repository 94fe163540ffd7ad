"""What the declared sources gave (randomness.md, draw.md): commitments opened, values computed from their evidence.

The signatures of beacons are not checked here: BLS (drand) and RSA (NIST) take more code than all the rest.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from canonical import HEX, TEXT, digest, fits, need, unhex
from statement import moment

OPENED = {"kind": ".*", "by": ".*", "commitment": object, "nonce": object, "value": ".*", "evidence": object}
GROUP = {"count": int, "highest": int}
LOTTERY = {"game": TEXT, "issue": TEXT, "drawn_at": TEXT, "groups": [GROUP], "wait?": int}
NUMBERS = {"numbers": [[int]], "entered_by": [TEXT], "source": TEXT}
KEY_BYTES = {"pedersen-bls-chained": 48, "pedersen-bls-unchained": 48, "bls-unchained-g1-rfc9380": 96}
DICE = {"count": int, "faces": int, "wait?": int}
THROWS = {"throws": [int], "seen_by": [TEXT]}
DRAND = {
    "network": "drand", "scheme": TEXT, "chain_hash": HEX, "public_key": TEXT, "genesis": int, "genesis_seed": HEX,
    "beacon_id": TEXT, "period": int, "round": int, "wait?": int,
}  # fmt: skip
NIST = {"network": "nist", "chain": int, "pulse": int, "at": TEXT, "certificate_id": "[0-9a-f]{128}", "wait?": int}


def values_of(opened, statement):
    """The values in order; of each source and its fall-backs exactly one."""
    declared, suite = statement["entropy"], statement["suite"]
    need(fits([OPENED], opened), "the form of what was opened")

    def first(place):
        before = declared[place]["instead_of"]
        return place if before is None else first(before)

    places = [[(s["kind"], s["by"]) for s in declared].index((item["kind"], item["by"])) for item in opened]
    need(places == sorted(places), "sources are out of order")
    need(sorted(map(first, places)) == sorted(set(map(first, range(len(declared))))), "a source is missing or surplus")
    for place, item in zip(places, opened, strict=True):
        value, source = unhex(item["value"]), declared[place]
        need(value and item["commitment"] == source["commitment"], f"{item['by']} was declared otherwise")
        if item["kind"] == "witness":
            right = digest(suite, unhex(item["nonce"], 32), value).hex()
            need(right == source["commitment"], f"{item['by']} did not open the commitment")
        else:
            need(item["nonce"] is None, "only witnesses have a nonce")
            if item["kind"] != "os":
                need(EVIDENCE[item["kind"]](source["details"], item["evidence"]) == value, "not the evidence's value")
    return [unhex(item["value"]) for item in opened]


def check_due(statement):
    """What arises by itself is due ten minutes after the freeze or later."""
    for source in statement["entropy"]:
        details, due = source["details"], None
        if source["kind"] == "lottery":
            need(fits(LOTTERY, details) and 0 < len(details["groups"]) < 100, "the details of a lottery")
            need(
                all(0 < group["count"] < 100 and group["highest"] for group in details["groups"]), "a lottery's groups"
            )
            due = moment(details["drawn_at"])
        elif source["kind"] == "beacon" and details.get("network") == "drand":
            need(fits(DRAND, details) and details["round"] and details["period"], "the details of drand")
            need(len(details["public_key"]) == 2 * KEY_BYTES[details["scheme"]], "a key of another scheme")
            need(chain_of(details) == details["chain_hash"], "not the hash of this chain")
            due = datetime.fromtimestamp(details["genesis"] + (details["round"] - 1) * details["period"], UTC)
        elif source["kind"] == "beacon":
            need(fits(NIST, details) and details["chain"] and details["pulse"], "the details of a beacon")
            due = moment(details["at"])
        elif source["kind"] == "dice":
            need(fits(DICE, details) and 0 < details["count"] < 1000 and 1 < details["faces"] <= 100, "dice")
        if due is not None:
            need(due - moment(statement["frozen_at"]) >= timedelta(minutes=10), "known too soon after the freeze")
        if source["kind"] in EVIDENCE:
            need(0 < details.get("wait", 1) < 100000, "the waiting time")


def lottery(details, evidence):
    need(fits(NUMBERS, evidence) and len(evidence["entered_by"]) == 2, "the evidence of a lottery")
    need(len({name.strip() for name in evidence["entered_by"]}) == 2, "one person entered the numbers alone")
    for group, numbers in zip(details["groups"], evidence["numbers"], strict=True):
        need(len(numbers) == group["count"] > 0 and max(numbers) <= group["highest"], "not such a draw's numbers")
    return "".join("".join(f"{n}." for n in sorted(numbers)) + "/" for numbers in evidence["numbers"]).encode()


def dice(details, evidence):
    need(fits(THROWS, evidence), "the evidence of dice")
    names, throws = [name.strip() for name in evidence["seen_by"]], evidence["throws"]
    need(1 < len(set(names)) == len(names) < 100, "dice need two who saw them")
    need(len(throws) == details["count"] and all(0 < n <= details["faces"] for n in throws), "not such throws")
    return " ".join(map(str, throws)).encode()


def beacon(details, evidence):
    if details["network"] == "nist":
        return nist(details, evidence["pulse"])
    signature = unhex(evidence["signature"])
    need(fits(int, evidence["round"]) and evidence["round"] == details["round"], "another round")
    need(len(signature) == 144 - KEY_BYTES[details["scheme"]], "a signature of another scheme")
    need(hashlib.sha256(signature).hexdigest() == evidence["randomness"], "not the digest of its signature")
    return unhex(evidence["randomness"], 32)


def chain_of(details):
    name = "" if details["beacon_id"] == "default" else details["beacon_id"]
    numbers = details["period"].to_bytes(4, "big") + details["genesis"].to_bytes(8, "big")
    keys = unhex(details["public_key"]) + unhex(details["genesis_seed"])
    return hashlib.sha256(numbers + keys + name.encode()).hexdigest()


def nist(details, pulse):
    at = moment(details["at"]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    place = (pulse["chainIndex"], pulse["pulseIndex"], pulse["timeStamp"], pulse["certificateId"].lower())
    need(place == (details["chain"], details["pulse"], at, details["certificate_id"]), "another pulse")
    parts = [pulse["uri"], pulse["version"], pulse["cipherSuite"], pulse["period"]]
    parts += [
        bytes.fromhex(pulse["certificateId"]),
        (pulse["chainIndex"], 8),
        (pulse["pulseIndex"], 8),
        at,
        bytes.fromhex(pulse["localRandomValue"]),
    ]
    other = pulse["external"]
    parts += [bytes.fromhex(other["sourceId"]), other["statusCode"], bytes.fromhex(other["value"])]
    parts += [bytes.fromhex(each["value"]) for each in pulse["listValues"]]
    parts += [bytes.fromhex(pulse["precommitmentValue"]), pulse["statusCode"]]
    message = b"".join(map(_part, parts)) + bytes.fromhex(pulse["signatureValue"])
    need(hashlib.sha512(message).hexdigest() == pulse["outputValue"].lower(), "not the digest of its pulse")
    return bytes.fromhex(pulse["outputValue"])


def _part(value):
    if isinstance(value, int):
        return value.to_bytes(4, "big")
    if isinstance(value, tuple):
        return value[0].to_bytes(value[1], "big")
    content = value.encode() if isinstance(value, str) else value
    return len(content).to_bytes(4, "big") + content


EVIDENCE = {"beacon": beacon, "lottery": lottery, "dice": dice}
