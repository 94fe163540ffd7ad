"""How a part's people are drawn is said in the task: by person or by group, and how many experts come along."""

import pytest
from django.urls import reverse

from mingcha.ledger import queries as ledger
from mingcha.plans import actions
from mingcha.plans.models import TaskParticipant
from mingcha.plans.parts import Part
from mingcha.plans.rules import InvalidTask
from mingcha.plans.states import TeamForm
from tests import plans_world, registers_world


@pytest.fixture
def task(world):
    return plans_world.draft_department_plan(world, registers_world.stock(world))


def set_part(world, task, **how):
    part = Part(world.organizations["market"], True, 2, None, [], **how)
    return actions.set_participants(task=task, parts=[part], by=world["market"], at=world.now)


def test_a_part_is_drawn_by_person_unless_said_otherwise(task):
    part = TaskParticipant.objects.get(task=task)

    assert (part.team_form, part.experts) == ("PERSONS", 0)


def test_a_part_asks_for_a_group_and_an_expert(world, task):
    before = ledger.last_entry().body

    set_part(world, task, team_form=TeamForm.GROUP, experts=1)

    part = TaskParticipant.objects.get(task=task)
    assert (part.team_form, part.experts) == ("GROUP", 1)
    assert ledger.last_entry().body != before


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"team_form": "PAIR"}, "选派方式只能是按人员或按小组"),
        ({"experts": 6}, "每户专家应为 0 至 5 人"),
        ({"experts": -1}, "每户专家应为 0 至 5 人"),
    ],
)
def test_what_cannot_be_drawn_is_refused(world, task, how, sentence):
    with pytest.raises(InvalidTask, match=sentence):
        set_part(world, task, **how)

    part = TaskParticipant.objects.get(task=task)
    assert (part.team_form, part.experts) == ("PERSONS", 0)


def test_the_page_of_the_task_says_how_its_people_are_drawn(world, task, client_of):
    set_part(world, task, team_form=TeamForm.GROUP, experts=2)

    page = client_of("market").get(reverse("plans:task", args=[task.number])).content.decode()

    assert "按小组" in page
    assert "另抽专家 2 人" in page


def test_the_form_offers_both_and_keeps_what_was_chosen(world, task, client_of):
    set_part(world, task, team_form=TeamForm.GROUP, experts=2)

    page = client_of("market").get(reverse("plans:edit_task", args=[task.number])).content.decode()

    assert '<option value="GROUP" selected>按小组</option>' in page
    assert 'name="part-0-experts" value="2"' in page


def test_a_plan_taken_over_into_the_next_year_keeps_both(world, task):
    set_part(world, task, team_form=TeamForm.GROUP, experts=1)

    copied = actions.copy_plan(plan=task.plan, year=2027, by=world["market"], at=world.now)

    part = TaskParticipant.objects.get(task__plan=copied)
    assert (part.team_form, part.experts) == ("GROUP", 1)
