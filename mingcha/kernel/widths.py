"""Full-width and half-width letters: what an input method types instead of plain ASCII (全角、半角)."""

from __future__ import annotations

import unicodedata

_SPACES = dict.fromkeys([0x3000, 0x00A0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F], " ")
_DASHES = dict.fromkeys([0x2010, 0x2011, 0x2212], "-")
_HALF = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | _SPACES | _DASHES


def to_half(text: str) -> str:
    """Fold full-width letters, digits, signs and spaces to ASCII; everything else stays.

    NFKC is not used: it would also turn ① into 1 and ㎡ into m2, which nobody typed.
    """
    return unicodedata.normalize("NFC", text).translate(_HALF)


def search_key(text: str) -> str:
    """The form in which two spellings of one name are equal: half-width, upper case, without spaces.

    >>> search_key("河源市ＡＢ贸易（广东）有限公司")
    '河源市AB贸易(广东)有限公司'
    """
    return "".join(to_half(text).upper().split())
