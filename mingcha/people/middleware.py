"""What happens to every request: what cannot be kept, the session's limits, the actor, the content security policy."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext

from mingcha.people import queries

Answer = Callable[[HttpRequest], HttpResponse]
BEGAN = "began_at"
LAST_SEEN = "last_seen_at"
MEMBERSHIP = "membership"


class RefuseNul:
    """A NUL in address, question, form or JSON is a bad request: not every database can keep one."""

    FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
    ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._says_nul(request):
            return self.answer(request)
        if request.path.startswith("/api/"):
            return JsonResponse({"message": gettext("请求中有不能识别的字符(NUL),请删去后再发")}, status=400)
        raise SuspiciousOperation("NUL in a request")

    def _says_nul(self, request: HttpRequest) -> bool:
        try:
            queries = [request.GET, request.POST]
            is_form = request.content_type in self.FORMS  # the API reads every other body as JSON
            escaped = not is_form and self.ESCAPED.search(request.body) is not None
        except UnreadablePostError:  # the sender is gone
            return False
        said = [text for query in queries for name, texts in query.lists() for text in (name, *texts)]
        return escaped or any("\0" in str(text) for text in (request.path, *said))


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
