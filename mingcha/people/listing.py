"""Long lists: pages by the last row seen (keyset), and the same rows as a spreadsheet."""

import codecs
import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any, Generic, TypeVar

import xlsxwriter
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext

from mingcha.kernel.cells import neutralise

Row = TypeVar("Row", bound=Model)
SIZE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # what a cell of a workbook holds


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, and where the next ones begin (empty at the end)."""

    rows: list[Row]
    after: str


def page_of(rows: QuerySet[Row], *, keys: Sequence[str], after: str = "", size: int = SIZE) -> Page[Row]:
    """The rows after the one whose keys `after` holds; the rows must be ordered by these keys, ascending.

    A cursor that cannot be read begins the list anew.
    """
    try:
        found = list(_behind(rows, keys, after)[: size + 1])
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        found = list(rows[: size + 1])
    return Page(found[:size], _cursor(found[size - 1], keys) if len(found) > size else "")


def _behind(rows: QuerySet[Row], keys: Sequence[str], after: str) -> QuerySet[Row]:
    if not after:
        return rows
    values = json.loads(after)
    if not isinstance(values, list) or len(values) != len(keys):
        raise ValueError(after)
    condition = Q()
    for place, key in enumerate(keys):
        condition |= Q(**dict(zip(keys[:place], values, strict=False)), **{f"{key}__gt": values[place]})
    return rows.filter(condition)


def _cursor(row: Model, keys: Sequence[str]) -> str:
    values = [getattr(row, key) for key in keys]
    return json.dumps([value.isoformat() if isinstance(value, date) else value for value in values])


Column = tuple[str, Callable[[Any], Any]]
"""A column of a spreadsheet: its heading, and how a row fills it."""


def sheet(kind: str, *, name: str, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponseBase:
    """The rows as a file to keep: `xlsx`; `csv` in UTF-8 with the mark that Excel needs; or `gb18030`, a CSV too.

    No cell is ever a formula, whoever wrote it (kernel.cells.neutralise).
    """
    heading = [gettext(label) for label, _ in columns]
    cells = ([fill(row) for _, fill in columns] for row in rows)
    if kind == "xlsx":
        return _xlsx(name, heading, cells)
    return _csv(name, heading, cells, encoding="gb18030" if kind == "gb18030" else "utf-8-sig")


def _xlsx(name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it is sent
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        page.freeze_panes(1, 0)
        page.set_column(0, len(heading) - 1, 18)
        bold = book.add_format({"bold": True})
        for column, title in enumerate(heading):
            page.write_string(0, column, neutralise(title), bold)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                write = page.write_number if isinstance(value, int) else page.write_string
                write(line, column, value if isinstance(value, int) else neutralise(as_text(value))[:LONGEST_CELL])
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _csv(name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]], *, encoding: str) -> StreamingHttpResponse:
    charset = "gb18030" if encoding == "gb18030" else "utf-8"
    encoder = codecs.getincrementalencoder(encoding)()  # writes the mark once
    lines = (encoder.encode(line) for line in _lines(heading, rows))
    response = StreamingHttpResponse(lines, content_type=f"text/csv; charset={charset}")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    for row in chain([heading], rows):
        yield _line([neutralise(as_text(value)) for value in row])


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def as_text(value: Any) -> str:
    """A cell as people read it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return localtime(value).strftime("%Y-%m-%d %H:%M")
    return str(value)
