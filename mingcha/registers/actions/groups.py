"""Everything that changes groups of inspectors (检查小组): they are formed and disbanded, never changed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mingcha.kernel.numbering import Kind, Number, parse
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.models import Organization, Region
from mingcha.people.permissions import require
from mingcha.people.scopes import organizations_for
from mingcha.registers import queries
from mingcha.registers.grouping import Candidate, CannotForm, check_group
from mingcha.registers.models import GroupMember, Inspector, InspectorGroup
from mingcha.registers.states import InspectorState


@transaction.atomic
def form_group(
    *,
    name: str,
    organization: Organization,
    members: Iterable[Inspector],
    leader: Inspector,
    by: Actor,
    at: datetime,
) -> InspectorGroup:
    """Form a group of inspectors of one organization (组建检查小组); the trail keeps its members' numbers.

    Raises:
        CannotForm: the organization is outside the actor's; too few certificate holders, no leader among them, or
            somebody of another organization, off duty or in another group.
    """
    require(by, "registers.edit")
    if not organizations_for(by).filter(pk=organization.pk).exists():
        raise CannotForm(gettext_noop("该单位不在您的数据范围内"))
    chosen = {each.pk for each in members}
    rows = list(Inspector.objects.select_for_update().filter(pk__in=chosen).order_by("number"))
    check_group(
        name=name,
        organization=organization.code,
        leader=leader.number,
        members=_candidates(rows, at=at),
    )
    group = InspectorGroup.objects.create(
        number=_next_number(organization, at), name=name.strip(), organization=organization, formed_on=localdate(at)
    )
    GroupMember.objects.bulk_create(
        GroupMember(group=group, inspector=row, is_leader=row.pk == leader.pk) for row in rows
    )
    facts = {
        "organization": organization.code,
        "leader": leader.number,
        "members": [row.number for row in rows],
    }
    ledger.append(act="registers.form_group", subject=f"group:{group.number}", facts=facts, by=by, at=at)
    return group


def _candidates(rows: Iterable[Inspector], *, at: datetime) -> list[Candidate]:
    rows = list(rows)
    standing = GroupMember.objects.filter(inspector__in=rows, group__in=queries.standing_groups(on=localdate(at)))
    groups = dict(standing.values_list("inspector", "group__number"))
    codes = dict(Organization.objects.values_list("pk", "code"))
    return [
        Candidate(
            number=row.number,
            name=row.name,
            organization=codes[row.organization_id],
            is_active=row.state == InspectorState.ACTIVE,
            is_certified=bool(row.certificate_number),
            group=groups.get(row.pk, ""),
        )
        for row in rows
    ]


def _next_number(organization: Organization, at: datetime) -> str:
    """The next free number of the region's year; the region's row is locked until the transaction ends."""
    region = Region.objects.select_for_update(no_key=True).get(pk=organization.region_id)
    first = Number(Kind.GROUP, region.code, localdate(at).year, 1)
    taken = InspectorGroup.objects.filter(number__startswith=first.series).values_list("number", flat=True)
    latest = max((parse(number).serial for number in taken), default=0)
    return str(Number(first.kind, first.region, first.year, latest + 1))


@transaction.atomic
def disband_group(*, group: InspectorGroup, by: Actor, at: datetime) -> InspectorGroup:
    """Let a group go apart from this day on (解散检查小组); who was in it stays known.

    Raises:
        CannotForm: the group is outside the actor's organizations, or was disbanded before.
    """
    require(by, "registers.edit")
    found = queries.groups_for(by).select_for_update().filter(pk=group.pk).first()
    if found is None:
        raise CannotForm(gettext_noop("该小组不在您的数据范围内"))
    if found.disbanded_on is not None:
        raise CannotForm(gettext_noop("该小组已经解散"))
    found.disbanded_on = localdate(at)
    found.save(update_fields=["disbanded_on"])
    ledger.append(act="registers.disband_group", subject=f"group:{found.number}", facts={}, by=by, at=at)
    return found
