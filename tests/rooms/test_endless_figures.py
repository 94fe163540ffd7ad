"""Figures without end, beyond any database, or in other scripts: every page answers, none breaks."""

import re
from pathlib import Path

import pytest
from django.db import transaction

import mingcha
from tests.rooms.test_walk import addresses, things

__all__ = ["things"]
SOURCES = [path.read_text(encoding="utf-8") for path in sorted(Path(mingcha.__file__).parent.rglob("*.py"))]
ASKED = r'(?:GET|POST|data)(?:\.get|\.getlist)?[(\[]"(\w+)"|"(\w+)" (?:not )?in (?:request\.POST|data)\b'
FIELDS = r"^    (\w+)(?:: \w+)? = forms\.\w+"
NAMES = sorted(
    {name for source in SOURCES for found in re.findall(ASKED, source) for name in found if name}
    | {name for source in SOURCES for name in re.findall(FIELDS, source, flags=re.M)}
    | {"share_A", "weight_A", "part-0-organization", "part-0-inspectors", "part-0-qualification", "part-0-items"}
)
BUTTONS = {"add_part", "refresh", "propose", "use_filter", "save_filter"}  # of the form of a task; the plans press each
FIGURES = {
    "endless": "9" * 5_000,
    "beyond-any-database": "9" * 30,
    "negative": "-1",
    "of-another-script": "٣",
    "a-power": "²",
    "not-finite": "NaN",
    "with-an-exponent": "1e400",
}


def test_the_names_are_found():
    assert {"before", "after", "year", "parts", "remove_part", "exclusion_months", "saved_filter"} <= set(NAMES)


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
@pytest.mark.parametrize("username", ["market", "yc-market"])
def test_no_page_breaks_over_a_figure(things, client_of, username, figure):
    said = {name: figure for name in NAMES if name not in BUTTONS}

    for address, _view in addresses(things):
        client = client_of(username)  # anew: signing out is an address too
        client.raise_request_exception = False
        assert client.get(address, said).status_code < 500, f"GET {address}"
        with transaction.atomic():
            assert client.post(address, said).status_code < 500, f"POST {address}"
            transaction.set_rollback(True)
