"""Registration number of a market entity (工商注册号), GS15-2006: the number before the unified credit code.

Fifteen digits: registering authority (6, GB/T 2260), serial (8), check digit (1, ISO 7064 MOD 11,10). The first digit
of the serial tells domestic enterprises (0-3), foreign-funded ones (4-5) and individual businesses (6-9) apart.

>>> validate("441602000000017")
'441602000000017'
>>> is_valid("441602000000018")
False
"""

from __future__ import annotations

from mingcha.kernel.invalid_code import InvalidChecksum, InvalidFormat, InvalidLength
from mingcha.kernel.refusal import gettext_noop
from mingcha.kernel.uscc import compact as compact

LENGTH = 15


def calc_check_digit(number: str) -> str:
    """The fifteenth digit for the first fourteen."""
    product = 10
    for digit in number[:14]:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def validate(number: str) -> str:
    """The number in compact form, if it is valid.

    Raises:
        InvalidLength: not 15 digits.
        InvalidFormat: something else than digits.
        InvalidChecksum: the check digit does not agree.
    """
    number = compact(number)
    if len(number) != LENGTH:
        raise InvalidLength(gettext_noop("注册号应为15位,现为%(length)d位:%(code)s"), length=len(number), code=number)
    if not (number.isascii() and number.isdigit()):
        raise InvalidFormat(gettext_noop("注册号应全为数字:%(code)s"), code=number)
    if number[14] != calc_check_digit(number):
        raise InvalidChecksum(gettext_noop("注册号校验码不符:%(code)s"), code=number)
    return number


def is_valid(number: str) -> bool:
    """Whether `validate` would let the number pass."""
    try:
        validate(number)
    except (InvalidLength, InvalidFormat, InvalidChecksum):
        return False
    return True


def build(region: str, serial: str) -> str:
    """A valid number from region (6 digits) and serial (8 digits)."""
    return region + serial + calc_check_digit(region + serial)


def format(number: str) -> str:
    """The number as it is printed on a licence: compact."""
    return compact(number)
