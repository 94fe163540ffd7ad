"""House rule: what the documents name is there, and both languages name the same."""

import re
from pathlib import Path

import pytest

from mingcha.cli import main
from mingcha.desk.menu import MENU

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("spec/*.md")])
READMES = ["README.md", "README.zh-CN.md"]
LINK = re.compile(r"\]\((?!https?://)([^)#\s]+)")
VARIABLE = re.compile(r"environ\.get\(\s*\"(\w+)\"")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def shape(text: str) -> list[str]:
    """The skeleton of a document: headings by level, table lines, list entries, code lines."""
    marks = re.findall(r"^(#+ |\| ?|- |\d+\. |    (?=\S))", text, flags=re.M)
    return [mark.strip() or "code" for mark in marks]


@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])
def test_every_link_leads_to_a_file(document):
    missing = [
        target for target in LINK.findall(document.read_text(encoding="utf-8")) if not _is_there(document, target)
    ]

    assert not missing, f"{document.name} links to what is not there: {', '.join(missing)}"


def _is_there(document: Path, target: str) -> bool:
    return (document.parent / target).exists()


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_explains_every_setting(readme):
    settings = set(VARIABLE.findall(text_of("mingcha/config/settings.py"))) | {"DATABASE_URL"}

    unexplained = {name for name in settings if f"| `{name}` |" not in text_of(readme)}

    assert settings > {"DATABASE_URL"}
    assert not unexplained, f"{readme} has no line for {', '.join(sorted(unexplained))}"


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_names_every_command(readme):
    targets = re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), flags=re.M)
    wanted = [f"`make {target}`" for target in targets if target != "help"]
    wanted += [f"mingcha {name}" for name in main.commands]

    assert not [command for command in wanted if command not in text_of(readme)]


@pytest.mark.parametrize("readme", READMES)
def test_the_walk_through_a_year_names_pages_of_the_menu(readme):
    pages = {page for line in text_of(readme).splitlines() if line.startswith("| ") for page in _bold(line)}

    assert pages
    assert pages <= {entry.label for entry in MENU}


def _bold(line: str) -> list[str]:
    return re.findall(r"\*\*([^*]+)\*\*", line)


@pytest.mark.parametrize("english", ["README.md", "docs/verify.md"])
def test_both_languages_have_the_same_parts(english):
    assert shape(text_of(english)) == shape(text_of(english.replace(".md", ".zh-CN.md")))
