"""The API of draws."""

from ninja import Router

router = Router(tags=["draws"])
