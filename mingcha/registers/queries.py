"""Questions about the registers. Lists, pages, exports and the API read through the `…_for(by)` functions only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, When

from mingcha.kernel.widths import to_half
from mingcha.people.actors import Actor
from mingcha.people.models import Region
from mingcha.people.permissions import may
from mingcha.people.scopes import located, owned, regions_for
from mingcha.people.states import Level
from mingcha.registers import industries
from mingcha.registers.models import (
    Absence,
    GroupMember,
    ImportBatch,
    ImportRow,
    InspectionItem,
    Inspector,
    InspectorGroup,
    ItemList,
    Licence,
    Qualification,
    Rating,
    Recusal,
    RiskScheme,
    SavedFilter,
    Subject,
    SubjectTag,
)
from mingcha.registers.rules import Scope
from mingcha.registers.states import InspectorState, ItemListState, Verdict

CHUNK = 5_000
_FULL_BRACKETS = str.maketrans("()", "\uff08\uff09")


def subjects_for(by: Actor) -> QuerySet[Subject]:
    """The subjects the actor may see."""
    return located(Subject.objects.all(), by=by)


def subjects_in(scope: Scope, *, on: date) -> QuerySet[Subject]:
    """Every subject in a scope on a day, whoever asks: the population of a draw (抽查基数)."""
    return narrowed(Subject.objects.all(), scope, on=on)


def narrowed(subjects: QuerySet[Subject], scope: Scope, *, on: date) -> QuerySet[Subject]:
    """The subjects that lie in a scope; each stands there once, however many licences and tags it has."""
    for name, values in (("kind", scope.kinds), ("region", scope.regions), ("state", scope.states)):
        if values:
            subjects = subjects.filter(**{f"{name}__in": values})
    if scope.industries:
        begins = [prefix for code in scope.industries for prefix in industries.prefixes(code)]
        subjects = subjects.filter(_any(Q(industry__startswith=prefix) for prefix in begins))
    if scope.entity_types:
        subjects = subjects.filter(_any(Q(entity_type__startswith=text) for text in scope.entity_types))
    if scope.name_contains:
        subjects = subjects.filter(_any(Q(name__icontains=text) for text in _spellings(scope.name_contains)))
    if scope.licences:
        subjects = subjects.filter(_has(Licence, on, kind__in=scope.licences))
    if scope.tags:
        subjects = subjects.filter(_has(SubjectTag, on, tag__in=scope.tags))
    for scheme, classes in scope.ratings.items():
        rated = Rating.objects.filter(subject=OuterRef("pk"), scheme=scheme, risk_class__in=classes)
        subjects = subjects.filter(Exists(rated))
    return subjects


def found_by(subjects: QuerySet[Subject], words: str) -> QuerySet[Subject]:
    """The subjects whose name, number or address holds every one of the words."""
    for word in words.split():
        spelled = _any(Q(name__icontains=text) | Q(address__icontains=text) for text in _spellings(word))
        subjects = subjects.filter(spelled | Q(unit_id__icontains=to_half(word)))
    return subjects


def _spellings(text: str) -> set[str]:
    """A fragment of a name as typed, and with its brackets in full and in half width."""
    half = to_half(text)
    return {text, half, half.translate(_FULL_BRACKETS)}


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def _has(model: type[Licence] | type[SubjectTag], on: date, **values: object) -> Exists:
    valid = Q(valid_to=None) | Q(valid_to__gte=on)
    return Exists(model.objects.filter(valid, subject=OuterRef("pk"), **values))


def class_of(subject_ids: Iterable[int] | QuerySet[Subject], scheme: str | RiskScheme) -> dict[int, str]:
    """Subject's key → risk class in a scheme; those without a rating are absent."""
    code = scheme.code if isinstance(scheme, RiskScheme) else scheme
    ratings = Rating.objects.filter(scheme=code)
    if isinstance(subject_ids, QuerySet):
        chosen = ratings.filter(subject__in=subject_ids.order_by())
        return dict(chosen.values_list("subject_id", "risk_class"))
    keys = list(subject_ids)
    found: dict[int, str] = {}
    for start in range(0, len(keys), CHUNK):
        chosen = ratings.filter(subject__in=keys[start : start + CHUNK])
        found.update(chosen.values_list("subject_id", "risk_class"))
    return found


