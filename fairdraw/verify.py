"""Verifying a bundle (验证): repeat everything that can be repeated, and say what could not be.

Each check is a function of the case that raises a refusal if something is wrong. A check whose ground is missing
because an earlier one failed is not made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fairdraw.bundle import PUBLIC, manifest, read_bundle, unzipped
from fairdraw.canonical import from_hex, jcs, read_json
from fairdraw.ceremony import Outcome, hold
from fairdraw.design import read_design
from fairdraw.entropy import read_entropy
from fairdraw.evidence import is_text
from fairdraw.fairness import check_assignment
from fairdraw.frame import Frame, Inspector, burden_from_bytes, inspectors_from_bytes
from fairdraw.merkle import leaf_hash, verify_inclusion
from fairdraw.note import ED25519, Checkpoint, Key, Note, signed_checkpoint
from fairdraw.refused import Refused, gettext_noop
from fairdraw.report import Check, Difference, Differs, Report, Told, Wrong
from fairdraw.seed import commit_salt
from fairdraw.sources import PUBLIC_KINDS, told
from fairdraw.statement import (
    FrozenTask,
    check_inspectors_given,
    read_statement,
    statement_digest,
    task_entry,
)
from fairdraw.suite import digest, sha256
from fairdraw.teams import HEADER as TEAMS_HEADER
from fairdraw.teams import Place


@dataclass(slots=True)
class _Case:
    """What is known so far."""

    files: Mapping[str, bytes]
    trusted: tuple[Key, ...]
    statement: dict[str, Any] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    entropies: list[bytes] = field(default_factory=list)
    tasks: list[FrozenTask] = field(default_factory=list)
    inspectors: tuple[Inspector, ...] | None = None
    outcome: Outcome | None = None
    notes: list[Told] = field(default_factory=list)
    rests_on: list[Told] = field(default_factory=list)

    @property
    def suite(self) -> str:
        return str(self.statement["suite"])

    @property
    def whole(self) -> bool:
        """Only the public's part of a sealed ceremony may come without its salt."""
        return "salt" in self.files or self.statement.get("release") != "sealed"

    def file(self, name: str) -> bytes:
        if name not in self.files:
            raise Wrong(gettext_noop("缺少文件 %(name)s"), name=name)
        return self.files[name]

    def facts(self, act: str) -> dict[str, Any]:
        found = [entry["body"]["facts"] for entry in self.entries if entry["body"]["act"] == act]
        if len(found) != 1:
            raise Wrong(gettext_noop("存证中应有一条 %(act)s,实有 %(count)s 条"), act=act, count=len(found))
        return dict(found[0])


def verify_bundle(content: bytes, *, trusted_keys: Sequence[str] = ()) -> Report:
    """Verify a bundle.

    Args:
        trusted_keys: keys (vkey) of the log and of its witnesses that the reader knows from elsewhere. With one or
            more, the checkpoint must be signed by all of them.

    Raises:
        Unreadable: it is not a bundle.
        BadNote: a trusted key is not a key.
    """
    return verify_files(read_bundle(content), trusted_keys=trusted_keys)


def verify_files(files: Mapping[str, bytes], *, trusted_keys: Sequence[str] = ()) -> Report:
    """Verify the files of a bundle; see `verify_bundle`."""
    case = _Case(files, tuple(map(Key.parse, trusted_keys)))
    checks: list[Check] = []
    made: set[str] = set()
    for name, title, needs, look in _CHECKS:
        if not set(needs) <= made or (name in _WHOLE_ONLY and not case.whole) or (name == "auditors" and case.whole):
            continue
        try:
            look(case)
        except Refused as refusal:
            checks.append(Check(name, title, refusal))
        else:
            checks.append(Check(name, title))
            made.add(name)
    return Report(
        ceremony=str(case.statement.get("ceremony", "")),
        release=str(case.statement.get("release", "")),
        rehearsal=bool(case.statement.get("rehearsal", False)),
        whole=case.whole,
        checks=tuple(checks),
        notes=tuple(case.notes),
        rests_on=tuple(case.rests_on),
        facts=_facts(case),
    )


def _facts(case: _Case) -> dict[str, Any]:
    if case.outcome is None:
        return {}
    return {
        "seed": case.outcome.seed,
        "root": case.outcome.result["root"],
        "result_digest": case.outcome.result_digest(case.suite),
        "units": sum(len(task.frame.lines) for task in case.tasks),
        "selected": sum(len(selection.selected) for selection in case.outcome.selections),
        "visits": len(case.outcome.visits),
    }


def _statement(case: _Case) -> None:
    case.statement = read_statement(read_json(case.file("statement.json")))
    if case.statement["rehearsal"]:
        case.notes.append(Told(gettext_noop("这是演练,不是正式抽取")))


