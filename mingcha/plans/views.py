"""Pages of plans: the list, a plan with its tasks, and the form of a task."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mingcha.kernel.refusal import Refusal
from mingcha.people import listing
from mingcha.people.asked import whole
from mingcha.people.doors import page, tell, told
from mingcha.people.permissions import may
from mingcha.people.scopes import WHOLE_CITY
from mingcha.plans import actions, queries, rules, sheets, usage
from mingcha.plans.form_buttons import press
from mingcha.plans.forms import PlanFilterForm, PlanForm, TaskForm, initial_of
from mingcha.plans.models import Plan, Task
from mingcha.plans.part_forms import PartForms
from mingcha.plans.preview import preview
from mingcha.plans.published import NotAPlan
from mingcha.plans.recognising import recognise
from mingcha.plans.states import OPEN_STATES, PlanKind, PlanState
from mingcha.plans.steps import steps_for
from mingcha.registers import uploads
from mingcha.registers.rules import CannotImport, Scope

PAGE_SIZE = 50


@page("plans.view")
def plans(request):
    """Plans, newest first, filters in the address, pages by the last one seen."""
    form, found = _filtered(request)
    before = whole(request.GET.get("before"))
    rows = list((found if before is None else found.filter(pk__lt=before))[: PAGE_SIZE + 1])
    context = {
        "form": form,
        "plans": rows[:PAGE_SIZE],
        "next": rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None,
        "total": found.count(),
    }
    return render(request, "plans/plans.html", context)


@page("plans.view")
def export_plans(request, kind):
    """The list exactly as filtered, as a spreadsheet."""
    _form, found = _filtered(request)
    return listing.sheet(kind, name="plans", columns=sheets.LIST, rows=found)


@page("plans.view")
@require_safe
def item_uses(request):
    """Which items in force are planned this year, and which no plan has named for years."""
    today = timezone.localdate()
    every = usage.uses(request.actor, on=today)
    shown = {
        "idle": [use for use in every if not use.this_year],
        "unused": [use for use in every if use.is_unused],
    }
    context = {
        "uses": shown.get(request.GET.get("show", ""), every),
        "show": request.GET.get("show", ""),
        "counts": {"all": len(every)} | {name: len(rows) for name, rows in shown.items()},
        "year": today.year,
        "years": usage.YEARS,
    }
    return render(request, "plans/item_uses.html", context)


def _filtered(request):
    form = PlanFilterForm(request.GET, by=request.actor)
    form.is_valid()
    return form, queries.plans_found(request.actor, **form.cleaned_data)


@page("plans.draft")
def new(request):
    """Begin a plan."""
    year = timezone.localdate().year
    form = PlanForm(request.POST or None, initial={"year": year, "kind": _usual_kind(request.actor)})
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.draft_plan(**form.cleaned_data, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, told(refusal))
        else:
            return redirect("plans:plan", plan.number)
    return render(request, "plans/new.html", {"form": form}, status=422 if form.errors else 200)


def _usual_kind(by):
    return PlanKind.JOINT if by.organization.is_office else PlanKind.DEPARTMENT


@page("plans.view")
def plan(request, number):
    """A plan with its tasks, the half-years, what is missing and what may be a repetition."""
    plan = _plan(request, number)
    on = timezone.localdate()
    tasks = queries.tasks_of(plan, request.actor)
    outlooks = queries.outlooks(tasks, on=on)
    is_owner = plan.organization_id == request.actor.organization.pk
    judges = is_owner or request.actor.role in WHOLE_CITY
    context = {
        "plan": plan,
        "outlooks": outlooks,
        "selected": sum(each.load.visits for each in outlooks),
        "problems": [problem for each in outlooks for problem in each.problems] if judges else [],
        "repetitions": queries.repetitions(tasks, by=request.actor, on=on) if judges else [],
        "balance": rules.balance((each.load for each in outlooks), plan.year),
        "steps": steps_for(plan, request.actor, [each.facts for each in outlooks]),
        "may_edit": is_owner and may(request.actor, "plans.draft") and plan.state in OPEN_STATES,
        "may_copy": is_owner and may(request.actor, "plans.draft"),
        "next_year": plan.year + 1,
    }
    return render(request, "plans/plan.html", context)


def _plan(request, number):
    try:
        return queries.plan_in_full(request.actor, number)
    except Plan.DoesNotExist:
        raise Http404 from None


MOVES: dict[str, Any] = {
    "submit": actions.submit,
    "approve": actions.approve,
    "issue": actions.issue,
    "return": actions.return_plan,
}


@page("plans.view")
@require_POST
def move(request, number, step):
    """Submit, approve, issue or return a plan."""
    plan = _plan(request, number)
    terms = {"remark": request.POST.get("remark", "")} if step == "return" else {}
    said = {
        "submit": _("计划已报送"),
        "approve": _("计划已审核通过"),
        "issue": _("计划已下达"),
        "return": _("计划已退回"),
    }
    try:
        MOVES[step](plan=plan, by=request.actor, at=timezone.now(), **terms)
    except Refusal as refusal:
        if isinstance(refusal, rules.CannotMovePlan | rules.IncompletePlan):
            tell(request, refusal)
        else:
            raise
    else:
        messages.success(request, said[step])
    return redirect("plans:plan", plan.number)


@page("plans.draft")
@require_POST
def rename(request, number):
    plan = _plan(request, number)
    try:
        actions.edit_plan(plan=plan, title=request.POST.get("title", ""), by=request.actor, at=timezone.now())
    except (rules.CannotEditPlan, actions.CannotDraftPlan) as refusal:
        tell(request, refusal)
    return redirect("plans:plan", plan.number)


@page("plans.draft")
@require_POST
def copy(request, number):
    """Begin another year's plan from this one."""
    plan, year = _plan(request, number), whole(request.POST.get("year")) or 0
    try:
        copied = actions.copy_plan(plan=plan, year=year, by=request.actor, at=timezone.now())
    except (rules.CannotEditPlan, actions.CannotDraftPlan) as refusal:
        tell(request, refusal)
        return redirect("plans:plan", plan.number)
    messages.success(request, _("已沿用 %(year)d 年计划,请逐项核对") % {"year": plan.year})
    return redirect("plans:plan", copied.number)


