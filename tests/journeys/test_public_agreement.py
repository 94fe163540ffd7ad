"""The browser gives the same answers as the program on many bundles, good ones and tampered ones."""

import base64

import fairdraw
from tests.fairdraw import peculiar, tampering
from tests.fairdraw.test_agreement import by_fairdraw, exit_code

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


TAKEN = """
async (documents) => {
  const modules = ["bytes", "canonical", "design", "draw", "statement", "teams"];
  const [bytes, canonical, design, draw, statement, teams] = await Promise.all(
    modules.map((module) => import(`/static/publication/${module}.js`)),
  );
  const readers = {
    statement: (content) => statement.checkStatement(canonical.readJson(content)),
    design: (content) => design.readDesign(canonical.readJson(content)),
    inspectors: teams.readInspectors,
    frame: draw.readFrame,
    burden: draw.readBurden,
  };
  return documents.map(([kind, content]) => {
    try { readers[kind](bytes.unhex(content)); } catch { return false; }
    return true;
  });
}
"""


def test_the_browser_takes_the_same_files_for_what_they_are_said_to_be(live_server, page):
    documents = [tampering.document(number) for number in range(8 * HOW_MANY)]
    page.goto("/verify/")

    found = page.evaluate(TAKEN, [(kind, content.hex()) for kind, content, _ in documents])

    wrong = [
        (number, kind, what, said)
        for number, ((kind, content, what), said) in enumerate(zip(documents, found, strict=True))
        if said is not by_fairdraw(kind, content)
    ]
    assert wrong == []


def test_the_browser_takes_peculiar_things_for_what_they_are(live_server, page):
    bundles = {name: fairdraw.write_bundle(make()) for name, (make, _) in peculiar.CASES.items()}
    page.goto("/verify/")

    found = page.evaluate(EXIT_CODES, [base64.b64encode(bundle).decode() for bundle in bundles.values()])

    assert dict(zip(bundles, found, strict=True)) == {name: answer for name, (_, answer) in peculiar.CASES.items()}
