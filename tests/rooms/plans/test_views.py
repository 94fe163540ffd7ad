"""The pages: who sees what, what a form writes, and that a fragment says what the page says."""

import re
from datetime import date

import pytest
from django.test import Client

from mingcha.ledger import queries as ledger
from mingcha.plans import actions
from mingcha.plans.models import Plan, Task
from mingcha.registers.models import SavedFilter
from mingcha.registers.rules import Scope
from tests.plans_world import draft_joint_plan

LIVE = re.compile(r'<div class="card-body" id="live"[^>]*>(.*?)</div>\s*<div class="card-footer">', re.S)


def form_of(stock, world, **changes) -> dict:
    """What a browser sends for a complete department task."""
    return {
        "name": "食品经营抽查",
        "directed": "yes",
        "kinds": ["ENTERPRISE", "INDIVIDUAL"],
        "industries": "6210",
        "ratio_text": "低风险10%、一般风险20%、较高风险30%、高风险50%",
        "scheme": "general",
        "size": "ratio",
        "share_A": "10",
        "share_B": "20%",
        "share_C": "30",
        "share_D": "50",
        "minimum": "1",
        "rounding": "up",
        "reserve_ratio": "20",
        "reserve_minimum": "1",
        "initiating_level": "CITY",
        "implementing_level": "COUNTY",
        "region_rule": "SAME_REGION",
        "disclosure": "SEALED",
        "window_from": "2026-03-01",
        "window_to": "2026-10-31",
        "exclusion_months": "0",
        "load_cap": "30",
        "parts": "1",
        "part-0-organization": str(world.organizations["market"].pk),
        "part-0-inspectors": "2",
        "part-0-items": [str(stock.items["M-03"].pk)],
        **changes,
    }


@pytest.fixture
def empty_plan(world, stock) -> Plan:
    return actions.draft_plan(year=2026, kind="DEPARTMENT", title="新计划", by=world["market"], at=world.now)


def test_the_list_counts_and_narrows(client_of, issued):
    everything = client_of("office").get("/plans/").content.decode()
    joint = client_of("office").get("/plans/", {"kind": "JOINT"}).content.decode()
    none = client_of("office").get("/plans/", {"words": "没有这样的计划"}).content.decode()

    assert "共 2 份计划" in everything
    assert "共 1 份计划" in joint
    assert "没有符合条件的计划" in none


def test_another_department_finds_neither_plan_nor_task(client_of, draft):
    education = client_of("education")

    assert education.get(f"/plans/{draft.plan.number}/").status_code == 404
    assert education.get(f"/plans/tasks/{draft.number}/").status_code == 404
    assert "市场监管2026年度抽查计划" not in education.get("/plans/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/plans/{plan}/submit/",
        "/plans/{plan}/rename/",
        "/plans/{plan}/copy/",
        "/plans/{plan}/drop/",
        "/plans/{plan}/tasks/new/",
        "/plans/{plan}/live/",
        "/plans/tasks/{task}/edit/",
        "/plans/tasks/{task}/remove/",
    ],
)
def test_another_department_writes_nothing(client_of, draft, address):
    before = ledger.last_entry().seq

    answer = client_of("education").post(address.format(plan=draft.plan.number, task=draft.number))

    assert answer.status_code == 404
    assert ledger.last_entry().seq == before


def test_a_partner_sees_the_joint_task_once_it_is_submitted(client_of, world, stock):
    task = draft_joint_plan(world, stock)
    address = f"/plans/tasks/{task.number}/"

    assert client_of("education").get(address).status_code == 404
    actions.submit(plan=task.plan, by=world["market"], at=world.now)
    assert client_of("education").get(address).status_code == 200
    assert client_of("yc-education").get(address).status_code == 404
    actions.approve(plan=task.plan, by=world["office"], at=world.now)
    actions.issue(plan=task.plan, by=world["office"], at=world.now)
    assert client_of("yc-education").get(address).status_code == 200


def test_a_county_sees_the_issued_tasks_of_its_line_and_no_other(client_of, issued):
    bureau = client_of("yc-education")

    assert bureau.get(f"/plans/tasks/{issued.joint.number}/").status_code == 200
    assert bureau.get(f"/plans/tasks/{issued.department.number}/").status_code == 404


