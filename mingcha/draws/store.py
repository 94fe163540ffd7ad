"""Files kept under their own digest (内容寻址): what was frozen and what was released. A changed file is noticed."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from mingcha.kernel.refusal import Refusal, gettext_noop


class FileChanged(Refusal):
    """A kept file is missing, or its content is not what was kept."""


def frames() -> Path:
    """Where frozen frames lie."""
    return Path(settings.MINGCHA_FRAMES)


def bundles() -> Path:
    """Where released bundles lie."""
    return Path(settings.MEDIA_ROOT) / "bundles"


def keep(folder: Path, content: bytes) -> str:
    """Keep the content and give its name, the SHA-256; keeping it twice changes nothing."""
    name = hashlib.sha256(content).hexdigest()
    target = folder / name
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, draft = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(target)
        _settle(folder)
    return name


def _settle(folder: Path) -> None:
    """Have the name itself on the disk: the database will refer to it, and the power may fail."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def find(folder: Path, name: str) -> Path:
    """The path of a kept file whose content still bears its name.

    Raises:
        FileChanged: it is missing or was changed.
    """
    target = folder / name
    try:
        with target.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        found = ""
    if found != name or not name:
        raise FileChanged(gettext_noop("存档文件 %(name)s 缺失或已被改动,请从备份恢复并查明原因"), name=name[:16])
    return target


def read(folder: Path, name: str) -> bytes:
    """The content of a kept file.

    Raises:
        FileChanged: it is missing or was changed.
    """
    return find(folder, name).read_bytes()
