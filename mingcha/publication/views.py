"""The public site, without login: it shows notices, and of a released ceremony the bundle."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fairdraw.bundle import read_bundle
from mingcha.draws import queries as draws
from mingcha.ledger import keys
from mingcha.people.doors import public
from mingcha.people.listing import sheet
from mingcha.plans.states import Disclosure
from mingcha.publication import figures, queries
from mingcha.publication.boards import BOARDS, BY_SLUG, columns
from mingcha.publication.freshness import revalidated
from mingcha.publication.sentences import spoken
from mingcha.publication.states import NoticeKind

SIZE = 30
NEWEST = 5


@public
@require_safe
@revalidated
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
@revalidated
def board(request, slug):
    """One board: search, filter by department, pages by the last notice seen."""
    shown = _board(slug)
    rows = _filtered(request, shown)
    before = request.GET.get("before", "")
    notices = list(queries.before(rows, int(before[:18]) if before.isdecimal() else None)[: SIZE + 1])
    context = {
        "board": shown,
        "notices": notices[:SIZE],
        "next": notices[SIZE - 1].pk if len(notices) > SIZE else None,
        "total": len(notices) if len(notices) <= SIZE and not before else rows.count(),
        "q": _asked(request, "q"),
        "organization": _asked(request, "organization"),
        "year": _year(request),
        "organizations": queries.publishing_organizations(shown.kind),
        "years": queries.years_of(shown.kind),
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
    asked = {"text": _asked(request, "q"), "organization": _asked(request, "organization")}
    return queries.on_board(shown.kind, **asked, year=_year(request))


def _year(request):
    year = _asked(request, "year")
    return int(year) if year.isdecimal() and len(year) == 4 and int(year) > 0 else None


def _asked(request, name):
    """A word of the address, or nothing."""
    return request.GET.get(name, "")


@public
@require_safe
@revalidated
def notice(request, slug, reference):
    """One notice: its public version, and the former ones; a withdrawn one says why and shows nothing else."""
    shown = _board(slug)
    versions = list(queries.versions_of(shown.kind, reference))
    if not versions:
        raise Http404
    wanted = request.GET.get("version", "")
    chosen = next((each for each in versions if str(each.version) == wanted), versions[0])
    context = {
        "board": shown,
        "notice": chosen,
        "content": chosen.content,
        "versions": versions,
        "today": timezone.localdate().isoformat(),
    }
    return render(request, f"publication/{slug.replace('-', '_')}_notice.html", context)


@public
@require_safe
@revalidated
def firm(request, unit_id):
    """What was published about one firm."""
    notices = queries.public_notices(NoticeKind.RESULT).filter(unit_id=unit_id)
    if not notices.exists():
        raise Http404
    page_shown = Paginator(notices, SIZE).get_page(request.GET.get("page"))
    return render(request, "publication/firm.html", {"unit_id": unit_id, "page": page_shown, "newest": notices.first()})


@public
@require_safe
@revalidated
def statistics(request):
    """How many were drawn, checked and published, by department; those with nothing are shown too."""
    return render(request, "publication/statistics.html", {"rows": figures.by_line()})


@public
@require_safe
@revalidated
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
    return _released(draws.bundle_bytes(ceremony), "application/zip", f"{number}.zip")


@public
@require_safe
def certificate(request, number):
    """The certificate of a released ceremony (抽取证书), out of its bundle."""
    ceremony = get_object_or_404(queries.released_ceremonies(), number=number)
    paper = read_bundle(draws.bundle_bytes(ceremony)).get("certificate.pdf")
    if paper is None:
        raise Http404
    return _released(paper, "application/pdf", f"{number}.pdf")


def _released(content, content_type, name):
    """A file that never changes once it is released."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
