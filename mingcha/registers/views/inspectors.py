"""Pages of inspectors: the list, one inspector with absences and recusals, the edit."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mingcha.kernel.refusal import Refusal
from mingcha.people.doors import page, render_page, tell
from mingcha.people.listing import page_of, sheet
from mingcha.registers import actions, queries, sheets
from mingcha.registers.describing import INSPECTOR_LABELS, history_of
from mingcha.registers.forms import AbsenceForm, InspectorFilter, InspectorForm, RecusalForm
from mingcha.registers.models import Absence, Inspector, Recusal
from mingcha.registers.rules import CERTIFICATE_WARNING
from mingcha.registers.states import InspectorState

EDITED = (
    "name",
    "organization",
    "certificate_number",
    "certificate_issuer",
    "certificate_valid_to",
    "specialities",
    "post",
    "is_expert",
    "phone",
    "state",
    "user",
)


def _found(request: Any, form: InspectorFilter) -> QuerySet[Inspector]:
    found = queries.inspectors_for(request.actor)
    if not form.is_valid():
        return found
    given, today = form.cleaned_data, timezone.localdate()
    if word := given["q"].strip():
        found = found.filter(
            Q(name__icontains=word) | Q(number__icontains=word) | Q(certificate_number__icontains=word)
        )
    if given["organization"]:
        found = found.filter(organization=given["organization"])
    if given["qualification"]:
        found = found.filter(qualifications=given["qualification"])
    if given["state"]:
        found = found.filter(state=given["state"])
    if given["certificate"] == "expired":
        found = found.filter(certificate_valid_to__lt=today)
    if given["certificate"] == "soon":
        found = found.filter(certificate_valid_to__range=(today, today + CERTIFICATE_WARNING))
    return found


@page("registers.view")
def inspectors(request: Any) -> HttpResponseBase:
    """The inspectors in the actor's scope that the filters leave."""
    form = InspectorFilter(request.GET, by=request.actor)
    found, today = _found(request, form), timezone.localdate()
    on_duty = found.filter(state=InspectorState.ACTIVE)
    context = {
        "form": form,
        "page": page_of(
            queries.inspector_in_full(found).order_by("number"), keys=("number",), after=request.GET.get("after", "")
        ),
        "total": found.count(),
        "on_duty": on_duty.count(),
        "expired": on_duty.filter(certificate_valid_to__lt=today).count(),
        "expiring": on_duty.filter(certificate_valid_to__range=(today, today + CERTIFICATE_WARNING)).count(),
        "today": today,
        "warn_from": today + CERTIFICATE_WARNING,
    }
    return render_page(request, "registers/inspectors.html", context)


@page("registers.export")
def export_inspectors(request: Any, kind: str) -> HttpResponseBase:
    """Exactly the inspectors that the list shows, as a spreadsheet."""
    found = queries.inspector_in_full(_found(request, InspectorFilter(request.GET, by=request.actor)))
    rows = found.order_by("number").iterator(chunk_size=2_000)
    return sheet(kind, name="inspectors", columns=sheets.INSPECTORS, rows=rows)


def _page_of_one(
    request: Any, found: Inspector, *, absence: AbsenceForm | None = None, recusal: RecusalForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "inspector": found,
        "history": history_of(found, INSPECTOR_LABELS),
        "absence_form": absence or AbsenceForm(),
        "recusal_form": recusal or RecusalForm(),
        "today": today,
        "warn_from": today + CERTIFICATE_WARNING,
    }
    broken = any(form is not None and form.errors for form in (absence, recusal))
    return render(request, "registers/inspector.html", context, status=422 if broken else 200)


def _one(request: Any, pk: int) -> Inspector:
    return get_object_or_404(queries.inspector_in_full(queries.inspectors_for(request.actor)), pk=pk)


@page("registers.view")
def inspector(request: Any, pk: int) -> HttpResponse:
    """One inspector with qualifications, absences, recusals and history."""
    return _page_of_one(request, _one(request, pk))


@page("registers.edit")
def edit_inspector(request: Any, pk: int) -> HttpResponse:
    found = _one(request, pk)
    initial = {name: getattr(found, name) for name in EDITED} | {"qualifications": found.qualifications.all()}
    form = InspectorForm(request.POST or None, initial=initial, by=request.actor, inspector=found)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        qualifications = given.pop("qualifications")
        try:
            actions.edit_inspector(
                inspector=found, values=given, qualifications=qualifications, by=request.actor, at=timezone.now()
            )
        except Refusal as refusal:
            tell(request, refusal)
        else:
            messages.success(request, _("已保存“%(name)s”") % {"name": given["name"]})
            return redirect("registers:inspector", pk=pk)
    context = {
        "form": form,
        "title": _("修改执法检查人员"),
        "pretitle": found.number,
        "back": reverse("registers:inspector", args=[pk]),
    }
    return render(request, "registers/form.html", context, status=422 if form.errors else 200)


@page("registers.edit")
@require_POST
def record_absence(request: Any, pk: int) -> HttpResponse:
    found, form = _one(request, pk), AbsenceForm(request.POST)
    if not form.is_valid():
        return _page_of_one(request, found, absence=form)
    try:
        actions.record_absence(inspector=found, **form.cleaned_data, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("已登记缺勤;整个抽查时段都不在岗的人员不会被抽取"))
    return redirect("registers:inspector", pk=pk)


@page("registers.edit")
@require_POST
def cancel_absence(request: Any, pk: int) -> HttpResponse:
    mine = Absence.objects.filter(inspector__in=queries.inspectors_for(request.actor))
    absence = get_object_or_404(mine.select_related("inspector"), pk=pk)
    actions.cancel_absence(absence=absence, by=request.actor, at=timezone.now())
    messages.success(request, _("已销假"))
    return redirect("registers:inspector", pk=absence.inspector_id)


@page("registers.edit")
@require_POST
def declare_recusal(request: Any, pk: int) -> HttpResponse:
    found, form = _one(request, pk), RecusalForm(request.POST)
    subject = None
    if form.is_valid():
        code = form.cleaned_data["unit_id"].strip().upper()
        subject = queries.subjects_for(request.actor).filter(unit_id=code).first()
        if subject is None:
            form.add_error("unit_id", _("名录中没有这个代码,请核对"))
    if subject is None:
        return _page_of_one(request, found, recusal=form)
    try:
        actions.declare_recusal(
            inspector=found, subject=subject, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now()
        )
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("已登记回避,抽取时不会派往该检查对象"))
    return redirect("registers:inspector", pk=pk)


@page("registers.edit")
@require_POST
def withdraw_recusal(request: Any, pk: int) -> HttpResponse:
    mine = Recusal.objects.filter(inspector__in=queries.inspectors_for(request.actor))
    recusal = get_object_or_404(mine.select_related("inspector", "subject"), pk=pk)
    actions.withdraw_recusal(recusal=recusal, by=request.actor, at=timezone.now())
    messages.success(request, _("已解除回避"))
    return redirect("registers:inspector", pk=recusal.inspector_id)
