"""The API of the desk: the trail and its checkpoint."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Query, Router, Schema, Status

from mingcha.ledger import keys
from mingcha.ledger import queries as ledger
from mingcha.people.api import REFUSALS, UNREADABLE, caller

router = Router(tags=["desk"])


class EntryOut(Schema):
    """One entry of the trail (留痕记录); `body` is the canonical JSON whose digest is the leaf."""

    seq: int
    at: datetime
    act: str
    subject: str
    organization: str
    actor: str
    body: str
    leaf: str


class Trail(Schema):
    entries: list[EntryOut]
    next: int | None


class CheckpointOut(Schema):
    """The newest signed checkpoint (检查点) and the key that verifies it."""

    size: int
    note: str
    verifier_key: str


@router.get("/trail", response={200: Trail, **REFUSALS}, operation_id="trail")
def trail(
    request: HttpRequest,
    subject: str = Query("", max_length=120),
    act: str = Query("", max_length=60),
    before: int | None = Query(None, ge=0, le=2**53),
    limit: int = Query(50, ge=1, le=500),
) -> dict:
    """Entries, newest first; `next` continues the list as `before`."""
    caller(request, "ledger.view")
    rows = ledger.entries(subject=subject, act=act)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows[: limit + 1])
    return {"entries": found[:limit], "next": found[limit - 1].seq if len(found) > limit else None}


@router.get("/checkpoint", response={200: CheckpointOut, **UNREADABLE, 404: dict}, auth=None, operation_id="checkpoint")
def checkpoint(request: HttpRequest) -> Status:
    """The newest checkpoint, for anyone who wants to keep it."""
    signed = ledger.last_checkpoint()
    if signed is None:
        return Status(404, {"message": gettext("尚未签署检查点")})
    return Status(200, {"size": signed.size, "note": signed.note, "verifier_key": keys.verifier_key()})
