"""The pages of ceremonies: who sees what, and that looking never draws."""

import csv
import io

import pytest
from django.urls import reverse

import fairdraw
from mingcha.draws import actions, queries
from mingcha.draws.models import Ceremony, SelectedUnit
from mingcha.ledger import queries as ledger
from tests import draws_world


def address(name: str, ceremony: Ceremony, *more: str) -> str:
    return reverse(f"draws:{name}", args=[ceremony.number, *more])


def told(response) -> str:
    return "".join(str(message) for message in response.context["messages"])


LOOKING = ["ceremony", "units", "teams", "statement", "bundle", "certificate"]
STEPS = ["declare", "declare_system", "freeze", "add_system_input", "hold", "countersign", "release"]


def test_the_whole_ceremony_by_pages_alone(world, issued, client_of):
    market, justice, discipline = client_of("market"), client_of("justice"), client_of("discipline")
    market.post(reverse("draws:prepare"), {"title": "甲", "tasks": [issued.department.pk], "suite": "SHA-256"})
    ceremony = Ceremony.objects.get()
    for username in ("justice", "discipline"):
        membership = world[username].membership_id
        market.post(address("declare", ceremony), {"witness": membership})
    for username, client in (("justice", justice), ("discipline", discipline)):
        nonce, value = draws_world.INPUTS[username]
        commitment = fairdraw.commit_input(nonce=nonce, value=value)
        client.post(address("witness", ceremony), {"commitment": commitment})
    market.post(address("freeze", ceremony))
    for username, client in (("justice", justice), ("discipline", discipline)):
        nonce, value = draws_world.INPUTS[username]
        client.post(address("witness", ceremony), {"nonce": nonce.hex(), "value": value.decode()})
    market.post(address("hold", ceremony))
    justice.post(address("countersign", ceremony))
    discipline.post(address("countersign", ceremony))

    response = market.post(address("release", ceremony))

    ceremony.refresh_from_db()
    assert (response.status_code, response.url) == (302, address("ceremony", ceremony))
    assert ceremony.state == "RELEASED"
    assert fairdraw.verify_bundle(market.get(address("bundle", ceremony)).content).ok
    assert market.get(address("certificate", ceremony)).content.startswith(b"%PDF")
    assert market.get(address("statement", ceremony)).content.decode() == ceremony.statement
    whole = justice.get(address("auditors_bundle", ceremony))
    assert fairdraw.verify_bundle(whole.content).whole


@pytest.mark.parametrize("name", [*LOOKING, *STEPS])
def test_another_departments_ceremony_is_not_there(world, drawn, client_of, name):
    client = client_of("education")

    response = client.get(address(name, drawn)) if name in LOOKING else client.post(address(name, drawn))

    assert response.status_code in (403, 404)
    assert drawn.number not in client.get(reverse("draws:ceremonies")).content.decode()


@pytest.mark.parametrize("name", STEPS)
def test_looking_never_does_anything(world, opened, client_of, name):
    before = ledger.last_entry().seq

    for username in ("market", "justice", "office"):
        assert client_of(username).get(address(name, opened)).status_code in (403, 405)

    assert ledger.last_entry().seq == before
    assert not SelectedUnit.objects.exists()


def test_a_doubled_click_draws_once(world, opened, client_of):
    client = client_of("market")

    first = client.post(address("hold", opened))
    second = client.post(address("hold", opened), follow=True)

    assert first.status_code == 302
    assert "当前为“已抽取封存”" in told(second)
    assert ledger.entries(subject=opened.number, act="ceremony.draw").count() == 1


def test_refreshing_the_hall_shows_the_same_draw(world, drawn, client_of):
    client = client_of("market")

    pages = {client.get(address("ceremony", drawn), {"screen": "1"}).context["ceremony"].result_digest for _ in "123"}

    assert pages == {drawn.result_digest}


