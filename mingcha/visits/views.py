"""Pages of visits: an inspector's own on the phone, and the list of the office and the bureaus."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mingcha.assignments import actions as assignments
from mingcha.assignments import queries as teams
from mingcha.kernel.refusal import Refusal
from mingcha.people.doors import page, render_page, tell
from mingcha.people.listing import page_of, sheet
from mingcha.people.permissions import may
from mingcha.visits import actions, queries, rules
from mingcha.visits.columns import COLUMNS
from mingcha.visits.forms import ChangeSeatForm, VisitFilter
from mingcha.visits.states import VisitState

KEYS = ("urgency", "window_to", "number")


@page("visits.view_own")
def mine(request):
    """My visits: what can be done now, what was missed, what is to be entered, what comes."""
    today = timezone.localdate()
    own = queries.visits_of_inspector(request.user).select_related("region")
    visits = queries.with_open_records(own, line=request.actor.organization.line_id).order_by("window_to", "number")
    sections: dict[rules.Section, list] = {section: [] for section in rules.Section}
    for visit in visits:
        window = (visit.window_from, visit.window_to)
        waits = visit.has_open_records  # type: ignore[attr-defined]
        section = rules.section_of(state=VisitState(visit.state), window=window, today=today, has_open_records=waits)
        sections[section].append(visit)
    shown = [(section, rules.SECTION_LABELS[section], rows) for section, rows in sections.items() if rows]
    return render(request, "visits/mine.html", {"sections": shown, "today": today})


@page("visits.view_own")
def my_visit(request, number):
    """One visit of mine: where, with whom, what; each department's part and who is missing."""
    visit = get_object_or_404(queries.visits_of_inspector(request.user).select_related("region"), number=number)
    today = timezone.localdate()
    own_line = request.actor.organization.line_id
    context = {
        "visit": visit,
        "team": teams.seats_of(visit.ceremony, visit.visit_id),
        "records": sorted(queries.parts_of(visit), key=lambda part: part.organization.line_id != own_line),
        "line": own_line,
        "in_window": visit.window_from <= today <= visit.window_to,
        "is_early": today < visit.window_from,
    }
    return render(request, "visits/my_visit.html", context)


@page("visits.carry_out")
@require_POST
def start(request, number):
    return _moved(request, number, actions.start, _("检查已开始,检查组已锁定"))


@page("visits.carry_out")
@require_POST
def end(request, number):
    return _moved(request, number, actions.end, _("检查已结束,请在20个工作日内录入检查结果"))


def _moved(request, number, act, done):
    visit = get_object_or_404(queries.visits_of_inspector(request.user), number=number)
    try:
        act(visit=visit, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, done)
    return redirect("visits:my_visit", number=number)


@page("visits.view")
def visits(request):
    """All visits in the actor's scope, overdue first."""
    today = timezone.localdate()
    form = VisitFilter(request.GET, by=request.actor)
    found = form.narrow(queries.visits_for(request.actor), today=today)
    rows = queries.with_progress(queries.in_order_of_urgency(found.select_related("region"), today=today))
    arranging = may(request.actor, "visits.arrange")
    context = {
        "form": form,
        "counts": queries.counts_of(found, today=today),
        "page": page_of(rows, keys=KEYS, after=request.GET.get("after", "")),
        "waiting": queries.waiting_ceremonies(request.actor) if arranging else [],
    }
    return render_page(request, "visits/visits.html", context)


@page("visits.view")
def export(request, kind):
    """Exactly the visits that the list shows under the same filters."""
    today = timezone.localdate()
    form = VisitFilter(request.GET, by=request.actor)
    found = form.narrow(queries.visits_for(request.actor), today=today).select_related("region", "ceremony")
    rows = queries.with_progress(queries.in_order_of_urgency(found, today=today))
    return sheet(kind, name=f"visits-{today:%Y%m%d}", columns=COLUMNS, rows=rows.iterator(chunk_size=2000))


@page("visits.arrange")
@require_POST
def arrange(request, ceremony):
    found = get_object_or_404(queries.arrangeable(request.actor), number=ceremony)
    try:
        count = actions.arrange(ceremony=found, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("已生成 %(count)d 次检查") % {"count": count})
    return redirect("visits:visits")


@page("visits.view")
def visit(request, number):
    """One visit: team as drawn and as it sits, every change, each department's part."""
    found = get_object_or_404(queries.visits_for(request.actor).select_related("region", "ceremony"), number=number)
    changeable = set()
    if may(request.actor, "assignments.change") and found.state == VisitState.PLANNED:
        mine = teams.seats_for(request.actor).filter(ceremony=found.ceremony, visit_id=found.visit_id)
        changeable = set(mine.values_list("pk", flat=True))
    context = {
        "visit": found,
        "team": teams.seats_of(found.ceremony, found.visit_id),
        "changeable": changeable,
        "records": queries.parts_of(found),
        "is_overdue": found.state == VisitState.PLANNED and found.window_to < timezone.localdate(),
    }
    return render(request, "visits/visit.html", context)


@page("assignments.change")
def change_seat(request, number, seat):
    """Replace somebody who was drawn by the next reserve."""
    found = get_object_or_404(queries.visits_for(request.actor), number=number)
    seats = teams.seats_for(request.actor).filter(ceremony=found.ceremony, visit_id=found.visit_id)
    seat = get_object_or_404(seats, pk=seat)
    form = ChangeSeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change = assignments.change_seat(seat=seat, **form.cleaned_data, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            tell(request, refusal)
            return redirect("visits:change_seat", number=number, seat=seat.pk)
        names = {"before": change.from_inspector.name, "after": change.to_inspector.name}
        messages.success(request, _("%(before)s 由递补人员 %(after)s 接替") % names)
        return redirect("visits:visit", number=number)
    context = {"visit": found, "seat": seat, "form": form}
    return render(request, "visits/change_seat.html", context, status=422 if form.errors else 200)