def subject_in_full(subjects: QuerySet[Subject]) -> QuerySet[Subject]:
    """With what a detail page shows beside the row itself."""
    return subjects.select_related("region").prefetch_related(
        Prefetch("licences", Licence.objects.select_related("line").order_by("kind", "number")),
        Prefetch("tags", SubjectTag.objects.order_by("tag")),
        Prefetch("ratings", Rating.objects.select_related("scheme").order_by("scheme")),
    )


def regions_of(by: Actor) -> QuerySet[Region]:
    """The regions in which the actor's subjects may lie: counties and zones, which have no others inside them."""
    inside = Region.objects.filter(parent=OuterRef("pk"))
    return regions_for(by).filter(~Exists(inside)).order_by("code")


def licence_kinds(by: Actor) -> list[str]:
    """The kinds of licence held by the subjects the actor may see."""
    kinds = Licence.objects.filter(subject__in=subjects_for(by))
    return list(kinds.order_by("kind").values_list("kind", flat=True).distinct())


def tags_in_use(by: Actor) -> list[str]:
    """The tags on the subjects the actor may see."""
    tags = SubjectTag.objects.filter(subject__in=subjects_for(by))
    return list(tags.order_by("tag").values_list("tag", flat=True).distinct())


def schemes_for(by: Actor) -> QuerySet[RiskScheme]:
    """The risk schemes whose classes the actor may see."""
    schemes = RiskScheme.objects.order_by("code")
    return schemes if may(by, "registers.view_ratings") else schemes.none()


def filters_for(by: Actor) -> QuerySet[SavedFilter]:
    """The saved filters of the actor's own organization."""
    return SavedFilter.objects.filter(organization=by.organization).order_by("name")


def inspectors_for(by: Actor) -> QuerySet[Inspector]:
    """The inspectors the actor may see."""
    return owned(Inspector.objects.all(), by=by)


def people_available(
    *, lines: Iterable[str], level: Level, from_on: date, to_on: date, on: date
) -> QuerySet[Inspector]:
    """Who may come along: on duty, not away for the whole window, and with a certificate to its last day or an expert.

    Stations (基层所) work for their county's bureau and count to its level.
    """
    levels = [level, Level.STATION] if level == Level.COUNTY else [level]
    away = Absence.objects.filter(inspector=OuterRef("pk"), from_on__lte=from_on, to_on__gte=to_on)
    return Inspector.objects.filter(
        ~Exists(away),
        Q(is_expert=True) | Q(certificate_valid_to__gte=max(to_on, on)),
        state=InspectorState.ACTIVE,
        organization__line__in=list(lines),
        organization__level__in=levels,
        organization__is_active=True,
    )


def inspectors_available(
    *, lines: Iterable[str], level: Level, from_on: date, to_on: date, on: date
) -> QuerySet[Inspector]:
    """Who of them may inspect: holds a certificate valid to the window's last day."""
    able = people_available(lines=lines, level=level, from_on=from_on, to_on=to_on, on=on)
    return able.filter(certificate_valid_to__gte=max(to_on, on))


def groups_for(by: Actor) -> QuerySet[InspectorGroup]:
    """The groups of the actor's organizations, those disbanded too."""
    return owned(InspectorGroup.objects.all(), by=by)


def standing_groups(*, on: date) -> QuerySet[InspectorGroup]:
    """The groups that stand on a day."""
    return InspectorGroup.objects.filter(Q(disbanded_on=None) | Q(disbanded_on__gt=on), formed_on__lte=on)


def group_in_full(groups: QuerySet[InspectorGroup]) -> QuerySet[InspectorGroup]:
    """With its organization, and its members, the leader first."""
    members = GroupMember.objects.select_related("inspector").order_by("-is_leader", "inspector__number")
    inspectors = Prefetch("inspector__qualifications", Qualification.objects.order_by("code"))
    return groups.select_related("organization").prefetch_related(
        Prefetch("members", members.prefetch_related(inspectors))
    )


