"""Who stands in a population: changes by hand, yearly caps, checks from above; counted, listed and proven."""

import json
import subprocess
import sys
from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest
from django.db import IntegrityError, transaction

import fairdraw
from mingcha.draws import actions, eligibility, queries, store
from mingcha.draws.eligibility_rules import CannotAdjust, CannotExempt, CannotLimit
from mingcha.draws.models import Adjustment, Ceremony, FrequencyCap, SelectedUnit
from mingcha.draws.rules import CannotFreeze, CannotHold
from mingcha.draws.states import Adjusted, Exemption, Ground
from mingcha.ledger.models import LedgerEntry
from mingcha.people.permissions import NotPermitted
from mingcha.plans import actions as plans
from mingcha.plans.models import Task
from mingcha.registers.models import InspectionItem, Subject
from tests import draws_world

BASIS = "河市监〔2025〕18号"


def outsider() -> Subject:
    """An active subject of 源城 that is not a training school."""
    return Subject.objects.filter(region="441602", state="ACTIVE", industry="6210").order_by("pk")[0]


def insider() -> Subject:
    """An active training school."""
    return Subject.objects.filter(region="441602", state="ACTIVE", industry="8391").order_by("pk")[0]


def put_in(world, ceremony, subject, *, username="market", **given):
    given = {"kind": Adjusted.ADDED, "ground": Ground.COMPLAINT, "reason": "12345热线三次投诉收费", **given}
    task = ceremony.tasks.get().task.number
    return actions.adjust(
        ceremony=ceremony, task=task, unit_id=subject.unit_id, by=world[username], at=world.now, **given
    )


def take_out(world, ceremony, subject, **given):
    return put_in(
        world,
        ceremony,
        subject,
        **{"kind": Adjusted.REMOVED, "ground": Ground.CLOSED, "reason": "已于二月停业清算", **given},
    )


def approve(world, ceremony, entry, username="office"):
    return actions.approve_adjustment(ceremony=ceremony, entry=entry.pk, by=world[username], at=world.now)


@pytest.fixture
def preparing(world, issued):
    """An open ceremony of the joint task, with witnesses."""
    return draws_world.prepare(world, [issued.joint])


@pytest.fixture
def adjusted(world, issued, preparing):
    """The same with one put in and one taken out, both approved."""
    for entry in (
        put_in(world, preparing, outsider()),
        take_out(world, preparing, insider()),
    ):
        approve(world, preparing, entry)
    return preparing


# by hand


def test_who_is_put_in_may_be_drawn_and_who_is_taken_out_may_not(world, issued, adjusted):
    before = Subject.objects.filter(industry="8391", state="ACTIVE").count()

    ceremony = draws_world.freeze(world, adjusted)

    row = ceremony.tasks.get()
    frame = {unit for unit, *_ in _frame(row)}
    assert (row.population, row.added, row.removed) == (before, 1, 1)
    assert outsider().unit_id in frame
    assert insider().unit_id not in frame
    said = json.loads(ceremony.statement)["tasks"][0]
    assert (said["total"], said["added"], said["removed"]) == (before, 1, 1)
    assert {(unit, why) for unit, _, _, why in eligibility.behind(row)} >= {
        (outsider().unit_id, "ADDED"),
        (insider().unit_id, "REMOVED"),
    }


def _frame(row):
    table = pq.read_table(store.find(store.frames(), row.frame_file), columns=["unit_id", "stratum"])
    return [(each["unit_id"], each["stratum"]) for each in table.to_pylist()]


