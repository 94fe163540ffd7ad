"""Cuts the power in the middle of a ceremony's steps: a program of its own, on a database on disk.

    MINGCHA_HOME=<an empty folder> python -m tests.rooms.draws.power_cuts

Each step runs in a process that is killed (SIGKILL) at some moment of its work, then again from what is left. One line
of JSON for each cut says what was found; the test beside this file judges it.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

CUTS = 5
"""For each step."""
REFUSED = 3


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingcha.config.settings")
    django.setup()
    steps, number = begin()
    for name, step in steps.items():
        try_step(name, step, number)


def begin() -> tuple[dict[str, Callable[[], object]], str]:
    """A city with a sealed ceremony that is ready to be frozen, and what is done to it."""
    from django.core.management import call_command
    from django.db import connection

    from mingcha.draws import actions
    from tests import draws_world
    from tests import world as worlds

    call_command("migrate", verbosity=0)
    world = worlds.build()
    ceremony = draws_world.prepare(world, [draws_world.issue_and_staff(world).department])
    draws_world.commit(world, ceremony)
    connection.close()
    by, at = world["market"], world.now

    return {
        "freeze": lambda: actions.freeze(ceremony=ceremony, salt=draws_world.SALT, by=by, at=at),
        "open": lambda: draws_world.open_inputs(world, ceremony, at=at),
        "hold": lambda: actions.hold(ceremony=ceremony, by=by, at=at + timedelta(minutes=10)),
        "countersign": lambda: draws_world.countersign(world, ceremony),
        "release": lambda: actions.release(ceremony=ceremony, by=by, at=at + timedelta(hours=1)),
    }, ceremony.number


def try_step(name: str, step: Callable[[], object], number: str) -> None:
    """Take the step without a cut, then from the same beginning with cuts; leave it taken."""
    home, kept = Path(os.environ["MINGCHA_HOME"]), Path(os.environ["MINGCHA_HOME"] + "-before")
    shutil.copytree(home, kept)
    began = time.monotonic()
    finish(start(step))
    takes, expected = time.monotonic() - began, found(number)
    if name in ("freeze", "hold", "release"):
        chance = random.Random(name)
        for cut in range(CUTS):
            put_back(kept, home)
            running = start(step)
            time.sleep(takes * (cut + chance.random()) / CUTS)
            os.kill(running, signal.SIGKILL)
            was_cut = finish(running) == -signal.SIGKILL
            left = found(number)
            again = finish(start(step))
            say(step=name, was_cut=was_cut, left=left, again=again, result=found(number), expected=expected)
    shutil.rmtree(kept)


def put_back(kept: Path, home: Path) -> None:
    shutil.rmtree(home)
    shutil.copytree(kept, home)


def start(step: Callable[[], object]) -> int:
    """Take the step in a process of its own; gives its id."""
    running = os.fork()
    if running:
        return running
    from mingcha.kernel.refusal import Refusal

    code = 1
    try:
        step()
        code = 0
    except Refusal:
        code = REFUSED
    finally:
        os._exit(code)


def finish(running: int) -> int:
    """Its exit code, or the signal that ended it as a negative number."""
    return os.waitstatus_to_exitcode(os.waitpid(running, 0)[1])


def found(number: str) -> dict[str, Any]:
    """What the database and the folders say of the ceremony."""
    from django.conf import settings
    from django.db import connection

    from mingcha.draws.models import Ceremony, CeremonyTask, DrawnSeat, SelectedUnit
    from mingcha.ledger.models import LedgerEntry
    from mingcha.ledger.verification import verify

    ceremony = Ceremony.objects.get(number=number)
    acts = list(LedgerEntry.objects.filter(subject=number).order_by("seq").values_list("act", flat=True))
    folders = [Path(settings.MINGCHA_FRAMES), Path(settings.MEDIA_ROOT) / "bundles"]
    files = [file for folder in folders if folder.is_dir() for file in folder.iterdir()]
    facts = {
        "state": ceremony.state,
        "digests": [
            ceremony.statement_digest,
            ceremony.seed,
            ceremony.result_digest,
            ceremony.result_root,
            ceremony.auditors_bundle_digest,
            ceremony.bundle_digest,
        ],
        "units": SelectedUnit.objects.count(),
        "seats": DrawnSeat.objects.count(),
        "frozen": CeremonyTask.objects.exclude(frame_file="").count(),
        "acts": {act: acts.count(act) for act in ("ceremony.commit", "ceremony.draw", "ceremony.release")},
        "ledger_is_whole": verify().ok,
        "false_files": [file.name for file in files if is_false(file)],
    }
    connection.close()
    return facts


def is_false(file: Path) -> bool:
    """Whether a file bears the name of a content that it does not have; drafts bear none."""
    return len(file.name) == 64 and hashlib.sha256(file.read_bytes()).hexdigest() != file.name


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
