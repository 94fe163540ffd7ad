"""An inspector's day on the phone, and the bureau that reviews it: from the door to the approved record."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from mingcha.results import actions as results
from mingcha.visits.models import Record
from tests import clock, visits_world
from tests import world as worlds
from tests.visits_world import SUMMER

TARGETS = ".phone .btn, .phone .choice, .phone .phone-visit, .phone .form-control, .phone .form-select"
SMALLEST = 44
"""CSS pixels a thumb needs (WCAG 2.2, 2.5.5)."""


@pytest.fixture
def city(ledger_can_be_emptied, monkeypatch):
    """A joint visit of market and education in 源城; it is 10 June."""
    world = worlds.build()
    results.load_categories(by=world.sysadmin, at=world.now)
    visits_world.arrange_joint_visits(world)
    clock.stop(monkeypatch, SUMMER)
    return world


def sign_in(city, page, live_server, username: str) -> None:
    """Give a browser's window the session of somebody who has signed in (how to sign in is another journey)."""
    client = Client()
    client.force_login(city.user(username), backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def too_small(page) -> list[str]:
    """The targets that a thumb would miss."""
    return page.eval_on_selector_all(
        TARGETS,
        f"""all => all.filter(one => one.offsetParent && one.getBoundingClientRect().height < {SMALLEST})
                      .map(one => one.outerHTML.slice(0, 80))""",
    )


def scrolls_sideways(page) -> bool:
    """Whether the page is wider than the phone."""
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_from_the_door_to_the_approved_record(city, live_server, phone, page, axe, shot):
    visit = visits_world.visit_of(city, "yc-teacher")
    sign_in(city, phone, live_server, "yc-teacher")

    phone.goto("/visits/mine/")
    axe(phone)
    shot(phone, "phone-mine")
    assert not too_small(phone)
    assert not scrolls_sideways(phone)
    phone.get_by_role("link", name=visit.subject_name).click()
    expect(phone.get_by_text("校外培训机构收费行为检查")).to_be_visible()
    axe(phone)
    shot(phone, "phone-visit")
    assert not too_small(phone)
    assert not scrolls_sideways(phone)

    phone.get_by_role("button", name="到场,开始检查").click()
    expect(phone.get_by_text("检查组已锁定")).to_be_visible()
    phone.get_by_role("button", name="检查完毕,结束检查").click()
    expect(phone.get_by_text("请在20个工作日内录入")).to_be_visible()

    phone.get_by_role("link", name="录入检查结果").click()
    axe(phone)
    shot(phone, "phone-entry", full_page=True)
    assert not too_small(phone)
    assert not scrolls_sideways(phone)
    phone.get_by_role("button", name="全部未发现问题").click()
    expect(phone.get_by_text("草稿已保存")).to_be_visible()
    phone.get_by_label("检查方式").select_option(label="实地检查")
    phone.get_by_role("button", name="提交审核").click()
    expect(phone.get_by_text("已提交,等待审核")).to_be_visible()
    axe(phone)
    shot(phone, "phone-submitted", full_page=True)

    record = Record.objects.get(visit=visit, organization__line="education")
    sign_in(city, page, live_server, "yc-education")
    page.goto("/results/?queue=submitted")
    axe(page)
    shot(page, "results-queue")
    page.get_by_role("link", name=visit.number).click()
    axe(page)
    shot(page, "results-record", full_page=True)
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("检查记录已锁定")).to_be_visible()
    record.refresh_from_db()
    assert record.state == "APPROVED"


def test_a_problem_in_two_windows_is_overwritten_by_nobody(city, live_server, phone, open_context, axe, shot):
    visit = visits_world.ended(city, visits_world.visit_of(city, "yc-teacher"), "yc-teacher", SUMMER)
    record = Record.objects.get(visit=visit, organization__line="education")
    sign_in(city, phone, live_server, "yc-teacher")
    other = phone.context.new_page()
    for window in (phone, other):
        window.goto(f"/results/{record.pk}/entry/")

    other.get_by_text("发现问题", exact=True).first.click()
    other.get_by_label("发现的具体问题").first.fill("超范围开展学科类培训")
    other.get_by_text("责令改正", exact=True).click()
    shot(other, "phone-entry-problem", full_page=True)
    other.get_by_role("button", name="保存草稿").last.click()
    expect(other.get_by_text("草稿已保存")).to_be_visible()
    phone.get_by_role("button", name="全部未发现问题").click()

    expect(phone.get_by_text("您的内容没有保存")).to_be_visible()
    expect(phone.get_by_role("cell", name="超范围开展学科类培训")).to_be_visible()
    axe(phone)
    shot(phone, "phone-conflict", full_page=True)
    assert not scrolls_sideways(phone)
    record.refresh_from_db()
    assert record.version == 2


def test_the_bureaus_pages(city, live_server, page, axe, shot):
    visit = visits_world.visit_of(city, "yc-inspector")
    sign_in(city, page, live_server, "yc-market")

    page.goto("/visits/")
    axe(page)
    shot(page, "visits-list")
    page.get_by_role("link", name=visit.number).click()
    axe(page)
    page.get_by_role("link", name="调整 江勘").click()
    axe(page)
    shot(page, "visits-change-seat")
    page.get_by_label("调整原因").select_option(label="请假")
    page.get_by_role("button", name="按程序递补").click()
    expect(page.get_by_text("由递补人员")).to_be_visible()
    expect(page.get_by_text("原抽取:IN-001")).to_be_visible()
    shot(page, "visits-visit", full_page=True)
    for address in ("/results/", "/results/follow-ups/"):
        page.goto(address)
        axe(page)


def test_the_offices_calendar(city, live_server, page, axe, shot):
    sign_in(city, page, live_server, "office")

    page.goto("/results/calendar/")
    axe(page)
    shot(page, "results-calendar", full_page=True)