def _ledger(case: _Case) -> None:
    proof = read_json(case.file("ledger-proof.json"))
    if not isinstance(proof, dict) or set(proof) != {"vkey", "checkpoint", "entries"}:
        raise Wrong(gettext_noop("存证文件的字段不对"))
    if not all(isinstance(proof[key], str) for key in ("vkey", "checkpoint")) or not isinstance(proof["entries"], list):
        raise Wrong(gettext_noop("存证文件的字段不对"))
    checkpoint = _checkpoint(case, proof["vkey"], proof["checkpoint"])
    last = -1
    for entry in proof["entries"]:
        _check_entry(entry, checkpoint, after=last, ceremony=case.statement["ceremony"])
        last = entry["index"]
    case.entries = proof["entries"]
    order = [entry["body"]["act"] for entry in case.entries if entry["body"]["act"] in _ORDER]
    if order != list(_ORDER):
        raise Wrong(gettext_noop("存证次序不对:应先公告,后抽取"))
    case.rests_on.append(Told(gettext_noop("同一任务有无其他场次,以完整日志为准")))


_ORDER = ("ceremony.commit", "ceremony.draw")


def _checkpoint(case: _Case, vkey: str, note: str) -> Checkpoint:
    key = Key.parse(vkey)
    if key.algorithm != ED25519:
        raise Wrong(gettext_noop("日志公钥不是 Ed25519:%(vkey)s"), vkey=vkey)
    checkpoint = signed_checkpoint(note, key=key, witnesses=case.trusted)
    if checkpoint.origin != key.name:
        raise Wrong(gettext_noop("检查点不属于日志 %(name)s"), name=key.name)
    if key not in case.trusted:
        case.rests_on.append(Told(gettext_noop("日志公钥取自本文件;请与另处公布的公钥核对:%(vkey)s"), {"vkey": vkey}))
    known = {(signer.name, signer.id) for signer in (key, *case.trusted)}
    for signature in Note.parse(note).signatures:
        if (signature.name, signature.id) not in known:
            told = Told(gettext_noop("没有核对 %(name)s 的签名:不知其公钥或算法"), {"name": signature.name})
            case.rests_on.append(told)
    return checkpoint


def _check_entry(entry: object, checkpoint: Checkpoint, *, after: int, ceremony: str) -> None:
    if not isinstance(entry, dict) or set(entry) != {"index", "body", "proof"}:
        raise Wrong(gettext_noop("存证条目的字段不对"))
    index, body, proof = entry["index"], entry["body"], entry["proof"]
    if type(index) is not int or index <= after or not isinstance(proof, list):
        raise Wrong(gettext_noop("存证条目没有按次序排列"))
    if not isinstance(body, dict) or not isinstance(body.get("facts"), dict) or not isinstance(body.get("act"), str):
        raise Wrong(gettext_noop("存证条目 %(index)s 的内容不对"), index=index)
    if body.get("subject") != ceremony:
        raise Wrong(gettext_noop("存证条目 %(index)s 不属于本场次"), index=index)
    if not verify_inclusion(
        leaf_hash(sha256(jcs(body))),
        index=index,
        size=checkpoint.size,
        proof=[from_hex(sibling, 32) for sibling in proof],
        root=checkpoint.root,
    ):
        raise Wrong(gettext_noop("存证条目 %(index)s 不在日志中"), index=index)


def _commitment(case: _Case) -> None:
    if case.facts("ceremony.commit").get("statement_digest") != statement_digest(case.statement).hex():
        raise Wrong(gettext_noop("抽取公告与日志中的摘要不符"))


def _release(case: _Case) -> None:
    listed = case.facts("ceremony.release").get("members")
    found = manifest(case.files, case.suite)
    if listed != found:
        names = (
            set(found)
            if not isinstance(listed, dict)
            else {n for n in {*listed, *found} if listed.get(n) != found.get(n)}
        )
        raise Wrong(gettext_noop("文件与发布时登记的摘要不符:%(names)s"), names=", ".join(sorted(names)))


def _entropy(case: _Case) -> None:
    content = case.file("entropy.json")
    opened = read_json(content)
    case.entropies = read_entropy(opened, case.statement)
    if case.facts("ceremony.draw").get("entropy_digest") != digest(content, case.suite):
        raise Wrong(gettext_noop("随机数文件与日志中的摘要不符"))
    declared = {(source["kind"], source["by"]): source for source in case.statement["entropy"]}
    for item in opened if isinstance(opened, list) else ():
        if item["kind"] != "witness":
            _tell_source(case, declared[item["kind"], item["by"]], item["evidence"])


