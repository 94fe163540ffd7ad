"""The API of draws: the same ceremony by a program."""

import json

import pytest

import fairdraw
from mingcha.draws.models import Ceremony
from tests import clock, draws_world
from tests.rooms.draws.test_sources import FROZEN, LATER, ROUND

ROOT = "/api/v1/draws"


def posted(client, path: str, **body: object):
    return client.post(f"{ROOT}{path}", json.dumps(body), content_type="application/json")


def test_a_whole_ceremony_by_the_api(world, issued, client_of):
    market = client_of("market")
    prepared = posted(market, "/", title="甲", tasks=[issued.department.number])
    number = prepared.json()["number"]
    for username in draws_world.INPUTS:
        posted(market, f"/{number}/witnesses", username=username, organization=username)
    for username, (nonce, value) in draws_world.INPUTS.items():
        commitment = fairdraw.commit_input(nonce=nonce, value=value)
        posted(client_of(username), f"/{number}/commitment", commitment=commitment)
    frozen = posted(market, f"/{number}/freeze").json()
    for username, (nonce, value) in draws_world.INPUTS.items():
        posted(client_of(username), f"/{number}/opening", nonce=nonce.hex(), value=value.hex())
    drawn = posted(market, f"/{number}/hold").json()
    signed = [posted(client_of(username), f"/{number}/countersign").status_code for username in draws_world.INPUTS]

    released = posted(market, f"/{number}/release").json()

    assert frozen["tasks"][0]["population"] == 39
    assert drawn["state"] == "DRAWN"
    assert signed == [200, 200]
    assert released["state"] == "RELEASED"
    bundle = market.get(f"{ROOT}/{number}/bundle")
    assert fairdraw.verify_bundle(bundle.content).ok
    units = market.get(f"{ROOT}/{number}/units", {"drawn_as": "SELECTED"}).json()["units"]
    assert len(units) == 15


def test_an_answer_tells_nothing_confidential(world, drawn, client_of):
    text = client_of("market").get(f"{ROOT}/{drawn.number}").content.decode()

    for secret in (drawn.seed, bytes(drawn.salt).hex(), "441602/", drawn.tasks.get().frame_digest):
        assert secret not in text


@pytest.mark.parametrize("path", ["", "/units", "/bundle"])
def test_another_departments_ceremony_is_not_found(world, drawn, client_of, path):
    response = client_of("education").get(f"{ROOT}/{drawn.number}{path}")

    assert response.status_code == 404


def test_the_list_is_scoped_and_paged(world, issued, drawn, client_of):
    rehearsal = draws_world.prepare(world, [issued.joint], is_rehearsal=True)

    first = client_of("office").get(f"{ROOT}/", {"limit": 1}).json()
    second = client_of("office").get(f"{ROOT}/", {"limit": 1, "after": first["next"]}).json()
    education = client_of("education").get(f"{ROOT}/").json()

    assert [row["number"] for row in first["ceremonies"] + second["ceremonies"]] == [drawn.number, rehearsal.number]
    assert [row["number"] for row in education["ceremonies"]] == [rehearsal.number], "it takes part in that task"


def test_a_refusal_is_a_sentence(world, drawn, client_of):
    response = posted(client_of("market"), f"/{drawn.number}/hold")

    assert response.status_code == 409
    assert "当前为“已抽取封存”" in response.json()["message"]


def test_what_the_role_may_not_is_forbidden(world, drawn, client_of):
    assert posted(client_of("justice"), f"/{drawn.number}/hold").status_code == 403
    assert posted(client_of("market"), f"/{drawn.number}/countersign").status_code == 403
    assert client_of("market").get(f"{ROOT}/{drawn.number}/bundle?for_auditors=true").status_code == 403


def test_the_auditors_bundle_by_the_api(world, drawn, client_of):
    response = client_of("justice").get(f"{ROOT}/{drawn.number}/bundle", {"for_auditors": "true"})

    assert fairdraw.verify_bundle(response.content).whole


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/commitment", {"commitment": "xyz"}),
        ("/opening", {"nonce": "00", "value": "00"}),
        ("/opening", {"nonce": "0" * 64, "value": "0"}),
        ("/opening", {"nonce": "0" * 64, "value": "00" * 1025}),
        ("/abandon", {"reason": "长" * 501}),
    ],
)
def test_what_has_not_the_right_form_is_not_asked_at_all(world, prepared, client_of, path, body):
    assert posted(client_of("justice"), f"/{prepared.number}{path}", **body).status_code == 422


