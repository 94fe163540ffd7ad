"""Pages of who may stand in a population: changes by hand, the list behind the figures, caps and equivalent items."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mingcha.draws import actions, eligibility, queries
from mingcha.draws.columns import behind_columns
from mingcha.draws.eligibility_forms import AdjustForm, CapForm, EndForm, EquivalentForm, ExemptForm, LeftOutFilter
from mingcha.draws.models import FrequencyCap
from mingcha.draws.states import Adjusted, CeremonyState, Exemption, Ground
from mingcha.kernel.refusal import Refusal
from mingcha.people.asked import whole
from mingcha.people.doors import asking, page, render_page, tell
from mingcha.people.listing import sheet
from mingcha.people.models import Region
from mingcha.registers import queries as registers

SHOWN = 20
PAGE_SIZE = 100


def _with_population(request, number):
    """A ceremony whose population the actor may look into."""
    found = get_object_or_404(queries.ceremonies_for(request.actor), number=number)
    if not queries.may_see_left_out(found, request.actor):
        raise Http404
    return found


@page("draws.view")
def adjustments(request, number):
    """What was changed by hand in a ceremony's populations, and the search for whom to change."""
    found = _with_population(request, number)
    given = {key: request.GET[key] for key in ("task", "unit_id") if key in request.GET}
    return _adjustments_page(request, found, AdjustForm(ceremony=found, initial=given), status=200)


def _adjustments_page(request, found, form, *, status):
    q, today = request.GET.get("q", "").strip(), localdate()
    holds = queries.held_by(request.actor).filter(pk=found.pk).exists()
    can_change = holds and found.state == CeremonyState.PREPARING
    tasks = found.tasks.select_related("task").order_by("task__number")
    subjects = registers.found_by(registers.subjects_for(request.actor), q).select_related("region") if q else None
    context = {
        "ceremony": found,
        "form": form,
        "q": q,
        "subjects": subjects.order_by("name", "pk")[:SHOWN] if subjects is not None and can_change else [],
        "entries": queries.adjustments_for(found, request.actor),
        "can_change": can_change,
        "tasks": [
            (row, eligibility.caps_for(row.task, on=today), ExemptForm(row=row, on=today, initial=_exempt_of(row)))
            for row in tasks
        ],
    }
    return render(request, "draws/adjustments.html", context, status=status)


def _exempt_of(row):
    return {"exemption": row.exemption, "reason": row.exemption_note}


@page("draws.adjust")
@require_POST
def adjust(request, number):
    """Enter a change by hand; it then waits for approval."""
    found = get_object_or_404(queries.held_by(request.actor), number=number)
    form = AdjustForm(request.POST, ceremony=found)
    if not form.is_valid():
        return _adjustments_page(request, found, form, status=422)
    given = form.cleaned_data
    try:
        actions.adjust(
            ceremony=found,
            task=given["task"],
            unit_id=given["unit_id"].strip().upper(),
            kind=Adjusted(given["kind"]),
            ground=Ground(given["ground"]),
            reason=given["reason"],
            by=request.actor,
            at=timezone.now(),
        )
    except ObjectDoesNotExist:
        form.add_error("unit_id", _("名录库中没有该对象,或不在您的数据范围内"))
        return _adjustments_page(request, found, form, status=422)
    except Refusal as refusal:
        tell(request, refusal)
        return _adjustments_page(request, found, form, status=409)
    messages.success(request, _("已登记,须由另一人批准后才生效"))
    return redirect("draws:adjustments", found.number)


@page("draws.approve_adjustment")
@require_POST
def approve_adjustment(request, number, seq):
    """Approve what another person entered."""
    return _do(request, number, actions.approve_adjustment, entry=seq)


@page("draws.adjust")
@require_POST
def withdraw_adjustment(request, number, seq):
    """Take a change by hand back."""
    return _do(request, number, actions.withdraw_adjustment, entry=seq)


@page("draws.adjust")
@require_POST
def exempt(request, number):
    """Say that the caps leave a task uncounted."""
    kind = request.POST.get("exemption", "")
    if kind not in {"", *Exemption}:
        raise Http404
    return _do(
        request,
        number,
        actions.exempt,
        task=request.POST.get("task", ""),
        exemption=Exemption(kind) if kind else None,
        reason=request.POST.get("reason", ""),
    )


