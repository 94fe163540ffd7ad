"""One year's work from end to end, in the browser and in Chinese: registers, plan, draw, visit, result, publication.

Everybody signs in through the login page and does what is theirs: 石场 of market imports, plans and draws, 欧阳办 of
the office approves, 纪正 and 司明 witness, 江勘 of 源城 visits with a phone, 袁成 reviews and publishes, and a citizen,
signed in nowhere, finds the result and repeats the draw with both verifiers.
"""

import csv
import io
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import fairdraw
from mingcha.ledger.verification import verify
from mingcha.registers import actions as registers
from mingcha.registers.models import Inspector
from mingcha.results import actions as results
from mingcha.visits.queries import visits_of_inspector
from tests import clock, registers_world
from tests import world as worlds
from tests.world import CHINA, PASSWORD

SPRING = datetime(2026, 3, 10, 9, 0, tzinfo=CHINA)
REPOSITORY = Path(__file__).resolve().parent.parent.parent
YEAR = 2026
PLAN = "河源市市场监督管理局2026年度抽查工作计划"
TASK = "餐饮服务单位检查"


@pytest.fixture
def city(ledger_can_be_emptied, monkeypatch):
    """The people of the small Heyuan, and nothing in its registers; it is a morning in March."""
    world = worlds.build()
    registers.define_qualifications(registers_world.QUALIFICATIONS, by=world["office"], at=world.now)
    results.load_categories(by=world.sysadmin, at=world.now)
    clock.stop(monkeypatch, SPRING)
    return world


