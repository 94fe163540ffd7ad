"""Founding a city (初始化): its regions, lines of departments and first account; for a sample as for a real one."""

from datetime import datetime

from mingcha.kernel.regions import REGIONS
from mingcha.people import actions as people
from mingcha.people.actors import Actor
from mingcha.people.states import RegionKind
from mingcha.sample.organizations import lines


def found_heyuan(*, username: str, name: str, password: str, at: datetime) -> Actor:
    """Found Heyuan with its first system administrator.

    Raises:
        people.CannotAddUser: the city has been founded already.
    """
    return people.found_city(
        regions=[
            (
                region.code,
                region.name,
                RegionKind.ZONE if region.is_functional_zone else RegionKind.DIVISION,
                region.parent,
            )
            for region in REGIONS
        ],
        lines=[(line.code, line.name) for line in lines()],
        username=username,
        name=name,
        password=password,
        at=at,
    )
