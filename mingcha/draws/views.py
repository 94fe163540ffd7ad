"""Pages of ceremonies: the list, preparing, the hall, the witness, who was drawn, the teams, the files."""

import secrets

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fairdraw import read_bundle
from mingcha.draws import actions, queries
from mingcha.draws.columns import seat_columns, unit_columns
from mingcha.draws.forms import (
    AbandonForm,
    CeremonyFilter,
    CommitForm,
    DeclareForm,
    OpenForm,
    PrepareForm,
    SeatFilter,
    UnitFilter,
)
from mingcha.draws.models import Ceremony
from mingcha.draws.roll import roll_of
from mingcha.draws.stage import stage_of
from mingcha.draws.states import CeremonyState, DrawnAs
from mingcha.kernel.refusal import Refusal
from mingcha.people.doors import asking, page, render_page, tell
from mingcha.people.listing import page_of, sheet
from mingcha.people.models import DepartmentLine, Region
from mingcha.people.permissions import may

PAGE_SIZE = 50
UNIT_KEYS = ("pk",)
SEAT_KEYS = ("visit_id", "position", "seat")


def _found(request, number):
    return get_object_or_404(queries.ceremonies_for(request.actor), number=number)


def _to_ceremony(request, ceremony):
    address = reverse("draws:ceremony", args=[ceremony.number])
    return redirect(f"{address}?screen=1" if request.GET.get("screen") else address)


@page("draws.view")
def ceremonies(request):
    """The ceremonies the actor may see, newest first, and what waits for them as a witness."""
    form = CeremonyFilter(request.GET)
    found = form.narrow(queries.ceremonies_for(request.actor))
    before = request.GET.get("before", "")
    rows = found.filter(pk__lt=int(before[:18])) if before.isdecimal() else found
    shown = list(rows.prefetch_related("tasks__task")[: PAGE_SIZE + 1])
    context = {
        "form": form,
        "ceremonies": shown[:PAGE_SIZE],
        "next": shown[PAGE_SIZE - 1].pk if len(shown) > PAGE_SIZE else None,
        "total": found.count(),
        "waiting": queries.waiting_for(request.actor) if may(request.actor, "draws.witness") else [],
    }
    return render_page(request, "draws/ceremonies.html", context)


