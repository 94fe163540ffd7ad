"""What happens to every request: the session's limits, the actor, and the content security policy."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mingcha.people import queries

Answer = Callable[[HttpRequest], HttpResponse]
BEGAN = "began_at"
LAST_SEEN = "last_seen_at"
MEMBERSHIP = "membership"


class SessionLimits:
    """End a session after silence or after its longest time: the session is destroyed, not only hidden."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            began = request.session.setdefault(BEGAN, now)
            seen = request.session.get(LAST_SEEN, now)
            if now - began > settings.SESSION_LONGEST_SECONDS or now - seen > settings.SESSION_COOKIE_AGE:
                logout(request)
            else:
                request.session[LAST_SEEN] = now
        return self.answer(request)


class ActorOnRequest:
    """Put the actor on the request: the chosen membership, looked up anew each time so that a withdrawn one ends."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = None
        if request.user.is_authenticated:
            request.actor = queries.actor_for(user=request.user, chosen=request.session.get(MEMBERSHIP))
        return self.answer(request)


class ContentSecurityPolicy:
    """Everything comes from this program; no inline scripts."""

    POLICY = (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", self.POLICY)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if getattr(request, "actor", None) is not None or "Authorization" in request.headers:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