@pytest.mark.parametrize("username", ["yc-inspector", "sysadmin"])
def test_inspectors_and_administrators_have_no_pages_of_plans(client_of, world, issued, username):
    client = Client()
    user = world.sysadmin.user if username == "sysadmin" else world.user(username)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/plans/").status_code == 403
    assert client.get(f"/plans/{issued.department_plan.number}/").status_code == 403


def test_a_plan_is_begun_on_the_page(client_of, world):
    answer = client_of("market").post("/plans/new/", {"year": 2026, "kind": "DEPARTMENT", "title": "我的计划"})

    plan = Plan.objects.get(title="我的计划")
    assert answer["Location"] == f"/plans/{plan.number}/"
    assert plan.organization == world.organizations["market"]


def test_the_same_title_twice_is_refused_on_the_page(client_of, empty_plan):
    answer = client_of("market").post("/plans/new/", {"year": 2026, "kind": "DEPARTMENT", "title": "新计划"})

    assert answer.status_code == 422
    assert "已有名为“新计划”的计划" in answer.content.decode()
    assert Plan.objects.count() == 1


def test_a_task_is_written_on_one_page(client_of, world, stock, empty_plan):
    answer = client_of("market").post(f"/plans/{empty_plan.number}/tasks/new/", form_of(stock, world))

    task = Task.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/plans/tasks/{task.number}/"
    assert task.rule["ratios"] == {"A": "0.1", "B": "0.2", "C": "0.3", "D": "0.5"}
    assert task.scope == {"states": ["ACTIVE"], "kinds": ["ENTERPRISE", "INDIVIDUAL"], "industries": ["6210"]}
    assert (task.window_from, task.window_to) == (date(2026, 3, 1), date(2026, 10, 31))
    assert [part.is_lead for part in task.participants.all()] == [True]
    assert [taken.item.code for taken in task.participants.get().items.all()] == ["M-03"]


