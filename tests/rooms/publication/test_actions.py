"""Publishing, correcting, taking back: each refusal as carefully as each success."""

from datetime import date, timedelta

import pytest

from mingcha.ledger import queries as ledger
from mingcha.people.permissions import NotPermitted
from mingcha.plans import actions as plans
from mingcha.publication import actions, queries
from mingcha.publication.models import Notice
from mingcha.publication.rules import AlreadyPublished, CannotCorrect, CannotPublish, CannotWithdraw
from mingcha.publication.states import NoticeState
from mingcha.results.queries import due_on
from tests import draws_world, plans_world, registers_world, results_world
from tests.results_world import NEXT_DAY

SOON = NEXT_DAY + timedelta(days=1)


@pytest.fixture
def record(world):
    return results_world.approved_record(world, with_problem=True)


def test_an_approved_result_goes_public_with_its_entry(world, record):
    notice = actions.publish_result(record=record, by=world["yc-market"], at=SOON)

    assert notice.content["categories"] == ["发现问题已责令改正"]
    assert notice.content["follow_ups"] == ["责令改正"]
    assert notice.content["organization"] == "源城区市场监督管理局"
    assert notice.unit_name == record.visit.subject_name
    assert not notice.is_late
    assert ledger.last_entry().act == "publication.publish"
    assert list(queries.public_notices("RESULT")) == [notice]


def test_neither_a_person_nor_a_class_nor_a_description_enters_the_snapshot(world, record):
    notice = actions.publish_result(record=record, by=world["yc-market"], at=SOON)

    text = str(notice.content)
    assert "江勘" not in text
    assert "risk" not in text
    assert "stratum" not in text


def test_a_result_after_its_due_day_is_late_for_ever(world, record):
    due = due_on(record).on

    on_time = NEXT_DAY.replace(year=due.year, month=due.month, day=due.day)
    late = on_time + timedelta(days=1)
    notice = actions.publish_result(record=record, by=world["yc-market"], at=late)

    assert notice.due_on == due
    assert notice.is_late


def test_a_result_on_its_due_day_is_not_late(world, record):
    due = due_on(record).on

    on_time = NEXT_DAY.replace(year=due.year, month=due.month, day=due.day)

    assert not actions.publish_result(record=record, by=world["yc-market"], at=on_time).is_late


def test_the_city_department_may_publish_for_its_bureau(world, record):
    assert actions.publish_result(record=record, by=world["market"], at=SOON).version == 1


@pytest.mark.parametrize("username", ["dy-market", "yc-education", "education", "office"])
def test_another_organization_may_not(world, record, username):
    with pytest.raises(CannotPublish, match="只能公示本单位"):
        actions.publish_result(record=record, by=world[username], at=SOON)

    assert not Notice.objects.exists()


@pytest.mark.parametrize("username", ["yc-inspector", "discipline", "sysadmin"])
def test_some_roles_publish_nothing(world, record, username):
    with pytest.raises(NotPermitted):
        actions.publish_result(record=record, by=world[username], at=SOON)


def test_a_doubled_request_publishes_once(world, record):
    actions.publish_result(record=record, by=world["yc-market"], at=SOON)

    with pytest.raises(AlreadyPublished, match="已经公示"):
        actions.publish_result(record=record, by=world["yc-market"], at=SOON)

    assert Notice.objects.count() == 1


def test_a_result_under_review_is_not_published(world):
    record = results_world.submitted_record(world)

    with pytest.raises(CannotPublish, match="尚未办结"):
        actions.publish_result(record=record, by=world["yc-market"], at=SOON)


def test_a_withdrawn_result_shows_why_and_may_be_published_again(world, record):
    notice = actions.publish_result(record=record, by=world["yc-market"], at=SOON)

    actions.withdraw(notice=notice, reason="名称有误", by=world["yc-market"], at=SOON)

    assert not queries.public_notices("RESULT").exists()
    assert list(queries.unpublished_results(world["yc-market"])) == [record]
    again = actions.publish_result(record=record, by=world["yc-market"], at=SOON)
    assert again.version == 2


