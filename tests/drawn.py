"""Rules told as drawn tables: a heading, then one line a case."""

from __future__ import annotations


def rows(table: str) -> list[dict[str, str]]:
    """The lines of a table whose columns are divided by “|”, each as heading → cell.

    A line that does not have as many cells as the heading is a slip in the table and fails.
    """
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    heading, *cases = lines
    assert cases, "a table without cases proves nothing"
    return [dict(zip(heading, case, strict=True)) for case in cases]
