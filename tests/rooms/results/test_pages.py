"""Pages of results: the record on the phone, the queue of the reviewers, follow-ups, the calendar."""

import io
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from mingcha.results import queries
from mingcha.results.models import CalendarDay, CalendarYear, Finding, FollowUp
from mingcha.visits.models import Record
from tests import clock, results_world
from tests.results_world import NEXT_DAY, enter


@pytest.fixture
def record(world, monkeypatch):
    """A record to be entered by 江勘 of 源城; it is 11 March."""
    record = results_world.open_record(world)
    clock.stop(monkeypatch, NEXT_DAY)
    return record


def text(response) -> str:
    return response.content.decode()


def filled(record, *, version: int = 1, **more) -> dict:
    """A form that is complete: no problem at all."""
    keys = record.items.values_list("pk", flat=True)
    clean = {f"outcome_{key}": "NO_PROBLEM" for key in keys}
    return {
        "version": version,
        "checked_on": "2026-03-10",
        "method": "ON_SITE",
        "categories": ["CLEAN"],
        "follow_NONE": "on",
        "note": "",
        **clean,
        **more,
    }


def test_the_record_shows_the_items_of_this_department(client_of, record):
    page = text(client_of("yc-inspector").get(f"/results/{record.pk}/entry/"))

    assert "营业执照规范使用情况检查" in page
    assert "全部未发现问题" in page
    assert "录入截止日 2026-04-08" in page


def test_one_tap_answers_what_is_unanswered_and_offers_the_category(client_of, record):
    client = client_of("yc-inspector")

    client.post(f"/results/{record.pk}/entry/", {"version": 1, "checked_on": "2026-03-10", "all_clear": "1"})

    record.refresh_from_db()
    assert set(Finding.objects.values_list("outcome", flat=True)) == {"NO_PROBLEM"}
    assert [category.code for category in queries.categories_of(record)] == ["CLEAN"]
    assert queries.follow_ups_of(record).get().kind == "NONE"
    assert record.state == "OPEN"


def test_one_tap_leaves_a_problem_that_was_found(client_of, record):
    key = record.items.order_by("pk").first().pk
    said = {"version": 1, f"outcome_{key}": "PROBLEM", f"description_{key}": "未亮照", "all_clear": "1"}

    client_of("yc-inspector").post(f"/results/{record.pk}/entry/", said)

    assert sorted(Finding.objects.values_list("outcome", flat=True)) == ["NO_PROBLEM", "PROBLEM"]
    assert queries.categories_of(record) == []


def test_a_draft_is_kept(client_of, record):
    client = client_of("yc-inspector")

    answer = client.post(f"/results/{record.pk}/entry/", {"version": 1, "note": "先记一笔", "save": "1"}, follow=True)

    assert "草稿已保存" in text(answer)
    assert "先记一笔" in text(answer)


def test_a_complete_record_is_submitted_with_one_button(client_of, record):
    answer = client_of("yc-inspector").post(f"/results/{record.pk}/entry/", filled(record, submit="1"), follow=True)

    record.refresh_from_db()
    assert "已提交,等待审核" in text(answer)
    assert record.state == "SUBMITTED"


def test_an_incomplete_record_is_kept_and_every_problem_named(client_of, record):
    said = filled(record, submit="1", categories=[], method="")

    answer = client_of("yc-inspector").post(f"/results/{record.pk}/entry/", said)

    record.refresh_from_db()
    assert answer.status_code == 422
    assert "草稿已保存,但还不能提交" in text(answer)
    assert "请选择检查方式" in text(answer)
    assert "请选择检查结果类别" in text(answer)
    assert (record.state, record.version) == ("OPEN", 2)


def test_a_doubled_submission_is_harmless(client_of, record):
    client = client_of("yc-inspector")
    client.post(f"/results/{record.pk}/entry/", filled(record, submit="1"))

    again = client.post(f"/results/{record.pk}/entry/", filled(record, submit="1"))

    record.refresh_from_db()
    assert again.status_code == 200
    assert (record.state, record.version) == ("SUBMITTED", 3)


def test_of_two_windows_the_later_is_shown_both_versions_and_overwrites_nothing(client_of, record):
    client = client_of("yc-inspector")
    address = f"/results/{record.pk}/entry/"
    client.post(address, filled(record, note="第一个窗口", save="1"))

    answer = client.post(address, filled(record, note="第二个窗口", method="WRITTEN", save="1"))

    record.refresh_from_db()
    page = text(answer)
    assert answer.status_code == 409
    assert (record.note, record.version) == ("第一个窗口", 2)
    assert "您的内容没有保存" in page
    assert [(row.theirs, row.mine) for row in answer.context["differences"]] == [
        ("实地检查", "书面检查"),
        ("第一个窗口", "第二个窗口"),
    ]
    assert 'name="version" value="2"' in page


