"""Groups and experts for the tests' small Heyuan, formed through the actions.

Each county bureau of market has a group, 源城 two; each has an expert without certificate.
"""

from datetime import date

from mingcha.draws.models import Ceremony
from mingcha.plans.models import Task
from mingcha.plans.parts import Part
from mingcha.plans.states import TeamForm
from mingcha.registers import actions as registers
from mingcha.registers.models import Inspector, InspectorGroup
from mingcha.registers.rows import InspectorRow
from tests import draws_world, plans_world
from tests.world import World

GROUPS = [
    # name, organization, members, the leader first
    ("源城一组", "yc-market", ("IN-002", "IN-001")),
    ("源城二组", "yc-market", ("IN-003", "IN-041", "IN-051")),
    ("东源一组", "dy-market", ("IN-004", "IN-005")),
    ("江东一组", "jd-market", ("IN-021", "IN-022")),
]
EXPERTS = [("IN-051", "yc-market"), ("IN-052", "dy-market"), ("IN-053", "jd-market"), ("IN-054", "yc-market")]


def staff(world: World) -> None:
    """Hire the experts, and one inspector more for 源城."""
    rows = [
        InspectorRow(number=number, name=f"专{number[-1]}", organization=organization, is_expert=True)
        for number, organization in EXPERTS
    ]
    rows.append(
        InspectorRow(
            number="IN-041",
            name="江添",
            organization="yc-market",
            certificate_number="粤测IN-041",
            certificate_valid_to=date(2028, 12, 31),
        )
    )
    registers.enter_inspectors(rows, by=world["office"], at=world.now)


def form_groups(world: World) -> dict[str, InspectorGroup]:
    """All groups, by name."""
    formed = {}
    for name, organization, numbers in GROUPS:
        members = {row.number: row for row in Inspector.objects.filter(number__in=numbers)}
        formed[name] = registers.form_group(
            name=name,
            organization=world.organizations[organization],
            members=members.values(),
            leader=members[numbers[0]],
            by=world["office"],
            at=world.now,
        )
    return formed


def task_for(world: World, task: Task, *, team_form: TeamForm = TeamForm.GROUP, experts: int = 0, **terms) -> Task:
    """The department's task again, by groups or with experts."""
    part = task.participants.get()
    items = [taken.item for taken in part.items.all()]
    wanted = Part(part.organization, True, 2, None, items, team_form, experts)
    return plans_world.issue_again(world, task, [wanted], **terms)


def draw(world: World, **how: object) -> Ceremony:
    """A ceremony by groups, or with experts, everybody being there."""
    issued = draws_world.issue_and_staff(world)
    staff(world)
    form_groups(world)
    return draws_world.draw(world, [task_for(world, issued.department, **how)])
