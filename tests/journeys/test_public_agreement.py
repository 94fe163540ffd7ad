"""The browser gives the same answers as the program on many bundles, good ones and tampered ones."""

import base64

import fairdraw
from tests.fairdraw import peculiar, tampering
from tests.fairdraw.test_agreement import exit_code

AT_ONCE = 50
HOW_MANY = tampering.HOW_MANY // 2  # a browser takes longer
EXIT_CODES = """
async (bundles) => {
  const [{ verify }, { readBundle }, { Unreadable }] = await Promise.all(
    ["verify", "zip", "said"].map((module) => import(`/static/publication/${module}.js`)),
  );
  const exitCode = async (bundle) => {
    let files;
    try {
      files = readBundle(Uint8Array.from(atob(bundle), (character) => character.charCodeAt(0)));
    } catch (error) {
      if (error instanceof Unreadable) return 2;
      throw error;
    }
    return (await verify(files)).ok ? 0 : 1;
  };
  return Promise.all(bundles.map(exitCode));
}
"""


def test_the_browser_gives_the_right_answer_and_the_program_s(live_server, page):
    page.goto("/verify/")
    wrong = []
    for first in range(0, HOW_MANY, AT_ONCE):
        cases = [tampering.case(number) for number in range(first, first + AT_ONCE)]
        found = page.evaluate(EXIT_CODES, [base64.b64encode(case.content).decode() for case in cases])
        for number, case, said in zip(range(first, first + AT_ONCE), cases, found, strict=True):
            if said not in (case.answer or {exit_code(case.content)}):
                wrong.append((number, case.what, said))

    assert wrong == []


def test_the_browser_takes_peculiar_things_for_what_they_are(live_server, page):
    bundles = {name: fairdraw.write_bundle(make()) for name, (make, _) in peculiar.CASES.items()}
    page.goto("/verify/")

    found = page.evaluate(EXIT_CODES, [base64.b64encode(bundle).decode() for bundle in bundles.values()])

    assert dict(zip(bundles, found, strict=True)) == {name: answer for name, (_, answer) in peculiar.CASES.items()}
