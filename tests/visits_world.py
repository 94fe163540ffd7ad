"""Visits for the tests' small Heyuan, arranged from held ceremonies, begun and ended through the actions.

- `arrange_visits`: 市场监管's own task, March to October; 江勘 and 江查 of 源城 and 董查 of 东源 have accounts
- `arrange_joint_visits`: the joint task of 市场监管 and 教育, June to August; 袁学 and 袁导 of education get accounts
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mingcha.assignments.models import Seat
from mingcha.draws.models import Ceremony
from mingcha.people import actions as people
from mingcha.people.actors import Actor
from mingcha.people.states import Role
from mingcha.plans.models import Task
from mingcha.registers import actions as registers
from mingcha.registers.rows import InspectorRow
from mingcha.visits import actions, queries
from mingcha.visits.models import Visit
from tests import draws_world
from tests.registers_world import INSPECTORS
from tests.world import CHINA, PASSWORD, World

SPRING = datetime(2026, 3, 10, 9, 0, tzinfo=CHINA)
"""A moment in the window of the department's task."""
SUMMER = datetime(2026, 6, 10, 9, 0, tzinfo=CHINA)
"""A moment in the windows of both tasks."""
EDUCATION_ACCOUNTS = {"IN-007": "yc-teacher", "IN-008": "yc-teacher-two"}


@dataclass
class Arranged:
    """A ceremony and the task whose visits were made."""

    ceremony: Ceremony
    task: Task


def arrange_visits(world: World) -> Arranged:
    """The visits of the department's own task."""
    drawn = draws_world.hold_ceremony(world)
    actions.arrange(ceremony=drawn.ceremony, by=world["market"], at=world.now + timedelta(hours=1))
    drawn.ceremony.refresh_from_db()
    return Arranged(drawn.ceremony, drawn.issued.department)


def arrange_joint_visits(world: World) -> Arranged:
    """The visits of the joint task."""
    issued = draws_world.issue_and_staff(world)
    give_accounts(world)
    ceremony = draws_world.draw(world, [issued.joint])
    actions.arrange(ceremony=ceremony, by=world["market"], at=world.now + timedelta(hours=1))
    ceremony.refresh_from_db()
    return Arranged(ceremony, issued.joint)


def give_accounts(world: World) -> None:
    """Let the inspectors of education in 源城 sign in."""
    for number, name, organization, qualifications, valid_to, state, _ in INSPECTORS:
        username = EDUCATION_ACCOUNTS.get(number)
        if username is None:
            continue
        by, at = world.sysadmin, world.now
        user = people.add_user(
            username=username, name=name, password=PASSWORD, must_change_password=False, by=by, at=at
        )
        membership = people.add_membership(
            user=user, organization=world.organizations[organization], role=Role.INSPECTOR, by=by, at=at
        )
        world.actors[username] = Actor.of(membership)
        row = InspectorRow(
            number=number,
            name=name,
            organization=organization,
            certificate_number=f"粤测{number}",
            certificate_issuer="广东省人民政府",
            certificate_valid_to=valid_to,
            qualifications=qualifications,
            state=state,
            phone="13900000000",
            username=username,
        )
        registers.enter_inspectors([row], by=world["office"], at=at)


def visit_of(world: World, username: str, region: str = "441602") -> Visit:
    """The first visit in whose team somebody sits."""
    own = queries.visits_of_inspector(world.user(username)).filter(region=region)
    return own.order_by("number")[0]


def visit_of_both(world: World, one: str, other: str) -> Visit:
    """The first visit in whose team two people sit together."""
    together = queries.visits_of_inspector(world.user(one)) & queries.visits_of_inspector(world.user(other))
    return together.order_by("number")[0]


def seat_of(world: World, visit: Visit, username: str) -> Seat:
    """Somebody's seat in a visit."""
    return Seat.objects.get(ceremony=visit.ceremony, visit_id=visit.visit_id, inspector__user=world.user(username))


def started(world: World, visit: Visit, username: str = "yc-inspector", at: datetime = SPRING) -> Visit:
    """The visit, begun."""
    return actions.start(visit=visit, by=world[username], at=at)


def ended(world: World, visit: Visit, username: str = "yc-inspector", at: datetime = SPRING) -> Visit:
    """The visit, begun and two hours later ended."""
    started(world, visit, username, at)
    return actions.end(visit=visit, by=world[username], at=at + timedelta(hours=2))
