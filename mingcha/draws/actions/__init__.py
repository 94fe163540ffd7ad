"""Everything that changes ceremonies, in the order of the protocol: prepare, declare, commit, freeze, open, hold, …

Work that only computes (reading the registers, the draw itself) is done before the database is locked: it is the same
however often it is done. The lock is then taken, the state asked again, and only the first of doubled requests writes.
"""

from mingcha.draws.actions.adjusting import adjust, approve_adjustment, exempt, withdraw_adjustment
from mingcha.draws.actions.committing import freeze
from mingcha.draws.actions.ending import abandon, mark_arranged
from mingcha.draws.actions.holding import hold
from mingcha.draws.actions.inputs import add_system_input, commit_input, open_input
from mingcha.draws.actions.leaves import show_leaf
from mingcha.draws.actions.limiting import declare_equivalent, end_cap, end_equivalent, set_cap
from mingcha.draws.actions.preparing import declare_system, declare_witness, prepare
from mingcha.draws.actions.presence import record_attendance, strike_attendance
from mingcha.draws.actions.releasing import countersign, release
from mingcha.draws.actions.sources import declare_source, enter_source, give_up_source, withdraw_source

__all__ = [
    "abandon",
    "add_system_input",
    "adjust",
    "approve_adjustment",
    "commit_input",
    "countersign",
    "declare_equivalent",
    "declare_source",
    "declare_system",
    "declare_witness",
    "end_cap",
    "end_equivalent",
    "enter_source",
    "exempt",
    "freeze",
    "give_up_source",
    "hold",
    "mark_arranged",
    "open_input",
    "prepare",
    "record_attendance",
    "release",
    "set_cap",
    "show_leaf",
    "strike_attendance",
    "withdraw_adjustment",
    "withdraw_source",
]
