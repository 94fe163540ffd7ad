"""Public pages are kept by browsers until something changes; feeds tell what is new; released files stay."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from mingcha.draws import actions as draws
from mingcha.publication import actions
from tests import draws_world, results_world
from tests.results_world import NEXT_DAY

SOON = NEXT_DAY + timedelta(days=1)
ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = ["/", "/boards/results/", "/boards/results/?q=x", "/statistics/", "/verify/"]


@pytest.fixture
def record(world):
    return results_world.approved_record(world, with_problem=True)


def kept(client, address: str) -> str:
    """The mark of a page after the browser has its cookies."""
    client.get(address)
    return client.get(address).headers["ETag"]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_sent_again_only_after_something_happened(client, world, address):
    mark = kept(client, address)

    assert client.get(address, headers={"If-None-Match": mark}).status_code == 304
    world_moves_on(world)
    again = client.get(address, headers={"If-None-Match": mark})
    assert again.status_code == 200
    assert again.headers["ETag"] != mark


def world_moves_on(world):
    draws_world.issue_and_staff(world)


def test_another_language_is_another_page(client, db):
    mark = kept(client, "/")

    assert client.get("/", headers={"If-None-Match": mark, "Accept-Language": "en"}).status_code == 200


def test_a_page_is_kept_by_the_browser_alone_and_never_for_somebody_signed_in(client, client_of):
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"

    answer = client_of("market").get("/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_a_withdrawal_is_seen_at_once(client, world, record):
    notice = actions.publish_result(record=record, by=world["yc-market"], at=SOON)
    address = f"/notices/results/{notice.reference}/"
    mark = kept(client, address)

    actions.withdraw(notice=notice, reason="名称有误", by=world["yc-market"], at=SOON)

    assert "名称有误" in client.get(address, headers={"If-None-Match": mark}).content.decode()


def test_a_feed_tells_the_newest_results_with_their_addresses(client, world, record):
    notice = actions.publish_result(record=record, by=world["yc-market"], at=SOON)

    answer = client.get("/boards/results.atom")

    feed = ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer
    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == notice.title
    assert "发现问题已责令改正" in entry.find(f"{ATOM}summary").text
    link = entry.find(f"{ATOM}link").attrib["href"]
    assert client.get(link.removeprefix("http://testserver")).status_code == 200
    assert "application/atom+xml" in answer.headers["Content-Type"]
    assert client.get("/boards/nonsense.atom").status_code == 404


def test_the_certificate_is_for_anyone_once_released(client, world):
    ceremony = draws_world.draw(world, [draws_world.issue_and_staff(world).joint])
    assert client.get(f"/certificates/{ceremony.number}.pdf").status_code == 404

    draws.release(ceremony=ceremony, by=world["market"], at=SOON)

    answer = client.get(f"/certificates/{ceremony.number}.pdf")
    assert answer.content[:5] == b"%PDF-"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"


def test_boards_are_filtered_by_the_year_of_publication(client, world, record):
    notice = actions.publish_result(record=record, by=world["yc-market"], at=SOON)

    assert notice.title in client.get("/boards/results/?year=2026").content.decode()
    for year in ("2025", "0000", "二〇二六"):
        shown = notice.title in client.get(f"/boards/results/?year={year}").content.decode()
        assert shown == (year != "2025"), "a year that is none filters nothing"


def test_every_version_is_one_click_from_the_other(client, world):
    issued = draws_world.issue_and_staff(world)
    first = actions.publish_task(task=issued.joint, by=world["market"], at=world.now)
    draws_world.draw(world, [issued.joint])
    actions.correct(notice=first, by=world["market"], at=SOON)
    address = f"/notices/tasks/{first.reference}/"

    newest, former = client.get(address).content.decode(), client.get(f"{address}?version=1").content.decode()

    assert "?version=1" in newest
    assert "抽取户数" in newest
    assert "抽取户数" not in former
    assert "更正前的版本" in former


def test_a_draw_released_late_is_marked_for_everyone(client, world):
    """The joint task's window ends on 31 August 2026; its last result is due on 28 September 2026."""
    ceremony = draws_world.draw(world, [draws_world.issue_and_staff(world).joint])
    notice = actions.publish_ceremony(ceremony=ceremony, by=world["market"], at=SOON)
    assert notice.content["release_due_on"] == "2026-09-28"

    draws.release(ceremony=ceremony, by=world["market"], at=SOON.replace(month=9, day=29))
    actions.correct(notice=notice, by=world["market"], at=SOON.replace(month=9, day=29))

    assert "逾期公开:2026-09-29" in client.get(f"/notices/ceremonies/{ceremony.number}/").content.decode()
