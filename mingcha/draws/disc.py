"""Files for the optical disc (刻盘文件): the bundle, the papers, two verifiers, and the digests of them all."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

import fairdraw
from mingcha.draws import certificate, documents, minutes, papers, queries
from mingcha.draws.models import Ceremony

DIGESTS, HOW = "SHA256SUMS", "核验说明.txt"
STRANGER = Path(settings.BASE_DIR) / "spec"
"""The second verifier; it lies beside the program, not inside it, and may be absent from an installed one."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(ceremony: Ceremony, *, for_auditors: bool) -> bytes:
    """The disc as one ZIP; the same ceremony as it stands gives the same list of files.

    Raises:
        CannotRelease: there is no bundle yet that the actor may see.
        FileChanged: the kept bundle is missing or changed.
    """
    files = {f"{ceremony.number}.zip": queries.bundle_bytes(ceremony, for_auditors=for_auditors)}
    files["certificate.pdf"] = fairdraw.read_bundle(files[f"{ceremony.number}.zip"])["certificate.pdf"]
    if ceremony.certificate:
        files["certificate.docx"] = documents.write(certificate.paper(ceremony))
    record = minutes.write(ceremony)
    files["minutes.pdf"], files["minutes.docx"] = papers.pdf(record), documents.write(record)
    files |= _verifiers()
    files[HOW] = HOW_TO.format(number=ceremony.number).encode()
    files[DIGESTS] = digests(files)
    return _zipped(files)


def digests(files: Mapping[str, bytes]) -> bytes:
    """The list that `sha256sum -c` reads."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def _verifiers() -> dict[str, bytes]:
    heart = Path(fairdraw.__file__).parent
    found = {f"fairdraw/{path.name}": path.read_bytes() for path in sorted(heart.glob("*.py"))}
    return found | {f"spec/{path.name}": path.read_bytes() for path in sorted(STRANGER.glob("*.py"))}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return written.getvalue()


HOW_TO = """随机抽取刻盘文件 {number}

请将全部文件刻录两份光盘,一份随案卷存档,一份交监督单位。

一、核对文件是否完整(Linux、macOS):
    sha256sum -c SHA256SUMS
二、复算抽取(任何装有 Python 3.11 以上版本的机器,无需联网):
    python -m fairdraw verify {number}.zip
三、用没有共用代码的独立程序再复算一遍(盘中有 spec 目录时):
    python spec/verify.py {number}.zip
四、留痕公钥请与从别处取得的核对;程序核验后会显示所用公钥。

盘中 certificate 为抽取证书,minutes 为摇号记录。
"""
