"""Public pages are sent again only when something has changed (ETag); every change leaves an entry in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import condition

import mingcha
from mingcha.ledger import queries as ledger

View = Callable[..., HttpResponseBase]


def stamp(request: Any, *args: Any, **kwargs: Any) -> str | None:
    """What a public page depends on: program, address, language, day, ledger; none for somebody signed in.

    The cookie of forms counts too: a page that was kept from before it changed could no longer switch the language.
    """
    if request.actor is not None:
        return None
    last = ledger.last_entry()
    parts = [
        mingcha.__version__,
        request.get_full_path(),
        get_language() or "",
        str(timezone.localdate()),
        request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""),
        last.leaf if last else "",
    ]
    return f'"{sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def revalidated(view: View) -> View:
    """A public page that a browser keeps, and asks each time whether it is still right."""

    @wraps(view)
    def kept(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = condition(etag_func=stamp)(view)(request, *args, **kwargs)
        if request.actor is None:
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return kept
