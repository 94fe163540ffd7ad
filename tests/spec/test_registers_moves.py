"""What may become of an item list and of an import."""

import pytest

from mingcha.registers.rules import (
    CannotApply,
    CannotChangeItemList,
    check_can_apply,
    check_can_edit_items,
    check_can_publish_item_list,
    check_move,
)
from mingcha.registers.states import IMPORT_MOVES, ITEM_LIST_MOVES, ImportState, ItemListState
from tests.drawn import rows

MOVES = """
    from      | to        | answer
    DRAFT     | DRAFT     | 不能改为
    DRAFT     | PUBLISHED | may
    DRAFT     | WITHDRAWN | 不能改为
    PUBLISHED | DRAFT     | 不能改为
    PUBLISHED | PUBLISHED | 不能改为
    PUBLISHED | WITHDRAWN | may
    WITHDRAWN | DRAFT     | 不能改为
    WITHDRAWN | PUBLISHED | 不能改为
    WITHDRAWN | WITHDRAWN | 不能改为
"""
PUBLISHING = """
    state     | items | without basis | answer
    DRAFT     | 3     | 0             | may
    DRAFT     | 0     | 0             | 清单内没有事项
    DRAFT     | 3     | 1             | 缺少抽查依据
    PUBLISHED | 3     | 0             | 不能改为
"""
APPLYING = """
    state     | refused | undecided | takes | good only | answer
    PREVIEWED | 0       | 0         | 5     | no        | may
    PREVIEWED | 2       | 0         | 5     | no        | 有2行不合格
    PREVIEWED | 0       | 1         | 5     | no        | 还有1行冲突未处理
    PREVIEWED | 2       | 1         | 5     | yes       | may
    PREVIEWED | 2       | 0         | 0     | yes       | 没有可应用的行
    APPLIED   | 0       | 0         | 5     | no        | 不能再操作
    DROPPED   | 0       | 0         | 5     | yes       | 不能再操作
"""


def answer_of(kind, check, *args, **kwargs) -> str:
    try:
        check(*args, **kwargs)
    except kind as refusal:
        return str(refusal)
    return "may"


@pytest.mark.parametrize("case", rows(MOVES), ids=lambda case: f"{case['from']}-{case['to']}")
def test_an_item_list_moves_as_the_table_says(case):
    answer = answer_of(CannotChangeItemList, check_move, ItemListState(case["from"]), ItemListState(case["to"]))

    assert case["answer"] in answer


def test_the_table_speaks_of_every_state():
    assert {case["from"] for case in rows(MOVES)} == set(ItemListState) == set(ITEM_LIST_MOVES)
    assert {case["state"] for case in rows(APPLYING)} == set(ImportState) == set(IMPORT_MOVES)


@pytest.mark.parametrize("case", rows(PUBLISHING), ids=lambda case: case["answer"])
def test_a_list_is_published_with_items_that_have_a_basis(case):
    answer = answer_of(
        CannotChangeItemList,
        check_can_publish_item_list,
        state=ItemListState(case["state"]),
        items=int(case["items"]),
        without_basis=int(case["without basis"]),
    )

    assert case["answer"] in answer


@pytest.mark.parametrize("state", list(ItemListState))
def test_only_a_draft_is_edited(state):
    answer = answer_of(CannotChangeItemList, check_can_edit_items, state=state)

    assert (answer == "may") is (state == ItemListState.DRAFT)


@pytest.mark.parametrize("case", rows(APPLYING), ids=lambda case: "-".join(case.values()))
def test_an_import_is_applied_whole_or_without_its_bad_lines(case):
    answer = answer_of(
        CannotApply,
        check_can_apply,
        state=ImportState(case["state"]),
        refused=int(case["refused"]),
        undecided=int(case["undecided"]),
        takes=int(case["takes"]),
        good_only=case["good only"] == "yes",
    )

    assert case["answer"] in answer
