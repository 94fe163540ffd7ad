"""The departments of the sample city and its counties (市、县两级各条线单位)."""

from __future__ import annotations

from mingcha.kernel import regions
from mingcha.kernel.regions import CITY, COUNTIES, Region
from mingcha.sample.rows import Line, Organization
from mingcha.sample.tables import read

OFFICE = "441600-office"


def lines() -> tuple[Line, ...]:
    """All lines of departments."""
    return tuple(Line(row["code"], row["name"]) for row in read("lines"))


def code_of(line: str, region: str = CITY.code) -> str:
    """The code of a line's department in a region."""
    return f"{region}-{line}"


def organizations() -> tuple[Organization, ...]:
    """The office of the joint meeting, every city department, then the bureaus of counties and zones."""
    office = Organization(
        OFFICE,
        "河源市“双随机、一公开”监管工作联席会议办公室",
        "market",
        "CITY",
        CITY.code,
        code_of("market"),
        is_office=True,
    )
    city = [_city(row) for row in read("lines")]
    county = [_county(row, region) for row in read("lines") for region in COUNTIES if _reaches(row, region)]
    return (*city, office, *county)


def _city(row: dict[str, str]) -> Organization:
    return Organization(code_of(row["code"]), CITY.name + row["city_name"], row["code"], "CITY", CITY.code, None)


def _county(row: dict[str, str], region: Region) -> Organization:
    line, city_office = row["code"], code_of(row["code"])
    return Organization(code_of(line, region.code), _county_name(row, region), line, "COUNTY", region.code, city_office)


def _county_name(row: dict[str, str], region: Region) -> str:
    """Some lines have branches of the city's department below the city, the others bureaus of the county."""
    is_branch = row["code"] == "ecology" or (row["code"] == "public-security" and not region.name.endswith("县"))
    if is_branch:
        short = region.name if region.is_functional_zone else region.name[:-1]
        return f"{CITY.name}{row['city_name']}{short}分局"
    place = f"河源{region.name}" if region.is_functional_zone else region.name
    return place + row["county_name"]


def _reaches(row: dict[str, str], region: Region) -> bool:
    """Whether a line has a bureau here: zones have only those that were set up for them."""
    return row["reach"] == "zone" or (row["reach"] == "county" and not regions.get(region.code).is_functional_zone)
