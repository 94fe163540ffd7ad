"""A bureau's official publishes what is due, and takes a wrong notice back, seen by everyone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from mingcha.publication import actions
from mingcha.publication.models import Notice
from tests import draws_world, results_world
from tests import world as worlds
from tests.results_world import NEXT_DAY
from tests.world import PASSWORD

SOON = NEXT_DAY + timedelta(days=1)


@pytest.fixture
def record(ledger_can_be_emptied, live_server):
    """An approved result that nobody has published, in a city with a notice that is out of date."""
    city = worlds.build()
    record = results_world.approved_record(city, with_problem=True)
    actions.publish_ceremony(ceremony=record.visit.ceremony, by=city["market"], at=city.now + timedelta(minutes=15))
    draws_world.countersign(city, record.visit.ceremony)
    return record


def sign_in(page: Page, username: str) -> None:
    page.goto("/login/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).not_to_have_url(re.compile("/login/"))


def test_a_result_is_published_and_later_withdrawn_with_its_reason(record, page, open_context, axe, shot):
    firm = record.visit.subject_name
    citizen = open_context().new_page()
    sign_in(page, "yc-market")
    page.goto("/publication/ledger/")
    axe(page)
    shot(page, "publication-ledger", full_page=True)

    page.get_by_label(f"选择 {firm}").check()
    page.get_by_role("button", name="公示所选").click()
    expect(page.get_by_text("已公示 1 条结果")).to_be_visible()
    citizen.goto(f"/boards/results/?q={firm}")
    expect(citizen.get_by_role("main").get_by_role("link", name=firm)).to_be_visible()

    page.get_by_role("link", name="公示记录", exact=True).click()
    axe(page)
    page.get_by_text("撤回", exact=True).click()
    page.get_by_label("撤回原因(公开)").fill("检查结果录入有误")
    axe(page)
    shot(page, "publication-notices", full_page=True)
    page.get_by_role("button", name="确认撤回").click()
    expect(page.get_by_text("已撤回,撤回原因随公示页面保留")).to_be_visible()

    citizen.goto(f"/notices/results/{Notice.objects.get(kind='RESULT').reference}/")
    expect(citizen.get_by_role("main")).to_contain_text("检查结果录入有误")
    expect(citizen.get_by_role("main")).not_to_contain_text("发现问题已责令改正")


def test_the_overview_fits_a_phone_and_brings_a_notice_up_to_date(record, phone, axe, shot):
    sign_in(phone, "market")
    phone.goto("/publication/ledger/")
    axe(phone)
    assert not phone.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    shot(phone, "publication-ledger-phone", full_page=True)

    ceremony = record.visit.ceremony
    phone.get_by_role("button", name=f"更新公示 {ceremony.title}").click()

    expect(phone.get_by_text("已公示新版本,原版本保留可查")).to_be_visible()
    phone.goto(f"/notices/ceremonies/{ceremony.number}/")
    expect(phone.get_by_role("main")).to_contain_text("会签监督单位")
    axe(phone)