def _tell_source(case: _Case, source: Mapping[str, Any], evidence: Mapping[str, Any]) -> None:
    """What was proven of a source that nobody committed to, and what its value rests on."""
    kind, by = source["kind"], source["by"]
    said = gettext_noop("%(kind)s 来源 %(by)s 的值以所附凭据为准,须在公告之后、见证人打开之前产生")
    case.rests_on.append(Told(said, {"kind": kind, "by": by}))
    if kind in PUBLIC_KINDS:
        proven, rests_on = told(source, evidence)
        case.notes += proven
        case.rests_on += rests_on
    if source["instead_of"] is not None:
        said = gettext_noop("后备来源 %(by)s 代替了 %(first)s:原来源为何不能用,以登记为准")
        first = case.statement["entropy"][source["instead_of"]]["by"]
        case.rests_on.append(Told(said, {"by": by, "first": first}))


def _salt(case: _Case) -> None:
    if commit_salt(case.file("salt"), case.suite) != case.statement["salt_commitment"]:
        raise Wrong(gettext_noop("盐值与公告的承诺不符"))


def _frames(case: _Case) -> None:
    numbers = [task["number"] for task in case.statement["tasks"]]
    wanted = {name for n in numbers for name in (f"designs/{n}.json", f"frames/{n}.tsv.gz")}
    odd = {name for name in case.files if "/" in name} ^ wanted
    odd -= {f"burdens/{n}.tsv.gz" for n in numbers}
    if odd:
        raise Wrong(gettext_noop("文件与任务不对应:%(names)s"), names=", ".join(sorted(odd)))
    tasks = [_task(case, entry) for entry in case.statement["tasks"]]
    case.tasks = tasks
    check_inspectors_given(case.statement, tasks)
    for task in tasks:
        for _, reason in read_design(task.design).departures:
            told = Told(gettext_noop("任务 %(task)s 有例外,理由:%(reason)s"), {"task": task.number, "reason": reason})
            case.notes.append(told)
        if any((task.excluded, task.added, task.removed)):
            case.rests_on.append(Told(gettext_noop("任务 %(task)s 的排除与增减以登记为准"), {"task": task.number}))


def _task(case: _Case, entry: Mapping[str, Any]) -> FrozenTask:
    """Freeze the task again and compare with its part of the statement."""
    task = entry["number"]
    design = read_json(case.file(f"designs/{task}.json"))
    if not isinstance(design, dict):
        raise Wrong(gettext_noop("任务 %(task)s 的方案不对"), task=task)
    burden_file = case.files.get(f"burdens/{task}.tsv.gz")
    frozen = FrozenTask(
        frame=Frame.from_bytes(unzipped(case.file(f"frames/{task}.tsv.gz"))),
        design=design,
        burden=None if burden_file is None else burden_from_bytes(unzipped(burden_file)),
        excluded=entry["excluded"],
        added=entry["added"],
        removed=entry["removed"],
    )
    again = task_entry(frozen, release=case.statement["release"], salt=case.file("salt"), suite=case.suite)
    if again != entry:
        keys = ", ".join(key for key in sorted(again) if again[key] != entry[key])
        raise Wrong(gettext_noop("任务 %(task)s 与公告不符:%(keys)s"), task=task, keys=keys)
    return frozen


def _inspectors(case: _Case) -> None:
    committed = case.statement["inspectors_digest"]
    if (committed is None) != ("inspectors.jsonl" not in case.files):
        raise Wrong(gettext_noop("检查人员名单缺失或多余"))
    if committed is None:
        return
    content = case.file("inspectors.jsonl")
    if digest(content, case.suite) != committed:
        raise Wrong(gettext_noop("检查人员名单与公告不符"))
    case.inspectors = inspectors_from_bytes(content)


def _drawn(case: _Case) -> Outcome:
    if case.outcome is None:
        case.outcome = hold(
            statement=case.statement,
            tasks=case.tasks,
            inspectors=case.inspectors,
            salt=case.file("salt"),
            entropies=case.entropies,
        )
    return case.outcome


def _compare(case: _Case, member: str) -> None:
    expected = _drawn(case).files[member].decode().split("\n")
    found = case.file(member).decode(errors="replace").split("\n")
    if case.file(member) == _drawn(case).files[member]:
        return
    length = max(len(expected), len(found))
    pairs = zip(expected + [""] * (length - len(expected)), found + [""] * (length - len(found)), strict=True)
    line = next((n for n, (right, other) in enumerate(pairs) if right != other), length - 1)
    right, other = (lines[line] if line < len(lines) else "" for lines in (expected, found))
    raise Differs(Difference(member, line + 1, right, other))


