import pickle

import pytest

from mingcha.kernel.refusal import Refusal, gettext_noop


class CannotDraw(Refusal):
    pass


def test_a_refusal_says_its_sentence_with_the_details_filled_in():
    refusal = CannotDraw(gettext_noop("抽取时间未到:%(day)s 起"), day="2026-03-01")

    assert str(refusal) == "抽取时间未到:2026-03-01 起"


def test_a_refusal_keeps_sentence_and_details_apart_for_translation():
    refusal = CannotDraw("抽取时间未到:%(day)s 起", day="2026-03-01")

    assert refusal.message == "抽取时间未到:%(day)s 起"
    assert refusal.details == {"day": "2026-03-01"}


def test_a_sentence_without_details_may_hold_a_percent_sign():
    assert str(Refusal("比例不得低于3%")) == "比例不得低于3%"


def test_a_refusal_comes_back_from_a_worker_whole():
    refusal = pickle.loads(pickle.dumps(CannotDraw("人数不足%(count)d", count=2)))  # noqa: S301 — our own bytes

    assert type(refusal) is CannotDraw
    assert (refusal.message, refusal.details) == ("人数不足%(count)d", {"count": 2})


def test_a_refusal_is_raised_like_any_exception():
    with pytest.raises(Refusal, match="任务尚未下达"):
        raise CannotDraw("任务尚未下达,不能抽取")
