"""The public site, which reads notices and nothing else, and the officials' overview of what is due."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mingcha.draws import queries as draws
from mingcha.kernel.refusal import Refusal
from mingcha.ledger import keys
from mingcha.people.doors import page, public, tell
from mingcha.people.listing import sheet
from mingcha.plans import queries as plans
from mingcha.plans.states import Disclosure
from mingcha.publication import actions, figures, queries
from mingcha.publication.boards import BOARDS, BY_KIND, BY_SLUG, columns
from mingcha.publication.sentences import spoken
from mingcha.publication.states import NoticeKind
from mingcha.registers import queries as registers

SIZE = 30
NEWEST = 5


@public
@require_safe
def home(request):
    """Search, the five boards with their newest notices."""
    boards = [
        {
            "board": board,
            "count": queries.public_notices(board.kind).count(),
            "newest": queries.public_notices(board.kind)[:NEWEST],
        }
        for board in BOARDS
    ]
    return render(request, "publication/home.html", {"boards": boards})


@public
@require_safe
def board(request, slug):
    """One board: search, filter by department, pages by the last notice seen."""
    shown = _board(slug)
    rows = _filtered(request, shown)
    total = rows.count()
    before = request.GET.get("before", "")
    notices = list(queries.before(rows, int(before[:18]) if before.isdecimal() else None)[: SIZE + 1])
    context = {
        "board": shown,
        "notices": notices[:SIZE],
        "next": notices[SIZE - 1].pk if len(notices) > SIZE else None,
        "total": total,
        "q": request.GET.get("q", ""),
        "organization": request.GET.get("organization", ""),
        "organizations": queries.publishing_organizations(shown.kind),
    }
    return render(request, "publication/board.html", context)


@public
@require_safe
def open_data(request, slug):
    """A board as CSV (UTF-8), filtered as shown."""
    shown = _board(slug)
    rows = _filtered(request, shown).iterator(chunk_size=2000)
    return sheet("csv", name=f"mingcha-{slug}", columns=columns(shown), rows=rows)


def _board(slug):
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


def _filtered(request, shown):
    return queries.on_board(shown.kind, text=_asked(request, "q"), organization=_asked(request, "organization"))


def _asked(request, name):
    """A word of the address; a NUL, which no database takes, is dropped."""
    return request.GET.get(name, "").replace("\0", "")


@public
@require_safe
def notice(request, slug, reference):
    """One notice: its public version, and the former ones; a withdrawn one says why and shows nothing else."""
    shown = _board(slug)
    versions = list(queries.versions_of(shown.kind, reference))
    if not versions:
        raise Http404
    wanted = request.GET.get("version", "")
    chosen = next((each for each in versions if str(each.version) == wanted), versions[0])
    context = {"board": shown, "notice": chosen, "content": chosen.content, "versions": versions}
    return render(request, f"publication/{slug.replace('-', '_')}_notice.html", context)


@public
@require_safe
def firm(request, unit_id):
    """What was published about one firm."""
    notices = queries.public_notices(NoticeKind.RESULT).filter(unit_id=unit_id)
    if not notices.exists():
        raise Http404
    page_shown = Paginator(notices, SIZE).get_page(request.GET.get("page"))
    return render(request, "publication/firm.html", {"unit_id": unit_id, "page": page_shown, "newest": notices.first()})


@public
@require_safe
def statistics(request):
    """How many were drawn, checked and published, by department; those with nothing are shown too."""
    return render(request, "publication/statistics.html", {"rows": figures.by_line()})


@public
@require_safe
def verify(request):
    """How anyone verifies a draw, with a verifier that runs in the browser; `ceremony` names a released one."""
    ceremony = queries.released_ceremonies().filter(number=_asked(request, "ceremony")).first()
    context = {
        "verifier_key": keys.verifier_key(),
        "ceremony": ceremony,
        "seed": ceremony.seed if ceremony and ceremony.disclosure == Disclosure.OPEN else "",
        "texts": spoken(),
    }
    return render(request, "publication/verify.html", context)


@public
@require_safe
def bundle(request, number):
    """The released bundle of a ceremony, for anyone."""
    ceremony = get_object_or_404(queries.released_ceremonies(), number=number)
    response = HttpResponse(draws.bundle_bytes(ceremony), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{number}.zip"'
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


# The officials' side


@page("publication.view")
def ledger(request):
    """What is due, overdue and published in the actor's organizations (公示台账)."""
    by, today = request.actor, timezone.localdate()
    due = figures.with_dues(queries.unpublished_results(by)[: SIZE * 10], today=today)
    context = {
        "figures": figures.of(by, today=today),
        "due": due[: SIZE * 3],
        "item_lists": queries.unpublished_item_lists(by),
        "plans": queries.unpublished_plans(by),
        "tasks": queries.unpublished_tasks(by),
        "ceremonies": queries.unpublished_ceremonies(by),
        "notices": Paginator(queries.notices_for(by), SIZE).get_page(request.GET.get("page")),
        "boards": {kind.value: board.slug for kind, board in BY_KIND.items()},
    }
    return render(request, "publication/ledger.html", context)


@page("publication.publish")
@require_POST
def publish(request, kind, number):
    """Publish one thing of the actor's organization."""
    by, at = request.actor, timezone.now()
    doors = {
        "item-list": lambda: actions.publish_item_list(
            item_list=_seen(registers.item_lists_for(by), number), by=by, at=at
        ),
        "plan": lambda: actions.publish_plan(plan=_seen(plans.plans_for(by), number), by=by, at=at),
        "task": lambda: actions.publish_task(task=_seen(plans.tasks_for(by), number), by=by, at=at),
        "ceremony": lambda: actions.publish_ceremony(ceremony=_seen(draws.ceremonies_for(by), number), by=by, at=at),
        "result": lambda: actions.publish_result(record=_record(by, number), by=by, at=at),
    }
    if kind not in doors:
        raise Http404
    return _done(request, doors[kind], _("已公示"))


@page("publication.publish")
@require_POST
def publish_results(request):
    """Publish the chosen results, or all that wait."""
    by, at = request.actor, timezone.now()
    waiting = queries.unpublished_results(by)
    if "all" not in request.POST:
        chosen = [key for key in request.POST.getlist("record") if key.isdecimal()]
        waiting = waiting.filter(pk__in=chosen)
    done, refused = actions.publish_results(records=list(waiting), by=by, at=at)
    messages.success(request, _("已公示 %(count)s 条结果") % {"count": done})
    for refusal in refused[:5]:
        tell(request, refusal)
    return redirect("publication:ledger")


@page("publication.publish")
@require_POST
def correct(request, pk):
    found = get_object_or_404(queries.notices_for(request.actor), pk=pk)
    return _done(
        request, lambda: actions.correct(notice=found, by=request.actor, at=timezone.now()), _("已更正,原版本保留可查")
    )


@page("publication.publish")
@require_POST
def withdraw(request, pk):
    found = get_object_or_404(queries.notices_for(request.actor), pk=pk)
    reason = request.POST.get("reason", "")
    return _done(
        request,
        lambda: actions.withdraw(notice=found, reason=reason, by=request.actor, at=timezone.now()),
        _("已撤回,撤回原因随公示页面保留"),
    )


def _seen(rows, number):
    return get_object_or_404(rows, number=number)


def _record(by, key):
    return get_object_or_404(queries.unpublished_results(by), pk=key if key.isdecimal() else 0)


def _done(request, act, sentence):
    try:
        act()
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, sentence)
    return redirect("publication:ledger")
