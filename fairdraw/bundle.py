"""The bundle (抽取档案包): one ZIP with all that is needed to repeat a ceremony. Source: spec/draw.md."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fairdraw.canonical import jcs
from fairdraw.ceremony import Outcome
from fairdraw.design import Json
from fairdraw.frame import Inspector, burden_to_bytes, inspectors_to_bytes
from fairdraw.refused import Refused, gettext_noop
from fairdraw.statement import FrozenTask
from fairdraw.suite import digest

PUBLIC = ("statement.json", "entropy.json", "ledger-proof.json", "certificate.pdf")
_MEMBER = re.compile(
    r"statement\.json|entropy\.json|ledger-proof\.json|certificate\.pdf|salt|inspectors\.jsonl"
    r"|(selection|reserves|teams)\.csv|designs/[0-9A-Za-z._-]+\.json|(frames|burdens)/[0-9A-Za-z._-]+\.tsv\.gz"
)
_LARGEST = 1 << 30  # no honest bundle and none of its members comes near; a hostile one stops here
_MOST_FILES = 9999
_MOST_SWELLING = 100  # times its compressed size; lists of codes swell tenfold, gzip could a thousandfold


class Unreadable(Refused):
    """The file is not a bundle."""


def members(
    *,
    statement: Json,
    tasks: Iterable[FrozenTask],
    inspectors: Iterable[Inspector] | None,
    salt: bytes,
    entropy: Sequence[Json],
    outcome: Outcome,
    certificate: bytes | None = None,
) -> dict[str, bytes]:
    """All files of a ceremony but the ledger's proof, which must name their digests and therefore comes last.

    Raises:
        NotCanonical: something has no canonical form.
    """
    files = {
        "statement.json": jcs(statement),
        "entropy.json": jcs(entropy),
        "salt": salt,
        **outcome.files,
    }
    for task in tasks:
        files[f"designs/{task.number}.json"] = jcs(task.design)
        files[f"frames/{task.number}.tsv.gz"] = gzip.compress(task.frame.to_bytes(), mtime=0)
        if task.burden is not None:
            files[f"burdens/{task.number}.tsv.gz"] = gzip.compress(burden_to_bytes(task.burden), mtime=0)
    if inspectors is not None:
        files["inspectors.jsonl"] = inspectors_to_bytes(inspectors)
    if certificate is not None:
        files["certificate.pdf"] = certificate
    return dict(sorted(files.items()))


def public_members(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What the public gets of a sealed ceremony."""
    return {name: content for name, content in files.items() if name in PUBLIC}


def manifest(files: Mapping[str, bytes], suite: str = "SHA-256") -> dict[str, str]:
    """The fact `members` of the ledger's release entry: the digest of every file but the ledger's proof."""
    return {name: digest(content, suite) for name, content in sorted(files.items()) if name != "ledger-proof.json"}


def ledger_proof(*, vkey: str, checkpoint: str, entries: Iterable[tuple[int, Json, Sequence[bytes]]]) -> bytes:
    """The file `ledger-proof.json` from (index, body, inclusion proof) of each entry of the ceremony."""
    listed: list[dict[str, Any]] = [
        {"index": index, "body": body, "proof": [sibling.hex() for sibling in proof]}
        for index, body, proof in sorted(entries, key=lambda entry: entry[0])
    ]
    return jcs({"vkey": vkey, "checkpoint": checkpoint, "entries": listed})


def write_bundle(files: Mapping[str, bytes]) -> bytes:
    """The ZIP of these files; the same files give the same bytes.

    Raises:
        Unreadable: a file has no place in a bundle.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            _check_name(name)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # else the machine that writes shows
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def read_bundle(content: bytes) -> dict[str, bytes]:
    """The files of a bundle.

    Raises:
        Unreadable: it is not a ZIP, is damaged, larger than 1 GiB or of more than 9999 files, holds a file that has no
            place in a bundle, or has other bytes than `write_bundle` gives these files: a file twice, another order or
            date, compressed, with something added.
    """
    if len(content) > _LARGEST:
        raise Unreadable(gettext_noop("档案包过大"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_FILES:
                raise Unreadable(gettext_noop("档案包过大"))
            for entry in entries:
                _check_name(entry.filename)
            is_stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries) and (
                sum(entry.file_size for entry in entries) <= len(content)  # a hostile one would swell in memory
            )
            files = {entry.filename: archive.read(entry) for entry in entries} if is_stored else {}
    except Unreadable:
        raise
    except Exception as error:  # zipfile says what is wrong with a hostile file in a dozen ways
        raise Unreadable(gettext_noop("档案包无法读取:%(error)s"), error=str(error)) from error
    if write_bundle(files) != content:
        raise Unreadable(gettext_noop("档案包不是按规程打包的,请使用下载的原文件"))
    return files


def _check_name(name: str) -> None:
    if not _MEMBER.fullmatch(name):
        raise Unreadable(gettext_noop("档案包中有不认识的文件:%(name)s"), name=name)


def unzipped(content: bytes) -> bytes:
    """A member that is compressed by itself (gzip).

    Raises:
        Unreadable: it is not one whole gzip stream, or swells to more than 100 times its size or 1 GiB.
    """
    stream, most = zlib.decompressobj(wbits=31), min(_MOST_SWELLING * len(content), _LARGEST)
    try:
        plain = stream.decompress(content, most + 1)
    except zlib.error as error:
        raise Unreadable(gettext_noop("压缩文件已损坏:%(error)s"), error=str(error)) from error
    if not stream.eof or stream.unused_data or len(plain) > most:
        raise Unreadable(gettext_noop("压缩文件已损坏:%(error)s"), error="gzip")
    return plain
