"""Pages of results: entry on the phone, the queue of the reviewers, follow-ups, the calendar."""

from dataclasses import replace

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mingcha.kernel.refusal import Refusal
from mingcha.people.doors import page, render_page, tell, told
from mingcha.people.listing import page_of, sheet
from mingcha.people.permissions import may
from mingcha.results import actions, comparison, queries, rules
from mingcha.results.columns import FOLLOW_UP_COLUMNS, RECORD_COLUMNS
from mingcha.results.forms import ClosingForm, DayForm, EntryForm, RecordFilter, RemarkForm, YearForm
from mingcha.results.states import FollowUpKind, Meaning, Outcome
from mingcha.visits.queries import UNFINISHED
from mingcha.visits.states import VisitState

RECORD_KEYS = ("rank", "ended_at", "pk")


@page("results.enter")
def entry(request, record):
    """One department's record on the phone: findings, categories, follow-ups."""
    record = get_object_or_404(queries.records_for(request.actor), pk=record)
    today = timezone.localdate()
    writable = record.state in UNFINISHED and record.visit.state != VisitState.PLANNED
    if not (writable and queries.is_ours(record, request.user)):
        return render(request, "results/entry_read.html", _said(record))
    if request.method != "POST":
        return _entry_page(request, record, EntryForm(record=record, day=today))
    form = EntryForm(request.POST, record=record, day=today)
    if not form.is_valid():
        return _entry_page(request, record, form, status=422)
    given = form.entered
    if "all_clear" in request.POST:
        given = _all_clear(given)
    try:
        saved = actions.enter(record=record, **given, by=request.actor, at=timezone.now())
    except rules.StaleRecord:
        return _conflict_page(request, record, given)
    except Refusal as refusal:
        tell(request, refusal)
        return redirect("results:entry", record=record.pk)
    if "submit" in request.POST:
        return _submitted(request, saved)
    messages.success(request, _("草稿已保存"))
    return redirect("results:entry", record=record.pk)


