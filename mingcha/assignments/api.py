"""The API of assignments."""

from ninja import Router

router = Router(tags=["assignments"])