def test_the_bundle_proves_itself_and_the_certificate_says_it_in_red(world, adjusted, tmp_path):
    ceremony = draws_world.freeze(world, adjusted)
    draws_world.open_inputs(world, ceremony)
    actions.hold(ceremony=ceremony, by=world["market"], at=world.now + timedelta(minutes=10))

    actions.release(ceremony=ceremony, by=world["market"], at=world.now + timedelta(minutes=20))

    ceremony.refresh_from_db()
    content = queries.bundle_bytes(ceremony)
    file = tmp_path / "bundle.zip"
    file.write_bytes(content)
    report = fairdraw.verify_bundle(content)
    alone = subprocess.run(  # noqa: S603
        [sys.executable, "spec/verify.py", str(file)], capture_output=True, text=True, check=False
    )
    assert report.ok
    assert any("的排除与增减以登记为准" in str(each) for each in report.rests_on)
    assert alone.returncode == 0, alone.stdout + alone.stderr
    number = ceremony.tasks.get().task.number
    assert f"{number} 手工增加 1 户(投诉举报 1),手工剔除 1 户(已停业或正在清算 1)" in ceremony.certificate["exceptions"]


def test_a_bundle_that_hides_a_change_by_hand_is_refused(world, adjusted):
    ceremony = draws_world.freeze(world, adjusted)
    draws_world.open_inputs(world, ceremony)
    actions.hold(ceremony=ceremony, by=world["market"], at=world.now + timedelta(minutes=10))
    actions.release(ceremony=ceremony, by=world["market"], at=world.now + timedelta(minutes=20))
    ceremony.refresh_from_db()
    files = fairdraw.read_bundle(queries.bundle_bytes(ceremony))
    statement = json.loads(files["statement.json"])
    statement["tasks"][0]["added"] = 0
    files["statement.json"] = fairdraw.canonical.jcs(statement)

    report = fairdraw.verify_bundle(fairdraw.write_bundle(files))

    assert not report.ok


def test_a_change_of_the_row_after_the_freeze_stops_the_draw(world, adjusted):
    ceremony = draws_world.freeze(world, adjusted)
    draws_world.open_inputs(world, ceremony)
    ceremony.tasks.update(added=0)

    with pytest.raises(CannotHold, match="与抽取公告不符"):
        actions.hold(ceremony=ceremony, by=world["market"], at=world.now + timedelta(minutes=10))


def test_the_ledger_says_which_way_and_why_and_names_nobody(world, issued, adjusted):
    entries = LedgerEntry.objects.filter(subject=adjusted.number, act__endswith="adjust").order_by("seq")

    facts = [json.loads(each.body)["facts"] for each in entries]
    assert [(each["kind"], each["ground"]) for each in facts] == [("ADDED", "COMPLAINT"), ("REMOVED", "CLOSED")]
    assert all(len(each["digest"]) == 64 for each in facts)
    assert outsider().unit_id not in "".join(each.body for each in entries)
    assert LedgerEntry.objects.filter(subject=adjusted.number, act="ceremony.approve_adjustment").count() == 2


def test_until_a_second_person_approves_nothing_is_frozen(world, issued, preparing):
    entry = put_in(world, preparing, outsider())
    draws_world.commit(world, preparing)

    with pytest.raises(CannotFreeze, match="有 1 条手工增减尚未批准"):
        actions.freeze(ceremony=preparing, salt=draws_world.SALT, by=world["market"], at=world.now)

    with pytest.raises(CannotAdjust, match="须由另一人批准"):
        approve(world, preparing, entry, "market")
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.update(approved_by=world.user("market"), approved_at=world.now)


def test_what_is_taken_back_changes_nothing_and_stays_in_the_table(world, issued, preparing):
    entry = put_in(world, preparing, outsider())

    actions.withdraw_adjustment(ceremony=preparing, entry=entry.pk, by=world["market"], at=world.now)

    row = draws_world.freeze(world, preparing).tasks.get()
    assert (row.added, row.removed) == (0, 0)
    assert Adjustment.objects.get().withdrawn_at == world.now
    assert LedgerEntry.objects.filter(act="ceremony.withdraw_adjustment").count() == 1


def test_approved_twice_is_approved_once(world, issued, preparing):
    entry = put_in(world, preparing, outsider())

    approve(world, preparing, entry)
    approve(world, preparing, entry)

    assert LedgerEntry.objects.filter(act="ceremony.approve_adjustment").count() == 1


