"""Everything that changes subjects: mass entry, single edits, risk schemes, saved filters."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from mingcha.kernel.invalid_code import InvalidOrganisationCode
from mingcha.kernel.refusal import gettext_noop
from mingcha.kernel.unit_codes import classify
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.models import DepartmentLine
from mingcha.people.permissions import require
from mingcha.people.scopes import regions_for
from mingcha.registers import queries
from mingcha.registers.models import Licence, Rating, RiskScheme, SavedFilter, Subject, SubjectTag
from mingcha.registers.rows import SubjectRow, digest
from mingcha.registers.rules import CannotEdit, CannotEnter, Scope
from mingcha.registers.states import SubjectKind, SubjectState

CHUNK = 2_000
# What a row says of the subject itself; the unit_id names it and never changes.
FIELDS = (
    "kind",
    "name",
    "region_id",
    "address",
    "entity_type",
    "industry",
    "registered_on",
    "capital_text",
    "business_scope",
    "state",
    "contact_name",
    "contact_phone",
)
EDITABLE = tuple("region" if name == "region_id" else name for name in FIELDS)
Each = TypeVar("Each")


@transaction.atomic
def enter_subjects(rows: Iterable[SubjectRow], *, source: str, by: Actor, at: datetime) -> int:
    """Enter or renew subjects in mass (名录入库): by `unit_id`, all or nothing; the same rows twice change nothing.

    Licences, tags and ratings of a row are added to those the subject has, or renew them. Gives the number of subjects
    that are new or changed.

    Raises:
        CannotEnter: a row is not fit for the register, or lies outside the actor's regions.
    """
    require(by, "registers.import")
    entering = list(rows)
    _check_rows(entering, by)
    new = changed = 0
    for chunk in _chunks(entering):
        added, renewed = _enter_chunk(chunk, source, by, at)
        new, changed = new + added, changed + renewed
    facts = {"rows": len(entering), "new": new, "changed": changed, "digest": digest(entering), "source": source}
    ledger.append(act="registers.enter_subjects", subject="subjects", facts=facts, by=by, at=at)
    return new + changed


def _chunks(rows: Sequence[Each]) -> Iterator[Sequence[Each]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _check_rows(rows: list[SubjectRow], by: Actor) -> None:
    regions = set(regions_for(by).values_list("pk", flat=True))
    kinds, states = set(SubjectKind), set(SubjectState)
    seen: set[str] = set()
    for row in rows:
        code = classify(row.unit_id)
        if code.text != row.unit_id or (code.fault and not isinstance(code.fault, InvalidOrganisationCode)):
            raise CannotEnter(gettext_noop("“%(name)s”的代码不正确:%(code)s"), name=row.name, code=row.unit_id)
        if row.unit_id in seen:
            raise CannotEnter(gettext_noop("代码 %(code)s 出现了两次"), code=row.unit_id)
        if row.region not in regions:
            raise CannotEnter(gettext_noop("“%(name)s”所属区域不在您的数据范围内"), name=row.name)
        if not row.name or row.kind not in kinds or row.state not in states:
            raise CannotEnter(gettext_noop("代码 %(code)s 的名称、类型或登记状态不正确"), code=row.unit_id)
        seen.add(row.unit_id)


def _enter_chunk(rows: Sequence[SubjectRow], source: str, by: Actor, at: datetime) -> tuple[int, int]:
    wanted = [row.unit_id for row in rows]
    known = {subject.unit_id: subject for subject in Subject.objects.select_for_update().filter(unit_id__in=wanted)}
    _check_known(known.values(), by)
    new, changed = [], []
    for row in rows:
        subject = known.get(row.unit_id)
        if subject is None:
            new.append(_fill(Subject(unit_id=row.unit_id), row, source, at))
        elif any(getattr(subject, name) != _value(row, name) for name in FIELDS):
            changed.append(_fill(subject, row, source, at))
    _write_with_history(new, changed, by, at)
    known.update({subject.unit_id: subject for subject in new})
    _enter_details(rows, {unit_id: subject.pk for unit_id, subject in known.items()})
    return len(new), len(changed)


def _check_known(subjects: Iterable[Subject], by: Actor) -> None:
    """A subject that stands in the register of another region is not the actor's to renew or to move."""
    regions = set(regions_for(by).values_list("pk", flat=True))
    for subject in subjects:
        if subject.region_id not in regions:
            raise CannotEnter(gettext_noop("“%(name)s”所属区域不在您的数据范围内"), name=subject.name)


