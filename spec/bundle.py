"""The bundle as a file (draw.md): one ZIP that is written in one way only, with some members compressed (gzip)."""

import io
import zipfile
import zlib

from canonical import fits, need

MEMBER = (
    r"statement\.json|entropy\.json|ledger-proof\.json|certificate\.pdf|salt|inspectors\.jsonl|(selection|reserves|teams)\.csv"
    r"|designs/[0-9A-Za-z._-]+\.json|(frames|burdens)/[0-9A-Za-z._-]+\.tsv\.gz"
)


def unpacked(content):
    """The files of a bundle, once it is the ZIP that draw.md makes of them, to the last byte."""
    need(len(content) <= 2**30, "it is too large")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        need(len(entries) < 10000 and all(entry.compress_type == zipfile.ZIP_STORED for entry in entries), "not stored")
        need(sum(entry.file_size for entry in entries) <= len(content), "it would swell")
        files = {name: archive.read(name) for name in archive.namelist()}
    need(all(fits(MEMBER, name) for name in files), "a file has no place in a bundle")
    with zipfile.ZipFile(again := io.BytesIO(), "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, files[name])
    need(again.getvalue() == content, "not packed as a bundle is")
    return files


def unzipped(content):
    stream, most = zlib.decompressobj(wbits=31), min(100 * len(content), 2**30)
    plain = stream.decompress(content, most + 1)
    need(stream.eof and not stream.unused_data and len(plain) <= most, "not one whole gzip file, or it swells")
    return plain
