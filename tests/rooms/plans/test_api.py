"""The API of plans: a program drafts, submits and reads as people do."""

import json

import pytest

from mingcha.plans.models import Plan, Task

ROOT = "/api/v1/plans"


def sent(client, method: str, path: str, **body: object):
    return getattr(client, method)(f"{ROOT}{path}", json.dumps(body), content_type="application/json")


def entry(stock, **changes) -> dict:
    item = {"item_list": stock.market_list.number, "code": "M-03"}
    return {
        "name": "食品经营抽查",
        "directed": True,
        "scope": {"industries": ["6210"]},
        "ratio_text": "50%",
        "rule": {"kind": "ratio", "ratios": {"*": "0.5"}, "minimum": 1},
        "window_from": "2026-03-01",
        "window_to": "2026-10-31",
        "participants": [{"organization": "market", "is_lead": True, "items": [item]}],
        **changes,
    }


def test_a_plan_from_draft_to_issued_by_the_api(world, stock, client_of):
    market, office = client_of("market"), client_of("office")
    number = sent(market, "post", "/", year=2026, kind="DEPARTMENT", title="接口计划").json()["number"]
    task = sent(market, "post", f"/{number}/tasks", **entry(stock)).json()

    steps = [
        sent(market, "post", f"/{number}/submit"),
        sent(office, "post", f"/{number}/return", remark="改"),
        sent(market, "put", f"/tasks/{task['number']}", **entry(stock, name="改名")),
        sent(market, "post", f"/{number}/submit"),
        sent(office, "post", f"/{number}/approve"),
        sent(office, "post", f"/{number}/issue"),
    ]

    assert [step.status_code for step in steps] == [200] * 6
    assert market.get(f"{ROOT}/{number}").json()["state"] == "ISSUED"
    [read] = market.get(f"{ROOT}/{number}/tasks").json()
    assert (read["name"], read["state"], read["participants"][0]["items"][0]["code"]) == ("改名", "ISSUED", "M-03")


def test_a_task_tells_its_live_figures(world, issued, client_of):
    answer = client_of("market").get(f"{ROOT}/tasks/{issued.joint.number}/outlook").json()

    assert (answer["count"], answer["selected"], answer["problems"]) == (6, 3, [])
    assert answer["strata"][0] == {"stratum": "441602/-", "count": 2, "selected": 1, "reserves": 1}


def test_a_task_that_must_be_set_says_so(world, stock, client_of):
    market = client_of("market")
    number = sent(market, "post", "/", year=2026, kind="DEPARTMENT", title="接口计划").json()["number"]
    task = sent(market, "post", f"/{number}/tasks", **entry(stock, rule=None)).json()

    outlook = market.get(f"{ROOT}/tasks/{task['number']}/outlook").json()
    refused = sent(market, "post", f"/{number}/submit")

    assert outlook["selected"] is None
    assert outlook["problems"] == ["任务“食品经营抽查”:抽查比例待设定"]
    assert (refused.status_code, refused.json()["message"]) == (409, "任务“食品经营抽查”:抽查比例待设定")


def test_a_range_and_a_burden_are_written_by_the_api(world, stock, client_of):
    market = client_of("market")
    number = sent(market, "post", "/", year=2026, kind="DEPARTMENT", title="接口计划").json()["number"]
    burden = {"delta": "0.5", "cap": 2, "exempt": []}
    rule = {"kind": "range", "ratios": {"*": "0.1"}, "ratios_to": {"*": "0.2"}, "least_total": 5, "burden": burden}

    task = sent(market, "post", f"/{number}/tasks", **entry(stock, rule=rule)).json()
    refused = sent(market, "put", f"/tasks/{task['number']}", **entry(stock, rule=rule | {"ratios_to": {"*": "0.05"}}))

    assert (task["rule"]["kind"], task["rule"]["ratios_to"], task["rule"]["burden"]) == ("range", {"*": "0.2"}, burden)
    assert (refused.status_code, refused.json()["message"]) == (409, "比例区间的上限 0.05 低于下限 0.1")


def test_batches_are_written_by_the_api(world, stock, client_of):
    market = client_of("market")
    number = sent(market, "post", "/", year=2026, kind="DEPARTMENT", title="接口计划").json()["number"]
    batches = [["2026-03-01", "2026-05-31"], ["2026-06-01", "2026-10-31"]]

    task = sent(market, "post", f"/{number}/tasks", **entry(stock, batches=batches)).json()
    refused = sent(market, "put", f"/tasks/{task['number']}", **entry(stock, batches=batches[::-1]))

    assert task["batches"] == batches
    assert (refused.status_code, refused.json()["message"]) == (409, "各批时段应依次排列、互不重叠")


@pytest.mark.parametrize("path", ["/{plan}", "/{plan}/tasks", "/tasks/{task}", "/tasks/{task}/outlook"])
def test_another_department_s_plan_is_not_found(world, issued, client_of, path):
    address = ROOT + path.format(plan=issued.department_plan.number, task=issued.department.number)

    assert client_of("education").get(address).status_code == 404


def test_another_department_s_plan_is_not_changed(world, draft, client_of, stock):
    education = client_of("education")

    answers = [
        sent(education, "put", f"/tasks/{draft.number}", **entry(stock)),
        sent(education, "delete", f"/tasks/{draft.number}"),
        sent(education, "post", f"/{draft.plan.number}/submit"),
        sent(education, "post", f"/{draft.plan.number}/copy", year=2027),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert Task.objects.get().name == draft.name


def test_the_lists_are_scoped_and_paged(world, issued, client_of):
    office = client_of("office")
    first = office.get(f"{ROOT}/", {"limit": 1}).json()
    second = office.get(f"{ROOT}/", {"limit": 1, "before": first["next"]}).json()
    education = client_of("education").get(f"{ROOT}/tasks").json()

    numbers = [row["number"] for row in first["plans"] + second["plans"]]
    assert numbers == [issued.joint_plan.number, issued.department_plan.number]
    assert [task["number"] for task in education["tasks"]] == [issued.joint.number]


def test_a_broken_entry_leaves_no_half_task(world, stock, client_of):
    market = client_of("market")
    number = sent(market, "post", "/", year=2026, kind="DEPARTMENT", title="接口计划").json()["number"]
    unknown = [{"organization": "market", "is_lead": True, "items": [{"item_list": "x", "code": "y"}]}]

    answer = sent(market, "post", f"/{number}/tasks", **entry(stock, participants=unknown))

    assert answer.status_code == 404
    assert not Task.objects.exists()


def test_only_officials_draft_and_only_the_office_issues(world, draft, client_of):
    assert sent(client_of("discipline"), "post", "/", year=2026, kind="JOINT", title="x").status_code == 403
    assert sent(client_of("market"), "post", f"/{draft.plan.number}/issue").status_code == 403
    assert Plan.objects.count() == 1
