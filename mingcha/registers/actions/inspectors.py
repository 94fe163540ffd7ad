"""Everything that changes inspectors: mass entry, single edits, absences, recusals, qualifications."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.models import Organization, User
from mingcha.people.permissions import require
from mingcha.people.scopes import organizations_for
from mingcha.registers import queries
from mingcha.registers.models import Absence, Inspector, Qualification, Recusal, Subject
from mingcha.registers.rows import InspectorRow, digest
from mingcha.registers.rules import INSPECTOR_NUMBER, CannotEdit, CannotEnter, check_validity
from mingcha.registers.states import InspectorState

FIELDS = (
    "name",
    "certificate_number",
    "certificate_issuer",
    "certificate_valid_to",
    "specialities",
    "post",
    "is_expert",
    "phone",
    "state",
)
EDITABLE = (*FIELDS, "organization", "user")


@transaction.atomic
def define_qualifications(pairs: Iterable[tuple[str, str]], *, by: Actor, at: datetime) -> list[Qualification]:
    """Name the qualifications an inspector may hold (执法资质): (code, name); a known code gets the new name."""
    require(by, "registers.define")
    named = [Qualification(code=code, name=name) for code, name in pairs]
    Qualification.objects.bulk_create(named, update_conflicts=True, unique_fields=["code"], update_fields=["name"])
    facts = {"codes": [each.code for each in named]}
    ledger.append(act="registers.define_qualifications", subject="qualifications", facts=facts, by=by, at=at)
    return named


@transaction.atomic
def enter_inspectors(rows: Iterable[InspectorRow], *, by: Actor, at: datetime) -> int:
    """Enter or renew inspectors in mass (人员入库): by `number`, all or nothing; the same rows twice change nothing.

    Gives the number of inspectors that are new or changed.

    Raises:
        CannotEnter: a row is not fit for the register, or its organization is outside the actor's.
    """
    require(by, "registers.import")
    entering = list(rows)
    organizations = {each.code: each for each in organizations_for(by)}
    users = _users_of(entering)
    _check_rows(entering, organizations, users)
    wanted = [row.number for row in entering]
    known = {each.number: each for each in Inspector.objects.select_for_update().filter(number__in=wanted)}
    new, changed = [], []
    for row in entering:
        values = {name: getattr(row, name) for name in FIELDS}
        values["organization_id"] = organizations[row.organization].pk
        if row.username:
            values["user_id"] = users[row.username].pk
        inspector = known.get(row.number)
        if inspector is None:
            new.append(Inspector(number=row.number, updated_at=at, **values))
        elif _differs(inspector, values, organizations):
            for name, value in values.items():
                setattr(inspector, name, value)
            inspector.updated_at = at
            changed.append(inspector)
    _write_with_history(new, changed, by, at)
    known.update({inspector.number: inspector for inspector in new})
    requalified = _enter_details(entering, known)
    touched = {inspector.number for inspector in (*new, *changed)} | requalified
    facts = {"rows": len(entering), "new": len(new), "changed": len(touched) - len(new), "digest": digest(entering)}
    ledger.append(act="registers.enter_inspectors", subject="inspectors", facts=facts, by=by, at=at)
    return len(touched)


def may_be_entered(person: Inspector | InspectorRow) -> bool:
    """A certificate has a number and its last day; only an expert (专家) may be without one."""
    number, valid_to = person.certificate_number, person.certificate_valid_to
    return bool(number and valid_to) or (person.is_expert and not number and valid_to is None)


def _users_of(rows: list[InspectorRow]) -> dict[str, User]:
    return {user.username: user for user in User.objects.filter(username__in=[row.username for row in rows])}


def _check_rows(rows: list[InspectorRow], organizations: Mapping[str, Organization], users: Mapping[str, User]) -> None:
    numbers: set[str] = set()
    certificates: dict[str, str] = {}
    qualifications = set(Qualification.objects.values_list("pk", flat=True))
    for row in rows:
        if row.organization not in organizations:
            raise CannotEnter(gettext_noop("“%(name)s”的单位不在您的数据范围内"), name=row.name)
        is_fit = INSPECTOR_NUMBER.fullmatch(row.number) and row.name and may_be_entered(row)
        if not is_fit or row.state not in set(InspectorState):
            raise CannotEnter(gettext_noop("人员“%(name)s”的编号、证件号或岗位状态不正确"), name=row.name)
        if row.number in numbers or row.certificate_number in certificates:
            raise CannotEnter(gettext_noop("人员“%(name)s”的编号或证件号出现了两次"), name=row.name)
        if row.username and row.username not in users:
            raise CannotEnter(gettext_noop("没有账号 %(username)s"), username=row.username)
        if unknown := sorted(set(row.qualifications or ()) - qualifications):
            raise CannotEnter(gettext_noop("没有代码为“%(code)s”的执法资质"), code=unknown[0])
        numbers.add(row.number)
        if row.certificate_number:
            certificates[row.certificate_number] = row.number
    _check_certificates(certificates)


def _check_certificates(certificates: Mapping[str, str]) -> None:
    """A certificate belongs to one inspector only."""
    held = Inspector.objects.filter(certificate_number__in=list(certificates))
    for inspector in held:
        if certificates[inspector.certificate_number] != inspector.number:
            raise CannotEnter(
                gettext_noop("执法证号 %(certificate)s 已登记在 %(number)s 名下"),
                certificate=inspector.certificate_number,
                number=inspector.number,
            )


def _differs(inspector: Inspector, values: Mapping[str, object], organizations: Mapping[str, Organization]) -> bool:
    """Whether the row says something new. An inspector of an organization outside the actor's is not theirs to change.

    Raises:
        CannotEnter: the inspector stands in the register of somebody else.
    """
    if inspector.organization_id not in {organization.pk for organization in organizations.values()}:
        raise CannotEnter(gettext_noop("人员编号 %(number)s 属于其他单位,不能更新"), number=inspector.number)
    return any(getattr(inspector, name) != value for name, value in values.items())


def _write_with_history(new: list[Inspector], changed: list[Inspector], by: Actor, at: datetime) -> None:
    if new:
        bulk_create_with_history(new, Inspector, batch_size=500, default_user=by.user, default_date=at)
    if changed:
        fields = [*FIELDS, "organization", "user", "updated_at"]
        bulk_update_with_history(changed, Inspector, fields, batch_size=500, default_user=by.user, default_date=at)


def _enter_details(rows: list[InspectorRow], known: Mapping[str, Inspector]) -> set[str]:
    """Qualifications and absences; gives the numbers of those whose qualifications changed."""
    held: dict[int, set[str]] = {}
    through = Inspector.qualifications.through
    keys = [inspector.pk for inspector in known.values()]
    for link in through.objects.filter(inspector__in=keys):
        held.setdefault(link.inspector_id, set()).add(link.qualification_id)
    changed = set()
    for row in rows:
        inspector = known[row.number]
        if row.qualifications is not None and set(row.qualifications) != held.get(inspector.pk, set()):
            inspector.qualifications.set(Qualification.objects.filter(pk__in=row.qualifications))
            changed.add(row.number)
        for absence in row.absences:
            check_validity(absence.from_on, absence.to_on)
            Absence.objects.get_or_create(
                inspector=inspector, from_on=absence.from_on, to_on=absence.to_on, defaults={"reason": absence.reason}
            )
    return changed


def _own(inspector: Inspector, by: Actor) -> Inspector:
    found = queries.inspectors_for(by).select_for_update().filter(pk=inspector.pk).first()
    if found is None:
        raise CannotEdit(gettext_noop("该人员不在您的数据范围内"))
    return found


@transaction.atomic
def edit_inspector(
    *,
    inspector: Inspector,
    values: Mapping[str, Any],
    qualifications: Iterable[Qualification] | None = None,
    by: Actor,
    at: datetime,
) -> Inspector:
    """Change fields of one inspector (修改人员); the former values stay in the history.

    Raises:
        CannotEdit: the inspector is outside the actor's organizations, would leave them, the certificate or account is
            another's, or a value does not exist.
    """
    require(by, "registers.edit")
    found = _own(inspector, by)
    changed = [name for name in EDITABLE if name in values and getattr(found, name) != values[name]]
    for name in changed:
        setattr(found, name, values[name])
    _check_edited(found, by)
    if changed:
        found.updated_at = at
        found._history_user, found._history_date = by.user, at  # type: ignore[attr-defined]
        found.save()
    if qualifications is not None:
        wanted = list(qualifications)
        if {each.pk for each in wanted} != set(found.qualifications.values_list("pk", flat=True)):
            found.qualifications.set(wanted)
            changed.append("qualifications")
    if changed:
        ledger.append(
            act="registers.edit_inspector",
            subject=f"inspector:{found.number}",
            facts={"fields": changed},
            by=by,
            at=at,
        )
    return found


def _check_edited(inspector: Inspector, by: Actor) -> None:
    if not organizations_for(by).filter(pk=inspector.organization_id).exists():
        raise CannotEdit(gettext_noop("不能把人员改到您的数据范围之外"))
    if not (inspector.name and may_be_entered(inspector)) or inspector.state not in set(InspectorState):
        raise CannotEdit(gettext_noop("姓名、证件号或岗位状态不正确"))
    others = Inspector.objects.exclude(pk=inspector.pk)
    certificate = inspector.certificate_number
    if certificate and others.filter(certificate_number=certificate).exists():
        raise CannotEdit(gettext_noop("该执法证号已登记在他人名下"))
    if inspector.user_id and others.filter(user=inspector.user_id).exists():
        raise CannotEdit(gettext_noop("该账号已关联其他人员"))


@transaction.atomic
def record_absence(
    *, inspector: Inspector, from_on: date, to_on: date, reason: str, by: Actor, at: datetime
) -> Absence:
    """Write down days on which an inspector cannot be sent (请假、外派); the same days twice are one absence.

    Raises:
        CannotEdit: the inspector is outside the actor's organizations, or the days are the wrong way round.
    """
    require(by, "registers.edit")
    found = _own(inspector, by)
    check_validity(from_on, to_on)
    absence, new = Absence.objects.get_or_create(
        inspector=found, from_on=from_on, to_on=to_on, defaults={"reason": reason}
    )
    if new:
        facts = {"from": from_on.isoformat(), "to": to_on.isoformat()}
        ledger.append(act="registers.record_absence", subject=f"inspector:{found.number}", facts=facts, by=by, at=at)
    return absence


@transaction.atomic
def cancel_absence(*, absence: Absence, by: Actor, at: datetime) -> None:
    """Take an absence back (销假); taking it back twice changes nothing.

    Raises:
        CannotEdit: the inspector is outside the actor's organizations.
    """
    require(by, "registers.edit")
    found = _own(absence.inspector, by)
    removed, _ = Absence.objects.filter(pk=absence.pk).delete()
    if removed:
        facts = {"from": absence.from_on.isoformat(), "to": absence.to_on.isoformat()}
        ledger.append(act="registers.cancel_absence", subject=f"inspector:{found.number}", facts=facts, by=by, at=at)


@transaction.atomic
def declare_recusal(*, inspector: Inspector, subject: Subject, reason: str, by: Actor, at: datetime) -> Recusal:
    """Declare that an inspector must not visit a subject (回避); declaring it twice changes nothing.

    Raises:
        CannotEdit: the inspector is outside the actor's organizations, or no reason is given.
    """
    require(by, "registers.edit")
    found = _own(inspector, by)
    if not reason.strip():
        raise CannotEdit(gettext_noop("请填写回避事由"))
    recusal, new = Recusal.objects.get_or_create(
        inspector=found, subject=subject, defaults={"reason": reason.strip(), "declared_at": at}
    )
    if new:
        facts = {"subject": subject.unit_id}
        ledger.append(act="registers.declare_recusal", subject=f"inspector:{found.number}", facts=facts, by=by, at=at)
    return recusal


@transaction.atomic
def withdraw_recusal(*, recusal: Recusal, by: Actor, at: datetime) -> None:
    """Take a recusal back (解除回避); taking it back twice changes nothing.

    Raises:
        CannotEdit: the inspector is outside the actor's organizations.
    """
    require(by, "registers.edit")
    found = _own(recusal.inspector, by)
    removed, _ = Recusal.objects.filter(pk=recusal.pk).delete()
    if removed:
        facts = {"subject": recusal.subject.unit_id}
        ledger.append(act="registers.withdraw_recusal", subject=f"inspector:{found.number}", facts=facts, by=by, at=at)
