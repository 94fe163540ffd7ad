"""Hashes, hex and JSON as draw.md ("Bytes") writes them."""

import hashlib
import hmac
import json
import re
import unicodedata

HEX = "[0-9a-f]{64}"
TEXT = r".*\S.*"
CODE = r"[0-9A-Za-z._/-]{1,64}"
NUMBER = r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"
DECIMAL = r"[0-9]{1,30}(\.[0-9]{1,30})?"
HASHES = {"SHA-256": "sha256", "SM3": "sm3"}  # both come with OpenSSL


def need(condition, what):
    if not condition:
        raise AssertionError(what)


def digest(suite, *parts):
    return hashlib.new(HASHES[suite], b"".join(parts)).digest()


def mac(suite, key, message):
    return hmac.digest(key, message, HASHES[suite])


def unhex(text, length=None):
    need(re.fullmatch("([0-9a-f]{2})*", text) and length in (None, len(text) // 2), f"not lowercase hex: {text}")
    return bytes.fromhex(text)


def jcs(value):
    """Write an object whose keys are in order already."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def load(data):
    """Read JSON that is canonical (RFC 8785), holds no fraction, no number from 2^53 on, and 99 levels at most."""
    readers = dict.fromkeys(("parse_int", "parse_float", "parse_constant"), _whole)
    value = json.loads(data.decode(), object_pairs_hook=_object, **readers)
    need(all(unicodedata.is_normalized("NFC", text) for text in _texts(value)), "text is not NFC")
    need(jcs(value) == data, "JSON is not canonical")
    return value


def _texts(value, depth=0):
    need(depth < 100, "JSON is nested too deep")
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value if isinstance(value, list) else [*value, *value.values()]:
            yield from _texts(part, depth + 1)


def _object(pairs):
    keys = [key.encode("utf-16-be") for key, _ in pairs]
    need(keys == sorted(set(keys)), "the keys of an object are not in order")
    return dict(pairs)


def _whole(text):
    need(len(text) < 18 and abs(int(text)) < 2**53, f"not a whole number below 2^53: {text[:20]}")
    return int(text)


def fits(shape, value):
    """Whether a value has a shape: a pattern, a type, a list or an object of shapes, or one of several.

    In an object of shapes a key may end with "?" (it may be absent) or be "*" (any keys).
    """
    if isinstance(shape, tuple):
        return any(fits(one, value) for one in shape)
    if isinstance(shape, str):
        return isinstance(value, str) and re.fullmatch(shape, value, re.DOTALL) is not None
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(shape[0], item) for item in value)
    if not isinstance(shape, dict):
        return shape in (object, value) or (type(value) is shape and (shape is not int or value >= 0))
    if not isinstance(value, dict):
        return False
    if "*" in shape:
        return all(fits(shape["*"], item) for item in value.values())
    shapes = {key.rstrip("?"): inner for key, inner in shape.items()}
    needed = {key for key in shape if not key.endswith("?")}
    return needed <= set(value) <= set(shapes) and all(fits(shapes[key], item) for key, item in value.items())
