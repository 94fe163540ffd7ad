"""Ceremonies for the tests' small Heyuan, prepared and held through the actions.

江东新区 gets bureaus and inspectors of its own, so that teams can be drawn everywhere. The witnesses are 纪正 of
discipline and 司明 of justice. Salts and inputs are fixed: the same world always draws the same units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import fairdraw
from mingcha.draws import actions
from mingcha.draws.models import Ceremony
from mingcha.people import actions as people
from mingcha.people.models import DepartmentLine, Region
from mingcha.people.states import Level
from mingcha.plans.models import Task
from mingcha.registers import actions as registers
from mingcha.registers.rows import InspectorRow
from tests import plans_world
from tests.plans_world import Issued
from tests.world import World

SALT = bytes(range(32))
INPUTS = {
    "discipline": (b"\x11" * 32, "春风又绿江南岸".encode()),
    "justice": (b"\x22" * 32, b"3 6 1 5 2 4 4 1"),
}
ZONE_STAFF = [
    # number, name, organization
    ("IN-021", "江东一", "jd-market"),
    ("IN-022", "江东二", "jd-market"),
    ("IN-023", "江东三", "jd-market"),
    ("IN-024", "江东四", "jd-education"),
    ("IN-025", "江东五", "jd-education"),
]


@dataclass
class Drawn:
    """A ceremony that was held, and what it was held for."""

    issued: Issued
    ceremony: Ceremony


def staff_zone(world: World) -> None:
    """Give 江东新区 a bureau of market and of education, with inspectors."""
    for line, name in (("market", "江东新区市场监督管理局"), ("education", "江东新区教育局")):
        world.organizations[f"jd-{line}"] = people.add_organization(
            code=f"jd-{line}",
            name=name,
            line=DepartmentLine.objects.get(code=line),
            level=Level.COUNTY,
            region=Region.objects.get(code="4416JD"),
            parent=world.organizations[line],
            by=world.sysadmin,
            at=world.now,
        )
    rows = [
        InspectorRow(
            number=number,
            name=name,
            organization=organization,
            certificate_number=f"粤测{number}",
            certificate_valid_to=date(2028, 12, 31),
        )
        for number, name, organization in ZONE_STAFF
    ]
    registers.enter_inspectors(rows, by=world["office"], at=world.now)


def issue_and_staff(world: World) -> Issued:
    """Issued plans, and inspectors everywhere."""
    issued = plans_world.issue_plan(world)
    staff_zone(world)
    return issued


def prepare(world: World, tasks: Sequence[Task], *, preparer: str = "market", **how: object) -> Ceremony:
    """A ceremony with both witnesses declared."""
    ceremony = actions.prepare(title="2026年第一次公开抽取", tasks=tasks, by=world[preparer], at=world.now, **how)
    for username in INPUTS:
        witness = world[username]
        actions.declare_witness(
            ceremony=ceremony,
            user=witness.user,
            organization=witness.organization,
            by=world[preparer],
            at=world.now,
        )
    return ceremony


def commit(world: World, ceremony: Ceremony) -> None:
    """Both witnesses' commitments."""
    for username, (nonce, value) in INPUTS.items():
        commitment = fairdraw.commit_input(nonce=nonce, value=value, suite=ceremony.suite)
        actions.commit_input(ceremony=ceremony, commitment=commitment, by=world[username], at=world.now)


def freeze(world: World, ceremony: Ceremony, *, preparer: str = "market") -> Ceremony:
    """Both commitments, and the freeze."""
    commit(world, ceremony)
    return actions.freeze(ceremony=ceremony, salt=SALT, by=world[preparer], at=world.now)


def open_inputs(world: World, ceremony: Ceremony, *, at: datetime | None = None) -> None:
    """Both witnesses' openings."""
    for username, (nonce, value) in INPUTS.items():
        actions.open_input(
            ceremony=ceremony, nonce=nonce, value=value, by=world[username], at=at or world.now + timedelta(minutes=5)
        )


def draw(world: World, tasks: Sequence[Task], *, preparer: str = "market", **how: object) -> Ceremony:
    """A ceremony from its preparation to the draw."""
    ceremony = freeze(world, prepare(world, tasks, preparer=preparer, **how), preparer=preparer)
    open_inputs(world, ceremony)
    return actions.hold(ceremony=ceremony, by=world[preparer], at=world.now + timedelta(minutes=10))


def countersign(world: World, ceremony: Ceremony) -> None:
    """Both auditors' countersignatures."""
    for username in INPUTS:
        actions.countersign(ceremony=ceremony, by=world[username], at=world.now + timedelta(minutes=20))


def hold_ceremony(world: World) -> Drawn:
    """The department's task drawn, sealed, by 石场 of market."""
    issued = issue_and_staff(world)
    return Drawn(issued, draw(world, [issued.department]))