@pytest.mark.parametrize("screen", ["", "1"])
@pytest.mark.parametrize("username", ["market", "office", "justice", "yc-market"])
def test_the_hall_never_shows_the_seed_the_list_or_classes_of_a_sealed_draw(world, drawn, client_of, username, screen):
    text = client_of(username).get(address("ceremony", drawn), {"screen": screen}).content.decode()

    units = SelectedUnit.objects.filter(ceremony_task__ceremony=drawn)
    secrets = [drawn.seed, *units.values_list("unit_id", flat=True), *units.values_list("name", flat=True)]
    secrets += [*units.values_list("ticket", flat=True), *(f"{region}/" for region in ("441602", "441625", "4416JD"))]
    assert not [secret for secret in secrets if secret in text]
    assert drawn.result_digest[:8] in text
    assert "密封,交审计人员核验" in text


def test_the_hall_shows_the_seed_of_an_open_draw(world, issued, client_of):
    ceremony = draws_world.draw(world, [issued.joint])

    text = client_of("market").get(address("ceremony", ceremony), {"screen": "1"}).content.decode()

    assert ceremony.seed[:8] in text


def test_the_hall_explains_why_there_are_no_teams(world, drawn, client_of):
    Ceremony.objects.filter(pk=drawn.pk).update(shortage={"seats": 2, "inspectors": ["IN-023"], "places": 1})

    text = client_of("market").get(address("ceremony", drawn)).content.decode()

    assert "有 2 个席位只能由 1 名检查人员担任,而他们合计只有 1 个名额" in text


def test_the_waiting_hall_asks_again_and_is_answered_only_when_something_changed(world, prepared, client_of):
    client, htmx = client_of("market"), {"HX-Request": "true"}
    page = client.get(address("ceremony", prepared), {"screen": "1"})
    mark = page.context["stage"].mark

    same = client.get(address("ceremony", prepared), {"screen": "1", "seen": mark}, headers=htmx)
    draws_world.commit(world, prepared)
    changed = client.get(address("ceremony", prepared), {"screen": "1", "seen": mark}, headers=htmx)
    desk = client.get(address("ceremony", prepared), {"seen": mark}, headers=htmx)

    assert same.status_code == 204
    assert changed.status_code == 200
    assert b"<html" not in changed.content
    assert changed.content.count("已承诺".encode()) == 2
    assert desk.status_code == 200
    assert "HX-Refresh" not in desk.headers, "a page that loads anew takes a click or an input away"
    assert b'id="controls" hx-swap-oob="true"' in desk.content


def test_the_fragment_is_what_a_fresh_page_holds(world, drawn, client_of):
    client = client_of("office")

    fragment = client.get(address("ceremony", drawn), {"screen": "1"}, headers={"HX-Request": "true"})

    page = client.get(address("ceremony", drawn), {"screen": "1"})

    def plain(content: bytes) -> str:
        lines = content.decode().splitlines()
        return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line).strip()

    assert plain(fragment.content) in plain(page.content)


def test_a_finished_hall_asks_no_more(world, issued, client_of):
    ceremony = draws_world.draw(world, [issued.joint])
    actions.release(ceremony=ceremony, by=world["market"], at=world.now)

    text = client_of("market").get(address("ceremony", ceremony), {"screen": "1"}).content.decode()

    assert "hx-trigger" not in text
    assert "data:image/svg+xml" in text


# the list


def test_those_concerned_see_the_list_and_a_county_its_own_region(world, drawn, client_of):
    counts = {
        username: client_of(username).get(address("units", drawn)).context["total"]
        for username in ("office", "market", "justice", "yc-market", "dy-market")
    }

    assert counts == {"office": 21, "market": 21, "justice": 21, "yc-market": 7, "dy-market": 7}


def test_a_county_sees_no_classes_of_a_sealed_draw(world, drawn, client_of):
    county = client_of("yc-market").get(address("units", drawn)).content.decode()
    department = client_of("market").get(address("units", drawn)).content.decode()

    assert "441602/" not in county
    assert "441602/" in department


