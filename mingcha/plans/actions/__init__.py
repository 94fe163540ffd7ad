"""Everything that changes plans and their tasks; one file for each, one for tables of published plans."""

from mingcha.plans.actions.imports import import_tasks
from mingcha.plans.actions.plans import (
    CannotDraftPlan,
    approve,
    copy_plan,
    draft_plan,
    drop_plan,
    edit_plan,
    issue,
    return_plan,
    submit,
)
from mingcha.plans.actions.tasks import (
    Part,
    TaskTerms,
    add_task,
    edit_task,
    mark_drawn,
    mark_finished,
    remove_task,
    set_participants,
)

__all__ = [
    "CannotDraftPlan",
    "Part",
    "TaskTerms",
    "add_task",
    "approve",
    "copy_plan",
    "draft_plan",
    "drop_plan",
    "edit_plan",
    "edit_task",
    "import_tasks",
    "issue",
    "mark_drawn",
    "mark_finished",
    "remove_task",
    "return_plan",
    "set_participants",
    "submit",
]
