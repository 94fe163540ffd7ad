"""The program and the stand-alone verifier agree on many bundles, good ones and tampered ones.

`tests/journeys/test_public_agreement.py` puts the same bundles before the browser.
"""

import pytest

import fairdraw
from fairdraw.canonical import read_json
from tests.fairdraw import peculiar, standalone, tampering


def exit_code(content: bytes) -> int:
    try:
        return fairdraw.verify_bundle(content).exit_code
    except fairdraw.Unreadable:
        return tampering.UNREADABLE


def test_both_give_the_right_answer_and_the_same():
    wrong = []
    for number in range(tampering.HOW_MANY):
        case = tampering.case(number)
        said = (exit_code(case.content), standalone.exit_code(case.content))
        if not set(said) <= (case.answer or {said[0]}):
            wrong.append((number, case.what, said))

    assert wrong == []


def taken(read, content) -> bool:
    try:
        read(content)
    except (fairdraw.Refused, AssertionError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return False
    return True


def by_fairdraw(kind: str, content: bytes) -> bool:
    """Whether the program takes a file for what it is said to be."""
    return taken(
        {
            "statement": lambda content: fairdraw.statement.read_statement(read_json(content)),
            "design": lambda content: fairdraw.read_design(read_json(content)),
            "inspectors": fairdraw.inspectors_from_bytes,
            "frame": fairdraw.Frame.from_bytes,
            "burden": fairdraw.frame.burden_from_bytes,
        }[kind],
        content,
    )


def by_standalone(kind: str, content: bytes) -> bool:
    """The same of the stand-alone verifier; frames and burdens it reads as part of a task only."""
    alone = standalone.VERIFIER

    def statement(content):
        alone.check_statement(value := alone.load(content))
        alone.check_due(value)

    readers = {
        "statement": statement,
        "design": lambda content: alone.check_design(alone.load(content), {}),
        "inspectors": alone.people_of,
    }
    return taken(readers[kind], content) if kind in readers else by_fairdraw(kind, content)


def test_both_take_the_same_files_for_what_they_are_said_to_be():
    wrong, good = [], 0
    for number in range(4 * tampering.HOW_MANY):
        kind, content, what = tampering.document(number)
        said = (by_fairdraw(kind, content), by_standalone(kind, content))
        good += said[0]
        if said[0] is not said[1]:
            wrong.append((number, kind, what, said))

    assert wrong == []
    assert good > tampering.HOW_MANY / 2


@pytest.mark.parametrize(("make", "answer"), peculiar.CASES.values(), ids=peculiar.CASES)
def test_both_take_peculiar_things_for_what_they_are(make, answer):
    bundle = fairdraw.write_bundle(make())

    assert {exit_code(bundle), standalone.exit_code(bundle)} == {answer}
