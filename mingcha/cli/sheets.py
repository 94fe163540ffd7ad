"""Writing a table to a file: .xlsx, or .csv in UTF-8 or GB18030; by the very function that serves it to browsers."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from mingcha.cli.frame import Unreadable
from mingcha.people.listing import Column, sheet

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


def write(
    path: Path, columns: Sequence[Column], rows: Iterable[Any], *, total: int | None = None, encoding: str = "utf-8"
) -> int:
    """Write the rows and give their number. The file is complete or not there.

    Raises:
        Unreadable: the name ends neither in .xlsx nor in .csv, or the folder cannot be written.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("xlsx", "csv"):
        raise Unreadable(f"{path}:文件名须以 .xlsx 或 .csv 结尾")
    counted = tqdm(rows, total=total, desc="导出", unit="行", file=sys.stderr, delay=1)
    chunks: Iterable[bytes] = sheet(kind, name=path.stem, columns=columns, rows=counted).streaming_content  # type: ignore[attr-defined]
    if kind == "csv" and encoding == "gb18030":
        chunks = (chunk.decode("utf-8-sig").encode("gb18030") for chunk in chunks)
    save(path, chunks)
    return counted.n


def save(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file beside its name and move it there.

    Raises:
        Unreadable: the folder cannot be written.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as file:
            file.writelines(chunks)
        partial.replace(path)
    except OSError as fault:
        raise Unreadable(f"写不了文件 {path}:{fault.strerror}") from fault
    finally:
        partial.unlink(missing_ok=True)