def test_after_seeing_both_versions_saving_again_is_a_decision(client_of, record):
    client = client_of("yc-inspector")
    address = f"/results/{record.pk}/entry/"
    client.post(address, filled(record, note="第一个窗口", save="1"))

    client.post(address, filled(record, version=2, note="第二个窗口", save="1"))

    record.refresh_from_db()
    assert (record.note, record.version) == ("第二个窗口", 3)


@pytest.mark.parametrize("wrong", [{"checked_on": "gestern"}, {"method": "TELEPATHY"}, {"version": ""}])
def test_what_cannot_be_read_is_shown_again(client_of, record, wrong):
    answer = client_of("yc-inspector").post(f"/results/{record.pk}/entry/", filled(record, **wrong))

    record.refresh_from_db()
    assert answer.status_code == 422
    assert record.version == 1


def test_a_stranger_does_not_find_the_record(client_of, record):
    client = client_of("dy-inspector")

    assert client.get(f"/results/{record.pk}/entry/").status_code == 404
    assert client.post(f"/results/{record.pk}/entry/", filled(record)).status_code == 404
    record.refresh_from_db()
    assert record.version == 1


@pytest.mark.parametrize("username", ["office", "yc-market", "discipline"])
def test_officials_have_no_entry_page(client_of, record, username):
    assert client_of(username).get(f"/results/{record.pk}/entry/").status_code == 403


@pytest.fixture
def submitted(world, monkeypatch):
    """A record of 源城 that waits for review; it is 11 March."""
    record = results_world.submitted_record(world, with_problem=True)
    clock.stop(monkeypatch, NEXT_DAY + timedelta(hours=1))
    return record


def test_the_queue_counts_and_shows_what_waits(client_of, submitted):
    answer = client_of("yc-market").get("/results/?queue=submitted")

    assert [row.pk for row in answer.context["page"].rows] == [submitted.pk]
    assert answer.context["counts"]["submitted"] == 1
    assert "2026-04-08" in text(answer)


@pytest.mark.parametrize("queue", ["to_enter", "overdue", "returned", "approved", "not_visited", "", "nonsense"])
def test_every_queue_opens(client_of, submitted, queue):
    answer = client_of("market").get(f"/results/?queue={queue}")

    expected = {"not_visited": Record.objects.count() - 1, "": Record.objects.count()}
    assert answer.context["found"] == expected.get(queue, Record.objects.count() if queue == "nonsense" else 0)


def test_an_overdue_record_comes_first_and_is_marked(world, client_of, record, monkeypatch):
    clock.stop(monkeypatch, NEXT_DAY + timedelta(days=40))

    answer = client_of("yc-market").get("/results/")

    assert answer.context["page"].rows[0].pk == record.pk
    assert answer.context["counts"]["overdue"] == 1
    assert '<span class="state state-bad">逾期</span>' in text(answer)


def test_a_reviewer_approves(client_of, submitted):
    client = client_of("yc-market")
    assert "审核通过" in text(client.get(f"/results/{submitted.pk}/"))

    answer = client.post(f"/results/{submitted.pk}/approve/", follow=True)

    submitted.refresh_from_db()
    assert "检查记录已锁定" in text(answer)
    assert submitted.state == "APPROVED"
    assert "无需重复操作" in text(client.post(f"/results/{submitted.pk}/approve/", follow=True))


def test_a_reviewer_returns_with_a_remark(client_of, submitted):
    client = client_of("yc-market")
    assert client.post(f"/results/{submitted.pk}/return/", {"remark": " "}).status_code == 422

    client.post(f"/results/{submitted.pk}/return/", {"remark": "请附照片"})

    submitted.refresh_from_db()
    assert (submitted.state, submitted.review_remark) == ("RETURNED", "请附照片")
    assert "请附照片" in text(client_of("yc-inspector").get(f"/results/{submitted.pk}/entry/"))


@pytest.mark.parametrize(
    ("username", "status"),
    [("dy-market", 404), ("education", 404), ("office", 403), ("discipline", 403), ("yc-inspector", 403)],
)
def test_others_do_not_review(client_of, submitted, username, status):
    assert client_of(username).post(f"/results/{submitted.pk}/approve/").status_code == status
    submitted.refresh_from_db()
    assert submitted.state == "SUBMITTED"


def test_the_office_reads_without_a_button(client_of, submitted):
    page = text(client_of("office").get(f"/results/{submitted.pk}/"))

    assert "营业执照未在经营场所公示" in page
    assert "/approve/" not in page


