"""Uploaded files, kept under their digest: the same file twice is one file, and a preview can be repeated."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files import File

from mingcha.kernel.refusal import gettext_noop
from mingcha.registers.rules import CannotImport

MOST_BYTES = 50 * 1024 * 1024


def content_of(file: File) -> bytes:
    """The bytes of an upload, and no more of them than it takes to refuse it as too large."""
    return bytes(file.read(MOST_BYTES + 1))


def keep(content: bytes) -> str:
    """Keep a file, for its owner's eyes only, and give its SHA-256.

    Raises:
        CannotImport: it is too large.
    """
    if len(content) > MOST_BYTES:
        raise CannotImport(gettext_noop("文件超过50MB,请拆分后分批导入"))
    digest = hashlib.sha256(content).hexdigest()
    target = _path(digest)
    if not target.exists():
        for folder in reversed((target.parent, *target.parents[1:3])):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, partial = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(partial).replace(target)
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