def groupable(by: Actor, *, on: date) -> QuerySet[Inspector]:
    """The inspectors of the actor's organizations who are on duty and in no group."""
    taken = GroupMember.objects.filter(group__in=standing_groups(on=on)).values("inspector")
    found = inspectors_for(by).filter(state=InspectorState.ACTIVE).exclude(pk__in=taken)
    return found.select_related("organization").order_by("organization__name", "number")


def inspector_in_full(inspectors: QuerySet[Inspector]) -> QuerySet[Inspector]:
    """With what lists and detail pages show beside the row itself."""
    return inspectors.select_related("organization__region", "organization__line", "user").prefetch_related(
        Prefetch("qualifications", Qualification.objects.order_by("code")),
        Prefetch("absences", Absence.objects.order_by("from_on", "pk")),
        Prefetch("recusals", Recusal.objects.select_related("subject").order_by("pk")),
    )


def item_lists_for(by: Actor) -> QuerySet[ItemList]:
    """The item lists the actor may see: those of their organizations, and every published or withdrawn one."""
    mine = owned(ItemList.objects.all(), by=by)
    return ItemList.objects.filter(Q(pk__in=mine.values("pk")) | ~Q(state=ItemListState.DRAFT))


def editions_beside(item_list: ItemList, by: Actor) -> QuerySet[ItemList]:
    """The other lists of the same organization and kind that the actor may see, the next older edition first."""
    beside = item_lists_for(by).filter(organization=item_list.organization, is_joint=item_list.is_joint)
    is_older = Case(When(valid_from__lt=item_list.valid_from, then=0), default=1)
    return beside.exclude(pk=item_list.pk).order_by(is_older, "-valid_from", "-pk")


def own_item_lists(by: Actor) -> QuerySet[ItemList]:
    """The item lists the actor may change."""
    return ItemList.objects.filter(organization=by.organization)


def items_of(item_list: ItemList) -> QuerySet[InspectionItem]:
    """The items of an edition, in the order in which they were written into it."""
    items = InspectionItem.objects.filter(item_list=item_list).select_related("line", "qualification")
    return items.prefetch_related("partner_lines").order_by("pk")


def items_for(by: Actor) -> QuerySet[InspectionItem]:
    """All items of the lists the actor may see."""
    lists = item_lists_for(by).values("pk")
    return InspectionItem.objects.filter(item_list__in=lists).select_related("item_list", "line", "qualification")


def items_in_force(by: Actor, *, on: date) -> QuerySet[InspectionItem]:
    """The items of published editions valid on a day: what a plan may be made of."""
    valid = Q(item_list__valid_to=None) | Q(item_list__valid_to__gte=on)
    return items_for(by).filter(valid, item_list__state=ItemListState.PUBLISHED, item_list__valid_from__lte=on)


def batches_for(by: Actor) -> QuerySet[ImportBatch]:
    """The imports of the actor's organizations."""
    batches = owned(ImportBatch.objects.all(), by=by)
    return batches.select_related("organization", "uploaded_by", "decided_by", "item_list")


def counts_of(batch: ImportBatch) -> Mapping[str, int]:
    """Verdict → number of rows, every verdict named."""
    found = dict(batch.rows.order_by().values_list("verdict").annotate(Count("pk")))
    return {verdict.value: found.get(verdict.value, 0) for verdict in Verdict}


def undecided_in(batch: ImportBatch) -> QuerySet[ImportRow]:
    """The conflicts nobody has decided yet."""
    return batch.rows.filter(verdict=Verdict.CONFLICT, chosen=None)


def taken_from(batch: ImportBatch) -> QuerySet[ImportRow]:
    """The rows that would change the register if the batch were applied now."""
    good = Q(verdict__in=[Verdict.NEW, Verdict.CHANGED]) | Q(verdict=Verdict.CONFLICT, chosen=True)
    return batch.rows.filter(good).order_by("line")
