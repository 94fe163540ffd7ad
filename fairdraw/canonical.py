"""One way to write things down: canonical JSON (RFC 8785) without fractions, codes, numbers and decimals."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction

from fairdraw.refused import Refused, gettext_noop

_CODE = re.compile(r"[0-9A-Za-z._/-]{1,64}")
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_DECIMAL = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")
_HEX = re.compile(r"([0-9a-f]{2})*")
_AS_TEXT = json.JSONEncoder(ensure_ascii=False).encode
_DEEPEST = 99  # lists and objects within each other; readers have limits of their own, this is one for all
_LARGEST = 2**53 - 1  # RFC 8785 keeps to what every JSON reader holds exactly


class NotCanonical(Refused):
    """The thing has no canonical form, or is not written in it."""


def jcs(value: object) -> bytes:
    """Write a value as canonical JSON.

    Raises:
        NotCanonical: it holds a float, an integer of 2^53 or more, text that is not NFC, something JSON has not, or
            a value inside more than 99 lists and objects.
    """
    return _written(value).encode()


def _written(value: object, depth: int = 0) -> str:
    if depth > _DEEPEST:
        raise NotCanonical(gettext_noop("JSON 的层次超过 %(most)s 层"), most=_DEEPEST)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise NotCanonical(gettext_noop("整数过大:%(number)s"), number=value)
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical(gettext_noop("JSON 的键必须是文本"))
        pairs = sorted(((_quoted(key), key) for key in value), key=lambda pair: pair[1].encode("utf-16-be"))
        return "{" + ",".join(f"{quoted}:{_written(value[key], depth + 1)}" for quoted, key in pairs) + "}"
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return "[" + ",".join(_written(item, depth + 1) for item in value) + "]"
    raise NotCanonical(gettext_noop("规程不允许 %(kind)s 类型的值"), kind=type(value).__name__)


def _quoted(text: str) -> str:
    if text.isascii():  # always NFC, never a surrogate; nearly all that is written
        return _AS_TEXT(text)
    if not unicodedata.is_normalized("NFC", text):
        raise NotCanonical(gettext_noop("文本不是 NFC 形式:%(text)s"), text=text)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotCanonical(gettext_noop("文本不能写成 UTF-8"))
    return _AS_TEXT(text)


def read_json(content: bytes) -> object:
    """Read canonical JSON; whatever would not be written back byte for byte is refused.

    Raises:
        NotCanonical: the bytes are not JSON, or not in canonical form.
    """
    try:
        value = json.loads(content.decode())
        written = jcs(value)
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical(gettext_noop("不是有效的 JSON:%(error)s"), error=str(error)) from error
    if written != content:
        raise NotCanonical(gettext_noop("JSON 不是规范形式(RFC 8785)"))
    return value


def code(text: object) -> str:
    """A unit's, stratum's, organ's or inspector's code, unchanged.

    Raises:
        NotCanonical: it is not 1 to 64 characters of `0-9 A-Z a-z . _ / -`.
    """
    if not isinstance(text, str) or not _CODE.fullmatch(text):
        raise NotCanonical(gettext_noop("不是有效的代码:%(text)s"), text=repr(text))
    return text


def number(text: object) -> str:
    """The number of a task or ceremony, unchanged; it also serves as a file name.

    Raises:
        NotCanonical: it has not the form of a number.
    """
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        raise NotCanonical(gettext_noop("不是有效的编号:%(text)s"), text=repr(text))
    return text


def decimal(text: object) -> Fraction:
    """An exact number from a decimal string such as "0.03".

    Raises:
        NotCanonical: it is not a string of that form.
    """
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise NotCanonical(gettext_noop("不是十进制小数:%(text)s"), text=repr(text))
    return Fraction(text)


def from_hex(text: object, length: int | None = None) -> bytes:
    """Bytes from lowercase hex, of the given length if one is given.

    Raises:
        NotCanonical: it is not lowercase hex, or of another length.
    """
    if not isinstance(text, str) or not _HEX.fullmatch(text) or length not in (None, len(text) // 2):
        raise NotCanonical(gettext_noop("不是小写十六进制:%(text)s"), text=repr(text))
    return bytes.fromhex(text)
