"""Pages of public sources: what is declared, declaring one, bringing its value, turning to its fall-back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mingcha.draws import actions, drawing, queries
from mingcha.draws.models import Ceremony, EntropySource
from mingcha.draws.public_sources import look_up
from mingcha.draws.source_forms import DECLARE_FORMS, ENTRY_FORMS, DeclareSourceForm, GiveUpForm
from mingcha.draws.states import PUBLIC_SOURCE_LABELS, CeremonyState, PublicSource
from mingcha.kernel.refusal import Refusal
from mingcha.people.doors import asking, page, tell
from mingcha.people.permissions import may


def _ceremony(request: Any, number: str) -> Ceremony:
    return get_object_or_404(queries.ceremonies_for(request.actor), number=number)


def _source(request: Any, number: str, position: int) -> EntropySource:
    for source in drawing.sources_of(_ceremony(request, number)):
        if source.position == position and source.public:
            return source
    raise Http404


def _kind(request: Any) -> PublicSource:
    chosen: str = request.GET.get("kind", "")
    return PublicSource(chosen) if chosen in list(PublicSource) else PublicSource.DRAND


@page("draws.view")
def sources(request: Any, number: str) -> HttpResponseBase:
    """All declared sources, and, while the ceremony is prepared, the form to declare one more."""
    found, at = _ceremony(request, number), timezone.now()
    return _sources_page(request, found, DECLARE_FORMS[_kind(request)](ceremony=found, at=at), status=200)


@page("draws.prepare")
@require_POST
def declare_source(request: Any, number: str) -> HttpResponseBase:
    """Declare a public source."""
    found, at = _ceremony(request, number), timezone.now()
    form = DECLARE_FORMS[_kind(request)](request.POST, ceremony=found, at=at)
    if not form.is_valid():
        return _sources_page(request, found, form, status=422)
    try:
        source = actions.declare_source(
            ceremony=found,
            public=form.source,
            details=form.details(),
            instead_of=form.cleaned_data.get("instead_of"),
            by=request.actor,
            at=at,
        )
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except Refusal as refusal:
        tell(request, refusal)
        return _sources_page(request, found, form, status=409)
    messages.success(request, _("已登记公开来源“%(name)s”") % {"name": source.name})
    return redirect("draws:sources", found.number)


def _sources_page(request: Any, found: Ceremony, form: DeclareSourceForm, *, status: int) -> HttpResponse:
    holds = queries.held_by(request.actor).filter(pk=found.pk).exists()
    is_preparing = found.state == CeremonyState.PREPARING
    context = {
        "ceremony": found,
        "sources": drawing.sources_of(found),
        "form": form if holds and is_preparing and may(request.actor, "draws.prepare") else None,
        "kinds": [(kind.value, PUBLIC_SOURCE_LABELS[kind]) for kind in PublicSource],
        "now": timezone.now(),
    }
    return render(request, "draws/sources.html", context, status=status)


@page("draws.view")
def source(request: Any, number: str, position: int) -> HttpResponseBase:
    """One public source: what was declared, where to look it up, what was entered, and the form to enter it."""
    found = _source(request, number, position)
    return _source_page(request, found, status=200)


@page("draws.enter")
@require_POST
def enter_source(request: Any, number: str, position: int) -> HttpResponseBase:
    """Bring what a public source gave."""
    found, at = _source(request, number, position), timezone.now()
    form = ENTRY_FORMS[PublicSource(str(found.public))](request.POST, request.FILES)
    if not form.is_valid():
        return _source_page(request, found, entry_form=form, status=422)
    try:
        entered = actions.enter_source(
            ceremony=found.ceremony,
            position=position,
            evidence=form.cleaned_data["evidence"],
            by=request.actor,
            at=at,
        )
    except Refusal as refusal:
        tell(request, refusal)
        return _source_page(request, found, entry_form=form, status=409)
    if entered.opened_at:
        messages.success(request, _("“%(name)s”已核验并采用") % {"name": entered.name})
    else:
        messages.success(request, _("已保留您的录入;须由另一人独立再录入一次,一致后采用"))
    return redirect("draws:source", number, position)


@page("draws.hold")
@require_POST
def give_up_source(request: Any, number: str, position: int) -> HttpResponseBase:
    """Turn to the fall-back."""
    found, at = _source(request, number, position), timezone.now()
    form = GiveUpForm(request.POST)
    if not form.is_valid():
        return _source_page(request, found, give_up_form=form, status=422)
    try:
        actions.give_up_source(
            ceremony=found.ceremony,
            position=position,
            reason=form.cleaned_data["reason"],
            by=request.actor,
            at=at,
        )
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except Refusal as refusal:
        tell(request, refusal)
        return _source_page(request, found, give_up_form=form, status=409)
    messages.success(request, _("已改用后备,理由已存入全过程留痕"))
    return redirect("draws:sources", number)


@page("draws.prepare")
@require_POST
def withdraw_source(request: Any, number: str, position: int) -> HttpResponseBase:
    """Take a declared source back."""
    found = _source(request, number, position)
    with asking(request):
        actions.withdraw_source(ceremony=found.ceremony, position=position, by=request.actor, at=timezone.now())
        messages.success(request, _("已撤回公开来源“%(name)s”") % {"name": found.name})
    return redirect("draws:sources", number)


def _source_page(
    request: Any, found: EntropySource, *, entry_form: Any = None, give_up_form: Any = None, status: int
) -> HttpResponse:
    found = _source(request, found.ceremony.number, found.position)
    now, by = timezone.now(), request.actor
    holds = queries.held_by(by).filter(pk=found.ceremony.pk).exists()
    is_waiting = found.ceremony.state == CeremonyState.COMMITTED and found.is_awaited
    can_give_up = is_waiting and holds and may(by, "draws.hold") and hasattr(found, "fall_back")
    context = {
        "ceremony": found.ceremony,
        "source": found,
        "address": look_up(found.public, found.details) if found.public else "",
        "shows_entries": found.opened_at or found.entries.filter(entered_by=by.user).exists(),
        "entries": found.entries.select_related("entered_by", "organization").order_by("pk"),
        "entry_form": (entry_form or ENTRY_FORMS[PublicSource(str(found.public))]())
        if is_waiting and now >= found.due_at and may(by, "draws.enter")
        else None,
        "give_up_form": (give_up_form or GiveUpForm()) if can_give_up and now >= found.ready_at else None,
        "can_withdraw": found.ceremony.state == CeremonyState.PREPARING and holds and may(by, "draws.prepare"),
        "is_waiting": is_waiting,
        "now": now,
    }
    return render(request, "draws/source.html", context, status=status)