def test_after_the_freeze_nothing_is_put_in_approved_or_taken_back(world, issued, adjusted):
    ceremony = draws_world.freeze(world, adjusted)
    entry = Adjustment.objects.order_by("pk")[0]

    for step in (
        lambda: put_in(world, ceremony, outsider()),
        lambda: approve(world, ceremony, entry),
        lambda: actions.withdraw_adjustment(ceremony=ceremony, entry=entry.pk, by=world["market"], at=world.now),
    ):
        with pytest.raises(CannotAdjust, match="须在“筹备中”时进行"):
            step()


def test_whoever_was_put_in_and_lost_its_licence_since_stops_the_freeze(world, issued, adjusted):
    Subject.objects.filter(pk=outsider().pk).update(state="CANCELLED")
    draws_world.commit(world, adjusted)

    with pytest.raises(CannotFreeze, match="的登记状态不符,不能增加"):
        actions.freeze(ceremony=adjusted, salt=draws_world.SALT, by=world["market"], at=world.now)


def test_a_cancelled_subject_is_not_put_in(world, issued, preparing):
    gone = Subject.objects.filter(state="CANCELLED").order_by("pk")[0]

    with pytest.raises(CannotAdjust, match="的登记状态不符,不能增加"):
        put_in(world, preparing, gone)


@pytest.mark.parametrize("username", ["discipline", "yc-inspector", "sysadmin"])
def test_auditors_inspectors_and_administrators_change_nothing_by_hand(world, issued, preparing, username):
    with pytest.raises(NotPermitted, match="手工增减抽查对象"):
        put_in(world, preparing, outsider(), username=username)


@pytest.mark.parametrize("username", ["education", "yc-market", "dy-market"])
def test_only_who_holds_the_ceremony_changes_its_population(world, issued, preparing, username):
    with pytest.raises(Ceremony.DoesNotExist):
        put_in(world, preparing, outsider(), username=username)


def test_a_county_approves_nothing(world, issued, preparing):
    entry = put_in(world, preparing, outsider())

    with pytest.raises(NotPermitted, match="批准手工增减"):
        approve(world, preparing, entry, "yc-market")
    with pytest.raises(Ceremony.DoesNotExist):
        approve(world, preparing, entry, "education")


# yearly caps


def cap(world, *, code="yc-market", username="office", most=1, **given):
    given = {"basis": BASIS, "valid_from": date(2026, 1, 1), **given}
    return actions.set_cap(organization=world.organizations[code], most=most, by=world[username], at=world.now, **given)


def second_task(world, issued, **changes) -> Task:
    """The department's task once more, with the same items, issued."""
    plan = plans.copy_plan(plan=issued.department_plan, year=2027, by=world["market"], at=world.now)
    task = plan.tasks.get()
    type(task).objects.filter(pk=task.pk).update(**changes)
    plans.submit(plan=plan, by=world["market"], at=world.now)
    plans.approve(plan=plan, by=world["office"], at=world.now)
    plans.issue(plan=plan, by=world["office"], at=world.now)
    task.refresh_from_db()
    return task


def selected(ceremony, region=None) -> set[str]:
    rows = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony, drawn_as="SELECTED")
    return set((rows.filter(region=region) if region else rows).values_list("unit_id", flat=True))


def test_units_at_an_organs_cap_are_left_out_there_and_nowhere_else(world, issued, drawn):
    cap(world)
    here = selected(drawn, "441602")

    ceremony = draws_world.draw(world, [second_task(world, issued)])

    row = ceremony.tasks.get()
    assert row.excluded == {"NOT_LIVE": 3, "AT_CAP": len(here)} == {"NOT_LIVE": 3, "AT_CAP": 5}
    assert {unit for unit, _, _, why in eligibility.behind(row) if why == "AT_CAP"} == here
    assert not selected(ceremony) & here


