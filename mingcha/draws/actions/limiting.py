"""Yearly caps and equivalent items: rules of practice, kept as rows with their dates."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from mingcha.draws import eligibility_rules, queries
from mingcha.draws.models import FrequencyCap, ItemEquivalence
from mingcha.draws.states import Exemption
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.models import Organization
from mingcha.people.permissions import require
from mingcha.registers.models import InspectionItem


@transaction.atomic
def set_cap(
    *,
    organization: Organization,
    most: int,
    counts_below: bool = False,
    exempt: Collection[Exemption] = (),
    basis: str,
    valid_from: date,
    valid_to: date | None = None,
    by: Actor,
    at: datetime,
) -> FrequencyCap:
    """Enter an organ's published yearly cap (设定年度检查频次上限).

    Raises:
        Organization.DoesNotExist: the organ is not the actor's.
        CannotLimit: the figure or the dates cannot be, or a cap of the same kind holds on some of these days.
    """
    require(by, "draws.set_limits")
    organ = queries.organs_limited_by(by).select_for_update(of=("self",)).get(pk=organization.pk)
    if not 1 <= most <= eligibility_rules.MOST_VISITS:
        raise eligibility_rules.CannotLimit(gettext_noop("每年检查次数上限须在1到365之间"))
    rivals = FrequencyCap.objects.filter(organization=organ, counts_below=counts_below)
    eligibility_rules.check_limit(
        basis=basis, valid_from=valid_from, valid_to=valid_to, rivals=rivals.values_list("valid_from", "valid_to")
    )
    kinds = [kind.value for kind in Exemption if kind in exempt]
    cap = FrequencyCap.objects.create(
        organization=organ,
        most=most,
        counts_below=counts_below,
        exempt=kinds,
        basis=basis.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        set_by=by.user,
        set_at=at,
    )
    facts = {
        "organization": organ.code,
        "most": most,
        "counts_below": counts_below,
        "exempt": kinds,
        "basis": cap.basis,
        "valid": _days(valid_from, valid_to),
    }
    ledger.append(act="draws.set_cap", subject=f"frequency_cap:{cap.pk}", facts=facts, by=by, at=at)
    return cap


@transaction.atomic
def end_cap(*, cap: FrequencyCap, last_day: date, by: Actor, at: datetime) -> FrequencyCap:
    """Say on which day a cap holds for the last time (终止频次上限); it is never deleted.

    Raises:
        FrequencyCap.DoesNotExist: it is not the actor's.
        CannotLimit: it ended already, or would end before it began.
    """
    require(by, "draws.set_limits")
    organs = queries.organs_limited_by(by).order_by().values("pk")
    found = FrequencyCap.objects.select_for_update(of=("self",)).get(pk=cap.pk, organization__in=organs)
    eligibility_rules.check_end(valid_from=found.valid_from, valid_to=found.valid_to, ends=last_day)
    found.valid_to = last_day
    found.save(update_fields=["valid_to"])
    facts = {"valid": _days(found.valid_from, last_day)}
    ledger.append(act="draws.end_cap", subject=f"frequency_cap:{found.pk}", facts=facts, by=by, at=at)
    return found


@transaction.atomic
def declare_equivalent(
    *,
    item: InspectionItem,
    other: InspectionItem,
    basis: str,
    valid_from: date,
    valid_to: date | None = None,
    by: Actor,
    at: datetime,
) -> ItemEquivalence:
    """Declare that two items inspect the same thing (认定等同事项); a department speaks for items of its own line.

    Raises:
        InspectionItem.DoesNotExist: neither item is of the actor's line.
        CannotLimit: they are one item, or a declaration of the pair holds on some of these days.
    """
    require(by, "draws.set_limits")
    if not queries.items_limited_by(by).filter(pk__in=[item.pk, other.pk]).exists():
        raise InspectionItem.DoesNotExist
    first, second = sorted([(item.line_id, item.code), (other.line_id, other.code)])
    if first == second:
        raise eligibility_rules.CannotLimit(gettext_noop("两项是同一事项,无须认定"))
    pair = Q(line=first[0], code=first[1], other_line=second[0], other_code=second[1])
    eligibility_rules.check_limit(
        basis=basis,
        valid_from=valid_from,
        valid_to=valid_to,
        rivals=ItemEquivalence.objects.select_for_update().filter(pair).values_list("valid_from", "valid_to"),
    )
    declared = ItemEquivalence.objects.create(
        line_id=first[0],
        code=first[1],
        other_line_id=second[0],
        other_code=second[1],
        basis=basis.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        declared_by=by.user,
        declared_at=at,
    )
    facts = {"items": [list(first), list(second)], "basis": declared.basis, "valid": _days(valid_from, valid_to)}
    subject = f"item_equivalence:{declared.pk}"
    ledger.append(act="draws.declare_equivalent", subject=subject, facts=facts, by=by, at=at)
    return declared


@transaction.atomic
def end_equivalent(*, declared: ItemEquivalence, last_day: date, by: Actor, at: datetime) -> ItemEquivalence:
    """Say on which day two items count as one for the last time (终止等同事项).

    Raises:
        ItemEquivalence.DoesNotExist: neither item is of the actor's line.
        CannotLimit: it ended already, or would end before it began.
    """
    require(by, "draws.set_limits")
    found = queries.equivalents_limited_by(by).select_for_update(of=("self",)).get(pk=declared.pk)
    eligibility_rules.check_end(valid_from=found.valid_from, valid_to=found.valid_to, ends=last_day)
    found.valid_to = last_day
    found.save(update_fields=["valid_to"])
    facts = {"valid": _days(found.valid_from, last_day)}
    ledger.append(act="draws.end_equivalent", subject=f"item_equivalence:{found.pk}", facts=facts, by=by, at=at)
    return found


def _days(first: date, last: date | None) -> list[str | None]:
    return [first.isoformat(), last.isoformat() if last else None]
