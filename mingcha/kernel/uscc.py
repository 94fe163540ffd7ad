"""Unified social credit code (统一社会信用代码), GB 32100-2015 with its amendment of 2021.

Eighteen characters: registering authority (1), kind of body (1), region (6, GB/T 2260), organisation code (9,
GB 11714 with a check character of its own), check character (1). The letters I, O, S, V and Z do not occur.

A sibling of python-stdnum's modules with the same functions. `stdnum.cn.uscc` refuses codes that begin with a letter
(A military, N rural collectives, Y others) and does not look into the organisation code, hence this module.

>>> validate("91440300708461136T")
'91440300708461136T'
>>> validate("９１４４０３００７０８４６１１３６ｔ")
'91440300708461136T'
>>> is_valid("914403007084611360")
False
"""

from __future__ import annotations

from typing import NamedTuple

from mingcha.kernel.invalid_code import InvalidChecksum, InvalidFormat, InvalidLength, InvalidOrganisationCode
from mingcha.kernel.refusal import gettext_noop
from mingcha.kernel.widths import to_half

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_SEPARATORS = str.maketrans("", "", " -\t\r\n\u200b\ufeff")

#: First character: the authority that gave the code (登记管理部门).
AUTHORITIES = {
    "1": gettext_noop("机构编制"),
    "2": gettext_noop("外交"),
    "3": gettext_noop("司法行政"),
    "4": gettext_noop("文化"),
    "5": gettext_noop("民政"),
    "6": gettext_noop("旅游"),
    "7": gettext_noop("宗教"),
    "8": gettext_noop("工会"),
    "9": gettext_noop("市场监管"),
    "A": gettext_noop("中央军委改革和编制办公室"),
    "N": gettext_noop("农业"),
    "Y": gettext_noop("其他"),
}

#: First two characters: the kind of body (机构类别), where the standard names it and a city meets it.
KINDS = {
    "11": gettext_noop("机关"),
    "12": gettext_noop("事业单位"),
    "13": gettext_noop("编办直接管理机构编制的群众团体"),
    "31": gettext_noop("律师执业机构"),
    "32": gettext_noop("公证处"),
    "33": gettext_noop("基层法律服务所"),
    "34": gettext_noop("司法鉴定机构"),
    "51": gettext_noop("社会团体"),
    "52": gettext_noop("民办非企业单位"),
    "53": gettext_noop("基金会"),
    "81": gettext_noop("基层工会"),
    "91": gettext_noop("企业"),
    "92": gettext_noop("个体工商户"),
    "93": gettext_noop("农民专业合作社"),
    "N1": gettext_noop("组级集体经济组织"),
    "N2": gettext_noop("村级集体经济组织"),
    "N3": gettext_noop("乡镇级集体经济组织"),
}


class Parts(NamedTuple):
    """The five parts of a credit code."""

    authority: str
    kind: str
    region: str
    organisation_code: str
    check: str


def compact(number: str) -> str:
    """The number in half width and upper case, without blanks and hyphens."""
    return to_half(number).translate(_SEPARATORS).upper()


def calc_check_digit(number: str) -> str:
    """The last character for the first seventeen (GB 32100-2015, 附录 A)."""
    total = sum(_VALUES[character] * weight for character, weight in zip(number, _WEIGHTS, strict=False))
    return ALPHABET[-total % 31]


def calc_organisation_check_digit(number: str) -> str:
    """The ninth character of an organisation code for its first eight (GB 11714); letters count 10 to 35."""
    total = sum(int(character, 36) * weight for character, weight in zip(number, _ORGANISATION_WEIGHTS, strict=False))
    return "0123456789X"[-total % 11]


def validate(number: str, *, check_organisation_code: bool = True) -> str:
    """The number in compact form, if it is valid.

    Two in ten thousand codes in the registers carry a faulty organisation code; a caller who must take them as they
    are turns that check off and says so.

    Raises:
        InvalidLength: not 18 characters.
        InvalidFormat: a character that may not stand where it stands.
        InvalidOrganisationCode: the inner check (GB 11714) fails.
        InvalidChecksum: the outer check (GB 32100) fails.
    """
    number = compact(number)
    if len(number) != 18:
        raise InvalidLength(
            gettext_noop("统一社会信用代码应为18位,现为%(length)d位:%(code)s"), length=len(number), code=number
        )
    wrong = [character for character in number if character not in _VALUES]
    if wrong:
        raise InvalidFormat(
            gettext_noop("统一社会信用代码不应含有字符“%(character)s”:%(code)s"), character=wrong[0], code=number
        )
    parts = split(number)
    if parts.authority not in AUTHORITIES:
        raise InvalidFormat(
            gettext_noop("统一社会信用代码首位“%(character)s”不是登记管理部门代码:%(code)s"),
            character=parts.authority,
            code=number,
        )
    if not parts.region.isdigit():
        raise InvalidFormat(gettext_noop("统一社会信用代码第3至8位应为行政区划数字:%(code)s"), code=number)
    if number[17] != calc_check_digit(number):
        raise InvalidChecksum(gettext_noop("统一社会信用代码校验码不符:%(code)s"), code=number)
    if check_organisation_code and number[16] != calc_organisation_check_digit(number[8:16]):
        raise InvalidOrganisationCode(gettext_noop("统一社会信用代码中的主体标识码校验不符:%(code)s"), code=number)
    return number


def is_valid(number: str, *, check_organisation_code: bool = True) -> bool:
    """Whether `validate` would let the number pass."""
    try:
        validate(number, check_organisation_code=check_organisation_code)
    except (InvalidLength, InvalidFormat, InvalidChecksum):
        return False
    return True


def split(number: str) -> Parts:
    """The parts of a number of 18 characters, whether it is valid or not."""
    number = compact(number)
    return Parts(number[0:1], number[1:2], number[2:8], number[8:17], number[17:18])


def build(authority_and_kind: str, region: str, organisation: str) -> str:
    """A valid code from its free parts: two characters, six digits, the first eight of the organisation code."""
    code = authority_and_kind + region + organisation + calc_organisation_check_digit(organisation)
    return code + calc_check_digit(code)


def format(number: str) -> str:
    """The number as it is printed on a licence: compact."""
    return compact(number)
