"""The officials' overview: what waits, what is overdue, what must be brought up to date, and how it counts."""

import csv
import io
from datetime import timedelta

import pytest

from mingcha.draws import actions as draws
from mingcha.publication import actions, overview
from mingcha.publication.models import Notice
from mingcha.publication.states import NoticeState
from mingcha.results.queries import due_on
from tests import clock, draws_world, results_world
from tests.results_world import NEXT_DAY

SOON = NEXT_DAY + timedelta(days=1)


@pytest.fixture
def record(world):
    return results_world.approved_record(world, with_problem=True)


def late_for(record):
    """The first moment after the result's last day."""
    due = due_on(record).on
    return NEXT_DAY.replace(year=due.year, month=due.month, day=due.day) + timedelta(days=1)


def page_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def rows_of(client, address: str) -> list[list[str]]:
    content = b"".join(client.get(address)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


TABLE = """
    waiting | overdue | published | late | published share | on time share
    0       | 0       | 0         | 0    | —               | —
    5       | 0       | 0         | 0    | 0.0%            | —
    0       | 0       | 8         | 2    | 100.0%          | 75.0%
    4       | 2       | 6         | 0    | 60.0%           | 75.0%
    2       | 2       | 2         | 2    | 50.0%           | 0.0%
"""


@pytest.mark.parametrize("line", TABLE.strip().splitlines()[1:])
def test_waiting_longer_never_helps_the_figures(line):
    *counts, published_share, on_time_share = [cell.strip() for cell in line.split("|")]

    figures = overview.Figures(*map(int, counts))

    assert (figures.published_share, figures.on_time_share) == (published_share, on_time_share)


def test_an_overdue_result_is_counted_and_the_others_are_not(world, record):
    on_time, late = late_for(record) - timedelta(days=1), late_for(record)

    for by in (world["yc-market"], world["market"], world["office"]):
        assert overview.figures(by, today=on_time.date()).overdue == 0
        assert overview.figures(by, today=late.date()) == overview.Figures(waiting=1, overdue=1, published=0, late=0)
    assert overview.figures(world["dy-market"], today=late.date()).waiting == 0


def test_a_late_result_counts_against_its_organization_for_ever(world, record):
    actions.publish_result(record=record, by=world["yc-market"], at=late_for(record))

    figures = overview.figures(world["yc-market"], today=late_for(record).date())
    assert (figures.published_share, figures.on_time_share, figures.late) == ("100.0%", "0.0%", 1)


def test_the_overview_says_by_how_many_days_a_result_is_overdue(client_of, record, monkeypatch):
    last_day = late_for(record) - timedelta(days=1)

    clock.stop(monkeypatch, last_day)
    client = client_of("yc-market")
    assert record.visit.subject_name in page_of(client, "/publication/ledger/")
    assert record.visit.subject_name not in page_of(client, "/publication/ledger/?overdue=1")

    clock.stop(monkeypatch, last_day + timedelta(days=3))
    assert "逾期 3 天" in page_of(client_of("yc-market"), "/publication/ledger/?overdue=1")


def test_the_filter_finds_by_name_code_task_and_organization(client_of, record):
    client = client_of("market")
    subject = record.visit.subject

    for query in (f"q={subject.name[:3]}", f"q={subject.unit_id}", "q=企业公示信息", "organization=yc-market"):
        assert record.visit.number in page_of(client, f"/publication/ledger/?{query}"), query
    for query in ("q=没有这家", "organization=dy-market"):
        page = page_of(client, f"/publication/ledger/?{query}")
        assert record.visit.number not in page, query
        assert "没有符合条件的待公示结果" in page


def test_the_export_is_what_is_filtered(client_of, record):
    client = client_of("yc-market")

    rows = rows_of(client, "/publication/ledger.csv")
    assert rows[0][:3] == ["检查编号", "统一社会信用代码/注册号", "检查对象"]
    assert rows[1][0] == record.visit.number
    assert len(rows_of(client, "/publication/ledger.csv?q=没有这家")) == 1
    assert len(rows_of(client_of("dy-market"), "/publication/ledger.csv")) == 1


def test_publishing_all_publishes_only_what_the_filter_finds(client_of, record):
    client = client_of("yc-market")

    client.post("/publication/results/?q=没有这家", {"all": "1"})
    assert not Notice.objects.exists()
    client.post("/publication/results/?q=企业公示", {"all": "1"})
    assert Notice.objects.get().unit_name == record.visit.subject_name


def test_a_draw_and_its_release_ask_for_fresh_notices(world):
    issued = draws_world.issue_and_staff(world)
    before = world.now - timedelta(hours=1)
    task = actions.publish_task(task=issued.joint, by=world["market"], at=before)
    assert not overview.outdated(world["market"]).exists()

    ceremony = draws_world.draw(world, [issued.joint])
    assert list(overview.outdated(world["market"])) == [task]
    actions.correct(notice=task, by=world["market"], at=SOON)
    told = actions.publish_ceremony(ceremony=ceremony, by=world["market"], at=SOON)
    assert not overview.outdated(world["market"]).exists()
    draws.release(ceremony=ceremony, by=world["market"], at=SOON + timedelta(hours=1))

    assert list(overview.outdated(world["market"])) == [told]
    assert not overview.outdated(world["dy-market"]).exists()


def test_what_is_outdated_is_brought_up_to_date_with_one_button(client_of, world):
    issued = draws_world.issue_and_staff(world)
    first = actions.publish_task(task=issued.joint, by=world["market"], at=world.now - timedelta(hours=1))
    draws_world.draw(world, [issued.joint])
    client = client_of("market")
    assert "有新进展、待更新的公示" in page_of(client, "/publication/ledger/")

    client.post(f"/publication/notices/{first.pk}/correct/")

    assert "有新进展、待更新的公示" not in page_of(client, "/publication/ledger/")
    assert Notice.objects.get(state=NoticeState.PUBLISHED).content["selected"] > 0


def test_the_record_of_publicity_is_filtered_by_board_and_state(client_of, world, record):
    late = actions.publish_result(record=record, by=world["yc-market"], at=late_for(record))
    actions.withdraw(notice=late, reason="名称录入有误", by=world["yc-market"], at=late_for(record))
    client = client_of("market")

    for query in ("", "?board=results", "?state=WITHDRAWN", "?state=LATE", f"?q={late.unit_id}"):
        page = page_of(client, f"/publication/notices/{query}")
        assert late.title in page, query
        assert "名称录入有误" in page
    for query in ("?board=plans", "?state=PUBLISHED", "?q=没有这家"):
        assert late.title not in page_of(client, f"/publication/notices/{query}"), query
    assert late.title not in page_of(client_of("education"), "/publication/notices/")
    assert rows_of(client, "/publication/notices.csv?state=LATE")[1][1] == late.reference


def test_auditors_look_and_find_no_buttons(client_of, world, record):
    actions.publish_result(record=record, by=world["yc-market"], at=SOON)
    client = client_of("discipline")

    for address in ("/publication/ledger/", "/publication/notices/"):
        assert "公示所选" not in page_of(client, address)
        assert "确认撤回" not in page_of(client, address)
    assert client.post("/publication/results/", {"all": "1"}).status_code == 403
