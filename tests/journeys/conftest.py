"""A browser for the journeys: Chromium driven through the running site, as people use it.

A journey asks for `page` (a desk's screen) or `phone` (an inspector's), and may ask for `axe` and `shot`:

    def test_an_office_sees_what_waits(live_server, page, axe, shot):
        page.goto("/")
        axe(page)
        shot(page, "desk-start")
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

# Playwright keeps an event loop in this thread; Django would take our plain database calls for a mistake.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

HERE = Path(__file__).resolve().parent
MANUAL_IMAGES = HERE.parent.parent / "docs" / "manual" / "images"
AXE = HERE / "vendor" / "axe.min.js"
WCAG_2_1_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]

CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
CHROMIUM_MISSING = (
    "no Chromium found: install it (Debian: apt-get install chromium fonts-noto-cjk) "
    "or name the program in MINGCHA_CHROMIUM"
)
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--lang=zh-CN",
]
PATIENCE = 60_000
"""Milliseconds for a page or a button to come: a busy machine of two cores is slow, and speed is not judged here."""
HABITS: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


def missing(message: str) -> None:
    """Skip on a developer's machine that lacks something; fail where everything is required (CI, `make test`)."""
    if os.environ.get("MINGCHA_REQUIRE_ALL") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE / 3)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    program = os.environ.get("MINGCHA_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if program is None:
        missing(CHROMIUM_MISSING)
    browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
    yield browser
    browser.close()


@pytest.fixture
def open_context(browser: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browsers' windows that share no cookies, for journeys of several people; watches what their pages do.

    After the journey it fails if the server broke, if a page's script broke, if the content policy stopped something,
    or if anything was asked of another machine: the site must work in a closed network.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("request", lambda request: note_outside(request.url))
        page.on("response", lambda response: note_broken(response.status, response.url))
        page.on("console", lambda said: note_refused(said.text))

    def note_outside(url: str) -> None:
        if not url.startswith((live_server.url, "data:", "blob:", "about:")):
            faults.append(f"asked of another machine: {url}")

    def note_broken(status: int, url: str) -> None:
        if status >= 500:
            faults.append(f"server error {status}: {url}")

    def note_refused(text: str) -> None:
        if "Content Security Policy" in text:
            faults.append(f"stopped by the content policy: {text}")

    def open_one(**device: Any) -> BrowserContext:
        context = browser.new_context(base_url=live_server.url, **HABITS, **device)
        context.on("page", watch)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(open_context: Callable[..., BrowserContext]) -> Page:
    """A page on an office screen."""
    return open_context(viewport={"width": 1440, "height": 900}).new_page()


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext], playwright: Playwright) -> Page:
    """A page on an inspector's phone."""
    return open_context(**playwright.devices["Pixel 7"]).new_page()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Holds a page to WCAG 2.1, levels A and AA, by axe-core; names each element that breaks a rule."""

    def check(page: Page) -> None:
        if not AXE.exists():
            missing("axe-core is not installed: run `make test`, or .venv/bin/python scripts/assets.py")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG_2_1_AA)
        broken = [describe(violation) for violation in result["violations"]]
        assert not broken, f"{page.url} is hard to use for some people:\n" + "\n".join(broken)

    def describe(violation: dict[str, Any]) -> str:
        lines = [f"- {violation['id']} ({violation['impact']}): {violation['help']}"]
        for node in violation["nodes"]:
            why = node["failureSummary"].splitlines()[1:]
            lines += [f"    {' '.join(node['target'])}  {node['html'][:160]}", *(f"    {line}" for line in why)]
        return "\n".join(lines)

    return check


@pytest.fixture
def shot(tmp_path: Path) -> Callable[..., Path]:
    """Takes a picture of a page: for the manual when MINGCHA_MANUAL=1, else into the test's own folder."""
    folder = MANUAL_IMAGES if os.environ.get("MINGCHA_MANUAL") == "1" else tmp_path

    def take(page: Page, name: str, *, full_page: bool = False) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        page.evaluate("document.fonts.ready")
        target = folder / f"{name}.png"
        page.screenshot(path=target, full_page=full_page, animations="disabled", caret="hide")
        return target

    return take
