"""The public site as a citizen sees it: at a desk, on a phone, and in a browser without scripts."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from mingcha.draws import actions as draws
from mingcha.publication import actions
from mingcha.publication.models import Notice
from tests import draws_world, results_world
from tests import world as worlds
from tests.results_world import NEXT_DAY

SOON = NEXT_DAY + timedelta(days=1)
SMALLEST_TEXT = 12
"""CSS pixels below which an elderly reader needs a glass."""


@dataclass
class Published:
    """A notice of each kind, and what a citizen would look for."""

    item_list: Notice
    plan: Notice
    task: Notice
    ceremony: Notice
    result: Notice

    @property
    def pages(self) -> dict[str, str]:
        """Every public page, by the name of its picture."""
        pages = {
            "home": "/",
            "statistics": "/statistics/",
            "verify": "/verify/",
            "search": f"/boards/results/?q={self.firm[:3]}",
        }
        for slug in ("item-lists", "plans", "tasks", "ceremonies", "results"):
            pages[f"board-{slug}"] = f"/boards/{slug}/"
        for slug, notice in (
            ("item-list", self.item_list),
            ("plan", self.plan),
            ("task", self.task),
            ("ceremony", self.ceremony),
            ("result", self.result),
        ):
            board = {"item-list": "item-lists", "ceremony": "ceremonies"}.get(slug, f"{slug}s")
            pages[f"notice-{slug}"] = f"/notices/{board}/{notice.reference}/"
        return {**pages, "firm": f"/firms/{self.result.unit_id}/"}

    @property
    def firm(self) -> str:
        return self.result.unit_name


@pytest.fixture
def site(ledger_can_be_emptied, live_server) -> Published:
    """A released ceremony with a visit, its result, and everything before it, published."""
    city = worlds.build()
    record = results_world.approved_record(city, with_problem=True)
    ceremony = record.visit.ceremony
    draws_world.countersign(city, ceremony)
    draws.release(ceremony=ceremony, by=city["market"], at=SOON)
    ceremony.refresh_from_db()
    item_list = record.items.order_by("pk")[0].item.item_list
    by = city["market"]
    return Published(
        item_list=actions.publish_item_list(item_list=item_list, by=by, at=SOON),
        plan=actions.publish_plan(plan=record.task.plan, by=by, at=SOON),
        task=actions.publish_task(task=record.task, by=by, at=SOON),
        ceremony=actions.publish_ceremony(ceremony=ceremony, by=by, at=SOON),
        result=actions.publish_result(record=record, by=city["yc-market"], at=SOON),
    )


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def tiny_texts(page: Page) -> list[str]:
    """What is written smaller than anyone should have to read."""
    return page.evaluate(
        """least => [...document.querySelectorAll("body *")]
             .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
             .filter((e) => e.checkVisibility() && parseFloat(getComputedStyle(e).fontSize) < least)
             .map((e) => e.outerHTML.slice(0, 100))""",
        SMALLEST_TEXT,
    )


def test_every_public_page_is_usable_by_everybody(site, page, axe, shot):
    for name, address in site.pages.items():
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        axe(page)
        assert tiny_texts(page) == [], address
        shot(page, f"public-{name}", full_page=True)


def test_every_public_page_fits_a_phone(site, phone, axe, shot):
    for name, address in site.pages.items():
        phone.goto(address)
        axe(phone)
        assert not scrolls_sideways(phone), address
        shot(phone, f"public-{name}-phone", full_page=True)


def test_a_citizen_looks_a_firm_up_from_the_first_page(site, page):
    page.goto("/")
    page.get_by_label("查企业:输入名称或统一社会信用代码").fill(site.result.unit_id)
    page.get_by_role("button", name="查询").click()
    page.get_by_role("main").get_by_role("link", name=site.firm).first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(site.firm)
    expect(page.get_by_role("main")).to_contain_text("发现问题已责令改正")
    page.get_by_role("main").get_by_role("link", name=site.firm, exact=True).click()
    expect(page).to_have_url(re.compile(rf"/firms/{site.result.unit_id}/$"))


def test_a_citizen_goes_from_a_ceremony_to_its_proof_and_nothing_confidential_is_on_the_way(site, page):
    page.goto("/boards/ceremonies/")
    page.get_by_role("main").get_by_role("link", name=site.ceremony.title).click()
    page.get_by_role("link", name="核验这场抽取").click()
    page.get_by_role("button", name=f"核验“{site.ceremony.title}”").click()

    expect(page.locator("#verdict")).to_contain_text("公开部分已证明")
    expect(page.get_by_label("种子")).to_have_value("")


def test_all_is_readable_without_scripts(site, open_context):
    plain = open_context(java_script_enabled=False).new_page()
    for address in site.pages.values():
        assert plain.goto(address).ok
        expect(plain.locator("h1")).to_be_visible()

    plain.goto("/verify/")
    expect(plain.get_by_text("浏览器未启用脚本或版本过旧")).to_be_visible()
    expect(plain.get_by_label("选择档案包文件")).to_be_hidden()
    plain.goto("/")
    plain.get_by_label("查企业:输入名称或统一社会信用代码").fill(site.firm)
    plain.get_by_role("button", name="查询").click()
    expect(plain.get_by_role("main").get_by_role("link", name=site.firm).first).to_be_visible()
