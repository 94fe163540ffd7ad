"""Giving numbers (编号): one at a time per region, so that no two processes give the same."""

from mingcha.kernel.numbering import Kind
from mingcha.people.models import Region
from mingcha.plans import queries


def give(kind: Kind, *, region: str, year: int) -> str:
    """The next free number. The region's row is locked until the transaction ends; call it inside one."""
    Region.objects.select_for_update(no_key=True).get(pk=region)
    return str(queries.next_number(kind, region=region, year=year))