def table(path: Path, heading: list[str], rows: list[list[str]], encoding: str = "utf-8-sig") -> Path:
    """A spreadsheet as an office would send it."""
    text = io.StringIO()
    csv.writer(text).writerows([heading, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def subjects_file(folder: Path) -> Path:
    rows = [
        [row.name, row.unit_id, row.address, "企业"]
        for row in registers_world.subject_rows()
        if row.region in ("441602", "441625")
    ]
    rows.append(["代码写错的商行", "91441602MA4UL5BBXX", "源城区上城街道1号", "企业"])
    return table(folder / "市场主体.csv", ["企业名称", "统一社会信用代码", "住所", "对象类型"], rows, "gb18030")


def inspectors_file(folder: Path) -> Path:
    rows = [
        [row.name, row.number, row.certificate_number, row.certificate_valid_to.isoformat(), organization, row.username]
        for row, organization in (
            (row, worlds.ORGANIZATIONS[[each[0] for each in worlds.ORGANIZATIONS].index(row.organization)][1])
            for row in registers_world.inspector_rows()
            if row.organization in ("yc-market", "dy-market")
        )
    ]
    return table(folder / "执法人员.csv", ["姓名", "人员编号", "执法证号", "有效期至", "单位", "账号"], rows)


def items_file(folder: Path) -> Path:
    rows = [["M-01", "食品安全检查", TASK, "《中华人民共和国食品安全法》", "市场监管", "餐饮服务单位", "3%", "1次/年"]]
    heading = ["事项编码", "抽查类别", "抽查事项", "抽查依据", "部门", "抽查对象", "抽查比例", "抽查频次"]
    return table(folder / "事项.csv", heading, rows)


def sign_in(page: Page, username: str) -> Page:
    page.goto("/login/")
    page.get_by_label("用户名").or_(page.locator("[name=username]")).first.fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()
    return page


def press(page: Page, name: str, *, exact: bool = True) -> None:
    page.locator("main").get_by_role("button", name=name, exact=exact).first.click()


def bring(page: Page, kind: str, file: Path, *, item_list: str = "") -> None:
    page.goto("/registers/imports/")
    page.get_by_label("导入到", exact=True).select_option(label=kind)
    page.locator("[name=file]").set_input_files(file)
    if item_list:
        page.get_by_label("事项导入到哪份清单草稿").select_option(label=item_list)
    press(page, "上传并预览")


def test_one_year_from_the_register_to_the_citizen(city, live_server, page, open_context, phone, axe, shot, tmp_path):
    market = sign_in(page, "market")
    axe(market)
    shot(market, "year-desk")
    fill_the_registers(market, tmp_path, axe, shot)
    draft_the_plan(market, axe, shot)
    issue_the_plan(sign_in(open_context().new_page(), "office"), axe, shot)
    witnesses = {name: sign_in(open_context().new_page(), name) for name in ("discipline", "justice")}
    ceremony = draw(market, witnesses, axe, shot)

    market.goto("/visits/")
    press(market, "生成检查任务", exact=False)
    expect(market.get_by_text("次检查").first).to_be_visible()
    axe(market)
    shot(market, "year-visits")
    visit = visit_with_the_phone(city, sign_in(phone, "yc-inspector"), axe, shot)
    review_and_publish(sign_in(open_context().new_page(), "yc-market"), visit, axe, shot)
    bundle = release(market, ceremony, tmp_path, axe, shot)
    a_citizen_finds_the_result_and_repeats_the_draw(open_context().new_page(), visit, bundle, axe, shot)
    assert verify().ok


def fill_the_registers(market: Page, folder: Path, axe, shot) -> None:
    bring(market, "检查对象名录库", subjects_file(folder))
    axe(market)
    shot(market, "year-import-preview")
    expect(market.get_by_text("校验码不符").first).to_be_visible()
    press(market, "只应用合格行", exact=False)
    expect(market.get_by_text("已导入").first).to_be_visible()
    market.goto("/registers/subjects/?q=源城区")
    axe(market)
    shot(market, "year-subjects")
    market.locator("main table a").first.click()
    axe(market)

    bring(market, "执法检查人员名录库", inspectors_file(folder))
    axe(market)
    press(market, "全部应用", exact=False)
    expect(market.get_by_text("已导入").first).to_be_visible()
    assert Inspector.objects.get(number="IN-001").user.username == "yc-inspector"
    market.goto("/registers/inspectors/")
    axe(market)
    shot(market, "year-inspectors")

    market.goto("/registers/item-lists/new/")
    market.get_by_label("清单名称").fill("河源市市场监督管理局随机抽查事项清单")
    market.get_by_label("版本").fill("2026年版")
    market.get_by_label("生效日期").fill("2026-01-01")
    axe(market)
    press(market, "保存")
    bring(market, "随机抽查事项清单", items_file(folder), item_list="河源市市场监督管理局随机抽查事项清单 2026年版")
    press(market, "全部应用", exact=False)
    expect(market.get_by_text("已导入").first).to_be_visible()
    market.goto("/registers/item-lists/")
    market.get_by_role("link", name="河源市市场监督管理局随机抽查事项清单").first.click()
    market.get_by_role("button", name="发布").click()
    expect(market.get_by_text("清单已发布")).to_be_visible()
    axe(market)
    shot(market, "year-item-list")


def draft_the_plan(market: Page, axe, shot) -> None:
    market.goto("/plans/new/")
    market.locator("[name=year]").fill(str(YEAR))
    market.locator("[name=title]").fill(PLAN)
    market.locator("[name=kind]").first.select_option("DEPARTMENT") if market.locator(
        "select[name=kind]"
    ).count() else market.locator("[name=kind][value=DEPARTMENT]").check()
    axe(market)
    press(market, "新建")
    market.get_by_role("link", name="新增任务").click()
    market.get_by_label("任务名称").fill(TASK)
    market.get_by_label("检查开始日期").fill("2026-03-01")
    market.get_by_label("检查结束日期").fill("2026-10-31")
    market.get_by_label("不定向", exact=True).check()
    market.get_by_label("企业", exact=True).check()
    market.locator("[name=scope_text]").fill("餐饮服务单位")
    market.locator("[name=ratio_text]").fill("30%")
    press(market, "按文本建议规则")
    market.locator("[name=disclosure]").select_option("OPEN")
    market.locator("#parts input[type=checkbox]").first.check()
    expect(market.locator("#live")).to_contain_text("户在范围内")
    axe(market)
    shot(market, "year-task", full_page=True)
    press(market, "保存任务")
    market.goto("/plans/")
    market.get_by_role("link", name=PLAN).click()
    axe(market)
    shot(market, "year-plan")
    press(market, "报送")
    expect(market.get_by_text("已报送").first).to_be_visible()


def issue_the_plan(office: Page, axe, shot) -> None:
    office.goto("/plans/?state=SUBMITTED")
    office.get_by_role("link", name=PLAN).click()
    axe(office)
    press(office, "审核通过", exact=False)
    expect(office.get_by_text("已审核").first).to_be_visible()
    press(office, "下达", exact=False)
    expect(office.get_by_text("已下达").first).to_be_visible()
    shot(office, "year-plan-issued")


def draw(market: Page, witnesses: dict[str, Page], axe, shot) -> str:
    market.goto("/draws/prepare/")
    market.get_by_label("场次名称").fill("餐饮服务单位公开抽取")
    market.get_by_label(TASK).check()
    press(market, "筹备")
    for name in ("河源市纪委监委 · 纪正", "河源市司法局 · 司明"):
        market.get_by_label("见证人").select_option(label=name)
        press(market, "登记见证人")
        expect(market.locator(".step").nth(1)).to_contain_text(name.split(" · ")[1])
    ceremony = market.url
    for name, window in witnesses.items():
        window.goto(f"{ceremony}witness/")
        window.get_by_label("随机输入(至少8个字)").fill(f"东风夜放花千树,{name}")
        press(window, "生成承诺")
        axe(window)
        press(window, "提交承诺")
        expect(window.get_by_text("承诺已提交。请保管好回执")).to_be_visible()
    wait_for_both(market)
    press(market, "固化并公开承诺")
    expect(market.locator(".step").nth(1)).to_contain_text("0 / 2")
    for window in witnesses.values():
        expect(window.locator("#receipt-state")).to_contain_text("已读入本机保存的回执")  # the page turns by itself
        press(window, "打开")
        expect(window.get_by_text("已打开,与承诺一致")).to_be_visible()
    wait_for_both(market)
    press(market, "抽取")
    expect(market.locator(".step").nth(2)).to_contain_text("抽中")
    axe(market)
    shot(market, "year-drawn")
    return ceremony


def wait_for_both(market: Page) -> None:
    """The desk's page shows by itself what the witnesses did; loading it by hand would race with that."""
    expect(market.locator(".step").nth(1)).to_contain_text("2 / 2")


def visit_with_the_phone(city, phone: Page, axe, shot):
    visit = visits_of_inspector(city.user("yc-inspector")).order_by("number")[0]
    phone.goto(f"/visits/mine/{visit.number}/")
    press(phone, "到场,开始检查")
    press(phone, "检查完毕,结束检查")
    phone.get_by_role("link", name="录入检查结果").click()
    phone.get_by_text("发现问题", exact=True).first.click()
    phone.get_by_label("发现的具体问题").first.fill("餐饮具清洗消毒记录不完整")
    phone.get_by_text("发现问题已责令改正", exact=True).click()
    phone.get_by_text("责令改正", exact=True).last.click()
    phone.locator("input[type=date][name*=due]").first.fill("2026-04-01")
    phone.get_by_label("检查方式").select_option(label="实地检查")
    axe(phone)
    shot(phone, "year-phone-entry", full_page=True)
    press(phone, "提交审核")
    expect(phone.get_by_text("已提交,等待审核").first).to_be_visible()
    return visit


def review_and_publish(bureau: Page, visit, axe, shot) -> None:
    bureau.goto("/results/?queue=submitted")
    bureau.get_by_role("link", name=visit.number).click()
    axe(bureau)
    press(bureau, "审核通过")
    expect(bureau.get_by_role("button", name="审核通过", exact=True)).to_have_count(0)
    bureau.goto("/publication/ledger/")
    axe(bureau)
    shot(bureau, "year-publication")
    bureau.get_by_label(f"选择 {visit.subject_name}").check()
    press(bureau, "公示所选")
    expect(bureau.get_by_text("已公示 1 条结果")).to_be_visible()


def release(market: Page, ceremony: str, folder: Path, axe, shot) -> Path:
    market.goto(ceremony)
    press(market, "公开")
    expect(market.get_by_role("img", name="公众核验页二维码")).to_be_visible()
    market.goto("/publication/ledger/")
    for name in ("河源市市场监督管理局随机抽查事项清单 2026年版", PLAN, TASK, "餐饮服务单位公开抽取"):
        market.get_by_role("button", name=f"公示 {name}").click()
        expect(market.get_by_role("button", name=f"公示 {name}", exact=True)).to_have_count(0)
    return folder / "bundle.zip"


def a_citizen_finds_the_result_and_repeats_the_draw(citizen: Page, visit, bundle: Path, axe, shot) -> None:
    citizen.goto("/")
    axe(citizen)
    shot(citizen, "year-public-home", full_page=True)
    citizen.get_by_label("查企业:输入名称或统一社会信用代码").fill(visit.subject.unit_id)
    citizen.get_by_role("button", name="查询").click()
    citizen.get_by_role("link", name=visit.subject_name).click()
    expect(citizen.get_by_text("发现问题已责令改正")).to_be_visible()
    axe(citizen)
    shot(citizen, "year-public-result")
    citizen.goto("/boards/ceremonies/")
    citizen.get_by_role("link", name="餐饮服务单位公开抽取").click()
    axe(citizen)
    shot(citizen, "year-public-draw", full_page=True)
    with citizen.expect_download() as download:
        citizen.get_by_role("link", name="下载抽取档案包").click()
    download.value.save_as(bundle)

    assert fairdraw.verify_bundle(bundle.read_bytes()).ok
    alone = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", str(REPOSITORY / "spec" / "verify.py"), str(bundle)], capture_output=True, text=True
    )
    assert alone.returncode == 0, alone.stdout + alone.stderr