@pytest.mark.parametrize(
    ("given", "left_out"),
    [
        ({"most": 2}, 0),  # one visit so far
        ({"valid_to": date(2026, 2, 28)}, 0),  # over
        ({"valid_from": date(2026, 4, 1)}, 0),  # not yet
        ({"code": "yc-education"}, 0),  # takes no part
        ({"code": "market"}, 0),  # the city's own visits only
        ({"code": "market", "counts_below": True}, 15),  # the city's and all its counties'
    ],
)
def test_a_cap_speaks_of_its_organ_and_its_days(world, issued, drawn, given, left_out):
    cap(world, **given)

    row = draws_world.freeze(world, draws_world.prepare(world, [second_task(world, issued)])).tasks.get()

    assert row.excluded.get("AT_CAP", 0) == left_out


def test_last_years_visits_do_not_count(world, issued, drawn):
    cap(world)
    task = second_task(world, issued)
    world.now += timedelta(days=320)

    row = draws_world.freeze(world, draws_world.prepare(world, [task])).tasks.get()

    assert "AT_CAP" not in row.excluded


def test_a_task_of_a_listed_kind_is_exempt_and_is_not_counted_later(world, issued, drawn):
    cap(world, most=1, exempt=[Exemption.ORDERED_SPECIAL])
    task = second_task(world, issued)
    ceremony = draws_world.prepare(world, [task])
    given = {"ceremony": ceremony, "task": task.number, "by": world["market"], "at": world.now}

    with pytest.raises(CannotExempt, match="未将“整改复查”列为豁免情形"):
        actions.exempt(exemption=Exemption.REVISIT, reason="省局部署的专项", **given)
    actions.exempt(exemption=Exemption.ORDERED_SPECIAL, reason="粤市监〔2026〕3号专项", **given)
    row = draws_world.freeze(world, ceremony).tasks.get()

    assert "AT_CAP" not in row.excluded
    facts = json.loads(LedgerEntry.objects.get(act="ceremony.exempt").body)["facts"]
    assert (facts["exemption"], facts["reason"]) == ("ORDERED_SPECIAL", "粤市监〔2026〕3号专项")


def test_a_cap_is_ended_never_overwritten(world):
    first = cap(world, most=2)

    with pytest.raises(CannotLimit, match="自2026-01-01起已有同样的规定,请先终止"):
        cap(world, most=3)
    actions.end_cap(cap=first, last_day=date(2026, 6, 30), by=world["office"], at=world.now)
    cap(world, most=3, valid_from=date(2026, 7, 1))

    assert [(each.most, each.valid_to) for each in FrequencyCap.objects.order_by("pk")] == [
        (2, date(2026, 6, 30)),
        (3, None),
    ]
    assert LedgerEntry.objects.filter(act__in=["draws.set_cap", "draws.end_cap"]).count() == 3


def test_a_department_sets_caps_for_its_own_line_only(world):
    cap(world, username="market", code="dy-market")

    with pytest.raises(type(world.organizations["market"]).DoesNotExist):
        cap(world, username="education", code="yc-market")
    for username in ("yc-market", "discipline", "yc-inspector", "sysadmin"):
        with pytest.raises(NotPermitted, match="设定频次上限"):
            cap(world, username=username)


@pytest.mark.parametrize("most", [0, -1, 366])
def test_a_cap_is_a_number_of_visits(world, most):
    with pytest.raises(CannotLimit, match="须在1到365之间"):
        cap(world, most=most)


# checked before, and from above


def test_what_a_higher_level_checked_has_a_reason_of_its_own(world, issued, drawn):
    task = second_task(world, issued, exclusion_months=12, initiating_level="COUNTY")

    row = draws_world.freeze(world, draws_world.prepare(world, [task])).tasks.get()

    assert row.excluded == {"NOT_LIVE": 3, "CHECKED_ABOVE": 15}


