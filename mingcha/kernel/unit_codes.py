"""What kind of number names a subject (检查对象).

Lists hold credit codes, registration numbers of fifteen and of thirteen digits, and numbers of a register's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from mingcha.kernel import registration_number, uscc
from mingcha.kernel.invalid_code import InvalidCode, InvalidFormat
from mingcha.kernel.refusal import gettext_noop
from mingcha.kernel.widths import to_half

# Draw protocol, section 3: what a unit's public identifier may hold.
_OWN = re.compile(r"[0-9A-Za-z._/-]{1,64}")


class CodeKind(StrEnum):
    """The kinds of number by which a subject is named."""

    USCC = "USCC"
    REGISTRATION_15 = "REGISTRATION_15"
    REGISTRATION_13 = "REGISTRATION_13"
    OWN = "OWN"


LABELS = {
    CodeKind.USCC: gettext_noop("统一社会信用代码"),
    CodeKind.REGISTRATION_15: gettext_noop("15位注册号"),
    CodeKind.REGISTRATION_13: gettext_noop("13位注册号"),
    CodeKind.OWN: gettext_noop("自编号"),
}


@dataclass(frozen=True, slots=True)
class UnitCode:
    """A number, the kind it looks like, and what is wrong with it, if anything."""

    text: str
    kind: CodeKind
    fault: InvalidCode | None = None

    @property
    def is_valid(self) -> bool:
        """Whether the number passes the checks of its kind."""
        return self.fault is None


def classify(code: str) -> UnitCode:
    """Tell by its shape what a number is, and check it by the rules of that kind.

    The shape decides, so a mistyped credit code stays a (faulty) credit code and does not become an own number.
    """
    number = uscc.compact(code)
    if len(number) == 18 and number.isascii() and number.isalnum():
        return _checked(number, CodeKind.USCC)
    if len(number) == 15 and number.isascii() and number.isdigit():
        return _checked(number, CodeKind.REGISTRATION_15)
    if len(number) == 13 and number.isascii() and number.isdigit():
        return UnitCode(number, CodeKind.REGISTRATION_13)  # numbers before GS15-2006 have no check digit
    return _own(code)


def _checked(number: str, kind: CodeKind) -> UnitCode:
    try:
        if kind is CodeKind.USCC:
            uscc.validate(number)
        else:
            registration_number.validate(number)
    except InvalidCode as fault:
        return UnitCode(number, kind, fault)
    return UnitCode(number, kind)


def _own(code: str) -> UnitCode:
    text = to_half(code).strip()
    if _OWN.fullmatch(text):
        return UnitCode(text, CodeKind.OWN)
    fault = InvalidFormat(gettext_noop("自编号只能由1至64个数字、英文字母和“. _ / -”组成:%(code)s"), code=text[:80])
    return UnitCode(text, CodeKind.OWN, fault)
