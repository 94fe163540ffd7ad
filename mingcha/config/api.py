"""The HTTP API, version 1: the same actions and queries as the pages, under the same permissions.

A program sends `Authorization: Bearer TOKEN` (people.actions.make_token); a signed-in person's session works too.
"""

import json
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from mingcha.assignments.api import router as assignments
from mingcha.desk.api import router as desk
from mingcha.draws.eligibility_api import router as draws
from mingcha.kernel.refusal import Refusal
from mingcha.people.api import BearerToken, SignedInSession
from mingcha.people.api import router as people
from mingcha.people.doors import told
from mingcha.people.permissions import NotPermitted
from mingcha.plans.api import router as plans
from mingcha.publication.api import router as publication
from mingcha.registers.api import router as registers
from mingcha.results.api import router as results
from mingcha.visits.api import router as visits


class ReadableJSON(BaseRenderer):
    """JSON with Chinese as Chinese, not as escapes."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        said = json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False)
        return said.encode("utf-8", "replace").decode()  # half a surrogate, quoted back, is no text


api = NinjaAPI(
    title="明察 Mingcha",
    version="1",
    urls_namespace="api",
    renderer=ReadableJSON(),
    auth=[BearerToken(), SignedInSession()],
    docs_url=None,
)
for name, router in {
    "people": people,
    "registers": registers,
    "plans": plans,
    "draws": draws,
    "assignments": assignments,
    "visits": visits,
    "results": results,
    "publication": publication,
    "desk": desk,
}.items():
    api.add_router(f"/{name}", router)


@api.exception_handler(NotPermitted)
def not_permitted(request: HttpRequest, refusal: NotPermitted) -> HttpResponse:
    return api.create_response(request, {"message": told(refusal)}, status=403)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return api.create_response(request, {"message": told(refusal)}, status=409)


@api.exception_handler(ObjectDoesNotExist)
def not_found(request: HttpRequest, missing: ObjectDoesNotExist) -> HttpResponse:
    return api.create_response(request, {"message": "没有找到,或不在您的数据范围内"}, status=404)