def _submitted(request, record):
    try:
        actions.submit(record=record, version=record.version, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        form = EntryForm(record=record, day=timezone.localdate())
        return _entry_page(request, record, form, status=422, refused=told(refusal))
    messages.success(request, _("检查结果已提交,等待审核"))
    return redirect("visits:my_visit", number=record.visit.number)


def _all_clear(given):
    """One tap: every unanswered item has no problem; without any problem the category and “无需后续处置” follow."""
    findings = [
        finding if finding.outcome else replace(finding, outcome=Outcome.NO_PROBLEM.value)
        for finding in given["findings"]
    ]
    given = {**given, "findings": findings}
    if rules.offered_category(findings, items=len(findings)) == Meaning.CLEAN:
        clean = queries.categories_on(given["checked_on"] or timezone.localdate()).filter(meaning=Meaning.CLEAN)
        given["categories"] = [category.code for category in clean]
        given["follow_ups"] = [rules.PlannedFollowUp(FollowUpKind.NONE.value)]
    return given


def _entry_page(request, record, form, *, status=200, **more):
    started_on = timezone.localdate(record.visit.started_at)
    problems = rules.problems_of(queries.entry_of(record), started_on=started_on, today=timezone.localdate())
    context = {
        "record": record,
        "form": form,
        "due": queries.due_on(record),
        "problems": problems if record.entered_at else [],
        **more,
    }
    return render(request, "results/entry.html", context, status=status)


def _conflict_page(request, record, given):
    """Show what somebody else saved beside what was not saved; saving again is then a decision."""
    record = queries.records_for(request.actor).get(pk=record.pk)
    form = EntryForm(record=record, day=timezone.localdate(), said=given)
    items = {row.pk: row.item.name for row in form.items}
    differences = comparison.differences(queries.said_by(record), given, items=items)
    return _entry_page(request, record, form, status=409, differences=differences, is_conflict=True)


@page("results.view")
def records(request):
    """The queue: what waits for review, what is overdue, what is done."""
    today = timezone.localdate()
    form = RecordFilter(request.GET, by=request.actor)
    visible = queries.records_for(request.actor)
    found = form.narrow(visible, today=today)
    rows = page_of(queries.in_queue_order(found, today=today), keys=RECORD_KEYS, after=request.GET.get("after", ""))
    context = {
        "form": form,
        "page": rows,
        "dues": queries.dues_of(rows.rows),
        "counts": queries.counts_of(visible, today=today),
        "found": found.count(),
        "queue": request.GET.get("queue", ""),
    }
    return render_page(request, "results/records.html", context)


@page("results.view")
def export(request, kind):
    """Exactly the records that the list shows under the same filters."""
    today = timezone.localdate()
    found = RecordFilter(request.GET, by=request.actor).narrow(queries.records_for(request.actor), today=today)
    rows = queries.in_full(queries.in_queue_order(found, today=today))
    return sheet(kind, name=f"records-{today:%Y%m%d}", columns=RECORD_COLUMNS, rows=rows)


@page("results.view")
def record(request, record):
    """One record in full, with what the actor may do about it."""
    found = get_object_or_404(queries.records_for(request.actor), pk=record)
    return _record_page(request, found, RemarkForm())


def _record_page(request, record, form, status=200):
    reviewing = record.state == "SUBMITTED" and queries.may_review(record, request.actor)
    is_author = request.user.pk in (record.entered_by_id, record.submitted_by_id)
    context = {**_said(record), "form": form, "reviewing": reviewing and not is_author, "own": reviewing and is_author}
    return render(request, "results/record.html", context, status=status)


def _said(record):
    """A record as it is read."""
    return {
        "record": record,
        "findings": queries.items_said(record),
        "categories": queries.categories_of(record),
        "follow_ups": queries.follow_ups_of(record),
        "due": queries.due_on(record),
    }


@page("results.review")
@require_POST
def approve(request, record):
    found = get_object_or_404(queries.records_for(request.actor), pk=record)
    try:
        actions.approve(record=found, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
        return redirect("results:record", record=record)
    messages.success(request, _("已审核通过,检查记录已锁定"))
    return redirect("results:record", record=record)


@page("results.review")
@require_POST
def return_record(request, record):
    found = get_object_or_404(queries.records_for(request.actor), pk=record)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _record_page(request, found, form, status=422)
    try:
        actions.return_record(record=found, **form.cleaned_data, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("已退回,检查人员可以修改后重新提交"))
    return redirect("results:record", record=record)


@page("results.view")
def follow_ups(request):
    """What must still happen after the visits, the earliest deadline first."""
    found = queries.follow_ups_for(request.actor)
    closed = request.GET.get("state") == "closed"
    rows = queries.closed_follow_ups(found) if closed else queries.open_follow_ups(found)
    context = {
        "page": page_of(rows, keys=("due_key", "pk"), after=request.GET.get("after", "")),
        "open_count": queries.open_follow_ups(found).count(),
        "closed_count": queries.closed_follow_ups(found).count(),
        "closed": closed,
        "today": timezone.localdate(),
        "may_close": may(request.actor, "results.close_follow_up"),
        "form": ClosingForm(auto_id=False),
    }
    return render(request, "results/follow_ups.html", context)


@page("results.view")
def export_follow_ups(request, kind):
    """Exactly the follow-ups that the list shows."""
    found = queries.follow_ups_for(request.actor)
    closed = request.GET.get("state") == "closed"
    rows = queries.closed_follow_ups(found) if closed else queries.open_follow_ups(found)
    name = f"follow-ups-{timezone.localdate():%Y%m%d}"
    return sheet(kind, name=name, columns=FOLLOW_UP_COLUMNS, rows=rows.iterator(chunk_size=2000))


@page("results.close_follow_up")
@require_POST
def close_follow_up(request, follow_up):
    found = get_object_or_404(queries.follow_ups_for(request.actor), pk=follow_up)
    try:
        note = request.POST.get("note", "")[:500]
        actions.close_follow_up(follow_up=found, note=note, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("后续处置已办结"))
    if may(request.actor, "results.view"):
        return redirect("results:follow_ups")
    return redirect("results:entry", record=found.record_id)


@page("results.set_calendar")
def calendar(request):
    """The working-day table: days set by hand, years whose schedule is known."""
    forms = {"day": DayForm(auto_id="day_%s"), "year": YearForm(auto_id="year_%s")}
    which = request.POST.get("form")
    if request.method == "POST" and which in forms:
        form = forms[which] = type(forms[which])(request.POST, auto_id=f"{which}_%s")
        if form.is_valid() and _calendar_saved(request, form):
            return redirect("results:calendar")
    year = timezone.localdate().year
    context = {
        "day_form": forms["day"],
        "year_form": forms["year"],
        "days": queries.calendar_days(),
        "years": queries.years_known(range(year - 1, year + 3)),
    }
    wrong = forms["day"].errors or forms["year"].errors
    return render(request, "results/calendar.html", context, status=422 if wrong else 200)


def _calendar_saved(request, form):
    given = form.cleaned_data
    try:
        if isinstance(form, YearForm):
            days, source = form.days, given["source"]
            actions.announce_year(year=given["year"], days=days, source=source, by=request.actor, at=timezone.now())
        else:
            actions.set_calendar_day(**given, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
        return False
    messages.success(request, _("工作日历已更新,截止日期随之重新计算"))
    return True
