"""Pages of subjects: the list with its filters and exports, one subject, its edit."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mingcha.kernel.refusal import Refusal
from mingcha.people.doors import page, render_page, tell
from mingcha.people.listing import page_of, sheet
from mingcha.people.permissions import may
from mingcha.registers import actions, quality, queries, sheets
from mingcha.registers.describing import SUBJECT_LABELS, history_of
from mingcha.registers.forms import SaveFilterForm, SubjectFilter, SubjectForm, query_of
from mingcha.registers.models import Subject
from mingcha.registers.rules import Scope
from mingcha.registers.states import SUBJECT_STATE_LABELS

EDITED = (
    "name",
    "kind",
    "state",
    "region",
    "address",
    "entity_type",
    "industry",
    "registered_on",
    "capital_text",
    "business_scope",
    "contact_name",
    "contact_phone",
)


def _found(request: Any, form: SubjectFilter) -> QuerySet[Subject]:
    subjects = queries.narrowed(queries.subjects_for(request.actor), form.scope(), on=timezone.localdate())
    if check := form.check():
        subjects = quality.failing(subjects, check, on=timezone.localdate())
    return queries.found_by(subjects, form.words())


@page("registers.view")
def subjects(request: Any) -> HttpResponseBase:
    """The subjects in the actor's scope that the filters leave."""
    form = SubjectFilter(request.GET, by=request.actor)
    found = _found(request, form)
    by_state = dict(found.order_by().values_list("state").annotate(Count("pk")))
    saved = [(kept, query_of(Scope.from_json(kept.scope))) for kept in queries.filters_for(request.actor)]
    query = request.GET.copy()
    query.pop("after", None)
    shown = queries.subject_in_full(found).order_by("pk")
    context = {
        "form": form,
        "page": page_of(shown, keys=("pk",), after=request.GET.get("after", "")),
        "total": sum(by_state.values()),
        "by_state": [(label, by_state[state]) for state, label in SUBJECT_STATE_LABELS.items() if state in by_state],
        "saved": saved,
        "query": query.urlencode(),
        "save_form": SaveFilterForm(initial={"query": query.urlencode()}),
    }
    return render_page(request, "registers/subjects.html", context)


@page("registers.export")
def export_subjects(request: Any, kind: str) -> HttpResponseBase:
    """Exactly the subjects that the list shows, as a spreadsheet."""
    found = queries.subject_in_full(_found(request, SubjectFilter(request.GET, by=request.actor)))
    columns = [*sheets.SUBJECTS, sheets.RATINGS] if may(request.actor, "registers.view_ratings") else sheets.SUBJECTS
    return sheet(kind, name="subjects", columns=columns, rows=found.order_by("pk").iterator(chunk_size=2_000))


@page("registers.view")
def subject(request: Any, pk: int) -> HttpResponse:
    """One subject with licences, tags, ratings and history."""
    found = get_object_or_404(queries.subject_in_full(queries.subjects_for(request.actor)), pk=pk)
    context = {"subject": found, "history": history_of(found, SUBJECT_LABELS), "today": timezone.localdate()}
    return render(request, "registers/subject.html", context)


@page("registers.edit")
def edit_subject(request: Any, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.subject_in_full(queries.subjects_for(request.actor)), pk=pk)
    initial = {name: getattr(found, name) for name in EDITED} | {"tags": "、".join(t.tag for t in found.tags.all())}
    form = SubjectForm(request.POST or None, initial=initial, by=request.actor)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        tags = given.pop("tags")
        try:
            actions.edit_subject(subject=found, values=given, tags=tags, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            tell(request, refusal)
        else:
            messages.success(request, _("已保存“%(name)s”") % {"name": given["name"]})
            return redirect("registers:subject", pk=pk)
    context = {
        "form": form,
        "title": _("修改检查对象"),
        "pretitle": found.unit_id,
        "back": reverse("registers:subject", args=[pk]),
    }
    return render(request, "registers/form.html", context, status=422 if form.errors else 200)


@page("registers.edit")
@require_POST
def save_filter(request: Any) -> HttpResponse:
    """Keep the list's filters under a name."""
    given = SaveFilterForm(request.POST)
    query = request.POST.get("query", "")
    if not given.is_valid():
        messages.error(request, _("请为筛选起一个60字以内的名称"))
        return _to_list(query)
    form = SubjectFilter(QueryDict(query), by=request.actor)
    scope = Scope.from_json(form.scope().to_json() | {"name_contains": form.words()})
    try:
        actions.save_filter(name=given.cleaned_data["name"], scope=scope, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("已保存筛选“%(name)s”") % {"name": given.cleaned_data["name"]})
    return _to_list(query)


@page("registers.edit")
@require_POST
def drop_filter(request: Any, pk: int) -> HttpResponse:
    kept = get_object_or_404(queries.filters_for(request.actor), pk=pk)
    actions.drop_filter(kept=kept, by=request.actor, at=timezone.now())
    return redirect("registers:subjects")


def _to_list(query: str) -> HttpResponse:
    address = reverse("registers:subjects")
    return redirect(f"{address}?{QueryDict(query).urlencode()}" if query else address)
