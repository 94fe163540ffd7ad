"""The message catalogues (译文): collect what pages and sentences say, and compile what has been translated.

    python -m scripts.messages          update mingcha/locale/en/…/django.po and compile it
    python -m scripts.messages --check  say what is missing, fuzzy, unused or not compiled; exit 1 if anything is

The source strings are Chinese. Babel reads the Python files; Django's own template reader turns templates into calls.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from fairdraw.words import ENGLISH

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "mingcha" / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext)\(\s*({LITERAL})(?:\s*,\s*({LITERAL}))?")

Found = tuple[str | tuple[str, str], str | None, str, int]


def found_in_python() -> Iterator[Found]:
    """(message, context, file, line) of every marked sentence in the code."""
    for folder in ("fairdraw", "mingcha"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            with path.open("rb") as file:
                for line, message, _, context in extract("python", file, KEYWORDS):
                    yield _plain(message), context, str(path.relative_to(ROOT)), line


def _plain(message: str | tuple[str, ...]) -> str | tuple[str, str]:
    return message if isinstance(message, str) else (message[0], message[1])


def found_in_templates() -> Iterator[Found]:
    """The same for the templates."""
    from django.utils.translation.template import templatize

    for path in sorted((ROOT / "mingcha").rglob("templates/**/*")):
        if path.suffix not in {".html", ".txt", ".xml"}:
            continue
        code = templatize(path.read_text(), origin=str(path))
        for call in CALL.finditer(code):
            name, first, second = call.group(1), ast.literal_eval(call.group(2)), call.group(3)
            line = code.count("\n", 0, call.start()) + 1
            where = str(path.relative_to(ROOT))
            if name == "ngettext" and second:
                yield (first, ast.literal_eval(second)), None, where, line
            elif name == "pgettext" and second:
                yield ast.literal_eval(second), first, where, line
            else:
                yield first, None, where, line


def collected() -> Catalog:
    """Everything that is said, as a catalogue without translations."""
    catalog = Catalog(project="Mingcha", charset="utf-8")
    for message, context, where, line in [*found_in_python(), *found_in_templates()]:
        if message and re.search("[一-鿿]", message if isinstance(message, str) else message[0]):
            catalog.add(message, locations=[(where, line)], context=context)
    return catalog


def translated() -> Catalog:
    """The English catalogue as it stands."""
    if not PO.exists():
        return Catalog(locale="en", project="Mingcha", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalog: Catalog) -> bytes:
    """The bytes of the compiled catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update() -> None:
    """Bring new sentences into the catalogue, drop the unused ones, and compile."""
    catalog = translated()
    catalog.update(collected(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    for message in catalog:
        if not message.string and message.id in ENGLISH:
            message.string = ENGLISH[str(message.id)]  # fairdraw speaks English by itself
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=118, sort_output=True, include_lineno=False)
    MO.write_bytes(compiled(translated()))


def problems() -> list[str]:
    """What is wrong with the catalogue, a line each."""
    catalog, said = translated(), collected()
    found = []
    for message in said:
        if not message.id:
            continue
        known = catalog.get(_key(message.id), message.context)
        texts = _texts(known.string) if known else []
        if not texts or not all(texts):
            found.append(f"missing: {_key(message.id)}  ({message.locations[0][0]})")
        elif known is not None and known.fuzzy:
            found.append(f"fuzzy: {_key(message.id)}")
        elif known is not None and _details(_key(message.id)) - _details(" ".join(texts)):
            found.append(f"details lost in translation: {_key(message.id)}")
    found += [
        f"unused: {_key(message.id)}"
        for message in catalog
        if message.id and said.get(_key(message.id), message.context) is None
    ]
    if not MO.exists() or MO.read_bytes() != compiled(catalog):
        found.append("django.mo is not compiled from django.po")
    return found


def _texts(string: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [string] if isinstance(string, str) else list(string or [])


def _key(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _details(text: str) -> set[str]:
    """The named details of a sentence: `%(name)s`."""
    return set(re.findall(r"%\((\w+)\)", text))


def main() -> int:
    if "--check" not in sys.argv:
        update()
    found = problems()
    for line in found[:200]:
        print(line)
    print(f"{len(found)} problem(s), {len(list(collected()))} sentences")
    return 1 if found and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
