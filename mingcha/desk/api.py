"""The API of the desk: the trail."""

from ninja import Router

router = Router(tags=["desk"])