def _selection(case: _Case) -> None:
    _compare(case, "selection.csv")


def _reserves(case: _Case) -> None:
    _compare(case, "reserves.csv")


def _teams(case: _Case) -> None:
    outcome = _drawn(case)
    if outcome.teams is None:
        if "teams.csv" in case.files:
            raise Wrong(gettext_noop("不应有检查组文件"))
        if outcome.shortage is not None:
            case.notes.append(Told(outcome.shortage.message, outcome.shortage.details))
        return
    _compare(case, "teams.csv")


def _even(case: _Case) -> None:
    """Validity and evenness by their definition, not by running the rule again."""
    if _drawn(case).teams is None:
        return
    lines = case.file("teams.csv").decode(errors="replace").removeprefix(TEAMS_HEADER).splitlines()
    rows = [line.split(",") for line in lines]
    if not all(len(row) == 4 and row[1].isdecimal() for row in rows):
        raise Wrong(gettext_noop("检查组文件的形式不对"))
    seats = [Place(row[0], int(row[1]), row[2]) for row in rows if row[3] == "drawn"]
    check_assignment(visits=_drawn(case).visits, inspectors=case.inspectors or (), seats=seats)


def _result(case: _Case) -> None:
    outcome, logged = _drawn(case), case.facts("ceremony.draw")
    if logged.get("result_root") != outcome.result["root"]:
        raise Wrong(gettext_noop("全部对象的抽签树根与日志不符"))
    if logged.get("result_digest") != outcome.result_digest(case.suite):
        raise Wrong(gettext_noop("抽取结果与日志中的摘要不符"))


def _auditors(case: _Case) -> None:
    """The public's part of a sealed ceremony rests on at least two auditors of different organs."""
    surplus = sorted(set(case.files) - set(PUBLIC))
    if surplus:
        raise Wrong(gettext_noop("文件不完整:有 %(names)s 而无盐值"), names=", ".join(surplus))
    drawn = case.facts("ceremony.draw")
    for key in ("result_root", "result_digest"):
        from_hex(drawn.get(key), 32)
    signed = [e["body"]["facts"] for e in case.entries if e["body"]["act"] == "ceremony.countersign"]
    right = [
        facts
        for facts in signed
        if facts.get("result_digest") == drawn["result_digest"]
        and is_text(facts.get("organ"))
        and is_text(facts.get("auditor"))
    ]
    names = {(facts["organ"], facts["auditor"]) for facts in right}
    if len({organ for organ, _ in names}) < 2 or len(right) < len(signed):
        raise Wrong(gettext_noop("至少要有两个单位的审计人员对同一结果会签"))
    case.rests_on.append(
        Told(
            gettext_noop("抽样框、种子、抽取结果和检查组由审计方核验并会签:%(auditors)s"),
            {"auditors": ", ".join(f"{organ} {auditor}" for organ, auditor in sorted(names))},
        )
    )


_Look = Callable[[_Case], None]
_CHECKS: tuple[tuple[str, str, tuple[str, ...], _Look], ...] = (
    ("statement", gettext_noop("抽取公告合乎规程"), (), _statement),
    ("ledger", gettext_noop("存证条目在签名的日志中,次序正确"), ("statement",), _ledger),
    ("commitment", gettext_noop("公告在抽取之前已存证"), ("ledger",), _commitment),
    ("release", gettext_noop("每个文件都是发布时登记的文件"), ("ledger",), _release),
    ("entropy", gettext_noop("随机来源与公告一致,承诺已兑现"), ("ledger",), _entropy),
    ("auditors", gettext_noop("审计方已会签"), ("ledger",), _auditors),
    ("salt", gettext_noop("盐值与承诺一致"), ("statement",), _salt),
    ("frames", gettext_noop("抽样框和方案与公告一致"), ("salt",), _frames),
    ("inspectors", gettext_noop("检查人员名单与公告一致"), ("statement",), _inspectors),
    ("selection", gettext_noop("重新抽取得到同一名单"), ("frames", "inspectors", "entropy"), _selection),
    ("reserves", gettext_noop("重新抽取得到同一候补名单"), ("frames", "inspectors", "entropy"), _reserves),
    ("teams", gettext_noop("重新选派得到同一检查组"), ("frames", "inspectors", "entropy"), _teams),
    ("even", gettext_noop("检查组合规,负担最均"), ("teams",), _even),
    ("result", gettext_noop("结果与抽取时存证的摘要一致"), ("frames", "inspectors", "entropy"), _result),
)
_WHOLE_ONLY = {"salt", "frames", "inspectors", "selection", "reserves", "teams", "even", "result"}
