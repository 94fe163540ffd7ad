"""The officials' pages: what is due, overdue and public (公示台账), and the buttons that publish, correct, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mingcha.draws import queries as draws
from mingcha.kernel.refusal import Refusal
from mingcha.people.actors import Actor
from mingcha.people.doors import page, tell
from mingcha.people.listing import page_of, sheet
from mingcha.people.scopes import organizations_for
from mingcha.plans import queries as plans
from mingcha.publication import actions, overview, queries
from mingcha.publication.boards import BOARDS
from mingcha.publication.models import Notice
from mingcha.publication.states import NOTICE_STATE_LABELS
from mingcha.registers import queries as registers
from mingcha.visits.models import Record

SIZE = 50
FEW = 30


def _asked(request: Any, *names: str) -> dict[str, str]:
    """Words of the address, none of them too long to look for."""
    return {name: request.GET.get(name, "").strip()[:100] for name in names}


@page("publication.view")
@require_safe
def ledger(request: Any) -> HttpResponse:
    """What waits to be published in the actor's organizations, with its last day, and how publicity stands."""
    by, today = request.actor, timezone.localdate()
    rows = _waiting(request)
    shown = page_of(rows, keys=overview.WAITING_KEYS, after=request.GET.get("after", ""), size=SIZE)
    context = {
        "figures": overview.figures(by, today=today),
        "waiting": overview.with_dues(shown.rows, today=today),
        "after": shown.after,
        "found": rows.count(),
        "asked": _asked(request, "q", "organization", "overdue"),
        "organizations": organizations_for(by).order_by("name"),
        "outdated": overview.outdated(by)[:FEW],
        "others": [
            ("item-list", queries.unpublished_item_lists(by)[:FEW]),
            ("plan", queries.unpublished_plans(by)[:FEW]),
            ("task", queries.unpublished_tasks(by)[:FEW]),
            ("ceremony", queries.unpublished_ceremonies(by)[:FEW]),
        ],
    }
    return render(request, "publication/ledger.html", context)


def _waiting(request: Any) -> QuerySet[Record]:
    asked = _asked(request, "q", "organization", "overdue")
    return overview.waiting(
        request.actor,
        today=timezone.localdate(),
        text=asked["q"],
        organization=asked["organization"],
        overdue=bool(asked["overdue"]),
    )


@page("publication.view")
@require_safe
def export_waiting(request: Any, kind: str) -> HttpResponseBase:
    """The results that wait, as filtered."""
    rows = overview.in_full(_waiting(request), today=timezone.localdate())
    return sheet(kind, name=f"to-publish-{timezone.localdate()}", columns=overview.WAITING_COLUMNS, rows=rows)


@page("publication.view")
@require_safe
def notices(request: Any) -> HttpResponse:
    """What the actor's organizations have published, corrected and taken back."""
    rows = _published(request)
    before = request.GET.get("before", "")
    found = list(queries.before(rows, int(before[:18]) if before.isdecimal() else None)[: SIZE + 1])
    context = {
        "notices": found[:SIZE],
        "next": found[SIZE - 1].pk if len(found) > SIZE else None,
        "found": rows.count(),
        "asked": _asked(request, "q", "board", "state"),
        "boards": BOARDS,
        "states": [*NOTICE_STATE_LABELS.items(), (overview.LATE, "逾期公示")],
    }
    return render(request, "publication/notices.html", context)


def _published(request: Any) -> QuerySet[Notice]:
    asked = _asked(request, "q", "board", "state")
    return overview.published(request.actor, text=asked["q"], board=asked["board"], state=asked["state"])


@page("publication.view")
@require_safe
def export_notices(request: Any, kind: str) -> HttpResponseBase:
    """The notices, as filtered."""
    rows = _published(request).iterator(chunk_size=overview.CHUNK)
    return sheet(kind, name=f"published-{timezone.localdate()}", columns=overview.NOTICE_COLUMNS, rows=rows)


@page("publication.publish")
@require_POST
def publish(request: Any, kind: str, number: str) -> HttpResponse:
    """Publish one thing of the actor's organization."""
    by, at = request.actor, timezone.now()
    doors: dict[str, Callable[[], Notice]] = {
        "item-list": lambda: actions.publish_item_list(
            item_list=_one(registers.item_lists_for(by), number), by=by, at=at
        ),
        "plan": lambda: actions.publish_plan(plan=_one(plans.plans_for(by), number), by=by, at=at),
        "task": lambda: actions.publish_task(task=_one(plans.tasks_for(by), number), by=by, at=at),
        "ceremony": lambda: actions.publish_ceremony(ceremony=_one(draws.ceremonies_for(by), number), by=by, at=at),
        "result": lambda: actions.publish_result(record=_record(by, number), by=by, at=at),
    }
    if kind not in doors:
        raise Http404
    return _done(request, doors[kind], _("已公示"), to="publication:ledger")


@page("publication.publish")
@require_POST
def publish_results(request: Any) -> HttpResponse:
    """Publish the chosen results, or all that wait and are found by the filter."""
    if "all" in request.POST:
        records = list(_waiting(request))
    else:
        chosen = [key for key in request.POST.getlist("record") if _is_key(key)]
        records = list(queries.unpublished_results(request.actor).filter(pk__in=chosen))
    done, refused = actions.publish_results(records=records, by=request.actor, at=timezone.now())
    if done or not refused:
        messages.success(request, _("已公示 %(count)s 条结果") % {"count": done})
    for refusal in refused[:5]:
        tell(request, refusal)
    return redirect("publication:ledger")


@page("publication.publish")
@require_POST
def correct(request: Any, pk: int) -> HttpResponse:
    """Publish the present content as a new version."""
    found = _key(queries.notices_for(request.actor), pk)
    sentence = _("已公示新版本,原版本保留可查")
    return _done(request, lambda: actions.correct(notice=found, by=request.actor, at=timezone.now()), sentence)


@page("publication.publish")
@require_POST
def withdraw(request: Any, pk: int) -> HttpResponse:
    """Take a notice back, with the reason."""
    found = _key(queries.notices_for(request.actor), pk)
    reason = request.POST.get("reason", "")[:200]
    sentence = _("已撤回,撤回原因随公示页面保留")
    return _done(
        request,
        lambda: actions.withdraw(notice=found, reason=reason, by=request.actor, at=timezone.now()),
        sentence,
    )


def _one(rows: QuerySet[Any], number: str) -> Any:
    return get_object_or_404(rows, number=number)


def _key(rows: QuerySet[Notice], pk: int) -> Notice:
    return get_object_or_404(rows, pk=pk)


def _is_key(text: str) -> bool:
    """Digits, and no more than a database's whole number has."""
    return text.isdecimal() and len(text) < 19


def _record(by: Actor, key: str) -> Record:
    return get_object_or_404(queries.unpublished_results(by), pk=key if _is_key(key) else 0)


def _done(request: Any, act: Callable[[], Model], sentence: str, *, to: str = "publication:notices") -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, sentence)
    return redirect(to)
