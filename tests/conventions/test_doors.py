"""House rule: every address has a door: an act of the permission table, or the word `public`."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mingcha.config.api import api
from mingcha.desk.menu import MENU
from mingcha.people.permissions import ACTS


def patterns(resolver=None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the site with its full address."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, address)
        else:
            yield address, entry


PAGES = [(address, entry) for address, entry in patterns() if not address.startswith("api/")]


@pytest.mark.parametrize(("address", "entry"), PAGES, ids=[address for address, _ in PAGES])
def test_every_page_has_a_door(address, entry):
    assert hasattr(entry.callback, "act"), f"{address}: put @page('room.act') or @public on its view"
    assert entry.callback.act is None or entry.callback.act in ACTS


OPERATIONS = [
    (path, operation)
    for prefix, router in api._routers
    for path, view in router.path_operations.items()
    for operation in view.operations
]


@pytest.mark.parametrize(("path", "operation"), OPERATIONS, ids=[op.operation_id or path for path, op in OPERATIONS])
def test_an_operation_without_a_key_only_reads(path, operation):
    open_to_all = operation.auth_callbacks == [] and operation.auth_param is None
    if open_to_all:
        assert operation.methods == ["GET"], f"{path}: a public operation may only read"


@pytest.mark.parametrize("entry", MENU, ids=[entry.url_name for entry in MENU])
def test_every_entry_of_the_menu_leads_somewhere_and_asks_for_a_known_act(entry):
    assert reverse(entry.url_name)
    assert entry.act in ACTS


def test_every_act_has_somebody():
    assert all(permission.roles for permission in ACTS.values())