def test_a_mere_witness_sees_the_hall_but_not_the_list(world, issued, client_of):
    ceremony = actions.prepare(title="甲", tasks=[issued.department], by=world["market"], at=world.now)
    education = world["education"]
    actions.declare_witness(
        ceremony=ceremony, user=education.user, organization=education.organization, by=world["market"], at=world.now
    )
    Ceremony.objects.filter(pk=ceremony.pk).update(drawn_at=world.now, drawn_by=world.user("market"), state="DRAWN")
    client = client_of("education")

    assert client.get(address("ceremony", ceremony)).status_code == 200
    assert client.get(address("units", ceremony)).status_code == 404
    assert client.get(address("teams", ceremony)).status_code == 404
    assert client.get(address("export_units", ceremony, "csv")).status_code == 404


def test_the_list_is_narrowed_and_exported_alike(world, drawn, client_of):
    client, query = client_of("market"), {"q": "源城", "drawn_as": "SELECTED"}

    page = client.get(address("units", drawn), query)
    exported = client.get(address("export_units", drawn, "csv"), query)

    lines = list(csv.reader(io.StringIO(b"".join(exported.streaming_content).decode("utf-8-sig"))))
    assert page.context["total"] == len(lines) - 1 == 5
    assert lines[0] == [
        *["任务编号", "任务名称", "分层", "序号", "抽取结果"],
        *["统一社会信用代码/编号", "名称", "区域", "地址", "抽签号"],
    ]
    assert {line[4] for line in lines[1:]} == {"抽中"}


def test_the_export_holds_exactly_what_was_drawn(world, drawn, client_of):
    exported = client_of("yc-market").get(address("export_units", drawn, "csv"))

    lines = list(csv.reader(io.StringIO(b"".join(exported.streaming_content).decode("utf-8-sig"))))
    rows = queries.selected_units(drawn).filter(region="441602")
    assert "分层" not in lines[0]
    assert [line[-1] for line in lines[1:]] == list(rows.values_list("ticket", flat=True))


@pytest.mark.parametrize("name", ["export_units", "export_teams"])
def test_lists_go_into_workbooks(world, drawn, client_of, name):
    response = client_of("market").get(address(name, drawn, "xlsx"))

    assert b"".join(response.streaming_content)[:2] == b"PK"


def test_teams_show_seats_with_names_drawn_first(world, drawn, client_of):
    response = client_of("market").get(address("teams", drawn))

    rows = response.context["page"].rows[:3]
    assert [(row.seat, row.drawn_as) for row in rows] == [(1, "SELECTED"), (2, "SELECTED"), (1, "RESERVE")]
    assert response.context["visits"] == 15
    assert response.context["total"] == 30
    assert "江东一" in response.content.decode()


def test_a_team_is_found_by_an_inspector(world, drawn, client_of):
    response = client_of("market").get(address("teams", drawn), {"q": "IN-001"})

    assert 0 < response.context["visits"] <= 5
    assert all(seat.inspector_number != "IN-021" for seat in response.context["page"].rows)


# forms


def test_preparing_without_a_task_is_told(world, issued, client_of):
    response = client_of("market").post(reverse("draws:prepare"), {"title": "甲", "suite": "SHA-256"})

    assert response.status_code == 422
    assert not Ceremony.objects.exists()


def test_preparing_offers_only_what_may_be_drawn(world, issued, prepared, client_of):
    offered = client_of("market").get(reverse("draws:prepare")).context["tasks"]
    rehearsed = client_of("market").get(reverse("draws:prepare"), {"rehearsal": "1"}).context["tasks"]

    assert [task for task, _ in offered] == [issued.joint]
    assert {task for task, _ in rehearsed} == {issued.joint, issued.department}


def test_a_refused_preparation_keeps_what_was_chosen(world, issued, client_of):
    chosen = [issued.department.pk, issued.joint.pk]

    response = client_of("market").post(reverse("draws:prepare"), {"title": "甲", "tasks": chosen, "suite": "SHA-256"})

    assert response.status_code == 409
    assert "公开方式须一致" in told(response)
    assert all(is_chosen for _, is_chosen in response.context["tasks"])