@page("plans.draft")
@require_POST
def drop(request, number):
    plan = _plan(request, number)
    try:
        actions.drop_plan(plan=plan, by=request.actor, at=timezone.now())
    except rules.CannotEditPlan as refusal:
        tell(request, refusal)
        return redirect("plans:plan", plan.number)
    messages.success(request, _("草稿“%(title)s”已删除") % {"title": plan.title})
    return redirect("plans:plans")


@page("plans.view")
def annex(request, number):
    """The plan as an annex in the office's columns."""
    plan = _plan(request, number)
    outlooks = queries.outlooks(queries.tasks_of(plan, request.actor), on=timezone.localdate())
    return HttpResponse(
        sheets.annex(plan, outlooks),
        content_type=sheets.XLSX,
        headers={"Content-Disposition": f'attachment; filename="plan-{plan.number}.xlsx"'},
    )


@page("plans.draft")
def import_tasks(request, number):
    """Upload a published table, look at what was recognised, then take it."""
    plan, by = _plan(request, number), request.actor
    context = {"plan": plan}
    try:
        rules.check_can_edit(state=PlanState(plan.state), is_owner=plan.organization_id == by.organization.pk)
        if "digest" in request.POST:
            content, name = uploads.fetch(request.POST["digest"]), request.POST.get("file_name", "")
            tasks = actions.import_tasks(file_name=name, content=content, plan=plan, by=by, at=timezone.now())
            messages.success(request, _("已导入 %(count)d 项任务,请逐项设定范围和规则") % {"count": len(tasks)})
            return redirect("plans:plan", plan.number)
        if "file" in request.FILES:
            file = request.FILES["file"]
            content = uploads.content_of(file)
            digest = uploads.keep(content)
            found = recognise(file.name, content, plan=plan, by=by, on=timezone.localdate())
            taken = sum(each.refused is None for each in found)
            context |= {"found": found, "taken": taken, "digest": digest, "file_name": file.name}
    except rules.CannotEditPlan as refusal:
        tell(request, refusal)
        return redirect("plans:plan", plan.number)
    except (NotAPlan, CannotImport) as refusal:
        tell(request, refusal)
        return render(request, "plans/import.html", {"plan": plan}, status=422)
    return render(request, "plans/import.html", context)


# Tasks


@page("plans.view")
def task(request, number):
    """One task in full with its live figures."""
    task = _task(request, number)
    on = timezone.localdate()
    is_owner = task.plan.organization_id == request.actor.organization.pk
    context = {
        "task": task,
        "outlook": queries.outlook(task, on=on),
        "live": _preview_of_task(task, on),
        "may_edit": is_owner and may(request.actor, "plans.draft") and task.plan.state in OPEN_STATES,
    }
    return render(request, "plans/task.html", context)


def _task(request, number):
    found = queries.in_full(queries.tasks_for(request.actor).filter(number=number)).first()
    if found is None:
        raise Http404
    return found


@page("plans.draft")
def new_task(request, number):
    return _task_page(request, _plan(request, number), None)


@page("plans.draft")
def edit_task(request, number):
    found = _task(request, number)
    return _task_page(request, found.plan, found)


