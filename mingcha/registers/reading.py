"""Bytes of a spreadsheet or CSV file → lines of cells, with what the file itself got wrong (读取文件).

CSV comes in UTF-8 (with or without BOM), GB18030 or UTF-16. Bytes that no encoding explains stay visible (“\\xff”) and
spoil only the lines in which they stand.
"""

from __future__ import annotations

import codecs
import csv
import io
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mingcha.kernel.cells import Cell
from mingcha.kernel.refusal import gettext_noop
from mingcha.registers import workbooks
from mingcha.registers.rules import CannotImport
from mingcha.registers.uploads import MOST_BYTES

MOST_BYTES_UNPACKED = 600 * 1024 * 1024
MOST_LINES = 300_000
_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LONGEST_CELL = 1_000_000
_REPLACEMENT = "\ufffd"
LONGEST_READING = 120.0  # seconds, for one workbook
_BROKEN = gettext_noop("工作簿打不开,可能已损坏或加密,请另存为 .xlsx 后重试")
_TOO_MUCH = gettext_noop("工作簿过大或无法读取,请删去空白的行和列后另存为 .xlsx,或拆分后分批导入")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number as a person counts, its cells."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def texts(self) -> list[str]:
        """The cells as they stood in the file, undecodable bytes visible."""
        return [shown(cell) for cell in self.cells]

    @property
    def damaged(self) -> int | None:
        """The place of the first cell with undecodable bytes or lost characters, if any."""
        return next((place for place, cell in enumerate(self.cells) if _is_damaged(cell)), None)


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file that are not empty, and how it was written."""

    encoding: str
    lines: tuple[Line, ...]


def read_tables(file_name: str, content: bytes) -> list[Table]:
    """The tables of a file: one of a CSV file, one of each sheet that is not empty of a workbook.

    Raises:
        CannotImport: the file is empty, too large, or no table.
    """
    if not content.strip():
        raise CannotImport(gettext_noop("文件是空的,请选择有内容的 .xlsx、.xls 或 .csv 文件"))
    if len(content) > MOST_BYTES:
        raise CannotImport(gettext_noop("文件超过50MB,请拆分后分批导入"))
    is_book = content.startswith((_ZIP, _COMPOUND))
    tables = _workbook(content) if is_book else [_csv(content)]
    tables = [table for table in tables if table.lines]
    if not tables:
        raise CannotImport(gettext_noop("文件里没有数据行:%(name)s"), name=file_name)
    if max(len(table.lines) for table in tables) > MOST_LINES:
        raise CannotImport(gettext_noop("文件超过30万行,请拆分后分批导入"))
    return tables


def shown(cell: Cell | time | timedelta) -> str:
    """A cell as text for people: figures without added decimals, days without midnight."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace("\x00", "\\x00")


def _is_damaged(cell: Cell) -> bool:
    return isinstance(cell, str) and (_REPLACEMENT in cell or any("\ud800" <= each <= "\udfff" for each in cell))


def _kept(lines: Iterator[tuple[int, Sequence[Cell]]]) -> tuple[Line, ...]:
    """The lines that hold something, without empty cells at their ends."""
    kept = []
    for number, cells in lines:
        filled = max((place for place, cell in enumerate(cells, 1) if shown(cell).strip()), default=0)
        if filled:
            kept.append(Line(number, tuple(cells[:filled])))
    return tuple(kept)


def _workbook(content: bytes) -> list[Table]:
    try:
        if content.startswith(_ZIP):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(part.file_size for part in packed.infolist()) > MOST_BYTES_UNPACKED:
                    raise CannotImport(gettext_noop("文件解压后过大,请拆分后分批导入"))
    except zipfile.BadZipFile as fault:
        raise CannotImport(_BROKEN) from fault
    return [Table("xlsx", _kept(iter(sheet))) for sheet in _sheets(content)]


def _sheets(content: bytes) -> list[list[tuple[int, Sequence[Cell]]]]:
    """The lines of each sheet, read in a process of its own (see workbooks.py)."""
    command = [sys.executable, "-P", workbooks.__file__]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=LONGEST_READING, check=False)  # noqa: S603 - our own file
    except subprocess.TimeoutExpired as slow:
        raise CannotImport(_TOO_MUCH) from slow
    if done.returncode:
        raise CannotImport(_BROKEN if done.returncode == workbooks.BROKEN else _TOO_MUCH)
    sheets: list[list[tuple[int, Sequence[Cell]]]] = pickle.loads(done.stdout)  # noqa: S301 - our own process
    return sheets


def _csv(content: bytes) -> Table:
    encoding, text = _decoded(content)
    head = text[:20_000].split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        return Table(encoding, _kept(_records(text, delimiter)))
    except csv.Error as fault:
        raise CannotImport(gettext_noop("CSV 文件的引号不成对,无法分行;请检查后重试")) from fault


def _records(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Each record with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    for record in reader:
        yield begins, record
        begins = reader.line_num + 1


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16", content.decode("utf-16", "replace")
    if content.startswith(codecs.BOM_UTF8):
        return "UTF-8-SIG", content[len(codecs.BOM_UTF8) :].decode("utf-8", "surrogateescape")
    for encoding in ("UTF-8", "GB18030"):
        try:
            return encoding, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    # Neither fits: take the one that leaves fewer bytes unexplained.
    tries = [(name, content.decode(name, "surrogateescape")) for name in ("UTF-8", "GB18030")]
    return min(tries, key=lambda tried: sum("\udc80" <= each <= "\udcff" for each in tried[1]))
