"""Pages of visits: an inspector's own on the phone, the list of the bureaus, the change of a seat."""

import csv
import io
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from mingcha.assignments.models import Seat, SeatChange
from mingcha.visits.models import Visit
from tests import clock, draws_world, results_world, visits_world
from tests.visits_world import SPRING, SUMMER, visit_of


@pytest.fixture
def visit(world, monkeypatch):
    """A visit of 江勘, arranged and not begun; it is 10 March."""
    visits_world.arrange_visits(world)
    clock.stop(monkeypatch, SPRING)
    return visit_of(world, "yc-inspector")


def text(response) -> str:
    return response.content.decode()


def test_my_page_shows_my_visits_and_no_others(client_of, visit):
    page = text(client_of("yc-inspector").get("/visits/mine/"))

    assert "现在可以检查" in page
    assert visit.subject_name in page
    assert "东源县样例" not in page


def test_my_page_says_where_each_visit_stands(world, client_of, visit, monkeypatch):
    visits_world.ended(world, visit)
    late = Visit.objects.filter(pk__in=[row.pk for row in visits_of(world)]).exclude(pk=visit.pk).first()
    Visit.objects.filter(pk=late.pk).update(window_to=date(2026, 3, 9))

    page = text(client_of("yc-inspector").get("/visits/mine/"))

    assert page.index("已过检查时段") < page.index(late.subject_name) < page.index("待录入结果")
    assert page.index("待录入结果") < page.index(visit.subject_name)


def visits_of(world):
    return Visit.objects.filter(
        visit_id__in=Seat.objects.filter(inspector__user=world.user("yc-inspector")).values("visit_id")
    )


def test_an_empty_page_says_when_something_will_come(world, client_of):
    assert "目前没有指派给您的检查" in text(client_of("yc-inspector").get("/visits/mine/"))


def test_the_page_of_a_visit_shows_place_team_and_items(world, client_of, visit):
    page = text(client_of("yc-inspector").get(f"/visits/mine/{visit.number}/"))

    assert visit.address in page
    assert "江勘" in page
    assert "营业执照规范使用情况检查" in page
    assert "年度报告公示信息检查" in page
    assert "到场,开始检查" in page


def test_in_a_joint_visit_each_sees_all_parts_and_enters_their_own(world, client_of, monkeypatch):
    visits_world.arrange_joint_visits(world)
    visit = visits_world.started(world, visit_of(world, "yc-teacher"), "yc-teacher", SUMMER)
    clock.stop(monkeypatch, SUMMER)

    page = text(client_of("yc-teacher").get(f"/visits/mine/{visit.number}/"))

    own = results_world.record_of(visit, "education")
    other = results_world.record_of(visit, "market")
    assert "校外培训机构办学行为检查" in page
    assert "校外培训机构收费行为检查" in page
    assert f"/results/{own.pk}/entry/" in page
    assert f"/results/{other.pk}/entry/" not in page
    assert "由该部门检查人员录入,尚未提交" in page


@pytest.mark.parametrize("username", ["dy-inspector"])
def test_somebody_elses_visit_is_not_found_and_cannot_be_begun(client_of, visit, username):
    client = client_of(username)

    assert client.get(f"/visits/mine/{visit.number}/").status_code == 404
    assert client.post(f"/visits/mine/{visit.number}/start/").status_code == 404
    visit.refresh_from_db()
    assert visit.state == "PLANNED"


def test_begin_and_end_are_posts_and_doubled_ones_do_nothing(client_of, visit, monkeypatch):
    client = client_of("yc-inspector")
    address = f"/visits/mine/{visit.number}"
    assert client.get(f"{address}/start/").status_code == 405

    assert client.post(f"{address}/start/").status_code == 302
    assert "无需重复操作" in text(client.post(f"{address}/start/", follow=True))
    clock.stop(monkeypatch, SPRING + timedelta(minutes=20))
    assert "请在20个工作日内录入" in text(client.post(f"{address}/end/", follow=True))
    assert "无需重复操作" in text(client.post(f"{address}/end/", follow=True))

    visit.refresh_from_db()
    assert (visit.started_at, visit.ended_at) == (SPRING, SPRING + timedelta(minutes=20))


def test_before_its_window_a_visit_shows_no_button(client_of, visit, monkeypatch):
    clock.stop(monkeypatch, SPRING - timedelta(days=20))

    page = text(client_of("yc-inspector").get(f"/visits/mine/{visit.number}/"))

    assert "2026-03-01 起可以开始" in page
    assert "到场,开始检查" not in page


def test_a_waiting_ceremony_is_arranged_from_the_list(world, client_of):
    drawn = draws_world.hold_ceremony(world)
    client = client_of("market")
    assert "生成检查任务" in text(client.get("/visits/"))

    answer = client.post(f"/visits/arrange/{drawn.ceremony.number}/", follow=True)

    assert f"已生成 {Visit.objects.count()} 次检查" in text(answer)
    assert "待生成检查任务的场次" not in text(answer)
    again = client.post(f"/visits/arrange/{drawn.ceremony.number}/", follow=True)
    assert "已经生成,无需重复操作" in text(again)


@pytest.mark.parametrize(
    ("username", "status"), [("education", 404), ("yc-market", 404), ("discipline", 403), ("yc-inspector", 403)]
)
def test_others_cannot_arrange_it(world, client_of, username, status):
    drawn = draws_world.hold_ceremony(world)

    assert client_of(username).post(f"/visits/arrange/{drawn.ceremony.number}/").status_code == status
    assert not Visit.objects.exists()


