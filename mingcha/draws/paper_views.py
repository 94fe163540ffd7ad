"""Pages of a ceremony's papers: who was present, minutes, the certificate as .docx, the files for the disc."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mingcha.draws import actions, certificate, disc, documents, minutes, papers, queries
from mingcha.draws.paper_forms import AttendForm
from mingcha.draws.states import CEREMONY_MOVES, CeremonyState, Duty
from mingcha.kernel.refusal import Refusal
from mingcha.people.doors import asking, page, tell
from mingcha.people.permissions import may

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _found(request, number):
    return get_object_or_404(queries.ceremonies_for(request.actor), number=number)


@page("draws.attend")
def attendances(request, number):
    """Who is present; noted by whoever holds the ceremony."""
    found = get_object_or_404(queries.held_by(request.actor), number=number)
    form = AttendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.record_attendance(
                ceremony=found,
                name=given["name"],
                organ=given["organ"],
                duty=Duty(given["duty"]),
                by=request.actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            tell(request, refusal)
            return _attendances_page(request, found, form, status=409)
        messages.success(request, _("已登记"))
        return redirect("draws:attendances", found.number)
    return _attendances_page(request, found, form, status=422 if form.errors else 200)


def _attendances_page(request, found, form, *, status):
    context = {
        "ceremony": found,
        "form": form,
        "present": queries.present_at(found),
        "is_over": not CEREMONY_MOVES[CeremonyState(found.state)],
    }
    return render(request, "draws/attendances.html", context, status=status)


@page("draws.attend")
@require_POST
def strike(request, number, seq):
    """Strike a mistaken entry out."""
    found = get_object_or_404(queries.held_by(request.actor), number=number)
    with asking(request):
        actions.strike_attendance(ceremony=found, entry=seq, by=request.actor, at=timezone.now())
    return redirect("draws:attendances", found.number)


@page("draws.view")
def record(request, number, kind):
    """The minutes as they stand, for those who may read who was present."""
    found = _found(request, number)
    if not queries.may_see_minutes(found, request.actor):
        raise Http404
    paper = minutes.write(found)
    return _paper(f"{found.number}-minutes", kind, documents.write(paper) if kind == "docx" else papers.pdf(paper))


@page("draws.view")
def certificate_document(request, number):
    """The released certificate as .docx."""
    found = _found(request, number)
    if not found.certificate:
        raise Http404
    return _paper(f"{found.number}-certificate", "docx", documents.write(certificate.paper(found)))


@page("draws.view")
def disc_files(request, number):
    """The files for the optical disc, with the bundle that the actor may see."""
    found = _found(request, number)
    if not queries.may_see_minutes(found, request.actor):
        raise Http404
    try:
        content = disc.pack(found, for_auditors=may(request.actor, "draws.verify"))
    except Refusal as refusal:
        tell(request, refusal)
        return redirect("draws:ceremony", found.number)
    return _paper(f"{found.number}-disc", "zip", content)


def _paper(name, kind, content):
    kinds = {"docx": WORD, "pdf": "application/pdf", "zip": "application/zip"}
    response = HttpResponse(content, content_type=kinds[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