def test_withdrawing_needs_a_reason_and_happens_once(world, record):
    notice = actions.publish_result(record=record, by=world["yc-market"], at=SOON)

    with pytest.raises(CannotWithdraw, match="原因"):
        actions.withdraw(notice=notice, reason="  ", by=world["yc-market"], at=SOON)
    with pytest.raises(CannotWithdraw, match="本单位"):
        actions.withdraw(notice=notice, reason="x", by=world["dy-market"], at=SOON)
    actions.withdraw(notice=notice, reason="名称有误", by=world["yc-market"], at=SOON)
    with pytest.raises(CannotWithdraw, match="已撤回"):
        actions.withdraw(notice=notice, reason="名称有误", by=world["yc-market"], at=SOON)


def test_a_correction_is_a_new_version_and_overwrites_nothing(world):
    drawn = draws_world.hold_ceremony(world)
    issued = drawn.issued.joint
    first = actions.publish_task(task=issued, by=world["market"], at=world.now)
    with pytest.raises(CannotCorrect, match="没有变化"):
        actions.correct(notice=first, by=world["market"], at=world.now)

    draws_world.draw(world, [issued])
    second = actions.correct(notice=first, by=world["market"], at=SOON)

    first.refresh_from_db()
    assert (first.state, first.content.get("selected")) == (NoticeState.REPLACED, None)
    assert (second.state, second.version) == (NoticeState.PUBLISHED, 2)
    assert second.content["selected"] > 0


def test_withdrawing_takes_the_former_versions_back_too(client, world):
    issued = draws_world.issue_and_staff(world)
    first = actions.publish_task(task=issued.joint, by=world["market"], at=world.now)
    draws_world.draw(world, [issued.joint])
    second = actions.correct(notice=first, by=world["market"], at=SOON)

    actions.withdraw(notice=second, reason="计划调整", by=world["market"], at=SOON)

    for version in (1, 2):
        page = client.get(f"/notices/tasks/{first.reference}/?version={version}").content.decode()
        assert "计划调整" in page
        assert issued.joint.scope_text not in page


def test_a_task_notice_names_the_time_of_each_batch(client, world):
    draft = plans_world.draft_joint_plan(world, registers_world.stock(world))
    by, at = world["market"], world.now
    batches = [(date(2026, 6, 1), date(2026, 6, 30)), (date(2026, 8, 1), date(2026, 8, 31))]
    task = plans.edit_task(task=draft, batches=batches, by=by, at=at)
    plans.submit(plan=task.plan, by=by, at=at)
    plans.approve(plan=task.plan, by=world["office"], at=at)
    plans.issue(plan=task.plan, by=world["office"], at=at)
    task.refresh_from_db()

    notice = actions.publish_task(task=task, by=by, at=at)

    page = client.get(f"/notices/tasks/{notice.reference}/").content.decode()
    assert "第 1 批 2026-06-01—2026-06-30;第 2 批 2026-08-01—2026-08-31" in page


def test_a_task_notice_never_shows_the_list(world):
    drawn = draws_world.hold_ceremony(world)

    notice = actions.publish_task(task=drawn.issued.department, by=world["market"], at=SOON)

    assert "units" not in notice.content
    assert notice.content["population"] > notice.content["selected"] > 0


def test_a_sealed_ceremony_shows_no_seed_and_a_rehearsal_nothing(world):
    drawn = draws_world.hold_ceremony(world)

    notice = actions.publish_ceremony(ceremony=drawn.ceremony, by=world["market"], at=SOON)

    assert notice.content["seed"] == ""
    assert '"strata":null' in notice.content["statement"]
    rehearsal = draws_world.prepare(world, [drawn.issued.joint], is_rehearsal=True)
    with pytest.raises(CannotPublish, match="尚未办结"):
        actions.publish_ceremony(ceremony=rehearsal, by=world["market"], at=SOON)


def test_many_are_published_at_once_and_refusals_named(world, record):
    done, refused = actions.publish_results(records=[record, record], by=world["yc-market"], at=SOON)

    assert done == 1
    assert [type(refusal) for refusal in refused] == [AlreadyPublished]


def test_plans_and_lists_go_public_once_issued(world):
    drawn = draws_world.hold_ceremony(world)

    plan = actions.publish_plan(plan=drawn.issued.department_plan, by=world["market"], at=SOON)

    assert [task["name"] for task in plan.content["tasks"]] == ["企业公示信息抽查"]
    for item_list in queries.unpublished_item_lists(world["market"]):
        assert actions.publish_item_list(item_list=item_list, by=world["market"], at=SOON).content["items"]
    assert not queries.unpublished_item_lists(world["market"]).exists()