@page("draws.prepare")
def prepare(request):
    """Choose the tasks that are drawn together."""
    is_rehearsal = bool(request.GET.get("rehearsal"))
    form = PrepareForm(request.POST or None, by=request.actor, is_rehearsal=is_rehearsal)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            ceremony = actions.prepare(
                title=given["title"],
                tasks=list(given["tasks"]),
                is_rehearsal=is_rehearsal,
                suite=given["suite"],
                previous=given.get("previous"),
                by=request.actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            tell(request, refusal)
            return _prepare_page(request, form, is_rehearsal, status=409)
        messages.success(request, _("已筹备场次 %(number)s,请登记见证人") % {"number": ceremony.number})
        return redirect("draws:ceremony", ceremony.number)
    return _prepare_page(request, form, is_rehearsal, status=422 if form.errors else 200)


def _prepare_page(request, form, is_rehearsal, *, status):
    chosen = set(request.POST.getlist("tasks")) or set(request.GET.getlist("task"))
    tasks = [(task, str(task.pk) in chosen) for task in form.tasks]
    context = {"form": form, "tasks": tasks, "is_rehearsal": is_rehearsal}
    return render(request, "draws/prepare.html", context, status=status)


@page("draws.view")
def ceremony(request, number):
    """The ceremony on one screen: four steps, for the desk or (`?screen=1`) for the hall's big screen."""
    found = _found(request, number)
    is_screen = bool(request.GET.get("screen"))
    polled = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    if polled and "roll" in request.GET:
        return render(request, "draws/_roll.html", {"ceremony": found, "roll": _roll(request, found)})
    stage = stage_of(found, now=timezone.now())
    seen = request.GET.get("seen", "")
    if polled and seen == stage.mark:
        return HttpResponse(status=204)
    holds = queries.held_by(request.actor).filter(pk=found.pk).exists()
    context = {
        "stage": stage,
        "ceremony": found,
        "is_screen": is_screen,
        "is_polled": bool(polled),
        "roll": _roll(request, found) if is_screen and found.drawn_at and _wants_roll(polled, seen) else None,
        "layout": "draws/screen.html" if is_screen else "base.html",
        "holds": holds,
        "own_source": queries.own_source(found, request.actor),
        "sees_minutes": queries.may_see_minutes(found, request.actor),
        "sees_left_out": queries.may_see_left_out(found, request.actor),
        "sees_list": queries.may_see_list(found, request.actor),
        "declare_form": DeclareForm(ceremony=found) if holds and found.state == CeremonyState.PREPARING else None,
        "has_public": any(each.public for each in stage.sources),
        "can_declare_system": found.is_rehearsal and not any(each.kind == "SYSTEM" for each in stage.sources),
        "has_signed": any(each.organization_id == request.actor.organization.pk for each in stage.signatures),
    }
    return render_page(request, "draws/ceremony.html", context)


def _wants_roll(polled, seen):
    """Whether the roll goes along: with a whole page, or if the page that asks saw no draw; one that runs is left."""
    return bool(seen) and not seen.startswith((CeremonyState.DRAWN, CeremonyState.RELEASED)) if polled else True


def _roll(request, found):
    return roll_of(
        queries.units_for(found, request.actor) if queries.may_name(found, request.actor) else None,
        everyone=queries.selected_units(found),
        page=request.GET.get("roll", ""),
    )


@page("draws.prepare")
@require_POST
def declare(request, number):
    """Declare a witness."""
    found = _found(request, number)
    form = DeclareForm(request.POST, ceremony=found)
    if not form.is_valid():
        messages.error(request, _("请选择见证人"))
        return _to_ceremony(request, found)
    chosen = form.cleaned_data["witness"]
    return _do(request, found, actions.declare_witness, user=chosen.user, organization=chosen.organization)


@page("draws.prepare")
@require_POST
def declare_system(request, number):
    """Declare the system's generator."""
    return _do(request, _found(request, number), actions.declare_system)


@page("draws.freeze")
@require_POST
def freeze(request, number):
    """Fix everything; the salt is made here, at the edge."""
    return _do(request, _found(request, number), actions.freeze, salt=secrets.token_bytes(32))


@page("draws.hold")
@require_POST
def add_system_input(request, number):
    """Let the system's generator speak."""
    return _do(request, _found(request, number), actions.add_system_input, value=secrets.token_bytes(32))


@page("draws.hold")
@require_POST
def hold(request, number):
    """Hold the draw. Only a post draws; looking never does."""
    return _do(request, _found(request, number), actions.hold)


@page("draws.verify")
@require_POST
def countersign(request, number):
    """Verify the auditors' bundle here and countersign."""
    return _do(request, _found(request, number), actions.countersign)


@page("draws.release")
@require_POST
def release(request, number):
    """Release what the kind of disclosure allows."""
    return _do(request, _found(request, number), actions.release)


def _do(request, found, action, **given):
    """One step of a ceremony: ask once, tell a refusal, show the ceremony."""
    with asking(request):
        action(ceremony=found, **given, by=request.actor, at=timezone.now())
    return _to_ceremony(request, found)


@page("draws.hold")
def abandon(request, number):
    """Abandon a ceremony, with its reason."""
    found = get_object_or_404(queries.held_by(request.actor), number=number)
    form = AbandonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.abandon(ceremony=found, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now())
        except Refusal as refusal:
            tell(request, refusal)
            return render(request, "draws/abandon.html", {"form": form, "ceremony": found}, status=409)
        messages.success(request, _("场次 %(number)s 已作废") % {"number": found.number})
        return redirect("draws:ceremony", found.number)
    context = {"form": form, "ceremony": found}
    return render(request, "draws/abandon.html", context, status=422 if form.errors else 200)


@page("draws.witness")
def witness(request, number):
    """A witness's own page: commit before the freeze, open after it."""
    found = _found(request, number)
    source = queries.own_source(found, request.actor)
    if source is None:
        raise Http404
    if (
        request.headers.get("HX-Request") and "seen" in request.GET
    ):  # after the freeze there is nothing left to type here
        is_new = request.GET["seen"] != found.state
        return HttpResponse(status=204, headers={"HX-Refresh": "true"} if is_new else {})
    is_opening = found.state == CeremonyState.COMMITTED
    form = (OpenForm if is_opening else CommitForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if is_opening:
                nonce, value = bytes.fromhex(given["nonce"]), given["value"].encode()
                actions.open_input(ceremony=found, nonce=nonce, value=value, by=request.actor, at=timezone.now())
                messages.success(request, _("已打开,与承诺一致"))
            else:
                actions.commit_input(
                    ceremony=found, commitment=given["commitment"], by=request.actor, at=timezone.now()
                )
                messages.success(request, _("承诺已提交。请保管好回执,固化后凭回执打开"))
        except Refusal as refusal:
            tell(request, refusal)
            return _witness_page(request, found, source, form, status=409)
        return redirect("draws:witness", found.number)
    return _witness_page(request, found, source, form, status=422 if form.errors else 200)


def _witness_page(request, found, source, form, *, status):
    context = {"ceremony": found, "source": source, "form": form}
    return render(request, "draws/witness.html", context, status=status)


def _with_list(request, number):
    """A drawn ceremony whose list the actor may see."""
    found = _found(request, number)
    if not found.drawn_at or not queries.may_see_list(found, request.actor):
        raise Http404
    return found


@page("draws.view")
def units(request, number):
    """Who was drawn."""
    found = _with_list(request, number)
    form = UnitFilter(request.GET, ceremony=found)
    rows = form.narrow(queries.units_for(found, request.actor))
    context = {
        "ceremony": found,
        "form": form,
        "page": page_of(rows.order_by(*UNIT_KEYS), keys=UNIT_KEYS, after=request.GET.get("after", "")),
        "total": rows.count(),
        "selected": rows.filter(drawn_as=DrawnAs.SELECTED).count(),
        "sees_classes": queries.may_see_classes(found, request.actor),
        "has_batches": form.has_batches,
        "regions": dict(Region.objects.values_list("code", "name")),
    }
    return render_page(request, "draws/units.html", context)


@page("draws.view")
def export_units(request, number, kind):
    """Exactly the units that the list shows under the same filters."""
    found = _with_list(request, number)
    rows = UnitFilter(request.GET, ceremony=found).narrow(queries.units_for(found, request.actor))
    columns = unit_columns(
        dict(Region.objects.values_list("code", "name")),
        with_classes=queries.may_see_classes(found, request.actor),
        with_batches=bool(queries.batches_in(found)),
    )
    return sheet(kind, name=f"{found.number}-units", columns=columns, rows=rows.iterator(chunk_size=2_000))


@page("draws.view")
def teams(request, number):
    """Who goes."""
    found = _with_list(request, number)
    form = SeatFilter(request.GET)
    rows = form.narrow(queries.seats_for(found, request.actor))
    shown = page_of(rows.order_by(*SEAT_KEYS), keys=SEAT_KEYS, after=request.GET.get("after", ""), size=100)
    context = {
        "ceremony": found,
        "form": form,
        "page": shown,
        "total": rows.filter(drawn_as=DrawnAs.SELECTED).count(),
        "visits": rows.order_by().values("visit_id").distinct().count(),
        "inspectors": queries.inspectors_named(shown.rows),
        "groups": queries.groups_named(shown.rows),
        "names": queries.names_of(found, [seat.unit_id for seat in shown.rows]),
        "lines": dict(DepartmentLine.objects.values_list("code", "name")),
    }
    return render_page(request, "draws/teams.html", context)


@page("draws.view")
def export_teams(request, number, kind):
    """Exactly the seats that the list shows under the same filter."""
    found = _with_list(request, number)
    rows = list(SeatFilter(request.GET).narrow(queries.seats_for(found, request.actor)))
    columns = seat_columns(queries.inspectors_named(rows), queries.names_of(found, [seat.unit_id for seat in rows]))
    return sheet(kind, name=f"{found.number}-teams", columns=columns, rows=rows)


@page("draws.view")
def bundle(request, number):
    """The released bundle."""
    found = _found(request, number)
    return _file(request, found, lambda: queries.bundle_bytes(found), "zip", "application/zip")


@page("draws.verify")
def auditors_bundle(request, number):
    """The whole bundle of a sealed ceremony, for an auditor's own machine."""
    found = _found(request, number)
    name = f"{found.number}-auditors"
    return _file(request, found, lambda: queries.bundle_bytes(found, for_auditors=True), "zip", "application/zip", name)


@page("draws.view")
def certificate(request, number):
    """The certificate, out of the released bundle."""
    found = _found(request, number)
    return _file(
        request, found, lambda: read_bundle(queries.bundle_bytes(found))["certificate.pdf"], "pdf", "application/pdf"
    )


@page("draws.view")
def statement(request, number):
    """The published statement, byte for byte."""
    found = _found(request, number)
    if not found.statement:
        raise Http404
    return _file(request, found, lambda: found.statement.encode(), "json", "application/json")


def _file(request, found: Ceremony, content, ending, kind, name=""):
    try:
        response = HttpResponse(content(), content_type=kind)
    except Refusal as refusal:
        tell(request, refusal)
        return _to_ceremony(request, found)
    response.headers["Content-Disposition"] = f'attachment; filename="{name or found.number}.{ending}"'
    return response