def _do(request, number, action, **given):
    found = get_object_or_404(queries.held_by(request.actor), number=number)
    with asking(request):
        action(ceremony=found, **given, by=request.actor, at=timezone.now())
    return redirect("draws:adjustments", found.number)


@page("draws.view")
def left_out(request, number):
    """The units behind the figures of a frozen ceremony."""
    found = _with_population(request, number)
    form = LeftOutFilter(request.GET, ceremony=found)
    try:
        rows = form.narrow(queries.behind_figures(found, request.actor))
    except Refusal as refusal:
        tell(request, refusal)
        return redirect("draws:ceremony", found.number)
    start = whole(request.GET.get("after")) or 0
    context = {
        "ceremony": found,
        "form": form,
        "rows": rows[start : start + PAGE_SIZE],
        "total": len(rows),
        "after": start + PAGE_SIZE if len(rows) > start + PAGE_SIZE else "",
        "regions": dict(Region.objects.values_list("code", "name")),
    }
    return render_page(request, "draws/left_out.html", context)


@page("draws.view")
def export_left_out(request, number, kind):
    """Exactly the units that the list shows under the same filters."""
    found = _with_population(request, number)
    try:
        rows = LeftOutFilter(request.GET, ceremony=found).narrow(queries.behind_figures(found, request.actor))
    except Refusal as refusal:
        tell(request, refusal)
        return redirect("draws:ceremony", found.number)
    columns = behind_columns(dict(Region.objects.values_list("code", "name")))
    return sheet(kind, name=f"{found.number}-left-out", columns=columns, rows=rows)


# Caps and equivalent items


@page("draws.view")
def limits(request):
    """The yearly caps and the equivalent items, with their dates; everybody may know them."""
    return _limits_page(request, CapForm(by=request.actor), EquivalentForm(by=request.actor), status=200)


def _limits_page(request, cap_form, equivalent_form, *, status):
    context = {
        "caps": queries.caps_in_order(),
        "equivalents": queries.equivalents_in_order(),
        "cap_form": cap_form,
        "equivalent_form": equivalent_form,
        "own_organs": set(queries.organs_limited_by(request.actor).values_list("pk", flat=True)),
        "own_pairs": set(queries.equivalents_limited_by(request.actor).values_list("pk", flat=True)),
        "today": localdate(),
    }
    return render(request, "draws/limits.html", context, status=status)


@page("draws.set_limits")
@require_POST
def set_cap(request):
    """Enter a published cap."""
    form = CapForm(request.POST, by=request.actor)
    if not form.is_valid():
        return _limits_page(request, form, EquivalentForm(by=request.actor), status=422)
    given = form.cleaned_data | {"exempt": [Exemption(kind) for kind in form.cleaned_data["exempt"]]}
    return _limit(request, actions.set_cap, given, (form, EquivalentForm(by=request.actor)))


@page("draws.set_limits")
@require_POST
def declare_equivalent(request):
    """Declare two items equivalent."""
    form = EquivalentForm(request.POST, by=request.actor)
    if not form.is_valid():
        return _limits_page(request, CapForm(by=request.actor), form, status=422)
    return _limit(request, actions.declare_equivalent, form.cleaned_data, (CapForm(by=request.actor), form))


def _limit(request, action, given, forms):
    try:
        action(**given, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
        return _limits_page(request, *forms, status=409)
    messages.success(request, _("已登记"))
    return redirect("draws:limits")


@page("draws.set_limits")
@require_POST
def end_cap(request, seq):
    """Say when a cap ends."""
    return _end(request, actions.end_cap, cap=get_object_or_404(FrequencyCap, pk=seq))


@page("draws.set_limits")
@require_POST
def end_equivalent(request, seq):
    """Say when two items are no longer one."""
    declared = get_object_or_404(queries.equivalents_limited_by(request.actor), pk=seq)
    return _end(request, actions.end_equivalent, declared=declared)


def _end(request, action, **thing):
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写最后有效日"))
        return redirect("draws:limits")
    with asking(request):
        action(**thing, last_day=form.cleaned_data["last_day"], by=request.actor, at=timezone.now())
    return redirect("draws:limits")
