"""A power cut in the middle: the ceremony continues where it was, with one result."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent.parent
BEFORE = {"freeze": "PREPARING", "hold": "COMMITTED", "release": "DRAWN"}
AFTER = {"freeze": "COMMITTED", "hold": "DRAWN", "release": "RELEASED"}
ACTS_BEFORE = {
    "freeze": {"ceremony.commit": 0, "ceremony.draw": 0, "ceremony.release": 0},
    "hold": {"ceremony.commit": 1, "ceremony.draw": 0, "ceremony.release": 0},
    "release": {"ceremony.commit": 1, "ceremony.draw": 1, "ceremony.release": 1},
}
DONE, REFUSED = 0, 3


def cut_the_power(home: Path) -> list[dict]:
    """What was found after each cut."""
    home.mkdir()
    surroundings = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.rooms.draws.power_cuts"],
        cwd=ROOT,
        env={**surroundings, "MINGCHA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mingcha.config.settings"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the database of this test is a file of its own")
def test_after_a_power_cut_the_ceremony_goes_on_with_the_one_result_it_would_have_had(tmp_path):
    cuts = cut_the_power(tmp_path / "home")

    really = [cut["step"] for cut in cuts if cut["was_cut"]]
    assert all(really.count(step) >= 2 for step in BEFORE), f"cut too late: {really}"
    for cut in cuts:
        step, left, result = cut["step"], cut["left"], cut["result"]
        was_done = left["state"] == AFTER[step]
        if was_done:
            assert left == cut["expected"]
        else:
            check_nothing_was_done(step, left)
        assert left["false_files"] == [], "a half-written file bears the name of a whole one"
        assert left["ledger_is_whole"]
        assert cut["again"] == (REFUSED if was_done else DONE)
        assert result == cut["expected"], "not the result of a ceremony without a power cut"
        assert result["ledger_is_whole"]
    acts = cuts[-1]["result"]["acts"]
    assert acts == {"ceremony.commit": 1, "ceremony.draw": 1, "ceremony.release": 2}, "of auditors and of the public"


def check_nothing_was_done(step: str, left: dict) -> None:
    """A step that was cut off is undone, not half done."""
    assert left["state"] == BEFORE[step]
    assert left["acts"] == ACTS_BEFORE[step]
    assert (left["units"] > 0) == (step == "release")
    assert left["frozen"] == (0 if step == "freeze" else 1)
