"""The API of registers: subjects, inspectors, item lists; imports by preview and decision."""

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Path, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from mingcha.people.api import REFUSALS, caller
from mingcha.people.permissions import may
from mingcha.people.scopes import organizations_for
from mingcha.registers import actions, queries, uploads
from mingcha.registers.describing import said_with_column
from mingcha.registers.models import (
    GroupMember,
    ImportBatch,
    ImportRow,
    InspectionItem,
    Inspector,
    InspectorGroup,
    ItemList,
    Subject,
)
from mingcha.registers.rules import Scope
from mingcha.registers.states import ImportKind, InspectorState, ItemListState, SubjectKind, SubjectState, Verdict

router = Router(tags=["registers"])

LARGEST = 2**53
Text = Annotated[str, Field(max_length=100)]
Code = Annotated[str, Path(min_length=1, max_length=80, pattern=r"^[0-9A-Za-z._/-]+$")]
Key = Annotated[int, Query(ge=0, le=LARGEST)]
Limit = Annotated[int, Query(ge=1, le=500)]


class LicenceOut(Schema):
    """A licence of a subject (行政许可)."""

    kind: str
    number: str
    line: str = Field(alias="line_id")
    valid_to: date | None


class SubjectOut(Schema):
    """A subject (检查对象); `id` continues a list as `after`."""

    id: int
    unit_id: str
    kind: str
    name: str
    region: str = Field(alias="region_id")
    address: str
    entity_type: str
    industry: str
    registered_on: date | None
    state: str
    updated_at: datetime


class RatingOut(Schema):
    """A risk class in one scheme (信用风险分类)."""

    scheme: str
    risk_class: str
    as_of: date


class SubjectInFull(SubjectOut):
    capital_text: str
    business_scope: str
    licences: list[LicenceOut]
    tags: list[str]
    ratings: list[RatingOut]

    @staticmethod
    def resolve_licences(subject: Subject) -> list[Any]:
        return list(subject.licences.all())

    @staticmethod
    def resolve_tags(subject: Subject) -> list[str]:
        return [tag.tag for tag in subject.tags.all()]

    @staticmethod
    def resolve_ratings(subject: Subject, context: dict[str, Any]) -> list[dict[str, Any]]:
        if not may(context["request"].auth, "registers.view_ratings"):
            return []
        return [{"scheme": r.scheme_id, "risk_class": r.risk_class, "as_of": r.as_of} for r in subject.ratings.all()]


class Subjects(Schema):
    subjects: list[SubjectOut]
    next: int | None


class SubjectConditions(Schema):
    """What the list is narrowed by; several values of one condition are alternatives."""

    q: Text = ""
    kind: list[SubjectKind] = Field(default_factory=list, max_length=10)
    region: list[Text] = Field(default_factory=list, max_length=50)
    state: list[SubjectState] = Field(default_factory=list, max_length=10)
    industry: list[Text] = Field(default_factory=list, max_length=50)
    licence: list[Text] = Field(default_factory=list, max_length=50)
    tag: list[Text] = Field(default_factory=list, max_length=50)

    def scope(self) -> Scope:
        return Scope.from_json(
            {
                "kinds": [kind.value for kind in self.kind],
                "regions": self.region,
                "states": [state.value for state in self.state],
                "industries": self.industry,
                "licences": self.licence,
                "tags": self.tag,
            }
        )


@router.get("/subjects", response={200: Subjects, **REFUSALS}, operation_id="subjects")
def subjects(
    request: HttpRequest, conditions: Query[SubjectConditions], after: Key = 0, limit: Limit = 100
) -> dict[str, Any]:
    """The subjects in the caller's scope; `next` continues the list as `after`."""
    by = caller(request, "registers.view")
    found = queries.narrowed(queries.subjects_for(by), conditions.scope(), on=timezone.localdate())
    return _page("subjects", queries.found_by(found, conditions.q), after, limit)


def _page(name: str, rows: QuerySet[Any], after: int, limit: int) -> dict[str, Any]:
    found = list(rows.filter(pk__gt=after).order_by("pk")[: limit + 1])
    return {name: found[:limit], "next": found[limit - 1].pk if len(found) > limit else None}


@router.get("/subjects/{path:unit_id}", response={200: SubjectInFull, **REFUSALS}, operation_id="subject")
def subject(request: HttpRequest, unit_id: Code) -> Subject:
    """One subject by its code, with licences, tags and, for those permitted, risk classes."""
    by = caller(request, "registers.view")
    return queries.subject_in_full(queries.subjects_for(by)).get(unit_id=unit_id)