def test_the_same_form_sent_twice_writes_one_task(client_of, world, stock, empty_plan):
    client, address = client_of("market"), f"/plans/{empty_plan.number}/tasks/new/"
    client.post(address, form_of(stock, world))

    again = client.post(address, form_of(stock, world))

    assert again.status_code == 422
    assert "已有名为“食品经营抽查”的任务" in again.content.decode()
    assert Task.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"share_D": "5"}, "风险越高比例应越高"),
        ({"share_A": "0"}, "比例不能为 0(不免抽)"),
        ({"share_A": "abc"}, "抽查比例应在 0% 至 100% 之间"),
        ({"share_C": ""}, "没有规定“C”类的比例"),
        ({"disclosure": "OPEN"}, "应密封公开"),
        ({"industries": "9999"}, "没有代码为“9999”的行业"),
        ({"window_to": "2026-02-01"}, "结束日期早于开始日期"),
        ({"window_from": "", "window_text": "适时"}, "请填写日期"),
        ({"implementing_level": "PROVINCE"}, "实施层级不能高于发起层级"),
        ({"directed": "no"}, "不定向抽查只能按区域和对象类型"),
        ({"size": "number"}, "抽取户数应为正整数"),
        ({"part-0-inspectors": "1"}, "大于或等于2"),
        ({"part-0-organization": ""}, "请选择牵头部门"),
    ],
)
def test_a_task_that_contradicts_itself_is_shown_again(client_of, world, stock, empty_plan, changes, sentence):
    answer = client_of("market").post(f"/plans/{empty_plan.number}/tasks/new/", form_of(stock, world, **changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Task.objects.exists()


def test_days_that_are_left_empty_are_read_from_the_published_text(client_of, world, stock, empty_plan):
    changes = {"window_from": "", "window_to": "", "window_text": "4月—9月"}

    client_of("market").post(f"/plans/{empty_plan.number}/tasks/new/", form_of(stock, world, **changes))

    task = Task.objects.get()
    assert (task.window_from, task.window_to) == (date(2026, 4, 1), date(2026, 9, 30))


def test_a_task_is_changed_on_the_same_page(client_of, world, stock, draft):
    client, address = client_of("market"), f"/plans/tasks/{draft.number}/edit/"
    page = client.get(address).content.decode()
    assert 'value="企业公示信息抽查"' in page

    client.post(address, form_of(stock, world, name="改过的名称"))

    assert Task.objects.get().name == "改过的名称"


def test_the_fragment_says_what_a_fresh_page_says(client_of, world, stock, draft):
    client = client_of("market")
    fresh = LIVE.search(client.get(f"/plans/tasks/{draft.number}/edit/").content.decode())[1]
    same = form_of(
        stock,
        world,
        name=draft.name,
        directed="no",
        industries="",
        share_A="10",
        share_B="20",
        share_C="30",
        share_D="50",
    )

    fragment = client.post(
        f"/plans/{draft.plan.number}/live/", same, headers={"HX-Request": "true", "HX-Target": "live"}
    ).content.decode()

    assert fragment.split() == fresh.split()
    assert "39" in fragment


def test_a_department_without_scripts_gets_the_same_figures(client_of, world, stock, empty_plan):
    client = client_of("market")
    pressed = client.post(f"/plans/{empty_plan.number}/tasks/new/", form_of(stock, world, refresh="1"))
    fragment = client.post(
        f"/plans/{empty_plan.number}/live/", form_of(stock, world), headers={"HX-Request": "true", "HX-Target": "live"}
    ).content.decode()

    assert pressed.status_code == 200
    assert LIVE.search(pressed.content.decode())[1].split() == fragment.split()
    assert not Task.objects.exists()


def test_the_classes_of_the_chosen_scheme_are_asked_for(client_of, world, stock, empty_plan):
    address, headers = f"/plans/{empty_plan.number}/live/", {"HX-Request": "true", "HX-Target": "shares"}
    client = client_of("market")

    with_scheme = client.post(address, {"scheme": "general"}, headers=headers).content.decode()
    without = client.post(address, {"scheme": ""}, headers=headers).content.decode()

    assert 'name="share_D"' in with_scheme
    assert 'name="share_D"' not in without
    assert 'name="share_*"' in without


def test_a_rule_is_proposed_from_the_published_text(client_of, world, stock, empty_plan):
    blank = {"size": "unset", "share_A": "", "share_B": "", "share_C": "", "share_D": "", "propose": "1"}

    page = client_of("market").post(f"/plans/{empty_plan.number}/tasks/new/", form_of(stock, world, **blank))

    text = page.content.decode()
    assert page.status_code == 200
    assert re.search(r'name="share_D" value="50"', text)
    assert re.search(r'value="ratio"[^>]* checked', text)


def test_a_published_range_fills_in_both_ends(client_of, world, stock, empty_plan):
    blank = {"size": "unset", "share_A": "", "share_B": "", "share_C": "", "share_D": "", "propose": "1"}

    page = client_of("market").post(
        f"/plans/{empty_plan.number}/tasks/new/", form_of(stock, world, **blank, ratio_text="10-20%")
    )

    text = page.content.decode()
    assert re.search(r'value="range"[^>]* checked', text)
    assert re.search(r'name="share_C" value="10"', text)
    assert re.search(r'name="upper_C" value="20"', text)


def test_ranges_numbers_and_burdens_are_written_and_shown_again(client_of, world, stock, empty_plan):
    client, address = client_of("market"), f"/plans/{empty_plan.number}/tasks/new/"
    spans = {f"upper_{code}": upper for code, upper in {"A": "20", "B": "30", "C": "50", "D": "100"}.items()}
    burden = {"burden": "0.5", "burden_cap": "3", "burden_exempt": ["D"]}
    weights = dict.fromkeys(("weight_A", "weight_B", "weight_C", "weight_D"), "1")

    client.post(address, form_of(stock, world, name="区间", size="range", least_total="20", **spans, **burden))
    client.post(address, form_of(stock, world, name="户数", size="number", total="60", total_to="70", **weights))

    by_range, by_number = Task.objects.order_by("pk")
    assert by_range.rule == {
        "kind": "range",
        "ratios": {"A": "0.1", "B": "0.2", "C": "0.3", "D": "0.5"},
        "ratios_to": {"A": "0.2", "B": "0.3", "C": "0.5", "D": "1"},
        "rounding": "up",
        "minimum": 1,
        "least_total": 20,
        "reserve_ratio": "0.2",
        "reserve_minimum": 1,
        "burden": {"delta": "0.5", "cap": 3, "exempt": ["D"]},
    }
    assert (by_number.rule["total"], by_number.rule["total_to"]) == (60, 70)
    again = client.get(f"/plans/tasks/{by_range.number}/edit/").content.decode()
    assert re.search(r'name="upper_B" value="30"', again)
    assert re.search(r'name="least_total" value="20"', again)
    assert re.search(r'value="0.5" selected', again)
    assert re.search(r'name="burden_exempt" value="D"[^>]* checked', again)
    shown = client.get(f"/plans/tasks/{by_range.number}/").content.decode()
    assert "低风险 10%—20%" in shown
    assert "本年已查满 3 次的不再抽" in shown


def test_batches_are_read_from_lines_shown_and_written(client_of, world, stock, empty_plan):
    client, address = client_of("market"), f"/plans/{empty_plan.number}/tasks/new/"
    lines = "3月—5月\n\n2026-06-01—2026-08-31\n9月1日至10月31日"

    client.post(address, form_of(stock, world, batches=lines, directed="no", industries=""))

    task = Task.objects.get()
    assert task.batches == [["2026-03-01", "2026-05-31"], ["2026-06-01", "2026-08-31"], ["2026-09-01", "2026-10-31"]]
    shown = client.get(f"/plans/tasks/{task.number}/").content.decode()
    assert "第 2 批 2026-06-01—2026-08-31" in shown
    assert "第 1 批 03-01—05-31 约 5 户" in shown
    assert "2026-06-01—2026-08-31\n" in client.get(f"/plans/tasks/{task.number}/edit/").content.decode()


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("3月—5月\n看情况", "没有看懂这一批的时段“看情况”"),
        ("3月—5月", "分批检查应分 2 至 12 批"),
        ("3月—5月\n5月—8月", "各批时段应依次排列、互不重叠"),
        ("3月—5月\n6月—12月", "各批时段应在检查时段之内"),
    ],
)
def test_batches_that_do_not_fit_are_refused_beside_their_field(client_of, world, stock, empty_plan, lines, sentence):
    answer = (
        client_of("market")
        .post(f"/plans/{empty_plan.number}/tasks/new/", form_of(stock, world, batches=lines))
        .content.decode()
    )

    assert sentence in answer
    assert not Task.objects.exists()


