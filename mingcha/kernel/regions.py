"""The regions of Heyuan (河源市): province, city, counties and functional zones.

Counties carry their GB/T 2260 code. A functional zone (功能区) has bureaus of its own but no code of its own: the tree
of organizations is not the tree of regions. Zones get six characters of ours; `gb_code` is what outside systems
understand.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from mingcha.kernel.refusal import Refusal, gettext_noop


class UnknownRegion(Refusal):
    """There is no such region."""


class RegionLevel(StrEnum):
    """How high a region stands."""

    PROVINCE = "PROVINCE"
    CITY = "CITY"
    COUNTY = "COUNTY"


LEVEL_LABELS = {
    RegionLevel.PROVINCE: gettext_noop("省"),
    RegionLevel.CITY: gettext_noop("市"),
    RegionLevel.COUNTY: gettext_noop("县(区)"),
}


@dataclass(frozen=True, slots=True)
class Region:
    """An administrative region or functional zone (行政区划、功能区)."""

    code: str
    name: str
    level: RegionLevel
    parent: str | None
    gb_code: str
    is_functional_zone: bool = False


PROVINCE = Region("440000", "广东省", RegionLevel.PROVINCE, None, "440000")
CITY = Region("441600", "河源市", RegionLevel.CITY, "440000", "441600")


def _county(code: str, name: str) -> Region:
    return Region(code, name, RegionLevel.COUNTY, CITY.code, code)


def _zone(code: str, name: str) -> Region:
    return Region(code, name, RegionLevel.COUNTY, CITY.code, CITY.code, is_functional_zone=True)


COUNTIES = (
    _county("441602", "源城区"),
    _county("441621", "紫金县"),
    _county("441622", "龙川县"),
    _county("441623", "连平县"),
    _county("441624", "和平县"),
    _county("441625", "东源县"),
    _zone("4416JD", "江东新区"),
    _zone("4416GX", "高新区"),
)
REGIONS = (PROVINCE, CITY, *COUNTIES)
_BY_CODE = {region.code: region for region in REGIONS}
_BY_NAME = {region.name: region for region in REGIONS}


class Parts(NamedTuple):
    """The province, city and county a region lies in; what it does not reach down to is None."""

    province: Region
    city: Region | None
    county: Region | None


def get(code: str) -> Region:
    """The region with this code.

    Raises:
        UnknownRegion: no region has this code.
    """
    try:
        return _BY_CODE[code]
    except KeyError:
        raise UnknownRegion(gettext_noop("没有区划代码为“%(code)s”的地区"), code=code) from None


def by_name(name: str) -> Region:
    """The region with this name, with or without the names of the regions above it before it.

    Raises:
        UnknownRegion: no region has this name.
    """
    short = name.strip().removeprefix(PROVINCE.name).removeprefix(CITY.name) or name.strip()
    region = _BY_NAME.get(short) or _BY_NAME.get(name.strip().removeprefix(PROVINCE.name))
    if region is None:
        raise UnknownRegion(gettext_noop("没有名为“%(name)s”的地区"), name=name)
    return region


def children(code: str) -> tuple[Region, ...]:
    """The regions directly below, in the order of the list."""
    return tuple(region for region in REGIONS if region.parent == code)


def lineage(code: str) -> tuple[Region, ...]:
    """The region and those above it, highest first."""
    region = get(code)
    above = lineage(region.parent) if region.parent else ()
    return (*above, region)


def parts(code: str) -> Parts:
    """The province, city and county of a region."""
    found = {region.level: region for region in lineage(code)}
    return Parts(found[RegionLevel.PROVINCE], found.get(RegionLevel.CITY), found.get(RegionLevel.COUNTY))


def is_within(code: str, outer: str) -> bool:
    """Whether a region is another one or lies in it."""
    return any(region.code == outer for region in lineage(code))


def full_name(code: str) -> str:
    """The name as it begins an address.

    >>> full_name("441625")
    '广东省河源市东源县'
    """
    return "".join(region.name for region in lineage(code))


def named_in(address: str) -> Region | None:
    """The county or zone whose name stands in an address; the city if only that is named, None if neither.

    A zone lies inside a county and its name is the more telling one, so zones are looked for first.
    """
    for region in sorted(COUNTIES, key=lambda county: not county.is_functional_zone):
        if region.name in address:
            return region
    return CITY if CITY.name in address else None
