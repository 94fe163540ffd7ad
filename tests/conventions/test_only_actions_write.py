"""House rule: only a room's actions write to the database."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent.parent / "mingcha"
WRITERS = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete", "update"}
QUERYING = {"objects", "filter", "exclude", "all", "select_for_update", "order_by", "history"}


def sources() -> list[Path]:
    """The files that must not write: all of the rooms but actions and migrations."""
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "actions.py" and not {"actions", "migrations", "kernel", "sample", "cli"} & set(path.parts)
    ]


def writes(tree: ast.AST) -> list[int]:
    """The lines that call a writing method of a model or a queryset."""
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITERS):
            continue
        is_model_saved = node.func.attr == "save" and not node.args  # a document is saved to something: save(file)
        if is_model_saved or _chain(node.func.value) & QUERYING:
            found.append(node.lineno)
    return found


def _chain(node: ast.AST) -> set[str]:
    """The attribute names on the way to a call: `Task.objects.filter(…)` gives objects and filter."""
    names = set()
    while isinstance(node, ast.Attribute | ast.Call):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
            node = node.value
        else:
            node = node.func
    return names


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_actions_write(path):
    lines = writes(ast.parse(path.read_text()))

    assert not lines, f"{path.name} writes at line(s) {lines}: move that into the room's actions.py"


@pytest.mark.parametrize(
    "code",
    [
        "task.save()",
        "Task.objects.create(name='x')",
        "Task.objects.filter(pk=1).update(name='x')",
        "queries.Task.objects.all().delete()",
    ],
)
def test_the_rule_sees_a_write(code):
    assert writes(ast.parse(code)) == [1]


@pytest.mark.parametrize(
    "code",
    ["words.update(more)", "seen.add(1)", "queue.create()", "hashlib.new('x').update(b'')", "document.save(file)"],
)
def test_the_rule_leaves_other_objects_alone(code):
    assert writes(ast.parse(code)) == []
