"""What an uploaded table of a plan would become (导入预览): departments, items and rules found in the register."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from mingcha.kernel.periods import Period
from mingcha.kernel.refusal import gettext_noop
from mingcha.kernel.widths import search_key
from mingcha.people.actors import Actor
from mingcha.people.models import Organization
from mingcha.plans import queries, rules
from mingcha.plans.models import Plan, Task
from mingcha.plans.parts import Part
from mingcha.plans.published import PublishedPart, PublishedTask, matching, read_plan, spellings
from mingcha.plans.rules import Said
from mingcha.plans.rules.terms import LEAST_INSPECTORS, LONGEST_NAME, LONGEST_TEXT, LONGEST_WINDOW
from mingcha.plans.states import PlanKind
from mingcha.registers import queries as registers
from mingcha.registers.models import InspectionItem
from mingcha.registers.reading import read_tables


@dataclass(frozen=True, slots=True)
class Recognised:
    """A published task with what was found for it, and what is left to be set by hand."""

    published: PublishedTask
    proposal: rules.Proposal
    parts: tuple[Part, ...]
    window: Period
    remark: str
    notes: tuple[Said, ...]
    refused: Said | None
    """Why it is left out of the import."""


def recognise(file_name: str, content: bytes, *, plan: Plan, by: Actor, on: date) -> list[Recognised]:
    """Read a file and look its departments and items up; nothing is written.

    Raises:
        CannotImport: the file cannot be read.
        NotAPlan: it holds no table of a plan.
    """
    register = _Register(plan, by, on)
    taken = set(Task.objects.filter(plan=plan).values_list("name", flat=True))
    found = []
    for published in read_plan(read_tables(file_name, content), year=plan.year):
        found.append(_recognised(published, plan, register, taken))
        taken.add(published.name)
    return found


class _Register:
    """The departments and items a table may name."""

    def __init__(self, plan: Plan, by: Actor, on: date) -> None:
        self.plan = plan
        organizations = list(queries.partner_organizations(by))
        self.by_code = {each.code: each for each in organizations}
        self.written = {
            each.code: spellings(name=each.name, line=each.line.name, place=each.region.name) for each in organizations
        }
        self.items: dict[tuple[str, str], InspectionItem] = {}
        for item in registers.items_in_force(by, on=on).order_by("item_list__is_joint", "pk"):
            self.items[item.line_id, search_key(item.name)] = item

    def organization(self, name: str) -> Organization | None:
        code = matching(name, self.written)
        return self.by_code[code] if code else None

    def part(self, organization: Organization, named: Iterable[str], *, is_lead: bool) -> Part:
        keys = ((organization.line_id, search_key(name)) for name in named)
        items = [self.items[key] for key in dict.fromkeys(keys) if key in self.items]
        return Part(organization, is_lead, LEAST_INSPECTORS, None, items)

    def knows(self, part: Part, name: str) -> bool:
        return (part.organization.line_id, search_key(name)) in self.items


def _recognised(published: PublishedTask, plan: Plan, register: _Register, taken: set[str]) -> Recognised:
    parts, strangers = _parts(published, plan, register)
    proposal = rules.propose(published.ratio_text, {})
    whole_year = Period(date(plan.year, 1, 1), date(plan.year, 12, 31))
    notes = [Said(gettext_noop("范围须按文本设定条件"))]
    if proposal.why_not is not None:
        notes.append(proposal.why_not)
    if published.window is None:
        notes.append(Said(gettext_noop("检查时间未识别,暂按全年,请核对")))
    if published.inherited:
        notes.append(Said(gettext_noop("空格承上行:%(columns)s"), {"columns": "、".join(published.inherited)}))
    if strangers:
        notes.append(Said(gettext_noop("未在名录中找到,记入备注:%(names)s"), {"names": ";".join(strangers)}))
    remark = ";".join(filter(None, (published.remark, *strangers)))
    return Recognised(
        published,
        proposal,
        tuple(parts),
        published.window or whole_year,
        remark,
        tuple(notes),
        _why_left_out(published, parts, taken),
    )


def _parts(published: PublishedTask, plan: Plan, register: _Register) -> tuple[list[Part], list[str]]:
    """Who takes part, the lead first, and the published words that the registers do not know."""
    parts: list[Part] = []
    strangers: list[str] = []
    for place, (organization, said) in enumerate(_named(published, plan, register)):
        if organization is None or any(part.organization == organization for part in parts):
            strangers.append(f"{said.name}:{'、'.join(said.items)}" if said.items else said.name)
            continue
        part = register.part(organization, said.items, is_lead=place == 0)
        parts.append(part)
        strangers += [f"{organization.name}:{name}" for name in said.items if not register.knows(part, name)]
    return parts, [each for each in strangers if each]


def _named(
    published: PublishedTask, plan: Plan, register: _Register
) -> list[tuple[Organization | None, PublishedPart]]:
    """The departments of a task as published, each with its organization if the register has it."""
    if plan.kind == PlanKind.DEPARTMENT:
        return [(plan.organization, replace(published.lead, name=plan.organization.name))]
    return [(register.organization(part.name), part) for part in (published.lead, *published.partners)]


def _why_left_out(published: PublishedTask, parts: list[Part], taken: set[str]) -> Said | None:
    if published.name in taken:
        return Said(gettext_noop("计划中已有同名任务"))
    lengths = [
        (published.name, LONGEST_NAME),
        (published.scope_text, LONGEST_TEXT),
        (published.ratio_text, LONGEST_TEXT),
        (published.window_text, LONGEST_WINDOW),
    ]
    if any(len(text) > most for text, most in lengths):
        return Said(gettext_noop("名称、范围、比例或时间的文本过长"))
    if not parts or not parts[0].is_lead:
        return Said(gettext_noop("牵头部门“%(name)s”不在本级单位名录中"), {"name": published.lead.name})
    return None