class InspectorOut(Schema):
    """An inspector (执法检查人员)."""

    id: int
    number: str
    name: str
    organization: str = Field(alias="organization.code")
    certificate_number: str
    certificate_valid_to: date | None
    is_expert: bool
    qualifications: list[str]
    state: str

    @staticmethod
    def resolve_qualifications(inspector: Inspector) -> list[str]:
        return [each.code for each in inspector.qualifications.all()]


class Inspectors(Schema):
    inspectors: list[InspectorOut]
    next: int | None


@router.get("/inspectors", response={200: Inspectors, **REFUSALS}, operation_id="inspectors")
def inspectors(
    request: HttpRequest, state: InspectorState | None = None, after: Key = 0, limit: Limit = 100
) -> dict[str, Any]:
    """The inspectors in the caller's scope; `next` continues the list as `after`."""
    found = queries.inspector_in_full(queries.inspectors_for(caller(request, "registers.view")))
    return _page("inspectors", found.filter(state=state) if state else found, after, limit)


class MemberOut(Schema):
    """Somebody in a group (小组成员)."""

    inspector: str = Field(alias="inspector.number")
    is_leader: bool


class GroupOut(Schema):
    """Inspectors who go together (检查小组)."""

    id: int
    number: str
    name: str
    organization: str = Field(alias="organization.code")
    formed_on: date
    disbanded_on: date | None
    members: list[MemberOut]

    @staticmethod
    def resolve_members(group: InspectorGroup) -> list[GroupMember]:
        return list(group.members.all())


class Groups(Schema):
    groups: list[GroupOut]
    next: int | None


class GroupIn(Schema):
    """Whom to group: register numbers; the leader is one of the members."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    organization: Annotated[str, Field(max_length=40)]
    members: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=50)]
    leader: Annotated[str, Field(max_length=40)]


@router.get("/groups", response={200: Groups, **REFUSALS}, operation_id="groups")
def groups(request: HttpRequest, after: Key = 0, limit: Limit = 100) -> dict[str, Any]:
    """The groups of the caller's organizations, those disbanded too; `next` continues the list as `after`."""
    found = queries.group_in_full(queries.groups_for(caller(request, "registers.view")))
    return _page("groups", found, after, limit)


@router.post("/groups", response={200: GroupOut, **REFUSALS}, operation_id="form_group")
def form_group(request: HttpRequest, entry: GroupIn) -> InspectorGroup:
    """Form a group of inspectors of one organization (组建检查小组)."""
    by = caller(request, "registers.edit")
    people = queries.inspectors_for(by)
    group = actions.form_group(
        name=entry.name,
        organization=organizations_for(by).get(code=entry.organization),
        members=[people.get(number=number) for number in entry.members],
        leader=people.get(number=entry.leader),
        by=by,
        at=timezone.now(),
    )
    return queries.group_in_full(queries.groups_for(by)).get(pk=group.pk)


@router.post("/groups/{number}/disband", response={200: GroupOut, **REFUSALS}, operation_id="disband_group")
def disband_group(request: HttpRequest, number: Code) -> InspectorGroup:
    """Let a group go apart from today on (解散检查小组)."""
    by = caller(request, "registers.edit")
    group = queries.groups_for(by).get(number=number)
    actions.disband_group(group=group, by=by, at=timezone.now())
    return queries.group_in_full(queries.groups_for(by)).get(pk=group.pk)


class ItemListOut(Schema):
    """An edition of an item list (随机抽查事项清单)."""

    number: str
    title: str
    edition: str
    organization: str = Field(alias="organization.code")
    is_joint: bool
    valid_from: date
    valid_to: date | None
    state: str


class ItemOut(Schema):
    """An item (抽查事项); `ratio_rule` is null where the published text was not understood."""

    code: str
    category: str
    name: str
    sub_item: str
    content: str
    legal_basis: str
    line: str = Field(alias="line_id")
    subject_scope: str
    importance: str
    methods: str
    ratio_text: str
    ratio_rule: dict[str, Any] | None
    frequency_text: str
    organising_level: str
    executing_level: str
    qualification: str | None = Field(alias="qualification_id")
    partner_lines: list[str]

    @staticmethod
    def resolve_partner_lines(item: InspectionItem) -> list[str]:
        return [line.code for line in item.partner_lines.all()]


@router.get("/item-lists", response={200: list[ItemListOut], **REFUSALS}, operation_id="item_lists")
def item_lists(request: HttpRequest, state: ItemListState | None = None) -> QuerySet[ItemList]:
    """The editions the caller may see."""
    found = queries.item_lists_for(caller(request, "registers.view")).select_related("organization")
    return (found.filter(state=state) if state else found).order_by("number")