def test_outside_the_window_a_higher_levels_check_bars_nobody(world, issued, drawn):
    task = second_task(world, issued, exclusion_months=3, initiating_level="COUNTY")
    world.now += timedelta(days=120)

    row = draws_world.freeze(world, draws_world.prepare(world, [task])).tasks.get()

    assert row.excluded == {"NOT_LIVE": 3}


def equivalent(world, issued, *, username="office", one="J-02", other="M-02", **given):
    given = {"basis": BASIS, "valid_from": date(2026, 1, 1), **given}
    items = issued.stock.items
    return actions.declare_equivalent(item=items[one], other=items[other], by=world[username], at=world.now, **given)


def test_a_check_for_an_equivalent_item_counts_as_one_for_the_same(world, issued, drawn):
    Task.objects.filter(pk=issued.joint.pk).update(exclusion_months=12)
    schools = set(Subject.objects.filter(industry="8391").values_list("unit_id", flat=True)) & selected(drawn)
    ceremony = draws_world.prepare(world, [issued.joint])

    equivalent(world, issued)
    row = draws_world.freeze(world, ceremony).tasks.get()

    assert schools
    assert row.excluded["CHECKED_RECENTLY"] == len(schools)


@pytest.mark.parametrize("given", [{"valid_to": date(2026, 2, 28)}, {"valid_from": date(2026, 4, 1)}])
def test_an_equivalence_holds_on_its_days(world, issued, drawn, given):
    Task.objects.filter(pk=issued.joint.pk).update(exclusion_months=12)
    equivalent(world, issued, **given)

    row = draws_world.freeze(world, draws_world.prepare(world, [issued.joint])).tasks.get()

    assert "CHECKED_RECENTLY" not in row.excluded


def test_a_pair_is_declared_once_whichever_way_round(world, issued):
    equivalent(world, issued)

    with pytest.raises(CannotLimit, match="请先终止"):
        equivalent(world, issued, one="M-02", other="J-02")
    with pytest.raises(CannotLimit, match="同一事项"):
        equivalent(world, issued, one="M-01", other="M-01")


def test_a_department_speaks_for_items_of_its_own_line(world, issued):
    equivalent(world, issued, username="education", one="J-01", other="M-02")

    with pytest.raises(InspectionItem.DoesNotExist):
        equivalent(world, issued, username="education", one="M-01", other="M-03")
    with pytest.raises(NotPermitted, match="设定频次上限和等同事项"):
        equivalent(world, issued, username="yc-market")


def test_a_declaration_is_ended_by_whoever_it_concerns(world, issued):
    declared = equivalent(world, issued, one="M-01", other="J-02")

    with pytest.raises(type(declared).DoesNotExist):
        actions.end_equivalent(declared=declared, last_day=date(2026, 6, 30), by=world["education"], at=world.now)
    actions.end_equivalent(declared=declared, last_day=date(2026, 6, 30), by=world["market"], at=world.now)

    declared.refresh_from_db()
    assert declared.valid_to == date(2026, 6, 30)


# pages


def test_the_page_takes_a_change_by_hand_from_search_to_approval(client_of, issued, preparing):
    address = f"/draws/{preparing.number}/population/"
    subject = outsider()
    market, office = client_of("market"), client_of("office")
    form = {
        "task": preparing.tasks.get().task.number,
        "unit_id": subject.unit_id,
        "kind": "ADDED",
        "ground": "COMPLAINT",
        "reason": "12345热线三次投诉收费",
    }

    found = market.get(address, {"q": subject.name}).content.decode()
    chosen = market.get(address, {"unit_id": subject.unit_id}).content.decode()
    entered = market.post(f"{address}adjust/", form)
    entry = Adjustment.objects.get()
    own = market.get(address).content.decode()
    other = office.get(address).content.decode()
    office.post(f"{address}{entry.pk}/approve/")

    assert f"?unit_id={subject.unit_id}" in found
    assert f'value="{subject.unit_id}"' in chosen
    assert entered.status_code == 302
    assert "待批准" in own
    assert f"{entry.pk}/approve/" not in own, "nobody approves their own entry"
    assert f"{entry.pk}/approve/" in other
    assert "已批准" in market.get(address).content.decode()


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"unit_id": "没有这个"}, 422, "名录库中没有该对象"),
        ({"reason": ""}, 422, "has-error"),
        ({"ground": "CLOSED"}, 409, "不是“手工增加”的理由"),
        ({"reason": "投诉"}, 409, "不少于5个字"),
    ],
)
def test_a_refused_change_keeps_the_form_and_says_why(client_of, issued, preparing, change, status, sentence):
    form = {
        "task": preparing.tasks.get().task.number,
        "unit_id": outsider().unit_id,
        "kind": "ADDED",
        "ground": "COMPLAINT",
        "reason": "12345热线三次投诉收费",
        **change,
    }

    answer = client_of("market").post(f"/draws/{preparing.number}/population/adjust/", form)

    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert not Adjustment.objects.exists()