def test_a_ceremony_is_abandoned_with_its_reason(world, committed, client_of):
    response = posted(client_of("market"), f"/{committed.number}/abandon", reason="见证人未能到场")

    assert response.json()["abandoned_reason"] == "见证人未能到场"
    assert Ceremony.objects.get().state == "ABANDONED"


def test_a_rehearsal_with_the_generator(world, issued, client_of):
    market = client_of("market")
    number = posted(market, "/", title="演练", tasks=[issued.joint.number], is_rehearsal=True).json()["number"]

    for step in ("system", "freeze", "system-input", "hold"):
        response = posted(market, f"/{number}/{step}")

    assert number.startswith("R")
    assert response.json()["state"] == "DRAWN"


def source(client, number: str, position: int) -> dict:
    rows = client.get(f"{ROOT}/{number}").json()["sources"]
    return next(row for row in rows if row["position"] == position)


def test_a_public_source_by_the_api(world, prepared, client_of, monkeypatch):
    market, number = client_of("market"), prepared.number
    clock.stop(monkeypatch, FROZEN)
    drand = {"network": "quicknet", "round": 1000}
    declared = posted(market, f"/{number}/sources", kind="drand", details=drand, wait=30)
    dice = {"count": 20, "faces": 6}
    fallen_back = posted(market, f"/{number}/sources", kind="dice", details=dice, instead_of=2)
    draws_world.commit(world, prepared)
    posted(market, f"/{number}/freeze")
    clock.stop(monkeypatch, LATER)
    forged = posted(market, f"/{number}/sources/2/entry", evidence={**ROUND, "round": 999})
    entered = posted(market, f"/{number}/sources/2/entry", evidence=ROUND)
    given_up = posted(market, f"/{number}/sources/2/fallback", reason="想换一个结果,所以改用后备")

    assert [each.status_code for each in (declared, fallen_back, entered)] == [200, 200, 200]
    assert [each.status_code for each in (forged, given_up)] == [409, 409]
    assert source(market, number, 2)["value"] == ROUND["randomness"]
    assert source(market, number, 2)["details"]["round"] == 1000
    assert source(market, number, 3)["instead_of"] == 2


def test_a_public_source_is_withdrawn_by_the_api(world, prepared, client_of):
    market, number = client_of("market"), prepared.number
    posted(market, f"/{number}/sources", kind="dice", details={"count": 20, "faces": 6})

    answer = market.delete(f"{ROOT}/{number}/sources/2")

    assert (answer.status_code, len(answer.json()["sources"])) == (200, 2)


def test_only_who_prepares_declares_a_public_source(prepared, client_of):
    given = {"kind": "dice", "details": {"count": 20, "faces": 6}}

    assert posted(client_of("discipline"), f"/{prepared.number}/sources", **given).status_code == 403
    assert posted(client_of("education"), f"/{prepared.number}/sources", **given).status_code == 404


@pytest.mark.parametrize(
    "details",
    [
        {"game": "甲", "issue": "1", "drawn_at": "9999-12-31T23:59:59-12:00", "groups": "6/33"},
        {"game": "\ud800", "issue": "1", "drawn_at": "x", "groups": "6/33"},
        {"game": "甲", "issue": "\ud800", "drawn_at": "2026-03-09T21:15:00+08:00", "groups": "\ud800"},
    ],
)
def test_a_public_source_that_cannot_be_is_refused(prepared, client_of, details):
    answer = posted(client_of("market"), f"/{prepared.number}/sources", kind="lottery", details=details)

    assert answer.status_code in (400, 409)
    assert prepared.sources.count() == 2


def test_evidence_larger_than_any_proof_is_refused(world, prepared, client_of, monkeypatch):
    market, number = client_of("market"), prepared.number
    clock.stop(monkeypatch, FROZEN)
    posted(market, f"/{number}/sources", kind="drand", details={"network": "quicknet", "round": 1000})
    draws_world.commit(world, prepared)
    posted(market, f"/{number}/freeze")
    clock.stop(monkeypatch, LATER)

    answer = posted(market, f"/{number}/sources/2/entry", evidence={**ROUND, "x": "a" * 5_000_000})

    assert answer.status_code == 409
    assert "录入内容过大" in answer.content.decode()


def test_a_reason_may_be_typed_in_whatever_form_of_unicode(prepared, client_of):
    reason = "见证人未能到场,caf" + "e\u0301" + " 改期"

    assert posted(client_of("market"), f"/{prepared.number}/abandon", reason=reason).status_code == 200