@router.get("/item-lists/{number}/items", response={200: list[ItemOut], **REFUSALS}, operation_id="items")
def items(request: HttpRequest, number: Code) -> QuerySet[InspectionItem]:
    """The items of one edition."""
    return queries.items_of(queries.item_lists_for(caller(request, "registers.view")).get(number=number))


class BatchOut(Schema):
    """An import (导入批次): what its file would change, or has changed."""

    number: str
    kind: str
    file_name: str
    file_digest: str
    encoding: str
    columns: dict[str, str]
    counts: dict[str, int]
    state: str
    uploaded_at: datetime
    decided_at: datetime | None


class ImportRowOut(Schema):
    """One line of a file with what the preview found (导入行)."""

    line: int
    key: str
    verdict: str
    raw: list[str]
    problems: list[str]
    changes: dict[str, list[str]]
    chosen: bool | None

    @staticmethod
    def resolve_problems(row: ImportRow) -> list[str]:
        return [said_with_column(problem) for problem in row.problems]


class ImportRows(Schema):
    rows: list[ImportRowOut]
    next: int | None


class Upload(Schema):
    """What a file brings, and what to take where its lines do not say it."""

    kind: ImportKind
    item_list: Text = ""
    region: Text = ""
    line: Text = ""
    scheme: Text = ""


class Choice(Schema):
    take: bool


class Extent(Schema):
    """All of a file, or its good rows only."""

    good_only: bool = False


def _batch(request: HttpRequest, number: str) -> ImportBatch:
    return queries.batches_for(caller(request, "registers.import")).get(number=number)


# An empty file does not arrive at all, which is an answer of its own: 422.
@router.post("/imports", response={200: BatchOut, 422: dict[str, Any], **REFUSALS}, operation_id="import_file")
def import_file(request: HttpRequest, upload: Form[Upload], file: File[UploadedFile]) -> ImportBatch:
    """Preview a file; nothing enters the register yet. The same file again gives the same open preview."""
    by = caller(request, "registers.import")
    item_list = queries.own_item_lists(by).filter(number=upload.item_list).first() if upload.item_list else None
    return actions.import_file(
        kind=upload.kind,
        file_name=(file.name or "").replace("\x00", ""),
        content=uploads.content_of(file),
        item_list=item_list,
        defaults={"region": upload.region, "line": upload.line, "scheme": upload.scheme},
        by=by,
        at=timezone.now(),
    )


@router.get("/imports/{number}", response={200: BatchOut, **REFUSALS}, operation_id="import_batch")
def import_batch(request: HttpRequest, number: Code) -> ImportBatch:
    """One import."""
    return _batch(request, number)


@router.get("/imports/{number}/rows", response={200: ImportRows, **REFUSALS}, operation_id="import_rows")
def import_rows(
    request: HttpRequest, number: Code, verdict: Verdict | None = None, after: Key = 0, limit: Limit = 100
) -> dict[str, Any]:
    """The lines of a file with their verdicts; `next` continues the list as `after`."""
    rows = _batch(request, number).rows.all()
    rows = rows.filter(verdict=verdict) if verdict else rows
    found = list(rows.filter(line__gt=min(after, 2**31 - 1)).order_by("line")[: limit + 1])
    return {"rows": found[:limit], "next": found[limit - 1].line if len(found) > limit else None}


@router.post(
    "/imports/{number}/rows/{line}/choose", response={200: ImportRowOut, **REFUSALS}, operation_id="choose_row"
)
def choose_row(
    request: HttpRequest, number: Code, line: Annotated[int, Path(ge=1, le=2**31 - 1)], choice: Choice
) -> ImportRow:
    """Take a conflicting line, which leaves its rivals out, or leave it out."""
    row = _batch(request, number).rows.select_related("batch").get(line=line)
    return actions.choose_row(row=row, take=choice.take, by=caller(request, "registers.import"), at=timezone.now())


@router.post("/imports/{number}/apply", response={200: BatchOut, **REFUSALS}, operation_id="apply_import")
def apply_import(request: HttpRequest, number: Code, extent: Extent) -> ImportBatch:
    """Apply an import to the register, as a whole."""
    batch, by = _batch(request, number), caller(request, "registers.import")
    return actions.apply_batch(batch=batch, good_only=extent.good_only, by=by, at=timezone.now())


@router.post("/imports/{number}/drop", response={200: BatchOut, **REFUSALS}, operation_id="drop_import")
def drop_import(request: HttpRequest, number: Code) -> ImportBatch:
    """Drop a preview: nothing was changed, nothing will be."""
    return actions.drop_batch(batch=_batch(request, number), by=caller(request, "registers.import"), at=timezone.now())