@page("plans.draft")
@require_POST
def remove_task(request, number):
    task = _task(request, number)
    try:
        actions.remove_task(task=task, by=request.actor, at=timezone.now())
    except rules.CannotEditPlan as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("任务“%(name)s”已删除") % {"name": task.name})
    return redirect("plans:plan", task.plan.number)


@page("plans.draft")
@require_POST
def live(request, number):
    """What htmx asks while the form is filled in: the figures, the shares of a scheme, or the participants."""
    plan = _plan(request, number)
    data, _changed = _adjusted(request, plan)
    if request.htmx.target == "parts":
        parts = PartForms(by=request.actor, plan=plan, on=timezone.localdate(), data=data)
        return render(request, "plans/_parts.html", {"parts": parts, "plan": plan})
    form = TaskForm(data, by=request.actor, year=plan.year)
    if request.htmx.target == "shares":
        return render(request, "plans/_shares.html", {"form": form, "plan": plan})
    return render(request, "plans/_live.html", {"live": _preview_of_form(form, timezone.localdate())})


def _task_page(request, plan, task):
    """Show, re-show or save a task's form. Buttons that only change the form send it back changed."""
    on, by = timezone.localdate(), request.actor
    try:
        rules.check_can_edit(state=PlanState(plan.state), is_owner=plan.organization_id == by.organization.pk)
    except rules.CannotEditPlan as refusal:
        tell(request, refusal)
        return redirect("plans:plan", plan.number)
    if request.method != "POST":
        form = TaskForm(by=by, year=plan.year, initial=initial_of(task) if task else _initial_of_new(plan, by))
        parts = PartForms(by=by, plan=plan, on=on, parts=list(task.participants.all()) if task else ())
        figures = _preview_of_task(task, on) if task else _preview_of_new(plan, by, on)
        return _show_form(request, plan, task, form, parts, figures)
    data, changed = _adjusted(request, plan)
    form, parts = TaskForm(data, by=by, year=plan.year), PartForms(by=by, plan=plan, on=on, data=data)
    valid = form.is_valid() and parts.is_valid()
    if not changed and valid and (saved := _save(request, plan, task, form, parts)):
        return redirect("plans:task", saved.number)
    return _show_form(request, plan, task, form, parts, _preview_of_form(form, on), status=200 if changed else 422)


def _show_form(request, plan, task, form, parts, figures, status=200):
    context = {"plan": plan, "task": task, "form": form, "parts": parts, "live": figures}
    return render(request, "plans/task_form.html", context, status=status)


def _save(request, plan, task, form, parts):
    by, at, chosen = request.actor, timezone.now(), parts.parts()
    terms = form.terms()
    if chosen:
        terms["organization"] = chosen[0].organization
    try:
        with transaction.atomic():
            if task is None:
                saved = actions.add_task(plan=plan, by=by, at=at, **terms)
            else:
                saved = actions.edit_task(task=task, by=by, at=at, **terms)
            actions.set_participants(task=saved, parts=chosen, by=by, at=at)
    except (rules.InvalidTask, rules.InvalidRule, rules.CannotEditPlan) as refusal:
        form.add_error(None, told(refusal))
        return None
    messages.success(request, _("任务“%(name)s”已保存") % {"name": saved.name})
    return saved


def _adjusted(request, plan):
    """The form's values after a button that changes them, and whether one was pressed."""
    data = request.POST.copy()
    pressed, note = press(data, plan=plan, by=request.actor, at=timezone.now())
    if note is not None:
        messages.info(request, _(note.message) % note.details)
    return data, pressed


def _initial_of_new(plan, by):
    values = {"year": plan.year, "directed": "yes", "size": "unset"}
    if by.level in ("COUNTY", "STATION"):
        local = {"regions": [by.organization.region_id], "initiating_level": by.level, "implementing_level": by.level}
        return {**values, **local}
    return values


def _preview_of_new(plan, by, on):
    scope = Scope.from_json({"regions": _initial_of_new(plan, by).get("regions", [])})
    return preview(scope, scheme=None, rule=None, ratio_text="", override_reason="", on=on)


def _preview_of_task(task: Task, on):
    try:
        scope = queries.scope_of(task) if queries.has_scope(task) else None
    except Refusal:
        scope = None
    return preview(
        scope,
        scheme=task.scheme,
        rule=queries.rule_of(task),
        ratio_text=task.ratio_text,
        override_reason=task.override_reason,
        batches=queries.batches_of(task),
        on=on,
    )


def _preview_of_form(form: TaskForm, on):
    form.is_valid()
    given = form.cleaned_data
    figures = preview(
        form.scope,
        scheme=given.get("scheme"),
        rule=form.rule,
        ratio_text=given.get("ratio_text", ""),
        override_reason=given.get("override_reason", ""),
        batches=form.batch_windows,
        on=on,
    )
    return replace(figures, why_not=figures.why_not or form.refusals.get("size") or form.refusals.get("batches"))
