"""The rows of the sample, close to the tables they are meant for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A line of departments (部门条线)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Organization:
    """A department at one level in one region (单位)."""

    code: str
    name: str
    line: str
    level: str
    region: str
    parent: str | None
    is_office: bool = False


@dataclass(frozen=True, slots=True)
class Qualification:
    """A qualification of inspectors (执法资质)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme of risk classes, low risk first (信用风险分类方案)."""

    code: str
    name: str
    classes: tuple[tuple[str, str], ...]
    sector_line: str | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence of a subject (行政许可)."""

    kind: str
    number: str
    line: str
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag on a subject (标签)."""

    tag: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """A subject's class in one scheme (信用风险分类)."""

    scheme: str
    risk_class: str
    as_of: date
    source: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an inspection may concern (检查对象)."""

    unit_id: str
    kind: str
    name: str
    region: str
    address: str
    entity_type: str
    industry: str
    registered_on: date
    capital_text: str
    business_scope: str
    state: str
    contact_name: str
    contact_phone: str
    source: str
    trade: str
    licences: tuple[Licence, ...] = ()
    tags: tuple[Tag, ...] = ()
    ratings: tuple[Rating, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which an inspector cannot be sent (请假、外派)."""

    from_on: date
    to_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Inspector:
    """Somebody qualified to inspect (执法检查人员)."""

    number: str
    name: str
    organization: str
    certificate_number: str
    certificate_issuer: str
    certificate_valid_to: date
    qualifications: tuple[str, ...]
    specialities: str
    post: str
    is_expert: bool
    phone: str
    state: str
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Recusal:
    """An inspector who must not visit a subject (回避)."""

    inspector: str
    unit_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """What may be inspected (抽查事项)."""

    code: str
    category: str
    name: str
    sub_item: str
    content: str
    legal_basis: str
    line: str
    subject_scope: str
    importance: str
    methods: str
    ratio_text: str
    frequency_text: str
    organising_level: str
    executing_level: str
    qualification: str
    partner_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemList:
    """An edition of a list of items (随机抽查事项清单)."""

    number: str
    title: str
    edition: str
    is_joint: bool
    organization: str
    valid_from: date
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which subjects a task is drawn from (抽查对象范围); an empty condition leaves everybody in."""

    kinds: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    states: tuple[str, ...] = ("ACTIVE",)


@dataclass(frozen=True, slots=True)
class Participant:
    """One organization's part in a task (参与部门)."""

    organization: str
    is_lead: bool
    inspectors: int
    qualification: str | None
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One row of a plan (抽查任务)."""

    name: str
    organization: str
    directed: bool
    scope_text: str
    scope: Scope
    ratio_text: str
    ratios: dict[str, Decimal]
    minimum: int
    scheme: str | None
    initiating_level: str
    implementing_level: str
    region_rule: str
    disclosure: str
    window_text: str
    window_from: date
    window_to: date
    exclusion_months: int
    participants: tuple[Participant, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """One organization's plan for a year (年度抽查工作计划)."""

    year: int
    kind: str
    organization: str
    title: str
    item_list: str
    tasks: tuple[Task, ...] = field(default=())
