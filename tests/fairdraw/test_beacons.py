"""Beacons of others: real rounds and pulses are believed, forged ones are not, and the report says what was proven."""

import hashlib

import pytest

import fairdraw
from fairdraw import bls, rsa
from tests.fairdraw import ceremonies
from tests.fairdraw.test_sources import QUICK, VECTORS

BEACONS = "vectors/beacons.json"
TAG_G1 = b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"
TAG_G2 = b"QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_"


def test_texts_are_hashed_to_the_points_of_rfc_9380():
    """Appendices J.9.1 and J.10.1, message `abc`."""
    first, second = bls._hashed(b"abc", TAG_G1, bls._G1), bls._hashed(b"abc", TAG_G2, bls._G2)

    assert f"{first[0].a:096x}" == (
        "03567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903"
    )
    assert f"{second[0].a:096x}" == (
        "02c2d18e033b960562aae3cab37a27ce00d80ccd5ba4b7fe0e7a210245129dbec7780ccc7954725f4168aff2787776e6"
    )


def details_of(case, chains):
    """What would have been declared of a round; the chain's other figures where they are known, else made to fit."""
    known = next((chain for chain in chains if chain["public_key"] == case["public_key"]), None)
    genesis, period = (known["genesis_time"], known["period"]) if known else (1_600_000_000, 3)
    seed, name = (known["genesis_seed"], known["beacon_id"]) if known else ("00" * 32, "other")
    key = bytes.fromhex(case["public_key"] + seed)
    hashed = (
        period.to_bytes(4, "big") + genesis.to_bytes(8, "big") + key + (b"" if name == "default" else name.encode())
    )
    return {
        "network": "drand",
        "scheme": case["scheme"],
        "chain_hash": known["chain_hash"] if known else hashlib.sha256(hashed).hexdigest(),
        "public_key": case["public_key"],
        "genesis": genesis,
        "genesis_seed": seed,
        "beacon_id": name,
        "period": period,
        "round": case["round"],
    }


def evidence_of(case):
    keys = ("round", "randomness", "signature", "previous_signature")
    return {key: case[key] for key in keys if case[key] is not None}


def test_real_rounds_are_believed(shared_vectors):
    drand = shared_vectors(BEACONS)["drand"]
    rounds = [case for case in drand["rounds"] if case["scheme"] != "bls-unchained-on-g1"]

    for case in rounds:
        value = fairdraw.value_of("beacon", details_of(case, drand["chains"]), evidence_of(case))
        assert value.hex() == case["randomness"]
    assert {case["scheme"] for case in rounds} == {
        "pedersen-bls-chained",
        "pedersen-bls-unchained",
        "bls-unchained-g1-rfc9380",
    }


def test_forged_rounds_are_refused(shared_vectors):
    drand = shared_vectors(BEACONS)["drand"]

    for case in drand["negative"]:
        with pytest.raises((fairdraw.BadSource, fairdraw.BadEvidence)):
            pytest.fail(f"believed: {case['why']} {fairdraw.value_of('beacon', *declared(case, drand))}")


def declared(case, drand):
    return details_of(case, drand["chains"]), evidence_of(case)


def test_a_scheme_that_has_ended_is_refused_when_it_is_declared(shared_vectors):
    drand = shared_vectors(BEACONS)["drand"]
    case = next(case for case in drand["rounds"] if case["scheme"] == "bls-unchained-on-g1")

    with pytest.raises(fairdraw.BadSource, match="bls-unchained-on-g1"):
        fairdraw.value_of("beacon", *declared(case, drand))


def test_rounds_of_real_chains_are_due_when_they_were_made(shared_vectors):
    drand = shared_vectors(BEACONS)["drand"]

    for case in drand["times"]:
        chain = next(chain for chain in drand["chains"] if chain["name"] == case["chain"])
        details = details_of({**chain, "round": case["round"]}, drand["chains"])
        assert fairdraw.arises_at("beacon", details).timestamp() == case["unix"]


def test_a_real_pulse_is_believed_and_any_other_is_not(shared_vectors):
    case = shared_vectors(BEACONS)["nist_v2"]
    pulse = case["pulse"]
    details = {
        "network": "nist",
        "chain": 1,
        "pulse": 54610,
        "at": "2018-08-31T01:44:00+08:00",
        "certificate_id": pulse["certificateId"],
    }

    value = fairdraw.value_of("beacon", details, {"pulse": pulse, "certificate": case["certificate_pem"]})

    assert value.hex().upper() == pulse["outputValue"]
    for change in (
        {"statusCode": 2},
        {"outputValue": "00" * 64},
        {"pulseIndex": 54611},
        {"signatureValue": "00" * 512},
    ):
        with pytest.raises(fairdraw.BadEvidence):
            fairdraw.value_of("beacon", details, {"pulse": pulse | change, "certificate": case["certificate_pem"]})


