"""Who may go together as a group (检查小组). No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from mingcha.kernel.refusal import Refusal, gettext_noop

LEAST_MEMBERS = 2
"""Certificate holders: fewer may not inspect (行政处罚法 art. 42)."""
MOST_MEMBERS = 20


class CannotForm(Refusal):
    """These people cannot be a group."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is to join a group, as the register knows them."""

    number: str
    name: str
    organization: str
    is_active: bool = True
    is_certified: bool = True
    """Holds a certificate; an expert may have none."""
    group: str = ""
    """The number of the group in which they are already."""


def check_group(*, name: str, organization: str, leader: str, members: Sequence[Candidate]) -> None:
    """Whether these members may be a group of an organization; `leader` is a member's number.

    Raises:
        CannotForm: too few or too many certificate holders, no leader among them, or a member who is not free.
    """
    if not name.strip():
        raise CannotForm(gettext_noop("请填写小组名称"))
    certified = [each for each in members if each.is_certified]
    if len(certified) < LEAST_MEMBERS:
        raise CannotForm(
            gettext_noop("检查小组至少要有%(least)s名持有执法证的成员,现有%(count)s名"),
            least=LEAST_MEMBERS,
            count=len(certified),
        )
    if len(members) > MOST_MEMBERS:
        raise CannotForm(gettext_noop("检查小组最多%(most)s人"), most=MOST_MEMBERS)
    if leader not in {each.number for each in certified}:
        raise CannotForm(gettext_noop("组长须是持有执法证的小组成员"))
    for each in members:
        _check_free(each, organization)


def _check_free(member: Candidate, organization: str) -> None:
    if member.organization != organization:
        raise CannotForm(gettext_noop("“%(name)s”是其他单位的人员,小组成员须属同一单位"), name=member.name)
    if not member.is_active:
        raise CannotForm(gettext_noop("“%(name)s”不在岗,不能编入小组"), name=member.name)
    if member.group:
        raise CannotForm(
            gettext_noop("“%(name)s”已在小组 %(group)s 中,请先解散该小组"), name=member.name, group=member.group
        )
