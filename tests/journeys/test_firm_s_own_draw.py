"""A firm wants to know whether its draw was right: the desk makes its file, the firm proves it on the public page."""

import json

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from mingcha.draws import actions as draws
from mingcha.draws import queries
from mingcha.draws.states import DrawnAs
from tests import draws_world
from tests import world as worlds


@pytest.fixture
def city(ledger_can_be_emptied):
    return worlds.build()


def sign_in(city, page, live_server, username: str) -> None:
    """Give a browser's window the session of somebody who has signed in."""
    client = Client()
    client.force_login(city.user(username), backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def test_a_firm_proves_its_own_draw_of_a_sealed_ceremony(city, live_server, page, phone, axe, shot):
    ceremony = draws_world.hold_ceremony(city).ceremony
    draws_world.countersign(city, ceremony)
    draws.release(ceremony=ceremony, by=city["market"], at=city.now)
    ceremony.refresh_from_db()
    unit = queries.selected_units(ceremony).filter(drawn_as=DrawnAs.SELECTED)[0]

    # The desk makes the file.
    sign_in(city, page, live_server, "market")
    page.goto(f"/draws/{ceremony.number}/")
    page.get_by_role("link", name="抽签凭据").click()
    page.get_by_label("抽查任务").select_option(unit.ceremony_task.task.number)
    page.get_by_label("统一社会信用代码/注册号").fill(unit.unit_id)
    axe(page)
    shot(page, "draw-leaf")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="出具并下载").click()
    given = downloading.value.path()

    # The firm, on its own phone, takes the root from the bundle that its browser has proven, not from the site.
    phone.goto("/verify/")
    phone.get_by_label("选择档案包文件").set_input_files(
        {"name": "b.zip", "mimeType": "application/zip", "buffer": queries.bundle_bytes(ceremony)}
    )
    expect(phone.locator("#verdict")).to_contain_text("公开部分已证明")
    expect(phone.get_by_label("抽取公告中的结果树根")).to_have_value(ceremony.result_root)
    phone.get_by_label("凭据文件(JSON)").set_input_files(given)
    expect(phone.get_by_label("凭据内容")).to_have_value(given.read_text(encoding="utf-8"))
    phone.get_by_role("button", name="核对").click()
    expect(phone.locator("#leaf-verdict")).to_have_text(
        f"属实:{unit.unit_id} 在任务 {unit.ceremony_task.task.number} 中被抽中,抽签号 {unit.ticket}。"
    )
    axe(phone)
    shot(phone, "public-leaf-phone", full_page=True)

    # A file in which one word was changed proves nothing.
    shown = json.loads(given.read_text(encoding="utf-8"))
    shown["leaf"]["drawn"] = False
    phone.get_by_label("凭据内容").fill(json.dumps(shown))
    phone.get_by_role("button", name="核对").click()
    expect(phone.locator("#leaf-verdict")).to_contain_text("不成立")
