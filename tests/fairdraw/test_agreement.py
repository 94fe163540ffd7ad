"""The program and the stand-alone verifier agree on many bundles, good ones and tampered ones.

`tests/journeys/test_public_agreement.py` puts the same bundles before the browser.
"""

import pytest

import fairdraw
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


@pytest.mark.parametrize(("make", "answer"), peculiar.CASES.values(), ids=peculiar.CASES)
def test_both_take_peculiar_things_for_what_they_are(make, answer):
    bundle = fairdraw.write_bundle(make())

    assert {exit_code(bundle), standalone.exit_code(bundle)} == {answer}
