"""The world of the tests: a small Heyuan, built through the actions, so that no test stands where nobody could.

- the office (联席办), which plans the year; a system administrator; two witnesses, of discipline and of justice
- two departments at city level, market and education, each with a bureau in 源城 (yc) and 东源 (dy)
- inspectors and subjects come with the rooms that need them (see the fixtures of tests/rooms)
"""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from mingcha.people import actions as people
from mingcha.people.actors import Actor
from mingcha.people.models import DepartmentLine, Organization, Region, User
from mingcha.people.states import Level, RegionKind, Role

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
PASSWORD = "Fair-Draw-2026"

REGIONS = [
    ("440000", "广东省", RegionKind.DIVISION, None),
    ("441600", "河源市", RegionKind.DIVISION, "440000"),
    ("441602", "源城区", RegionKind.DIVISION, "441600"),
    ("441625", "东源县", RegionKind.DIVISION, "441600"),
    ("4416JD", "江东新区", RegionKind.ZONE, "441600"),
]
LINES = [
    ("office", "联席会议办公室"),
    ("market", "市场监管"),
    ("education", "教育"),
    ("discipline", "纪检监察"),
    ("justice", "司法行政"),
]
ORGANIZATIONS = [
    # code, name, line, level, region, parent, is office
    ("office", "河源市联席会议办公室", "office", Level.CITY, "441600", None, True),
    ("market", "河源市市场监督管理局", "market", Level.CITY, "441600", None, False),
    ("education", "河源市教育局", "education", Level.CITY, "441600", None, False),
    ("discipline", "河源市纪委监委", "discipline", Level.CITY, "441600", None, False),
    ("justice", "河源市司法局", "justice", Level.CITY, "441600", None, False),
    ("yc-market", "源城区市场监督管理局", "market", Level.COUNTY, "441602", "market", False),
    ("dy-market", "东源县市场监督管理局", "market", Level.COUNTY, "441625", "market", False),
    ("yc-education", "源城区教育局", "education", Level.COUNTY, "441602", "education", False),
    ("dy-education", "东源县教育局", "education", Level.COUNTY, "441625", "education", False),
]
PEOPLE = [
    # username, name, organization, role
    ("office", "欧阳办", "office", Role.OFFICE),
    ("market", "石场", "market", Role.DEPARTMENT),
    ("education", "焦玉", "education", Role.DEPARTMENT),
    ("yc-market", "袁成", "yc-market", Role.COUNTY),
    ("dy-market", "董元", "dy-market", Role.COUNTY),
    ("yc-education", "袁教", "yc-education", Role.COUNTY),
    ("discipline", "纪正", "discipline", Role.AUDITOR),
    ("justice", "司明", "justice", Role.AUDITOR),
    ("yc-inspector", "江勘", "yc-market", Role.INSPECTOR),
    ("yc-inspector-two", "江查", "yc-market", Role.INSPECTOR),
    ("dy-inspector", "董查", "dy-market", Role.INSPECTOR),
]


@dataclass
class World:
    """Whom and what a test can name."""

    now: datetime
    sysadmin: Actor
    actors: dict[str, Actor] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)

    def __getitem__(self, username: str) -> Actor:
        return self.actors[username]

    def user(self, username: str) -> User:
        return self.actors[username].user


def build() -> World:
    """Found the city and fill it with people, through the actions."""
    sysadmin = people.found_city(
        regions=REGIONS, lines=LINES, username="sysadmin", name="系管", password=PASSWORD, at=NOW
    )
    world = World(now=NOW, sysadmin=sysadmin, actors={"sysadmin": sysadmin})
    for code, name, line, level, region, parent, is_office in ORGANIZATIONS:
        world.organizations[code] = people.add_organization(
            code=code,
            name=name,
            line=DepartmentLine.objects.get(code=line),
            level=level,
            region=Region.objects.get(code=region),
            parent=world.organizations.get(parent) if parent else None,
            is_office=is_office,
            by=sysadmin,
            at=NOW,
        )
    for username, name, organization, role in PEOPLE:
        user = people.add_user(
            username=username, name=name, password=PASSWORD, must_change_password=False, by=sysadmin, at=NOW
        )
        membership = people.add_membership(
            user=user, organization=world.organizations[organization], role=role, by=sysadmin, at=NOW
        )
        world.actors[username] = Actor.of(membership)
    return world
