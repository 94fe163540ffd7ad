"""The doors of pages and of the API: each is opened by one act of the permission table.

    @page("plans.view")
    def plan_list(request): ...

A page without a door fails the conventions tests; a public page says so with `@public`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from mingcha.kernel.refusal import Refusal
from mingcha.people import permissions

View = Callable[..., HttpResponseBase]


def told(refusal: Refusal) -> str:
    """The refusal's sentence in the reader's language; details that are labels are translated too."""
    details = {
        key: gettext(value) if isinstance(value, str) and value else value for key, value in refusal.details.items()
    }
    return gettext(refusal.message) % details if details else gettext(refusal.message)


def page(act: str) -> Callable[[View], View]:
    """Open a page only to a signed-in actor whose role may do `act`."""

    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_login(request)
            if request.user.must_change_password and request.resolver_match.view_name != "people:password":
                return redirect("people:password")
            if not permissions.may(request.actor, act):
                return forbidden(request, gettext(permissions.ACTS[act].label))
            try:
                return view(request, *args, **kwargs)
            except permissions.NotPermitted as refusal:
                return forbidden(request, told(refusal))

        guarded.act = act  # type: ignore[attr-defined]
        return guarded

    return door


def public(view: View) -> View:
    """A page for anyone, without login."""
    view.act = None  # type: ignore[attr-defined]
    return view


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = "/login/"
        return response
    target = request.get_full_path()
    safe = request.method == "GET" and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(f"/login/?{urlencode({'next': target})}" if safe else "/login/")


def forbidden(request: HttpRequest, what: str) -> HttpResponse:
    return HttpResponseForbidden(render_to_string("people/forbidden.html", {"what": what}, request=request))


def tell(request: HttpRequest, refusal: Refusal) -> None:
    """Show a refusal on the next page."""
    messages.error(request, told(refusal))


@contextmanager
def asking(request: HttpRequest) -> Iterator[None]:
    """Ask an action once: what the actor may not see is not found, a refusal is told, and the page goes on."""
    try:
        yield
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except Refusal as refusal:
        tell(request, refusal)


def render_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or, for an htmx request, the fragment `_name.html` beside it."""
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        folder, _, name = template.rpartition("/")
        template = f"{folder}/_{name}"
    return render(request, template, context)
