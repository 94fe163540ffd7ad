"""What a cell of a spreadsheet may be, on the way out and on the way in.

Out: a text that a spreadsheet would run as a formula is neutralised with an apostrophe. In: the apostrophe is taken off
again, widths and forms of characters are made one, marks of lost characters and control characters go, and numbers and
days are read from what people and programs really write.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.kernel.widths import to_half

Cell: TypeAlias = str | int | float | bool | date | datetime | Decimal | None

# OWASP, CSV Injection; ^ and the full-width signs because some programs take them as = too.
_FORMULA = re.compile(r"[\s']*[=+\-@^＝＋－＠＾]|[\t\r\n]")
_LOST = re.compile("[〓\ufffd]")  # the geta mark and the replacement character stand where a character was lost
_DAY = re.compile(
    r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?[/.]?"
)
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_OPEN_END = {"长期", "长期有效", "永久", "永久有效", "无固定期限", "无限期"}
_SERIAL_DIGITS = 2**53  # beyond this a spreadsheet's number has lost digits


class UnreadableCell(Refusal):
    """The cell does not hold what its column asks for."""


def neutralise(text: str) -> str:
    """The text as it may be written into a cell: never a formula. `restore` undoes it exactly."""
    return f"'{text}" if _FORMULA.match(text) else text


def restore(text: str) -> str:
    """The text as it was before `neutralise`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def read_text(value: Cell) -> str:
    """The words of a cell: NFC, without control characters and lost-character marks, lines trimmed.

    Widths stay as they are: the brackets of a company's name are part of it. Use `widths.search_key` to compare names.
    """
    text = unicodedata.normalize("NFC", restore(_written(value)))
    text = _LOST.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", ""))
    text = "".join(
        character for character in text if character in "\n\t" or unicodedata.category(character) not in _CONTROL
    )
    lines = (" ".join(re.split(r"[\s\u3000]+", line)).strip() for line in text.split("\n"))
    return "\n".join(lines).strip()


def read_line(value: Cell) -> str:
    """The words of a cell that has only one line."""
    return " ".join(read_text(value).split("\n")).strip()


def has_lost_characters(value: Cell) -> bool:
    """Whether a mark stands where a character was lost, so that an import can point at the row."""
    return isinstance(value, str) and bool(_LOST.search(value))


def read_code(value: Cell) -> str:
    """A number or code of letters and digits: half-width, upper case, without blanks.

    Raises:
        UnreadableCell: the spreadsheet kept a long number as a figure and lost its last digits.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= _SERIAL_DIGITS:
        raise UnreadableCell(gettext_noop("长编号被表格存成数值,末位已丢失,请把该列设为文本后重填"))
    return "".join(to_half(read_line(value)).split()).upper()


def read_whole_number(value: Cell) -> int | None:
    """A whole number; None for an empty cell.

    Raises:
        UnreadableCell: it is no whole number.
    """
    number = read_decimal(value)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise UnreadableCell(gettext_noop("“%(text)s”不是整数"), text=_written(value))
    return int(number)


def read_decimal(value: Cell) -> Decimal | None:
    """A decimal number, also as “5%” or “1,200”; None for an empty cell.

    Raises:
        UnreadableCell: it is no number.
    """
    text = to_half(read_line(value)).replace(",", "").replace(" ", "")
    if not text:
        return None
    figure, percent = (text[:-1], True) if text.endswith("%") else (text, False)
    try:
        number = Decimal(figure)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or "_" in figure:
        raise UnreadableCell(gettext_noop("“%(text)s”不是数"), text=text)
    return number / 100 if percent else number


def read_date(value: Cell, *, epoch_1904: bool = False) -> date | None:
    """A day; None for an empty cell. A bare figure is a spreadsheet's serial number of the day.

    Raises:
        UnreadableCell: it is no day, or a day the calendar does not have.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = to_half(read_line(value))
    if not text:
        return None
    found = _DAY.fullmatch(text.replace(" ", "", text.count(" ") - (":" in text))) or _COMPACT_DAY.fullmatch(text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
        return _serial_day(Decimal(text), epoch_1904)
    except (ValueError, OverflowError, InvalidOperation):
        raise UnreadableCell(gettext_noop("“%(text)s”不是日期"), text=text) from None


def read_expiry(value: Cell, *, epoch_1904: bool = False) -> date | None:
    """The last day something is valid; None for an empty cell and for “长期”.

    Raises:
        UnreadableCell: it is neither a day nor one of the words for an open end.
    """
    return None if read_line(value) in _OPEN_END else read_date(value, epoch_1904=epoch_1904)


_CONTROL = {"Cc", "Cf", "Cs", "Co", "Cn"}


def _written(value: Cell) -> str:
    """The cell as text, a figure without the decimals a spreadsheet adds."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _serial_day(serial: Decimal, epoch_1904: bool) -> date:
    """The day of a serial number. In the 1900 system day 60 is a 29 February that never was, kept for old programs.

    Only serials from 1980 to 2173 are taken: anything else is a year, a month (20229), a count or a slip.
    """
    if not 29_221 <= serial < 100_000:
        raise ValueError(serial)
    return (date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)) + timedelta(int(serial))