def test_the_hall_says_in_red_what_was_changed_by_hand_and_officials_see_who(client_of, world, adjusted):
    draws_world.freeze(world, adjusted)

    hall = client_of("market").get(f"/draws/{adjusted.number}/?screen=1").content.decode()
    named = client_of("market").get(f"/draws/{adjusted.number}/left-out/", {"why": "ADDED"}).content.decode()
    sheet = client_of("market").get(f"/draws/{adjusted.number}/left-out.csv")
    csv = b"".join(sheet.streaming_content).decode("utf-8-sig")

    assert '<small class="by-hand">含手工增加 1</small>' in hall
    assert '<small class="by-hand">另手工剔除 1</small>' in hall
    assert outsider().unit_id not in hall
    assert outsider().unit_id in named
    assert insider().unit_id not in named
    assert outsider().unit_id in csv
    assert insider().unit_id in csv


@pytest.mark.parametrize(("username", "sees"), [("yc-market", True), ("yc-education", True), ("dy-market", False)])
def test_a_county_reads_the_list_of_its_own_region_only(client_of, world, issued, adjusted, username, sees):
    draws_world.freeze(world, adjusted)

    answer = client_of(username).get(f"/draws/{adjusted.number}/left-out/")

    assert answer.status_code == 200
    assert (outsider().unit_id in answer.content.decode()) is sees


def test_a_kept_list_that_was_changed_is_told_not_shown(client_of, world, adjusted):
    row = draws_world.freeze(world, adjusted).tasks.get()
    file = store.find(store.frames(), row.left_out_file)
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1])

    answer = client_of("market").get(f"/draws/{adjusted.number}/left-out/", follow=True)
    sheet = client_of("market").get(f"/draws/{adjusted.number}/left-out.csv")

    assert answer.redirect_chain[-1][0] == f"/draws/{adjusted.number}/"
    assert "alert" in answer.content.decode()
    assert sheet.status_code == 302


def test_outsiders_read_no_list(client_of, world, issued, committed):
    assert client_of("education").get(f"/draws/{committed.number}/left-out/").status_code == 404
    assert client_of("education").get(f"/draws/{committed.number}/population/").status_code == 404


def test_caps_and_pairs_are_entered_and_ended_on_their_page(client_of, world, issued):
    office = client_of("office")
    given = {"basis": BASIS, "valid_from": "2026-01-01", "valid_to": ""}
    items = issued.stock.items

    office.post("/draws/limits/caps/set/", {**given, "organization": "yc-market", "most": "2", "exempt": ["COMPLAINT"]})
    office.post("/draws/limits/equivalents/declare/", {**given, "item": items["J-02"].pk, "other": items["M-02"].pk})
    again = office.post("/draws/limits/caps/set/", {**given, "organization": "yc-market", "most": "3"})
    shown = client_of("yc-market").get("/draws/limits/").content.decode()
    office.post(f"/draws/limits/caps/{FrequencyCap.objects.get().pk}/end/", {"last_day": "2026-12-31"})

    assert again.status_code == 409
    assert "已有同样的规定" in again.content.decode()
    assert BASIS in shown
    assert "投诉举报核查" in shown
    assert "登记频次上限" not in shown, "a county reads"
    assert FrequencyCap.objects.get().valid_to == date(2026, 12, 31)


