"""Verifying a bundle file (核验), with reasons in Chinese; needs neither database nor settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fairdraw import Refused, Report, verify_bundle

PROVEN, FAILED, UNREADABLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: the exit code, why it failed, and the whole report if the file could be read."""

    exit_code: int
    reasons: tuple[str, ...] = ()
    report: Report | None = None

    @property
    def proves_all(self) -> bool:
        """Whether the whole draw was repeated, and nothing of it was found wrong."""
        return self.exit_code == PROVEN and self.report is not None and self.report.whole


def verify_file(path: Path, *, trusted_keys: Sequence[str] = ()) -> Verdict:
    """Verify a bundle: 0 proven, 1 a check failed, 2 it cannot be read."""
    try:
        report = verify_bundle(path.read_bytes(), trusted_keys=trusted_keys)
    except Refused as refusal:
        return Verdict(UNREADABLE, (str(refusal),))
    except OSError as error:
        return Verdict(UNREADABLE, (f"文件无法读取:{error.strerror}",))
    return Verdict(report.exit_code, tuple(f"{each.title}:{each.refusal}" for each in report.failed), report)
