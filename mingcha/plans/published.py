"""Published tables of plans (已公布的计划表) read into tasks, whatever their columns are called.

Nothing is guessed: the published texts stay, and what they do not settle is set by hand. An empty cell is a merged one
and means what stands above it; a line without a name goes on with the task above (one line per partner).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mingcha.kernel import periods
from mingcha.kernel.cells import read_line
from mingcha.kernel.periods import Period
from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.kernel.widths import search_key
from mingcha.registers.reading import Line, Table

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("抽查任务名称", "联合抽查任务名称", "任务名称", "抽查类别"),
    "kind": ("抽查类型", "任务类型", "抽取类型"),
    "items": ("抽查事项", "检查事项", "检查内容", "牵头发起部门抽查事项"),
    "scope": ("抽查对象范围", "检查对象范围", "检查对象", "联查对象", "抽查对象"),
    "ratio": ("抽查比例及频次", "抽查比例", "抽查对象比例", "拟抽查比例", "抽查基数和比例", "抽查比例(数量)"),
    "count": ("抽查户数", "拟抽查户数", "抽查对象数量", "拟抽查对象数(户)", "抽查数量"),
    "window": ("抽查检查起止时间", "抽查时间段", "时间安排", "实施时间", "拟实施时间", "完成时间", "抽查完成时限"),
    "lead": ("发起部门", "牵头部门", "牵头发起部门-部门名称"),
    "partners": ("配合部门", "联查部门", "参与部门", "联合抽查部门"),
    "partner_items": ("联合抽查部门抽查事项", "参与部门的检查内容(检查事项)"),
    "remark": ("备注",),
}
INHERITED = ("scope", "ratio", "window", "lead", "partners")
NEEDED = ("name", "scope")
LINES_SEARCHED = 10
MOST_TASKS = 1000
_FIELDS = {search_key(heading): field for field, headings in HEADINGS.items() for heading in headings}
_COUNT = re.compile(r"^\d+ ?(?:户|家|所|个)?$")
_BASE = re.compile(r"^基数 ?\d+ ?户;")  # what our own annex writes before the ratio


class NotAPlan(Refusal):
    """The file holds no table of a plan."""


@dataclass(frozen=True, slots=True)
class PublishedPart:
    """A department named in a table, with the items that stand beside it."""

    name: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedTask:
    """One task as it was published, and the line on which it begins."""

    line: int
    name: str
    is_directed: bool = True
    scope_text: str = ""
    ratio_text: str = ""
    window_text: str = ""
    window: Period | None = None
    lead: PublishedPart = PublishedPart("")
    partners: tuple[PublishedPart, ...] = ()
    remark: str = ""
    inherited: tuple[str, ...] = ()
    """The headings whose cells were empty and took what stands above."""


def read_plan(tables: Iterable[Table], *, year: int) -> list[PublishedTask]:
    """The tasks of the first table whose columns are those of a plan.

    Raises:
        NotAPlan: no table has a column for names and one for the scope, or there are too many tasks.
    """
    for table in tables:
        if found := _columns(table.lines):
            place, columns = found
            tasks = _named_apart(_tasks(table.lines[place + 1 :], columns, year))
            if len(tasks) > MOST_TASKS:
                raise NotAPlan(gettext_noop("一次最多导入 %(most)d 项任务,请拆分文件"), most=MOST_TASKS)
            return tasks
    raise NotAPlan(gettext_noop("没有找到计划表:表头至少要有“抽查任务名称”和“抽查对象范围”两列"))


def _columns(lines: Sequence[Line]) -> tuple[int, dict[str, int]] | None:
    """Where the heading stands, and in which column each field is."""
    for place, line in enumerate(lines[:LINES_SEARCHED]):
        columns: dict[str, int] = {}
        for column, text in enumerate(line.texts):
            if field := _FIELDS.get(search_key(text)):
                columns.setdefault(field, column)
        if all(field in columns for field in NEEDED):
            return place, columns
    return None


def _tasks(lines: Sequence[Line], columns: Mapping[str, int], year: int) -> list[PublishedTask]:
    tasks: list[PublishedTask] = []
    above: dict[str, str] = {}
    for line in lines:
        cells = {field: _cell(line, column) for field, column in columns.items()}
        if not cells["name"] and tasks:
            tasks[-1] = _continued(tasks[-1], cells)
        elif cells["name"]:
            tasks.append(_begun(line.number, cells, above, year))
        above |= {field: text for field, text in cells.items() if text}
    return tasks


def _cell(line: Line, column: int) -> str:
    return read_line(line.cells[column]) if column < len(line.cells) else ""


def _begun(number: int, cells: Mapping[str, str], above: Mapping[str, str], year: int) -> PublishedTask:
    """A task from the line that names it."""
    taken = {field: above[field] for field in INHERITED if field in cells and not cells[field] and above.get(field)}
    full = {**cells, **taken}
    partners = full.get("partners", "")
    own_line = bool(cells.get("partner_items"))
    lead, beside = full.get("lead", ""), _listed(full.get("items", ""))
    named = [name for name in _names(partners) if search_key(name) != search_key(lead)]
    return PublishedTask(
        line=number,
        name=full["name"],
        is_directed="不定向" not in full.get("kind", ""),
        scope_text=full.get("scope", ""),
        ratio_text=_ratio_text(_BASE.sub("", full.get("ratio", "")), cells.get("count", "")),
        window_text=full.get("window", ""),
        window=periods.read(full.get("window", ""), year).span,
        lead=PublishedPart(lead, beside),
        partners=tuple(PublishedPart(name, _listed(cells["partner_items"]) if own_line else ()) for name in named),
        remark=full.get("remark", ""),
        inherited=tuple(HEADINGS[field][0] for field in taken),
    )


def _ratio_text(ratio: str, count: str) -> str:
    """Ratio and number of subjects from columns of their own in one text: “10%(20户)”, as other tables write it."""
    if _COUNT.fullmatch(count):
        count = f"{count}户" if count.isdecimal() else count
        return f"{ratio}({count})" if ratio else count
    return ";".join(dict.fromkeys(filter(None, (ratio, count))))


def _continued(task: PublishedTask, cells: Mapping[str, str]) -> PublishedTask:
    """A further line of a task: another partner with its items, or further items of the lead."""
    items = _listed(cells.get("partner_items") or cells.get("items", ""))
    names = _names(cells.get("partners", ""))
    if not names:
        return replace(task, lead=replace(task.lead, items=task.lead.items + items))
    more = tuple(PublishedPart(name, items) for name in names if search_key(name) != search_key(task.lead.name))
    return replace(task, partners=task.partners + more)


def _names(text: str) -> list[str]:
    return [name for name in re.split(r"[、,;,;/\s]+", text) if name]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip("。 ") for name in re.split(r"[;;]", text) if name.strip("。 "))


def _named_apart(tasks: list[PublishedTask]) -> list[PublishedTask]:
    """Tasks that share a name get the first item of each behind it: a plan has every name once."""
    names = [task.name for task in tasks]
    return [
        replace(task, name=f"{task.name}:{task.lead.items[0]}"[:200])
        if names.count(task.name) > 1 and task.lead.items
        else task
        for task in tasks
    ]


_OFFICES = ["", "部门", "局", "委", "委员会", "厅", "行政部门", "主管部门", "行政主管部门", "管理部门", "管理局"]


def spellings(*, name: str, line: str, place: str) -> frozenset[str]:
    """How tables write a department: “河源市教育局”, “市教育局”, “教育部门”, “教育行政部门” (部门简称)."""
    short = name.removeprefix(place)
    offices = {f"{level}{line}{office}" for level in ("", place[-1:]) for office in _OFFICES}
    return frozenset(search_key(each) for each in {name, short, place[-1:] + short, *offices})


def matching(name: str, departments: Mapping[str, frozenset[str]]) -> str | None:
    """The code of the department a table means; None if none, or more than one, is written so."""
    found = [code for code, written in departments.items() if search_key(name) in written]
    return found[0] if len(found) == 1 else None
