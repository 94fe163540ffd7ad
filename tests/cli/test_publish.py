"""`mingcha publish`: what is public is corrected by a new version, or taken back with a reason."""

import pytest

from mingcha.publication.models import Notice
from tests import results_world


@pytest.fixture
def result(world, run, at):
    """The visit of a result that its county has made public."""
    record = results_world.approved_record(world)
    at(results_world.NEXT_DAY)
    run("publish", "result", "--visit", record.visit.number, by="yc-market")
    return record.visit.number


def test_a_published_result_is_withdrawn_with_its_reason(result, facts):
    told = facts("publish", "withdraw", "result", result, "--reason", "当事人已申请更正", by="yc-market")

    assert (told["version"], told["state"]) == (1, "WITHDRAWN")
    assert Notice.objects.get().withdrawn_reason == "当事人已申请更正"


def test_a_withdrawn_notice_is_not_withdrawn_again(result, run):
    run("publish", "withdraw", "result", result, "--reason", "有误", by="yc-market")

    run("publish", "withdraw", "result", result, "--reason", "有误", by="yc-market", code=1)


def test_nothing_is_withdrawn_without_a_reason(result, run):
    assert "--reason" in run("publish", "withdraw", "result", result, by="yc-market", code=2).stderr
    assert (
        "请写明撤回原因" in run("publish", "withdraw", "result", result, "--reason", " ", by="yc-market", code=1).stderr
    )
    assert Notice.objects.get().state == "PUBLISHED"


def test_a_notice_that_says_what_holds_is_not_corrected(result, run):
    assert "内容没有变化" in run("publish", "correct", "result", result, by="yc-market", code=1).stderr


def test_a_notice_is_corrected_by_a_new_version(result, facts):
    Notice.objects.update(content={"title": "旧内容"})

    told = facts("publish", "correct", "result", result, by="yc-market")

    assert told["version"] == 2
    assert sorted(Notice.objects.values_list("version", "state")) == [(1, "REPLACED"), (2, "PUBLISHED")]


def test_what_was_never_public_cannot_be_taken_back(stock, run):
    done = run("publish", "withdraw", "item-list", "L9", "--reason", "有误", by="market", code=1)

    assert "没有公示信息" in done.stderr


def test_a_stranger_s_notice_is_not_there(result, run):
    run("publish", "withdraw", "result", result, "--reason", "有误", by="education", code=1)

    assert Notice.objects.get().state == "PUBLISHED"
