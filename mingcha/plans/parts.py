"""A part in a task as it is handed to the actions (参与部门)."""

from collections.abc import Sequence
from typing import NamedTuple

from mingcha.people.models import Organization
from mingcha.plans.states import TeamForm
from mingcha.registers.models import InspectionItem, Qualification


class Part(NamedTuple):
    """One organization's part in a task, for `actions.set_participants`."""

    organization: Organization
    is_lead: bool
    inspectors: int
    qualification: Qualification | None
    items: Sequence[InspectionItem]
    team_form: TeamForm | str = TeamForm.PERSONS
    experts: int = 0
