"""Who may be a group (检查小组): a table of the house, readable by an official."""

import pytest

from mingcha.registers.grouping import Candidate, CannotForm, check_group
from tests.drawn import rows

# a member is: name, then what is special: !certificate, !duty, @other organization, #in another group
GROUPS = """
    members              | leader | may | sentence
    甲, 乙                 | 甲     | yes | -
    甲, 乙, 丙!certificate   | 乙     | yes | -
    甲                    | 甲     | no  | 至少要有2名持有执法证的成员,现有1名
    甲, 丙!certificate      | 甲     | no  | 至少要有2名持有执法证的成员,现有1名
    甲, 乙                 | 丁     | no  | 组长须是持有执法证的小组成员
    甲, 乙, 丙!certificate   | 丙     | no  | 组长须是持有执法证的小组成员
    甲, 乙!duty            | 甲     | no  | “乙”不在岗,不能编入小组
    甲, 乙@                | 甲     | no  | “乙”是其他单位的人员,小组成员须属同一单位
    甲, 乙#                | 甲     | no  | “乙”已在小组 G4416022026001 中,请先解散该小组
"""


def member(text):
    name = text[0]
    return Candidate(
        number=name,
        name=name,
        organization="dy" if "@" in text else "yc",
        is_active="!duty" not in text,
        is_certified="!certificate" not in text,
        group="G4416022026001" if "#" in text else "",
    )


@pytest.mark.parametrize("case", rows(GROUPS), ids=lambda case: f"{case['members']}, led by {case['leader']}")
def test_a_group_is_free_people_of_one_organization_with_a_certified_leader(case):
    members = [member(text.strip()) for text in case["members"].split(",")]

    def check():
        check_group(name="一组", organization="yc", leader=case["leader"], members=members)

    if case["may"] == "yes":
        check()
    else:
        with pytest.raises(CannotForm, match=case["sentence"]):
            check()


def test_a_group_has_a_name_and_twenty_members_at_the_most():
    many = [member(chr(0x4E00 + n)) for n in range(21)]

    with pytest.raises(CannotForm, match="请填写小组名称"):
        check_group(name=" ", organization="yc", leader=many[0].number, members=many[:2])
    with pytest.raises(CannotForm, match="最多20人"):
        check_group(name="大组", organization="yc", leader=many[0].number, members=many)
