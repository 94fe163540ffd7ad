"""The hall's screen: the roll of those drawn, page by page, and how far the work has come."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mingcha.draws import actions, drawing
from mingcha.draws.actions.working import told
from mingcha.draws.models import Progress, SelectedUnit
from mingcha.draws.pace import Pace, is_at_work
from mingcha.draws.rules import CannotHold
from mingcha.draws.stage import stage_of
from mingcha.draws.states import CeremonyState, Work
from mingcha.kernel.refusal import Refusal
from tests import draws_world

HTMX = {"HX-Request": "true"}


def address(ceremony) -> str:
    return reverse("draws:ceremony", args=[ceremony.number])


@pytest.fixture
def open_draw(world, issued):
    """An open ceremony that was held and not released yet."""
    return draws_world.draw(world, [issued.joint])


def in_ticket_order(ceremony) -> list[str]:
    rows = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony, drawn_as="SELECTED")
    return [row.name for row in sorted(rows, key=lambda row: row.ticket)]


def test_the_hall_reads_the_names_of_an_open_draw_in_ticket_order(open_draw, client_of):
    roll = client_of("market").get(address(open_draw), {"screen": "1"}).context["roll"]

    assert [line.name for line in roll.lines] == in_ticket_order(open_draw)
    assert [line.number for line in roll.lines[:3]] == [1, 2, 3]
    assert (roll.first, roll.total, roll.is_named) == (1, 3, True)


def test_a_long_roll_comes_in_pages(open_draw, client_of, monkeypatch):
    monkeypatch.setattr("mingcha.draws.roll.ON_A_PAGE", 1)
    client, names = client_of("market"), in_ticket_order(open_draw)

    pages = [client.get(address(open_draw), {"screen": "1", "roll": page}).context["roll"] for page in "123"]

    assert [line.name for roll in pages for line in roll.lines] == names
    assert [(roll.previous, roll.next) for roll in pages] == [(None, 2), (1, 3), (2, None)]
    assert [(roll.first, roll.last) for roll in pages] == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize("page", ["0", "4000000000000000000000", "-1", "x", "²"])
def test_a_page_that_does_not_exist_is_the_first(open_draw, client_of, page):
    roll = client_of("market").get(address(open_draw), {"screen": "1", "roll": page}).context["roll"]

    assert roll.page == 1


def test_turning_a_page_fetches_the_roll_alone(open_draw, client_of):
    turned = client_of("market").get(address(open_draw), {"screen": "1", "roll": "1"}, headers=HTMX)

    assert turned.content.decode().lstrip().startswith('<section id="roll"')
    assert "hx-swap-oob" not in turned.content.decode()


def test_the_roll_of_a_sealed_draw_counts_and_names_nobody(drawn, client_of):
    page = client_of("market").get(address(drawn), {"screen": "1"})

    roll = page.context["roll"]
    assert (roll.total, roll.is_named, {line.name for line in roll.lines}) == (15, False, {""})
    assert "名单封存" in page.content.decode()


def test_the_roll_comes_with_the_draw_and_then_is_left_in_peace(world, opened, client_of):
    client = client_of("market")
    before = stage_of(opened, now=world.now).mark
    actions.hold(ceremony=opened, by=world["market"], at=world.now)

    came = client.get(address(opened), {"screen": "1", "seen": before}, headers=HTMX)
    draws_world.countersign(world, opened)
    later = client.get(address(opened), {"screen": "1", "seen": "DRAWN-2-2-2-0-0"}, headers=HTMX)

    assert came.content.decode().count('id="roll"') == 1
    assert later.content.decode().count('id="roll"') == 0


def test_the_hall_without_scripts_loads_anew_until_it_is_over(world, opened, client_of):
    client = client_of("market")
    waiting = client.get(address(opened), {"screen": "1"}).content.decode()
    actions.abandon(ceremony=opened, reason="见证人无法到场", by=world["market"], at=world.now)

    over = client.get(address(opened), {"screen": "1"}).content.decode()

    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert "http-equiv" not in over


def test_the_draw_says_how_far_it_is(world, opened):
    words = []

    drawing.hold(opened, progress=lambda done, total: words.append((done, total)))

    assert words == [(0, 39), (39, 39)]


def test_the_tasks_of_a_ceremony_make_one_progress():
    words = []
    pace = Pace(lambda done, total: words.append((done, total)), total=30)
    engine = pace.counting(lambda task, seed, suite: pace.within_task(1, 4))

    for size in (20, 10):
        engine(_Task(size), "", "")

    assert words == [(0, 30), (5, 30), (20, 30), (22, 30), (30, 30)]


class _Task:
    """As much of a frozen task as is counted."""

    def __init__(self, size: int) -> None:
        self.frame = self
        self.lines = range(size)


def test_the_hall_shows_the_work_while_it_goes_on(opened, client_of):
    now = timezone.now()
    with told(opened, Work.HOLD, at=now) as tell:
        tell(39, 39)
        page = client_of("market").get(address(opened), {"screen": "1"}).content.decode()

    assert "正在抽取" in page
    assert "计算完毕,正在写入结果和存证" in page
    assert 'id="do-hold"' not in page, "nobody needs to press again"
    assert 'hx-trigger="every 1s"' in page


def test_work_that_was_cut_off_is_said_and_the_button_is_there_again(opened, client_of):
    long_ago = timezone.now() - timedelta(minutes=2)
    words = {"work": "HOLD", "done": 7, "total": 39, "started_at": long_ago, "heard_at": long_ago, "ended_at": None}
    Progress.objects.update_or_create(ceremony=opened, defaults=words)

    page = client_of("market").get(address(opened)).content.decode()

    assert "上一次计算中断,没有留下任何结果" in page
    assert 'id="do-hold"' in page


def test_refused_work_is_over_at_once(opened):
    now = timezone.now()
    with pytest.raises(Refusal), told(opened, Work.HOLD, at=now):
        raise CannotHold("随机来源尚未齐备")

    assert Progress.objects.get(ceremony=opened).ended_at >= now
    assert stage_of(opened, now=now).progress is None


def test_of_two_at_the_same_work_one_is_heard(opened):
    now = timezone.now()
    with told(opened, Work.HOLD, at=now) as first:
        first(39, 39)
        with told(opened, Work.HOLD, at=now) as second:
            second(20, 39)
        heard = Progress.objects.get(ceremony=opened)

    assert (heard.done, heard.total) == (39, 39)


def test_a_finished_draw_shows_no_work(world, drawn):
    assert Progress.objects.get(ceremony=drawn).done == 39
    assert stage_of(drawn, now=world.now).progress is None


@pytest.mark.parametrize(
    ("work", "state", "silent", "expected"),
    [
        (Work.HOLD, CeremonyState.COMMITTED, 0, True),
        (Work.HOLD, CeremonyState.COMMITTED, 59, True),
        (Work.HOLD, CeremonyState.COMMITTED, 60, False),
        (Work.HOLD, CeremonyState.DRAWN, 0, False),
        (Work.FREEZE, CeremonyState.PREPARING, 1, True),
        (Work.RELEASE, CeremonyState.DRAWN, 1, True),
        (Work.RELEASE, CeremonyState.ABANDONED, 1, False),
    ],
)
def test_when_work_goes_on(world, work, state, silent, expected):
    heard_at = world.now - timedelta(seconds=silent)

    assert is_at_work(work, state=state, heard_at=heard_at, now=world.now) is expected


def test_a_witness_who_waits_is_shown_the_opening_once_it_is_time(world, prepared, client_of):
    draws_world.commit(world, prepared)
    client, page = client_of("justice"), reverse("draws:witness", args=[prepared.number])
    waiting = client.get(page, {"seen": "PREPARING"}, headers=HTMX)
    actions.freeze(ceremony=prepared, salt=draws_world.SALT, by=world["market"], at=world.now)

    frozen = client.get(page, {"seen": "PREPARING"}, headers=HTMX)

    assert (waiting.status_code, "HX-Refresh" in waiting.headers) == (204, False)
    assert (frozen.status_code, frozen.headers["HX-Refresh"]) == (204, "true")


def test_a_rehearsal_says_so_across_the_screen(world, issued, client_of):
    rehearsal = actions.prepare(
        title="演练一次", tasks=[issued.joint], is_rehearsal=True, by=world["market"], at=world.now
    )

    for screen in ("", "1"):
        page = client_of("market").get(address(rehearsal), {"screen": screen}).content.decode()
        assert 'data-rehearsal="演练"' in page
        assert "这是演练,不是正式抽取" in page
