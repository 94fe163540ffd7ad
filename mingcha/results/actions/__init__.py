"""Everything that changes results: entering, submitting, reviewing, follow-ups; and the tables they are read by."""

from mingcha.results.actions.entering import enter, submit
from mingcha.results.actions.reviewing import approve, close_follow_up, return_record
from mingcha.results.actions.tables import announce_year, load_categories, set_calendar_day

__all__ = [
    "announce_year",
    "approve",
    "close_follow_up",
    "enter",
    "load_categories",
    "return_record",
    "set_calendar_day",
    "submit",
]