def test_the_list_counts_filters_and_keeps_the_filter_in_the_address(client_of, visit):
    client = client_of("market")

    everything = client.get("/visits/").context
    county = client.get("/visits/?region=441602&state=PLANNED").context

    assert everything["counts"]["total"] == Visit.objects.count()
    assert {row.region_id for row in county["page"].rows} == {"441602"}
    assert county["counts"]["total"] == Visit.objects.filter(region="441602").count()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=overdue", 0),
        ("state=ENDED", 0),
        ("q=源城区样例", "441602"),
        ("organization=dy-market", "441625"),
        ("state=nonsense", None),
        ("region=nowhere", None),
        ("after=not-a-cursor", None),
        ("after=[1]", None),
        ("after=[Infinity,1,1]", None),
        ("after=" + "[" * 100_000, None),
    ],
)
def test_filters_narrow_the_list_and_nonsense_is_left_alone(client_of, visit, query, found):
    context = client_of("market").get(f"/visits/?{query}").context

    expected = Visit.objects.filter(region=found) if isinstance(found, str) else Visit.objects.all()
    assert context["counts"]["total"] == (expected.count() if found != 0 else 0)


def test_pages_of_the_list_show_every_visit_once(client_of, visit, monkeypatch):
    monkeypatch.setattr("mingcha.people.listing.SIZE", 5)
    client = client_of("market")
    seen, after = [], ""
    while True:
        page = client.get("/visits/", {"after": after}).context["page"]
        seen += [row.number for row in page.rows]
        after = page.after
        if not after:
            break

    assert len(seen) == len(set(seen)) == Visit.objects.count()


def test_an_empty_list_gives_a_hint(world, client_of):
    assert "可以清除筛选条件" in text(client_of("market").get("/visits/"))


def test_an_export_holds_exactly_the_rows_of_the_filter(client_of, visit):
    client = client_of("market")
    numbers = set(Visit.objects.filter(region="441602").values_list("number", flat=True))

    book = client.get("/visits/export.xlsx?region=441602")
    lines = client.get("/visits/export.csv?region=441602")

    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(book.streaming_content))).get_sheet_by_index(0)
    heading, *cells = rows.to_python()
    assert heading[:2] == ["检查编号", "检查对象"]
    assert {row[0] for row in cells} == numbers
    csv_text = b"".join(lines.streaming_content).decode("utf-8-sig")
    assert {line.split(",")[0] for line in csv_text.splitlines()[1:]} == numbers


def test_a_visit_outside_the_scope_is_not_found(client_of, visit):
    for username in ("dy-market", "education", "yc-education"):
        assert client_of(username).get(f"/visits/{visit.number}/").status_code == 404
    assert client_of("yc-market").get(f"/visits/{visit.number}/").status_code == 200


def test_a_seat_is_changed_on_its_page_and_the_drawn_person_stays_visible(world, client_of, visit):
    seat = visits_world.seat_of(world, visit, "yc-inspector")
    client = client_of("yc-market")
    assert "按程序递补" in text(client.get(f"/visits/{visit.number}/seats/{seat.pk}/"))

    answer = client.post(f"/visits/{visit.number}/seats/{seat.pk}/", {"reason": "LEAVE", "note": "产假"}, follow=True)

    page = text(answer)
    assert "江勘 由递补人员" in page
    assert "原抽取:IN-001" in page
    assert "审批人 袁成" in page
    assert SeatChange.objects.get().note == "产假"


def test_a_refused_change_is_told_and_nothing_changes(world, client_of, visit):
    seat = visits_world.seat_of(world, visit, "yc-inspector")
    client = client_of("yc-market")
    address = f"/visits/{visit.number}/seats/{seat.pk}/"
    client.post(address, {"reason": "LEAVE"})

    page = text(client.post(address, {"reason": "LEAVE"}, follow=True))

    assert "没有可以递补的人员" in page
    assert SeatChange.objects.count() == 1


def test_a_change_without_a_reason_is_shown_again(world, client_of, visit):
    seat = visits_world.seat_of(world, visit, "yc-inspector")

    answer = client_of("yc-market").post(f"/visits/{visit.number}/seats/{seat.pk}/", {"reason": "DISLIKE"})

    assert answer.status_code == 422
    assert not SeatChange.objects.exists()


def test_another_bureau_cannot_change_a_seat(world, client_of, visit):
    seat = visits_world.seat_of(world, visit, "yc-inspector")

    assert client_of("dy-market").get(f"/visits/{visit.number}/seats/{seat.pk}/").status_code == 404
    assert client_of("discipline").get(f"/visits/{visit.number}/seats/{seat.pk}/").status_code == 403


@pytest.mark.parametrize("name", ["=1+1", " =1+1", "＝1+1", "@SUM(A1)"])
def test_a_name_that_looks_like_a_formula_leaves_harmless_in_both_exports(client_of, visit, name):
    Visit.objects.update(subject_name=name)
    client = client_of("market")

    book = io.BytesIO(b"".join(client.get("/visits/export.xlsx").streaming_content))
    lines = b"".join(client.get("/visits/export.csv").streaming_content).decode("utf-8-sig")

    sheet = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    assert f"'{name}" in sheet[1]
    assert f"'{name}" in next(iter(csv.reader(lines.splitlines()[1:])))
