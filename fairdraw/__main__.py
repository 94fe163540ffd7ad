"""The command line: `python -m fairdraw verify FILE`, and single seeds and tickets for those who count along.

Exit codes: 0 proven, 1 a check failed, 2 the file cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from fairdraw.bundle import Unreadable
from fairdraw.canonical import from_hex
from fairdraw.draw import ticket
from fairdraw.refused import Refused, gettext_noop
from fairdraw.report import Report
from fairdraw.seed import derive_seed
from fairdraw.suite import SUITES
from fairdraw.verify import verify_bundle
from fairdraw.words import say


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except (Refused, OSError) as refusal:
        message = say(refusal.message, asked.lang, refusal.details) if isinstance(refusal, Refused) else str(refusal)
        print(message, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fairdraw", description="公平抽取:验证与复算 · verify and repeat fair draws")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="zh 中文 · en English")
    commands = parser.add_subparsers(required=True)
    verify = commands.add_parser("verify", help="验证档案包 · verify a bundle")
    verify.add_argument("file", type=Path)
    verify.add_argument("--key", action="append", default=[], help="已知的日志或见证人公钥 · a key you know (vkey)")
    verify.add_argument("--json", action="store_true", help="机器可读 · for machines")
    verify.set_defaults(run=_verify)
    one = commands.add_parser("ticket", help="计算抽签号 · compute tickets")
    one.add_argument("seed")
    one.add_argument("units", nargs="+")
    one.set_defaults(run=_ticket)
    seed = commands.add_parser("seed", help="计算种子 · compute the seed")
    seed.add_argument("--salt", required=True, help="hex")
    seed.add_argument("--statement-digest", required=True, help="hex")
    seed.add_argument("--entropy", required=True, action="append", help="hex; 按公告次序 · in declared order")
    seed.set_defaults(run=_seed)
    for command in (one, seed):
        command.add_argument("--suite", choices=sorted(SUITES), default="SHA-256")
    return parser


def _ticket(asked: argparse.Namespace) -> int:
    for unit in asked.units:
        print(f"{ticket(asked.seed, unit, asked.suite)}  {unit}")
    return 0


def _seed(asked: argparse.Namespace) -> int:
    entropies = [from_hex(value) for value in asked.entropy]
    statement_digest = from_hex(asked.statement_digest, 32)
    salt = from_hex(asked.salt, 32)
    print(derive_seed(salt=salt, statement_digest=statement_digest, entropies=entropies, suite=asked.suite))
    return 0


def _verify(asked: argparse.Namespace) -> int:
    try:
        report = verify_bundle(asked.file.read_bytes(), trusted_keys=asked.key)
    except Unreadable as refusal:
        print(f"✗ {say(refusal.message, asked.lang, refusal.details)}", file=sys.stderr)
        return 2
    except MemoryError:
        print(f"✗ {say(gettext_noop('本机内存不够,不能核验这个文件'), asked.lang)}", file=sys.stderr)
        return 2
    print(_machine(report, asked.lang) if asked.json else _people(report, asked.lang))
    return report.exit_code


def _people(report: Report, lang: str) -> str:
    lines = [say(gettext_noop("场次 %(number)s"), lang, {"number": report.ceremony or "?"})]
    for check in report.checks:
        lines.append(f"{'✓' if check.passed else '✗'} {say(check.title, lang)}")
        if check.refusal is not None:
            lines.append(f"    {say(check.refusal.message, lang, check.refusal.details)}")
    lines += [f"! {say(told.message, lang, told.details)}" for told in report.notes]
    if report.rests_on:
        lines += ["", say(gettext_noop("本文件不能证明的:"), lang)]
        lines += [f"· {say(told.message, lang, told.details)}" for told in report.rests_on]
    lines += ["", say(_verdict(report), lang)]
    return "\n".join(lines)


def _verdict(report: Report) -> str:
    if not report.ok:
        return gettext_noop("未通过:以上带 ✗ 的检查不成立。")
    if report.whole:
        return gettext_noop("已证明:整个抽取可以复算,结果一致。")
    return gettext_noop("已证明公开部分;抽取本身以审计方会签为据。")


def _machine(report: Report, lang: str) -> str:
    return json.dumps(
        {
            "ok": report.ok,
            "ceremony": report.ceremony,
            "release": report.release,
            "rehearsal": report.rehearsal,
            "whole": report.whole,
            "facts": dict(report.facts),
            "checks": [
                {
                    "name": check.name,
                    "passed": check.passed,
                    "why": check.refusal and say(check.refusal.message, lang, check.refusal.details),
                }
                for check in report.checks
            ],
            "notes": [say(told.message, lang, told.details) for told in report.notes],
            "rests_on": [say(told.message, lang, told.details) for told in report.rests_on],
        },
        ensure_ascii=False,
        indent=2,
    )


if __name__ == "__main__":
    sys.exit(main())
