"""What kind of number names a subject, and whether it is valid (统一社会信用代码、注册号)."""

import pytest

from mingcha.kernel.unit_codes import classify
from tests.drawn import rows

NUMBERS = """
    number                     | kind            | fault
    91440300708461136T         | USCC            | -
    ９１４４０３００７０８４６１１３６ｔ | USCC            | -
    9144 0300 7084 6113 6T     | USCC            | -
    914403001922038216         | USCC            | -
    N2441625MF12345676         | USCC            | -
    N2441625MF12345677         | USCC            | 统一社会信用代码校验码不符
    91440300708461136U         | USCC            | 统一社会信用代码校验码不符
    91440300708461136I         | USCC            | 统一社会信用代码不应含有字符“I”
    Z1440300708461136T         | USCC            | 统一社会信用代码不应含有字符“Z”
    B1440300708461136T         | USCC            | 统一社会信用代码首位“B”不是登记管理部门代码
    914403A0708461136T         | USCC            | 统一社会信用代码第3至8位应为行政区划数字
    914419000000000121         | USCC            | 统一社会信用代码中的主体标识码校验不符
    441602000000017            | REGISTRATION_15 | -
    441602000000018            | REGISTRATION_15 | 注册号校验码不符
    4416001234567              | REGISTRATION_13 | -
    PROJECT-2026/001           | OWN             | -
    91440300708461136          | OWN             | -
    高新区3号厂房              | OWN             | 自编号只能由1至64个数字
"""


@pytest.mark.parametrize("case", rows(NUMBERS), ids=lambda case: case["number"])
def test_the_shape_of_a_number_tells_its_kind_and_the_kind_its_check(case):
    code = classify(case["number"])

    assert code.kind == case["kind"]
    assert code.is_valid == (case["fault"] == "-")
    assert code.is_valid or str(code.fault).startswith(case["fault"])