def test_the_live_figures_say_why_a_rule_is_none_yet(client_of, world, stock, empty_plan):
    half = form_of(stock, world, size="range", upper_A="20", batches="3月—5月")

    live = client_of("market").post(
        f"/plans/{empty_plan.number}/live/", half, headers={"HX-Request": "true", "HX-Target": "live"}
    )

    assert "比例区间的下限和上限应逐类填写齐全" in live.content.decode()


def test_strata_that_a_number_passes_over_are_pointed_out(client_of, world, stock, empty_plan):
    """A fixed number may leave a small stratum without anybody: 不免抽 wants that seen before the plan is sent."""
    everybody = {"directed": "no", "industries": "", "kinds": ["ENTERPRISE", "INDIVIDUAL"]}
    weights = dict.fromkeys(("weight_A", "weight_B", "weight_C", "weight_D"), "1")
    few = form_of(stock, world, size="number", total="3", **everybody, **weights)

    live = client_of("market").post(
        f"/plans/{empty_plan.number}/live/", few, headers={"HX-Request": "true", "HX-Target": "live"}
    )

    assert "12 个分层有检查对象却一户也抽不到" in live.content.decode()


def test_a_text_that_leaves_a_choice_proposes_nothing(client_of, world, stock, empty_plan):
    changes = {"ratio_text": "不超过10%", "size": "unset", "propose": "1"}

    page = client_of("market").post(f"/plans/{empty_plan.number}/tasks/new/", form_of(stock, world, **changes))

    assert "文本留有选择余地" in page.content.decode()


def test_rows_of_participants_are_added_and_removed_without_scripts(client_of, world, stock):
    plan = actions.draft_plan(year=2026, kind="JOINT", title="联合", by=world["market"], at=world.now)
    client, address = client_of("market"), f"/plans/{plan.number}/tasks/new/"
    education = str(world.organizations["education"].pk)
    two = form_of(stock, world, **{"parts": "2", "part-1-organization": education, "part-1-inspectors": "2"})

    more = client.post(address, {**two, "add_part": "1"}).content.decode()
    less = client.post(address, {**two, "remove_part": "1"}).content.decode()

    assert 'name="parts" value="3"' in more
    assert "校外培训机构办学行为检查" in more
    assert 'name="parts" value="1"' in less


