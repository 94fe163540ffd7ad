"""The five boards of the public site (公示栏): their address, kind, heading, and the columns of a list."""

from dataclasses import dataclass

from mingcha.kernel.refusal import gettext_noop
from mingcha.people.listing import Column
from mingcha.publication.models import Notice
from mingcha.publication.states import NoticeKind


@dataclass(frozen=True)
class Board:
    """One board of the public site."""

    slug: str
    kind: NoticeKind
    heading: str
    hint: str


BOARDS = (
    Board(
        "item-lists", NoticeKind.ITEM_LIST, gettext_noop("抽查事项清单"), gettext_noop("没有列入清单的事项,不得检查。")
    ),
    Board("plans", NoticeKind.PLAN, gettext_noop("抽查计划"), gettext_noop("各部门和部门联合的年度抽查工作计划。")),
    Board("tasks", NoticeKind.TASK, gettext_noop("抽查任务"), gettext_noop("计划中的抽查任务及其抽查基数、抽取户数。")),
    Board("results", NoticeKind.RESULT, gettext_noop("抽查结果"), gettext_noop("检查结束后 20 个工作日内公示。")),
    Board(
        "ceremonies",
        NoticeKind.CEREMONY,
        gettext_noop("抽取核验"),
        gettext_noop("每一场抽取的承诺、随机来源和核验材料。"),
    ),
)
BY_SLUG = {board.slug: board for board in BOARDS}
BY_KIND = {board.kind: board for board in BOARDS}


def columns(board: Board) -> list[Column]:
    """What a board's list says of each notice, on the page and in the open data."""
    shared: list[Column] = [
        (gettext_noop("标题"), lambda notice: notice.title),
        (gettext_noop("单位"), lambda notice: notice.organization_name),
        (gettext_noop("公示日期"), lambda notice: notice.published_at),
    ]
    if board.kind != NoticeKind.RESULT:
        return [(gettext_noop("编号"), lambda notice: notice.reference), *shared]
    return [
        (gettext_noop("统一社会信用代码/注册号"), lambda notice: notice.unit_id),
        (gettext_noop("检查对象"), lambda notice: notice.unit_name),
        (gettext_noop("抽查计划编号"), lambda notice: notice.content["plan_number"]),
        (gettext_noop("抽查计划名称"), lambda notice: notice.content["plan_title"]),
        (gettext_noop("抽查任务编号"), lambda notice: notice.content["task_number"]),
        (gettext_noop("抽查任务名称"), lambda notice: notice.content["task_name"]),
        (gettext_noop("检查机关"), lambda notice: notice.organization_name),
        (gettext_noop("检查日期"), lambda notice: notice.content["checked_on"]),
        (gettext_noop("检查事项"), lambda notice: "、".join(notice.content["items"])),
        (gettext_noop("检查结果"), _outcome),
        (gettext_noop("公示日期"), lambda notice: notice.published_at),
    ]


def _outcome(notice: Notice) -> str:
    return "、".join(notice.content["categories"])