def test_a_follow_up_is_listed_and_closed(world, client_of, monkeypatch):
    results_world.approved_record(world, with_problem=True)
    clock.stop(monkeypatch, NEXT_DAY + timedelta(days=60))
    client = client_of("yc-market")
    page = text(client.get("/results/follow-ups/"))
    assert "责令改正" in page
    assert "逾期" in page

    order = FollowUp.objects.get()
    assert "请写明办结情况" in text(client.post(f"/results/follow-ups/{order.pk}/close/", {"note": ""}, follow=True))
    client.post(f"/results/follow-ups/{order.pk}/close/", {"note": "已公示"})

    assert "没有未完结的后续处置" in text(client.get("/results/follow-ups/"))
    assert "已公示" in text(client.get("/results/follow-ups/?state=closed"))
    assert client_of("dy-market").post(f"/results/follow-ups/{order.pk}/close/", {"note": "x"}).status_code == 404


def test_exports_hold_what_the_lists_show(world, client_of, submitted):
    client = client_of("yc-market")

    book = client.get("/results/export.xlsx?queue=submitted")
    lines = b"".join(client.get("/results/follow-ups/export.csv").streaming_content).decode("utf-8-sig")

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(book.streaming_content))).get_sheet_by_index(0)
    heading, *rows = sheet.to_python()
    row = dict(zip(heading, rows[0], strict=True))
    assert len(rows) == 1
    assert (row["检查编号"], row["录入截止日"], row["检查结果类别"]) == (
        submitted.visit.number,
        "2026-04-08",
        "发现问题已责令改正",
    )
    assert "责令改正,2026-04-15" in lines


def test_a_cell_that_begins_like_a_formula_is_disarmed(world, client_of):
    record = results_world.open_record(world)
    follow_up = results_world.PlannedFollowUp("INTERVIEW", date(2026, 4, 1), "=HYPERLINK(1)")
    entered = enter(
        world, record, findings=results_world.findings(record, "有"), categories=["PENDING"], follow_ups=[follow_up]
    )
    results_world.actions.submit(
        record=record, version=entered.version, by=world["yc-inspector"], at=results_world.NEXT_DAY
    )

    lines = b"".join(client_of("office").get("/results/follow-ups/export.csv").streaming_content).decode("utf-8-sig")

    assert "'=HYPERLINK(1)" in lines


def test_the_office_keeps_the_calendar(world, client_of):
    client = client_of("office")
    day = {"form": "day", "day": "2026-10-10", "is_workday": "no", "source": "市政府通告"}
    year = {
        "form": "year",
        "year": "2027",
        "days_off": "2027-01-01\n2027-02-05 2027-02-06",
        "workdays": "2027-02-13",
        "source": "国办通知",
    }

    assert client.post("/results/calendar/", day).status_code == 302
    assert client.post("/results/calendar/", year).status_code == 302

    assert CalendarDay.objects.count() == 5
    assert CalendarYear.objects.get().year == 2027
    assert "国办通知" in text(client.get("/results/calendar/"))


@pytest.mark.parametrize("wrong", [{"days_off": "morgen"}, {"days_off": "2026-01-01"}, {"source": ""}])
def test_a_schedule_that_cannot_be_read_changes_nothing(world, client_of, wrong):
    year = {"form": "year", "year": "2027", "days_off": "2027-01-01", "workdays": "", "source": "通知", **wrong}

    client_of("office").post("/results/calendar/", year)

    assert not CalendarDay.objects.exists()
    assert not CalendarYear.objects.exists()


def test_departments_do_not_keep_the_calendar(world, client_of):
    assert client_of("market").get("/results/calendar/").status_code == 403


def test_what_one_tap_would_have_said_stays_in_the_form_of_a_conflict(client_of, record):
    client = client_of("yc-inspector")
    address = f"/results/{record.pk}/entry/"
    client.post(address, {"version": 1, "note": "第一个窗口", "save": "1"})

    answer = client.post(address, {"version": 1, "checked_on": "2026-03-10", "all_clear": "1"})

    assert answer.status_code == 409
    form = answer.context["form"]
    assert {form[f"outcome_{row.pk}"].value() for row in form.items} == {"NO_PROBLEM"}
    assert form["categories"].value() == ["CLEAN"]
    assert form["version"].value() == 2


def test_an_inspector_closes_a_follow_up_on_the_phone(world, client_of, monkeypatch):
    record = results_world.approved_record(world, with_problem=True)
    clock.stop(monkeypatch, NEXT_DAY + timedelta(days=20))
    client = client_of("yc-inspector")
    order = FollowUp.objects.get()
    assert f"/results/follow-ups/{order.pk}/close/" in text(client.get(f"/results/{record.pk}/entry/"))

    answer = client.post(f"/results/follow-ups/{order.pk}/close/", {"note": "现场复查已公示"}, follow=True)

    assert "现场复查已公示" in text(answer)
    order.refresh_from_db()
    assert order.state == "CLOSED"