@pytest.mark.parametrize(
    "certificate", [b"", b"\x30", b"\x30\x82", b"\x30\x03\x02\x01\x01", b"\x30\x80" * 9, bytes(99)]
)
def test_what_is_no_certificate_has_no_key(certificate):
    assert rsa.key_of(certificate) is None


BEACON = fairdraw.Source("beacon", "信标第2300000轮", details=QUICK["details"])
FORMAL = next(held for held in map(ceremonies.make, range(99)) if not held.statement["rehearsal"])


def sentences(held):
    report = fairdraw.verify_files(held.files())
    assert report.ok, report.failed
    return [str(told) for told in report.notes], [str(told) for told in report.rests_on]


def test_the_report_says_what_a_round_proved_and_that_its_chain_is_unknown():
    held = ceremonies.with_source(FORMAL, BEACON, bytes.fromhex(QUICK["value"]), QUICK["evidence"])

    notes, rests_on = sentences(held)

    assert "信标 信标第2300000轮 的签名已核验,其值应在 2026-03-21T20:39:57+00:00 产生" in notes
    assert (
        "信标 信标第2300000轮 的链不在本程序所知之列,请与网络公布的核对:" + QUICK["details"]["chain_hash"] in rests_on
    )


def test_the_report_says_that_a_pulse_rests_on_its_operator():
    case = next(case for case in VECTORS["values"] if case["details"].get("network") == "nist")
    source = fairdraw.Source("beacon", "脉冲", details=case["details"])

    notes, rests_on = sentences(ceremonies.with_source(FORMAL, source, bytes.fromhex(case["value"]), case["evidence"]))

    assert "信标 脉冲 的签名已核验,其值应在 2026-03-19T21:15:00+08:00 产生" in notes
    assert any("信标 脉冲 以 NIST 不泄露其值为据" in said for said in rests_on)


def test_the_report_names_those_who_saw_the_dice():
    dice = fairdraw.Source("dice", "公证处骰子", details={"count": 4, "faces": 6})
    evidence = {"throws": [3, 1, 6, 4], "seen_by": ["JW-1", "SJ-1"]}

    _, rests_on = sentences(ceremonies.with_source(FORMAL, dice, b"3 1 6 4", evidence))

    assert "骰子 公证处骰子 的点数以 JW-1、SJ-1 在场所见为据" in rests_on


def test_the_report_says_for_whom_a_fall_back_stood_in():
    declared_too = FORMAL.statement | {"entropy": [*FORMAL.statement["entropy"], BEACON.to_json()]}
    held = ceremonies.Held(**{**vars(FORMAL), "statement": declared_too})
    dice = fairdraw.Source("dice", "公证处骰子", details={"count": 4, "faces": 6, "wait": 60}, instead_of=2)
    evidence = {"throws": [3, 1, 6, 4], "seen_by": ["JW-1", "SJ-1"]}

    notes, rests_on = sentences(ceremonies.with_source(held, dice, b"3 1 6 4", evidence))

    assert "后备来源 公证处骰子 代替了 信标第2300000轮:原来源为何不能用,以登记为准" in rests_on
    assert not any("信标" in said for said in notes)


def test_a_round_of_the_main_network_is_named_by_its_chain(shared_vectors):
    drand = shared_vectors(BEACONS)["drand"]
    case = next(case for case in drand["rounds"] if "quicknet" in case["network"])
    details, evidence = declared(case, drand)
    source = fairdraw.Source("beacon", "quicknet 1000", details=details)
    frozen = FORMAL.statement | {"frozen_at": "2023-08-23T15:00:00+00:00"}
    early = ceremonies.Held(**{**vars(FORMAL), "statement": frozen})

    _, rests_on = sentences(ceremonies.with_source(early, source, bytes.fromhex(case["randomness"]), evidence))

    assert "信标 quicknet 1000 以 drand 主网 quicknet 的多数节点不合谋为据" in rests_on


def test_an_office_that_brings_a_value_of_its_own_is_refuted():
    held = ceremonies.with_source(FORMAL, BEACON, b"\1" * 32, QUICK["evidence"])

    report = fairdraw.verify_files(held.files())

    assert [check.name for check in report.failed] == ["entropy"]
    assert str(report.failed[0].refusal) == "随机来源的值与凭据不符:信标第2300000轮"