def test_a_row_added_and_left_empty_keeps_nothing_back(client_of, world, stock):
    plan = actions.draft_plan(year=2026, kind="JOINT", title="联合", by=world["market"], at=world.now)
    blank = {"parts": "2", "part-1-organization": "", "part-1-inspectors": ""}

    answer = client_of("market").post(f"/plans/{plan.number}/tasks/new/", form_of(stock, world, **blank))

    assert answer.status_code == 302
    assert Task.objects.get().participants.count() == 1


def test_a_scope_is_saved_under_a_name_and_used_again(client_of, world, stock, empty_plan):
    client, address = client_of("market"), f"/plans/{empty_plan.number}/tasks/new/"

    client.post(address, form_of(stock, world, save_filter="1", filter_name="餐饮"))
    kept = SavedFilter.objects.get()
    page = client.post(address, form_of(stock, world, industries="", use_filter="1", saved_filter=str(kept.pk)))

    assert kept.scope["industries"] == ["6210"]
    assert re.search(r'name="industries" value="6210"', page.content.decode())


def test_the_steps_of_a_plan_are_taken_by_button(client_of, draft):
    number = draft.plan.number
    client_of("market").post(f"/plans/{number}/submit/")
    client_of("market").post(f"/plans/{number}/submit/")
    client_of("office").post(f"/plans/{number}/approve/")
    client_of("office").post(f"/plans/{number}/issue/")

    assert Plan.objects.get(number=number).state == "ISSUED"
    assert [entry.act for entry in ledger.entries(subject=f"plan:{number}")].count("plans.submit") == 1


def test_a_button_that_may_not_be_pressed_says_why(client_of, world, empty_plan):
    page = client_of("market").get(f"/plans/{empty_plan.number}/").content.decode()

    assert re.search(r"<button[^>]* disabled[^>]*>报送</button>\s*<span[^>]*>计划中还没有抽查任务", page)


def test_the_office_is_warned_of_tasks_that_repeat_another(client_of, world, stock, issued):
    county = world["yc-market"]
    plan = actions.draft_plan(year=2026, kind="DEPARTMENT", title="源城计划", by=county, at=world.now)
    task = actions.add_task(
        plan=plan,
        name="源城公示信息抽查",
        directed=False,
        scope=Scope(regions=("441602",)),
        window_from=date(2026, 5, 1),
        window_to=date(2026, 6, 30),
        implementing_level="COUNTY",
        by=county,
        at=world.now,
    )
    actions.set_participants(
        task=task, parts=[(county.organization, True, 2, None, [stock.items["M-01"]])], by=county, at=world.now
    )

    page = client_of("office").get(f"/plans/{plan.number}/").content.decode()

    assert "疑似重复 1 处" in page
    assert "营业执照规范使用情况检查" in page
    assert ">13</td>" in page


def test_a_returned_plan_shows_the_remark(client_of, draft):
    client_of("market").post(f"/plans/{draft.plan.number}/submit/")
    client_of("office").post(f"/plans/{draft.plan.number}/return/", {"remark": "请补充事项依据"})

    assert "请补充事项依据" in client_of("market").get(f"/plans/{draft.plan.number}/").content.decode()


FIGURES = ["9" * 5_000, "9" * 30, "-1", "٣", "²"]
WHERE = ["part-0-organization", "part-0-items", "saved_filter", "share_A", "minimum", "load_cap", "ratio_text", "parts"]


@pytest.mark.parametrize("figure", FIGURES, ids=["endless", "huge", "negative", "of another script", "power"])
@pytest.mark.parametrize("button", ["refresh", "remove_part", "use_filter", "propose", "save_filter"])
def test_no_figure_breaks_the_form_of_a_task(client_of, world, stock, empty_plan, figure, button):
    client, live = client_of("market"), f"/plans/{empty_plan.number}/live/"

    for name in WHERE:
        given = form_of(stock, world) | {name: figure, button: figure}
        answer = client.post(live, given, headers={"HX-Request": "true", "HX-Target": "parts"})
        assert answer.status_code == 200, name


@pytest.mark.parametrize("year", FIGURES)
def test_a_plan_is_not_copied_into_a_year_that_is_none(client_of, draft, year):
    answer = client_of("market").post(f"/plans/{draft.plan.number}/copy/", {"year": year})

    assert answer.status_code == 302
    assert Plan.objects.count() == 1
