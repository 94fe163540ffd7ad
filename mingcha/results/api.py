"""The API of results."""

from ninja import Router

router = Router(tags=["results"])
