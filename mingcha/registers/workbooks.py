"""Read a workbook in a process of its own: its bytes come in by stdin, its sheets go out by stdout (pickled).

A few bytes can claim a sheet of 17 billion cells, and the reader then ends its whole process, not only the call. So
the server never reads a workbook itself (registers.reading starts this file), and memory is bounded here. Nothing else
of the project is imported: the process starts in a moment.
"""

import contextlib
import io
import pickle
import sys
from datetime import time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

MOST_MEMORY = 3 * 1024**3
BROKEN = 3  # exit code: no workbook, or one with a password


def bound_memory() -> None:
    """Let this process fail rather than the machine; a system without such limits goes on without."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def sheets(content: bytes) -> list[list[tuple[int, list]]]:
    """The lines of each sheet that hold something, with their numbers, without empty cells at their ends."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [_lines(book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]


def _lines(rows: list[list]) -> list[tuple[int, list]]:
    lines = []
    for number, row in enumerate(rows, 1):
        filled = max((place for place, cell in enumerate(row, 1) if cell != ""), default=0)
        if filled:
            lines.append((number, [_cell(cell) for cell in row[:filled]]))
    return lines


def _cell(cell: object) -> object:
    """Hours and spans of time, which no field of ours holds, as text."""
    return str(cell) if isinstance(cell, time | timedelta) else cell


if __name__ == "__main__":
    bound_memory()
    try:
        read = sheets(sys.stdin.buffer.read())
    except CalamineError:
        sys.exit(BROKEN)
    pickle.dump(read, sys.stdout.buffer)
