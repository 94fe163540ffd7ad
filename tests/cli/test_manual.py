"""docs/cli.md names commands and options that exist, and its files can be read."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from mingcha.cli import main
from mingcha.plans.models import Task
from mingcha.visits.models import Record
from tests import results_world
from tests.cli import files

MANUAL = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
LINES = MANUAL.replace("\\\n", " ").splitlines()
CALLS = [found for line in LINES if line.startswith("    ") for found in re.findall(r"mingcha ([^|)]+)", line)]
TASK, RESULT = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", MANUAL, flags=re.S))


@pytest.mark.parametrize("call", CALLS)
def test_the_manual_calls_commands_and_options_that_exist(call):
    words = shlex.split(call, comments=True)
    command: click.Command = main
    with click.Context(main) as ctx:
        while isinstance(command, click.Group):
            found = command.get_command(ctx, words.pop(0))
            assert found, f"there is no such command: mingcha {call}"
            command = found
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}

    assert {word for word in words if word.startswith("-")} <= known


def test_the_manual_goes_through_every_room():
    assert {call.split()[0] for call in CALLS} >= set(main.commands) - {"serve", "token"}


def test_the_task_of_the_manual_can_be_added(stock, run, facts, tmp_path):
    plan = facts("plan", "new", "--year", 2026, "--kind", "DEPARTMENT", "--title", "计划", by="market")["number"]
    text = json.dumps(TASK).replace("LIST/", f"{stock.market_list.number}/")

    run("plan", "add-task", plan, "--from", files.document(tmp_path / "task.json", json.loads(text)), by="market")

    task = Task.objects.get()
    assert (task.name, task.exclusion_months) == ("餐饮服务提供者食品安全抽查", 6)
    assert [item.item.code for item in task.participants.get().items.all()] == ["M-03"]


def test_the_result_of_the_manual_can_be_entered_and_submitted(world, run, at, tmp_path):
    record = results_world.open_record(world)
    at(results_world.NEXT_DAY)
    file = files.document(tmp_path / "result.json", RESULT)

    run("result", "enter", "--visit", record.visit.number, "--from", file, by="yc-inspector")
    run("result", "submit", "--visit", record.visit.number, by="yc-inspector")

    assert Record.objects.get(pk=record.pk).state == "SUBMITTED"
