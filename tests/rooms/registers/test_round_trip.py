"""What goes out as a spreadsheet comes back without harm."""

import pytest

from mingcha.registers import actions
from mingcha.registers.states import ImportKind, Verdict
from tests import registers_world


@pytest.mark.parametrize("kind", ["csv", "gb18030", "xlsx"])
def test_the_register_s_own_export_changes_nothing_when_it_is_imported(world, client_of, kind):
    registers_world.stock(world)
    answer = client_of("office").get(f"/registers/subjects/export.{kind}")
    content = b"".join(answer.streaming_content)

    batch = actions.import_file(
        kind=ImportKind.SUBJECTS,
        file_name=f"subjects.{'xlsx' if kind == 'xlsx' else 'csv'}",
        content=content,
        by=world["office"],
        at=world.now,
    )

    verdicts = set(batch.rows.values_list("verdict", flat=True))
    assert verdicts == {Verdict.SAME}, list(batch.rows.exclude(verdict=Verdict.SAME).values("line", "problems"))[:3]