def _value(row: SubjectRow, name: str) -> object:
    return row.region if name == "region_id" else getattr(row, name)


def _fill(subject: Subject, row: SubjectRow, source: str, at: datetime) -> Subject:
    for name in FIELDS:
        setattr(subject, name, _value(row, name))
    subject.source, subject.updated_at = source, at
    return subject


def _write_with_history(new: list[Subject], changed: list[Subject], by: Actor, at: datetime) -> None:
    if new:
        bulk_create_with_history(new, Subject, batch_size=CHUNK, default_user=by.user, default_date=at)
    if changed:
        bulk_update_with_history(
            changed,
            Subject,
            [*FIELDS, "source", "updated_at"],
            batch_size=CHUNK,
            default_user=by.user,
            default_date=at,
        )


def _enter_details(rows: Sequence[SubjectRow], keys: Mapping[str, int]) -> None:
    """Licences, tags and ratings of subjects that stand in the register."""
    _enter_licences([(keys[row.unit_id], licence) for row in rows for licence in row.licences])
    tags = {(keys[row.unit_id], tag.tag): tag.valid_to for row in rows for tag in row.tags}
    SubjectTag.objects.bulk_create(
        [SubjectTag(subject_id=subject, tag=tag, valid_to=valid_to) for (subject, tag), valid_to in tags.items()],
        update_conflicts=True,
        unique_fields=["subject", "tag"],
        update_fields=["valid_to"],
    )
    _enter_ratings({(keys[row.unit_id], rating.scheme): rating for row in rows for rating in row.ratings})


def _enter_licences(licences: list[tuple[int, Any]]) -> None:
    held = {(each.kind, each.number): (subject, each) for subject, each in licences}
    numbers = [number for _, number in held]
    for other in Licence.objects.filter(number__in=numbers).select_related("subject"):
        owner = held.get((other.kind, other.number))
        if owner and owner[0] != other.subject_id:
            raise CannotEnter(
                gettext_noop("%(kind)s %(number)s 已登记在“%(name)s”名下"),
                kind=other.kind,
                number=other.number,
                name=other.subject.name,
            )
    Licence.objects.bulk_create(
        [
            Licence(subject_id=subject, kind=each.kind, number=each.number, line_id=each.line, valid_to=each.valid_to)
            for subject, each in held.values()
        ],
        update_conflicts=True,
        unique_fields=["kind", "number"],
        update_fields=["line", "valid_to"],
    )


def _enter_ratings(ratings: dict[tuple[int, str], Any]) -> None:
    classes = {scheme.code: {each["code"] for each in scheme.classes} for scheme in RiskScheme.objects.all()}
    for rating in ratings.values():
        if rating.risk_class not in classes.get(rating.scheme, ()):
            raise CannotEnter(
                gettext_noop("风险方案“%(scheme)s”没有“%(risk_class)s”这一等级"),
                scheme=rating.scheme,
                risk_class=rating.risk_class,
            )
    Rating.objects.bulk_create(
        [
            Rating(
                subject_id=subject, scheme_id=scheme, risk_class=each.risk_class, as_of=each.as_of, source=each.source
            )
            for (subject, scheme), each in ratings.items()
        ],
        update_conflicts=True,
        unique_fields=["subject", "scheme"],
        update_fields=["risk_class", "as_of", "source"],
    )


@transaction.atomic
def edit_subject(
    *, subject: Subject, values: Mapping[str, Any], tags: Iterable[str] | None = None, by: Actor, at: datetime
) -> Subject:
    """Change fields of one subject (修改检查对象); the former values stay in its history. `tags` replace those it has.

    Raises:
        CannotEdit: the subject is outside the actor's regions, would leave them, or a value does not exist.
    """
    require(by, "registers.edit")
    found = queries.subjects_for(by).select_for_update().filter(pk=subject.pk).first()
    if found is None:
        raise CannotEdit(gettext_noop("该检查对象不在您的数据范围内"))
    changed = [name for name in EDITABLE if name in values and getattr(found, name) != values[name]]
    for name in changed:
        setattr(found, name, values[name])
    if not regions_for(by).filter(pk=found.region_id).exists():
        raise CannotEdit(gettext_noop("不能把检查对象改到您的数据范围之外"))
    if not found.name or found.kind not in set(SubjectKind) or found.state not in set(SubjectState):
        raise CannotEdit(gettext_noop("名称、类型或登记状态不正确"))
    if changed:
        found.updated_at = at
        found._history_user, found._history_date = by.user, at  # type: ignore[attr-defined]
        found.save()
    if tags is not None and _retag(found, set(tags)):
        changed.append("tags")
    if changed:
        ledger.append(
            act="registers.edit_subject", subject=f"subject:{found.unit_id}", facts={"fields": changed}, by=by, at=at
        )
    return found


