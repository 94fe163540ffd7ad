"""Everything that changes the registers; one file for each of them, one for imports."""

from mingcha.registers.actions.groups import disband_group, form_group
from mingcha.registers.actions.imports import apply_batch, choose_row, drop_batch, import_file
from mingcha.registers.actions.inspectors import (
    cancel_absence,
    declare_recusal,
    define_qualifications,
    edit_inspector,
    enter_inspectors,
    record_absence,
    withdraw_recusal,
)
from mingcha.registers.actions.item_lists import (
    add_item,
    add_items,
    draft_item_list,
    edit_item,
    publish_item_list,
    remove_item,
    withdraw_item_list,
)
from mingcha.registers.actions.subjects import (
    define_risk_scheme,
    drop_filter,
    edit_subject,
    enter_subjects,
    save_filter,
)

__all__ = [
    "add_item",
    "add_items",
    "apply_batch",
    "cancel_absence",
    "choose_row",
    "declare_recusal",
    "define_qualifications",
    "define_risk_scheme",
    "disband_group",
    "draft_item_list",
    "drop_batch",
    "drop_filter",
    "edit_inspector",
    "edit_item",
    "edit_subject",
    "enter_inspectors",
    "enter_subjects",
    "form_group",
    "import_file",
    "publish_item_list",
    "record_absence",
    "remove_item",
    "save_filter",
    "withdraw_item_list",
    "withdraw_recusal",
]