def test_an_exemption_is_claimed_on_the_page(client_of, world, issued, preparing):
    cap(world, exempt=[Exemption.COMPLAINT])
    task = preparing.tasks.get().task.number
    address = f"/draws/{preparing.number}/population/"

    client_of("market").post(f"{address}exempt/", {"task": task, "exemption": "COMPLAINT", "reason": "12345第8号线索"})
    wrong = client_of("market").post(f"{address}exempt/", {"task": task, "exemption": "NONSENSE", "reason": "x"})

    assert preparing.tasks.get().exemption == "COMPLAINT"
    assert wrong.status_code == 404


# the API


def posted(client, path: str, **body: object):
    return client.post(f"/api/v1/draws{path}", json.dumps(body), content_type="application/json")


def test_a_program_changes_by_hand_under_the_same_rules(client_of, world, issued, preparing):
    number, task = preparing.number, preparing.tasks.get().task.number
    body = {
        "task": task,
        "unit_id": outsider().unit_id,
        "kind": "ADDED",
        "ground": "COMPLAINT",
        "reason": "12345热线三次投诉",
    }

    entered = posted(client_of("market"), f"/{number}/adjustments", **body)
    seq = entered.json()["id"]
    own = posted(client_of("market"), f"/{number}/adjustments/{seq}/approve")
    approved = posted(client_of("office"), f"/{number}/adjustments/{seq}/approve")
    listed = client_of("market").get(f"/api/v1/draws/{number}/adjustments").json()
    foreign = posted(client_of("education"), f"/{number}/adjustments", **body)
    unfit = posted(client_of("market"), f"/{number}/adjustments", **body | {"kind": "SWAPPED"})
    frozen = draws_world.freeze(world, preparing)
    left_out = client_of("market").get(f"/api/v1/draws/{number}/left-out", {"why": "ADDED"}).json()
    late = posted(client_of("market"), f"/{number}/adjustments/{seq}/withdraw")

    assert (entered.status_code, own.status_code, approved.status_code) == (200, 409, 200)
    assert approved.json()["approved_by"] == "欧阳办"
    assert [each["unit_id"] for each in listed] == [outsider().unit_id]
    assert (foreign.status_code, unfit.status_code, late.status_code) == (404, 422, 409)
    assert [each["unit_id"] for each in left_out["units"]] == [outsider().unit_id]
    assert client_of("market").get(f"/api/v1/draws/{frozen.number}").json()["tasks"][0]["added"] == 1


def test_a_program_enters_and_ends_limits(client_of, world, issued):
    rule = {"basis": BASIS, "valid_from": "2026-01-01"}
    office = client_of("office")

    cap_made = posted(office, "/limits/caps", organization="yc-market", most=2, exempt=["COMPLAINT"], **rule)
    pair = {"line": "market", "code": "J-02", "other_line": "market", "other_code": "M-02"}
    pair_made = posted(office, "/limits/equivalents", **pair, **rule)
    ended = [
        posted(office, f"/limits/{kind}/{made.json()['id']}/end", last_day="2026-12-31").json()["valid_to"]
        for kind, made in (("caps", cap_made), ("equivalents", pair_made))
    ]
    refused = posted(client_of("yc-market"), "/limits/caps", organization="yc-market", most=9, **rule)

    assert (cap_made.status_code, pair_made.status_code, refused.status_code) == (200, 200, 403)
    assert ended == ["2026-12-31", "2026-12-31"]
    assert [each["most"] for each in client_of("yc-market").get("/api/v1/draws/limits/caps").json()] == [2]
    assert [each["code"] for each in client_of("justice").get("/api/v1/draws/limits/equivalents").json()] == ["J-02"]