def _retag(subject: Subject, wanted: set[str]) -> bool:
    """Give the subject these tags and no others; those that stay keep their validity. Tells whether any changed."""
    held = set(subject.tags.values_list("tag", flat=True))
    subject.tags.filter(tag__in=held - wanted).delete()
    SubjectTag.objects.bulk_create(SubjectTag(subject=subject, tag=tag) for tag in sorted(wanted - held))
    return held != wanted


@transaction.atomic
def define_risk_scheme(
    *,
    code: str,
    name: str,
    classes: Sequence[tuple[str, str]],
    sector_line: DepartmentLine | None = None,
    valid_from: date,
    valid_to: date | None = None,
    by: Actor,
    at: datetime,
) -> RiskScheme:
    """Define or redefine a scheme of risk classes (信用风险分类方案); `classes` are (code, label), low to high risk.

    Raises:
        CannotEdit: there are no classes, one is named twice or cannot stand in a stratum's code, or one that is in
            use is left out.
    """
    require(by, "registers.define")
    codes = [each for each, _ in classes]
    if not codes or len(set(codes)) < len(codes):
        raise CannotEdit(gettext_noop("风险方案至少要有一个等级,且等级代码不能重复"))
    if strange := [each for each in codes if not re.fullmatch(r"[0-9A-Za-z._]{1,8}", each)]:
        # A class is a part of the stratum's code (spec/draw.md): said here, not on the day of the draw.
        raise CannotEdit(
            gettext_noop("等级代码“%(risk_class)s”只能用 1 至 8 个字母、数字、点或下划线;“守信”等名称请写作等级名称"),
            risk_class=strange[0],
        )
    lost = Rating.objects.filter(scheme=code).exclude(risk_class__in=codes).values_list("risk_class", flat=True).first()
    if lost:
        raise CannotEdit(gettext_noop("等级“%(risk_class)s”仍有检查对象使用,不能取消"), risk_class=lost)
    scheme, _ = RiskScheme.objects.update_or_create(
        code=code,
        defaults={
            "name": name,
            "classes": [{"code": each, "label": label} for each, label in classes],
            "sector_line": sector_line,
            "valid_from": valid_from,
            "valid_to": valid_to,
        },
    )
    facts = {"name": name, "classes": codes}
    ledger.append(act="registers.define_risk_scheme", subject=f"risk_scheme:{code}", facts=facts, by=by, at=at)
    return scheme


@transaction.atomic
def save_filter(*, name: str, scope: Scope, by: Actor, at: datetime) -> SavedFilter:
    """Keep a scope under a name for one's organization (常用筛选); the same name again replaces it.

    Raises:
        CannotEdit: the name is empty or too long.
    """
    require(by, "registers.edit")
    if not 0 < len(name.strip()) <= 60:
        raise CannotEdit(gettext_noop("请为筛选起一个60字以内的名称"))
    kept, _ = SavedFilter.objects.update_or_create(
        organization=by.organization, name=name.strip(), defaults={"scope": scope.to_json()}
    )
    ledger.append(
        act="registers.save_filter", subject=f"filter:{kept.pk}", facts={"scope": scope.to_json()}, by=by, at=at
    )
    return kept


@transaction.atomic
def drop_filter(*, kept: SavedFilter, by: Actor, at: datetime) -> None:
    """Forget a saved filter of one's organization; forgetting it twice changes nothing."""
    require(by, "registers.edit")
    removed, _ = SavedFilter.objects.filter(pk=kept.pk, organization=by.organization).delete()
    if removed:
        ledger.append(act="registers.drop_filter", subject=f"filter:{kept.pk}", facts={}, by=by, at=at)
