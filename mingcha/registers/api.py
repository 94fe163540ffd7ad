"""The API of registers."""

from ninja import Router

router = Router(tags=["registers"])