def test_a_repeated_draw_is_offered_the_abandoned_one(world, committed, client_of):
    actions.abandon(ceremony=committed, reason="见证人未能到场", by=world["market"], at=world.now)

    text = client_of("market").get(reverse("draws:prepare")).content.decode()

    assert f'<option value="{committed.number}">' in text


def test_an_abandonment_needs_its_reason(world, committed, client_of):
    client = client_of("market")

    empty = client.post(address("abandon", committed), {"reason": ""})
    short = client.post(address("abandon", committed), {"reason": "重抽"})

    assert empty.status_code == 422
    assert short.status_code == 409
    assert "请写明作废理由" in told(short)
    committed.refresh_from_db()
    assert committed.state == "COMMITTED"


def test_an_abandoned_ceremony_stays_visible_with_its_reason(world, committed, client_of):
    client = client_of("market")
    client.post(address("abandon", committed), {"reason": "见证人未能到场"})

    assert "见证人未能到场" in client.get(address("ceremony", committed)).content.decode()
    assert committed.number in client.get(reverse("draws:ceremonies")).content.decode()


def test_only_its_witness_opens_the_witness_page(world, prepared, client_of):
    assert client_of("justice").get(address("witness", prepared)).status_code == 200
    assert client_of("office").get(address("witness", prepared)).status_code == 404
    assert client_of("market").get(address("witness", prepared)).status_code == 404


def test_a_wrong_opening_is_told_and_may_be_tried_again(world, committed, client_of):
    client, (nonce, value) = client_of("justice"), draws_world.INPUTS["justice"]

    wrong = client.post(address("witness", committed), {"nonce": nonce.hex(), "value": "3 6 1 5 2 4 4 2"})
    right = client.post(address("witness", committed), {"nonce": nonce.hex(), "value": value.decode()})

    assert wrong.status_code == 409
    assert "与承诺不符" in told(wrong)
    assert right.status_code == 302


def test_blanks_around_an_input_belong_to_it(world, prepared, client_of):
    nonce, value = b"\x33" * 32, "  掷骰子 3 6 1  "
    commitment = fairdraw.commit_input(nonce=nonce, value=value.encode())
    draws_world.commit(world, prepared)
    actions.commit_input(ceremony=prepared, commitment=commitment, by=world["justice"], at=world.now)
    actions.freeze(ceremony=prepared, salt=draws_world.SALT, by=world["market"], at=world.now)

    response = client_of("justice").post(address("witness", prepared), {"nonce": nonce.hex(), "value": value})

    assert response.status_code == 302
    assert queries.own_source(prepared, world["justice"]).value == value.encode().hex()


@pytest.mark.parametrize(("username", "sees"), [("market", False), ("office", False), ("justice", True)])
def test_the_auditors_bundle_is_for_auditors(world, drawn, client_of, username, sees):
    response = client_of(username).get(address("auditors_bundle", drawn))

    assert (response.status_code == 200) == sees
    assert ("auditors-bundle" in client_of(username).get(address("ceremony", drawn)).content.decode()) == sees


def test_a_bundle_not_yet_public_is_told(world, drawn, client_of):
    response = client_of("market").get(address("bundle", drawn), follow=True)

    assert "尚未公开" in told(response)


def test_what_waits_for_a_witness_stands_on_top_of_the_list(world, prepared, client_of):
    waiting = client_of("justice").get(reverse("draws:ceremonies")).context["waiting"]

    assert [source.ceremony for source in waiting] == [prepared]


def test_the_list_of_ceremonies_is_narrowed(world, issued, drawn, client_of):
    rehearsal = draws_world.prepare(world, [issued.joint], is_rehearsal=True)
    client = client_of("office")

    def found(**query: str) -> list[Ceremony]:
        return list(client.get(reverse("draws:ceremonies"), query).context["ceremonies"])

    assert found() == [rehearsal, drawn]
    assert found(state="DRAWN") == [drawn]
    assert found(kind="rehearsal") == [rehearsal]
    assert found(q="RD44") == [rehearsal]
    assert found(q="没有") == []
