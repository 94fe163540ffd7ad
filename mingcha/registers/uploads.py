"""Uploaded files, kept under their digest: the same file twice is one file, and a preview can be repeated."""

import hashlib
import os
from pathlib import Path

from django.conf import settings

from mingcha.kernel.refusal import gettext_noop
from mingcha.registers.rules import CannotImport


def keep(content: bytes) -> str:
    """Keep a file and give its SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    target = _path(digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(f".{os.getpid()}")
        partial.write_bytes(content)
        partial.replace(target)
    return digest


def fetch(digest: str) -> bytes:
    """The file of a digest.

    Raises:
        CannotImport: there is none.
    """
    if len(digest) != 64 or not digest.isalnum() or not _path(digest).exists():
        raise CannotImport(gettext_noop("上传的文件已不在,请重新上传"))
    return _path(digest).read_bytes()


def _path(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / digest[:2] / digest
