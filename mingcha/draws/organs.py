"""Whose seats they are: groups and experts of a department stand under organ codes of their own (spec/teams.md).

>>> line_of(group_of("market")), line_of(experts_of("market")), line_of("market")
('market', 'market', 'market')
"""

from collections.abc import Mapping

from django.utils.translation import gettext

GROUP, EXPERTS = ".group", ".expert"


def group_of(line: str) -> str:
    """The organ code of a department's groups (检查小组)."""
    return line + GROUP


def experts_of(line: str) -> str:
    """The organ code of a department's experts (专家)."""
    return line + EXPERTS


def line_of(organ: str) -> str:
    """The department line of an organ code."""
    return organ.removesuffix(GROUP).removesuffix(EXPERTS)


def is_group(organ: str) -> bool:
    """Whether a seat is taken by a whole group."""
    return organ.endswith(GROUP)


def is_expert(organ: str) -> bool:
    """Whether a seat is an expert's."""
    return organ.endswith(EXPERTS)


def named(organ: str, lines: Mapping[str, str]) -> str:
    """The organ as people call it; `lines` are the departments' names by code."""
    line = line_of(organ)
    name = lines.get(line, line)
    if is_group(organ):
        return gettext("%(line)s检查小组") % {"line": name}
    return gettext("%(line)s专家") % {"line": name} if is_expert(organ) else name
