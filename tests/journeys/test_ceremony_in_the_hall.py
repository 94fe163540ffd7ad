"""A public ceremony, as the hall sees it: prepare, commit, freeze, open, draw, countersign, release.

石场 of market holds it at the desk, the big screen hangs in the hall, 纪正 witnesses at a desk and 司明 on the phone.
"""

import json

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

import fairdraw
from tests import draws_world
from tests import world as worlds

TITLE = "2026年市场监管第一次公开抽取"


@pytest.fixture
def city(ledger_can_be_emptied):
    return worlds.build()


def sign_in(city, page, live_server, username: str):
    """Give a browser's window the session of somebody who has signed in."""
    client = Client()
    client.force_login(city.user(username), backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return page


def scrolls_sideways(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def button(page, name: str):
    return page.locator("main").get_by_role("button", name=name, exact=True)


def wait_for_both(desk) -> None:
    """The desk's page shows by itself what the witnesses did; loading it by hand would race with that."""
    expect(desk.locator(".step").nth(1)).to_contain_text("2 / 2")


def test_a_sealed_ceremony_in_the_hall(city, live_server, page, phone, open_context, axe, shot, tmp_path):
    issued = draws_world.issue_and_staff(city)
    desk = sign_in(city, page, live_server, "market")
    screen = sign_in(city, open_context(viewport={"width": 1920, "height": 1080}).new_page(), live_server, "office")
    discipline = sign_in(city, open_context().new_page(), live_server, "discipline")
    justice = sign_in(city, phone, live_server, "justice")

    # The office's desk prepares and names the witnesses; the hall looks on.
    desk.goto("/draws/prepare/")
    desk.get_by_label("场次名称").fill(TITLE)
    desk.get_by_label(issued.department.name).check()
    axe(desk)
    shot(desk, "draw-prepare")
    button(desk, "筹备").click()
    for name in ("河源市纪委监委 · 纪正", "河源市司法局 · 司明"):
        desk.get_by_label("见证人").select_option(label=name)
        button(desk, "登记见证人").click()
        expect(desk.locator(".step").nth(1)).to_contain_text(name.split(" · ")[1])
    axe(desk)
    ceremony = desk.url
    screen.goto(f"{ceremony}?screen=1")
    expect(screen.locator(".step").nth(1)).to_contain_text("0 / 2")
    axe(screen)

    # Each witness makes a commitment in the own browser; the receipt stays there.
    receipts = {}
    for name, window in (("discipline", discipline), ("justice", justice)):
        window.goto("/draws/")
        axe(window)
        window.get_by_role("link", name="提交承诺").click()
        window.get_by_label("随机输入(至少8个字)").fill("太短")
        button(window, "生成承诺").click()
        expect(window.get_by_text("请至少输入8个字符")).to_be_visible()
        window.get_by_label("随机输入(至少8个字)").fill(f"春风又绿江南岸,{name}")
        button(window, "生成承诺").click()
        with window.expect_download() as download:
            window.get_by_role("link", name="下载回执").click()
        download.value.save_as(tmp_path / f"{name}.json")
        receipts[name] = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        axe(window)
        shot(window, f"draw-commit-{name}", full_page=True)
        button(window, "提交承诺").click()
        expect(window.get_by_text("承诺已提交。请保管好回执")).to_be_visible()
    assert not scrolls_sideways(justice)
    for receipt in receipts.values():
        given = {"nonce": bytes.fromhex(receipt["nonce"]), "value": receipt["value"].encode()}
        assert fairdraw.commit_input(**given) == receipt["commitment"]
    expect(screen.locator(".step").nth(1)).to_contain_text("2 / 2")

    # The desk fixes everything; only now the witnesses open, one from memory of the browser, one from the receipt.
    wait_for_both(desk)
    button(desk, "固化并公开承诺").click()
    expect(desk.locator(".step").nth(0)).to_contain_text("39")
    axe(desk)
    shot(desk, "draw-committed")
    # Their pages turn to the opening by themselves; to load one before that would race with it.
    expect(discipline.locator("#receipt-state")).to_contain_text("已读入本机保存的回执")
    button(discipline, "打开").click()
    expect(discipline.get_by_text("已打开,与承诺一致")).to_be_visible()
    expect(justice.locator("#receipt-state")).to_contain_text("已读入本机保存的回执")
    justice.evaluate("localStorage.clear()")
    justice.goto(f"{ceremony}witness/")
    justice.get_by_label("从回执文件读入").set_input_files(tmp_path / "discipline.json")
    expect(justice.locator("#receipt-state")).to_contain_text("这份回执不属于您")
    justice.get_by_label("从回执文件读入").set_input_files(tmp_path / "justice.json")
    expect(justice.locator("#receipt-state")).to_contain_text("回执已读入,与您的承诺一致")
    axe(justice)
    button(justice, "打开").click()
    expect(justice.get_by_text("已打开,与承诺一致")).to_be_visible()
    expect(screen.locator(".step").nth(1)).to_contain_text("2 / 2")

    # The draw; the hall sees numbers and digests, the desk also the list and the teams.
    wait_for_both(desk)
    button(desk, "抽取").click()
    expect(screen.locator(".step").nth(2)).to_contain_text("15")
    expect(screen.get_by_text("密封,交审计人员核验")).to_be_visible()
    axe(screen)
    shot(screen, "draw-hall")
    assert not scrolls_sideways(screen)
    desk.get_by_role("link", name="抽取名单").click()
    axe(desk)
    shot(desk, "draw-units")
    desk.goto(f"{ceremony}teams/")
    axe(desk)
    shot(desk, "draw-teams")

    # Two auditors repeat the whole draw and countersign; then it is released.
    for window in (discipline, justice):
        window.goto(ceremony)
        button(window, "核验并会签").click()
        axe(window)
    assert not scrolls_sideways(justice)
    desk.goto(ceremony)
    button(desk, "公开").click()
    expect(desk.get_by_role("img", name="公众核验页二维码")).to_be_visible()
    axe(desk)
    shot(desk, "draw-released", full_page=True)
    with desk.expect_download() as download:
        desk.get_by_role("link", name="公开档案包(ZIP)").click()
    download.value.save_as(tmp_path / "bundle.zip")
    assert fairdraw.verify_bundle((tmp_path / "bundle.zip").read_bytes()).ok
    expect(screen.get_by_role("img", name="公众核验页二维码")).to_be_visible()
    axe(screen)
    shot(screen, "draw-hall-released")
