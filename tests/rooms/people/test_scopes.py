"""Who sees which organizations' rows and which regions' subjects, as drawn tables."""

import pytest

from mingcha.people import scopes
from tests.drawn import rows

ORGANIZATIONS_SEEN = """
    who          | sees
    office       | all
    discipline   | all
    market       | market yc-market dy-market
    education    | education yc-education dy-education
    yc-market    | yc-market
    yc-inspector | yc-market
    sysadmin     | nothing
"""
REGIONS_SEEN = """
    who          | sees
    office       | all
    discipline   | all
    market       | all
    yc-market    | 441602
    dy-market    | 441625
    yc-inspector | nothing
    sysadmin     | nothing
"""


@pytest.mark.parametrize("row", rows(ORGANIZATIONS_SEEN))
def test_organizations_seen(world, row):
    who, sees = row["who"], row["sees"]
    seen = set(scopes.organizations_for(world[who]).values_list("code", flat=True))

    everyone = set(world.organizations) | {"system"}
    assert seen == (everyone if sees == "all" else set() if sees == "nothing" else set(sees.split()))


@pytest.mark.parametrize("row", rows(REGIONS_SEEN))
def test_regions_seen(world, row):
    who, sees = row["who"], row["sees"]
    seen = set(scopes.regions_for(world[who]).values_list("code", flat=True))

    everywhere = {"440000", "441600", "441602", "441625", "4416JD"}
    assert seen == (everywhere if sees == "all" else set() if sees == "nothing" else set(sees.split()))
