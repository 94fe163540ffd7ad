"""The pages of public sources: declared at the desk, entered at the desk and by the witnesses."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from tests import clock, draws_world
from tests.rooms.draws import test_sources as sources

DRAND = {"network": "quicknet", "round": "1000", "at": "", "wait": "30"}
READY = sources.DUE + timedelta(minutes=30, seconds=10)
DICE = {"count": "6", "faces": "6", "wait": "60"}


@pytest.fixture
def desk(client_of, prepared, monkeypatch):
    clock.stop(monkeypatch, sources.FROZEN)
    return client_of("market")


def declare(client, ceremony, kind, **given):
    return client.post(f"{reverse('draws:declare_source', args=[ceremony.number])}?kind={kind}", given, follow=True)


def address(ceremony, position, name="source"):
    return reverse(f"draws:{name}", args=[ceremony.number, position])


@pytest.fixture
def waiting(world, desk, prepared, monkeypatch):
    """Frozen with a drand round and dice as its fall-back; the round has spoken."""
    declare(desk, prepared, "drand", **DRAND)
    declare(desk, prepared, "dice", **DICE, instead_of="2")
    sources.freeze(world, prepared)
    clock.stop(monkeypatch, sources.LATER)
    desk.get("/")  # a session ends after half an hour of silence
    return prepared


def test_a_source_is_declared_on_its_page(desk, prepared):
    page = declare(desk, prepared, "drand", **DRAND).content.decode()

    assert "已登记公开来源“drand quicknet 1000”" in page
    assert "2023-08-23 23:59:24" in page
    assert "30分钟" in page


def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(desk, prepared):
    answer = declare(
        desk, prepared, "lottery", game="双色球", issue="", drawn_at="2023-08-24T21:15", groups="六", wait="60"
    )

    assert answer.status_code == 422
    assert 'value="双色球"' in answer.content.decode()
    assert prepared.sources.count() == 2


def test_a_round_that_speaks_too_soon_is_refused_with_the_reason(desk, prepared):
    answer = declare(desk, prepared, "drand", **{**DRAND, "round": "890"})

    assert answer.status_code == 409
    assert prepared.sources.count() == 2


def test_a_pasted_round_is_verified_and_shown(desk, waiting):
    page = desk.post(address(waiting, 2, "enter_source"), {"text": json.dumps(sources.ROUND)}, follow=True)

    assert "“drand quicknet 1000”已核验并采用" in page.content.decode()
    assert sources.ROUND["randomness"] in page.content.decode()


@pytest.mark.parametrize(
    ("text", "status"), [("", 422), ("{", 422), ("[]", 422), ("[" * 5000, 422), ('{"round": 1000}', 409)]
)
def test_what_proves_nothing_is_refused_and_stays_in_the_form(desk, waiting, text, status):
    answer = desk.post(address(waiting, 2, "enter_source"), {"text": text})

    assert answer.status_code == status
    assert waiting.sources.get(position=2).opened_at is None


def test_the_fall_back_is_offered_only_after_the_waiting_time(desk, waiting, monkeypatch):
    early = desk.get(address(waiting, 2)).content.decode()
    clock.stop(monkeypatch, READY)

    late = desk.get(address(waiting, 2)).content.decode()
    page = desk.post(address(waiting, 2, "give_up_source"), {"reason": "信标网站长时间无法访问"}, follow=True)

    assert "改用后备的理由" not in early
    assert "改用后备的理由" in late
    assert "已改用后备,理由已存入全过程留痕" in page.content.decode()


def test_dice_are_entered_by_two_witnesses_who_must_agree(client_of, desk, waiting, monkeypatch):
    clock.stop(monkeypatch, READY)
    desk.post(address(waiting, 2, "give_up_source"), {"reason": "信标网站长时间无法访问"})
    enter = address(waiting, 3, "enter_source")

    first = client_of("discipline").post(enter, {"throws": "3 6 1 5 2 4"}, follow=True).content.decode()
    differing = client_of("justice").post(enter, {"throws": "3 6 1 5 2 5"})
    agreeing = client_of("justice").post(enter, {"throws": "3 6 1 5 2 4"}, follow=True).content.decode()

    assert "已保留您的录入;须由另一人独立再录入一次,一致后采用" in first
    assert differing.status_code == 409
    assert "两人录入不一致" in differing.content.decode()
    assert "“6d6”已核验并采用" in agreeing


def test_a_declared_source_can_be_withdrawn_until_the_freeze(desk, prepared):
    declare(desk, prepared, "dice", **DICE)

    page = desk.post(address(prepared, 2, "withdraw_source"), follow=True).content.decode()

    assert "已撤回公开来源“6d6”" in page
    assert prepared.sources.count() == 2


def test_a_witness_reads_the_page_but_declares_nothing(client_of, desk, prepared):
    witness = client_of("discipline")

    assert "登记公开来源" not in witness.get(reverse("draws:sources", args=[prepared.number])).content.decode()
    assert declare(witness, prepared, "dice", **DICE).status_code == 403
    assert prepared.sources.count() == 2


def test_a_witness_s_own_source_has_no_such_page(desk, prepared):
    assert desk.get(address(prepared, 0)).status_code == 404


def test_witnesses_open_last(world, client_of, waiting):
    nonce, value = draws_world.INPUTS["discipline"]
    given = {"nonce": nonce.hex(), "value": value.decode()}

    answer = client_of("discipline").post(reverse("draws:witness", args=[waiting.number]), given)

    assert "见证人最后打开" in answer.content.decode()


def test_who_has_not_entered_yet_does_not_see_what_the_other_entered(client_of, desk, waiting, monkeypatch):
    clock.stop(monkeypatch, READY)
    desk.post(address(waiting, 2, "give_up_source"), {"reason": "信标网站长时间无法访问"})
    client_of("discipline").post(address(waiting, 3, "enter_source"), {"throws": "3 6 1 5 2 4"})

    before = client_of("justice").get(address(waiting, 3)).content.decode()
    own = client_of("discipline").get(address(waiting, 3)).content.decode()

    assert "您录入后可见" in before
    assert ">点数 3 6 1 5 2 4" not in before
    assert ">点数 3 6 1 5 2 4" in own


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("lottery", {"game": "双色球", "issue": "1", "drawn_at": "9999-12-31T23:59", "groups": "6/33", "wait": "60"}),
        ("drand", {"network": "quicknet", "round": "", "at": "0001-01-01T00:00", "wait": "60"}),
        ("dice", {**DICE, "instead_of": "9" * 40}),
    ],
)
def test_what_no_calendar_or_list_knows_is_refused(desk, prepared, kind, given):
    declare(desk, prepared, "drand", **DRAND)

    assert declare(desk, prepared, kind, **given).status_code == 422
    assert prepared.sources.count() == 3
