"""`mingcha import`: a file is previewed, its conflicts are decided, then it is applied or dropped (导入)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.utils import timezone
from django.utils.timezone import localtime

from mingcha.cli import sheets
from mingcha.cli.frame import Unreadable, acting, answer, as_json, busy, one
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.registers import actions, queries
from mingcha.registers.columns import COLUMNS, ColumnsMissing, find_heading
from mingcha.registers.describing import said_with_column
from mingcha.registers.models import ImportBatch, ImportRow, ItemList
from mingcha.registers.reading import read_tables
from mingcha.registers.rules import CannotImport, ConflictsOpen, LinesRefused, PreviewOutdated
from mingcha.registers.sheets import troubles
from mingcha.registers.states import IMPORT_STATE_LABELS, VERDICT_LABELS, ImportKind, ImportState, Verdict

commands = click.Group()
MOST_SHOWN = 30
FILES = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


Command = Callable[..., Any]


def _importing(kind: ImportKind) -> Callable[[Command], Command]:
    """The arguments and options of the three commands that read files."""
    fields = "、".join(f"{column.name}({column.label})" for column in COLUMNS[kind])
    options: list[Callable[[Command], Command]] = [
        click.argument("files", nargs=-1, required=True, type=FILES, metavar="FILE…"),
        click.option("--column", "columns", multiple=True, metavar="字段=列名", help=f"指明列的含义。字段:{fields}"),
        click.option(
            "--apply",
            type=click.Choice(["all", "good", "none"]),
            default="none",
            show_default=True,
            help="all 全部应用(有不合格或未处理的冲突即拒绝);good 只应用合格行;none 只预览",
        ),
        click.option("--errors", type=sheets.OUT, help="把不合格和冲突的行连同原因写入该文件(.xlsx 或 .csv)"),
        acting,
        as_json,
    ]

    def dressed(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return dressed


@commands.command()
@_importing(ImportKind.SUBJECTS)
@click.option("--default-region", default="", metavar="CODE", help="无法判断所属县区的行归入此区域")
@click.option("--scheme", default="", help="“风险等级”一列所属的风险分类方案")
def subjects(default_region: str, scheme: str, **given: Any) -> None:
    """导入检查对象名录库。默认只预览。"""
    _import(ImportKind.SUBJECTS, defaults={"region": default_region, "scheme": scheme}, **given)


@commands.command()
@_importing(ImportKind.INSPECTORS)
def inspectors(**given: Any) -> None:
    """导入执法检查人员名录库。默认只预览。"""
    _import(ImportKind.INSPECTORS, defaults={}, **given)


@commands.command()
@_importing(ImportKind.ITEMS)
@click.option("--list", "number", required=True, metavar="NUMBER", help="清单编号,须是本单位的草稿(item-list new)")
@click.option("--default-line", default="", metavar="CODE", help="文件未写明部门的行按此条线")
def items(number: str, default_line: str, by: Actor, **given: Any) -> None:
    """向清单草稿导入抽查事项。默认只预览。"""
    drafted = one(queries.own_item_lists(by), "清单", number=number)
    _import(ImportKind.ITEMS, item_list=drafted, defaults={"line": default_line}, by=by, **given)


def _import(
    kind: ImportKind,
    *,
    files: Sequence[Path],
    columns: Sequence[str],
    apply: str,
    errors: Path | None,
    defaults: dict[str, str],
    by: Actor,
    as_json: bool,
    item_list: ItemList | None = None,
) -> None:
    """Preview each file and apply it as asked, one after the other; the first refusal ends it."""
    if errors and len(files) > 1:
        raise click.UsageError("--errors 只能用于一个文件")
    chosen = _columns(kind, columns)
    batches = []
    for file in files:
        at = timezone.now()
        with busy(f"读取 {file.name}"):
            batch = _preview(kind, file, item_list=item_list, columns=chosen, defaults=defaults, by=by, at=at)
        if errors:
            sheets.write(errors, *troubles(batch))
        click.echo("\n".join([_told(batch), *_of_former_previews(batch, at)]), err=as_json)
        if apply != "none":
            batch, words = _apply(batch, good_only=apply == "good", good="--apply good", by=by)
            click.echo(words, err=as_json)
        batches.append(batch)
    if as_json:
        answer([_facts(batch) for batch in batches], "", as_json=True)


def _columns(kind: ImportKind, given: Iterable[str]) -> dict[str, str]:
    """Field → title; a field may be named in English or in Chinese."""
    labels = {column.label: column.name for column in COLUMNS[kind]}
    names = labels | {name: name for name in labels.values()}
    chosen = {}
    for pair in given:
        field, sign, title = pair.partition("=")
        if not sign or field not in names:
            raise click.BadParameter(f"{pair}:应为 字段=列名,字段是 {'、'.join(labels)} 之一", param_hint="--column")
        chosen[names[field]] = title
    return chosen


def _preview(kind: ImportKind, file: Path, *, columns: dict[str, str], **given: Any) -> ImportBatch:
    try:
        content = file.read_bytes()
        named = _with_found(kind, file.name, content, columns) if columns else None
        return actions.import_file(kind=kind, file_name=file.name, content=content, columns=named, **given)
    except ColumnsMissing as refusal:
        titles = "、".join(refusal.heading.titles)
        raise Unreadable(f"{file}:{refusal}。文件中的列:{titles};请用 --column 字段=列名 指明。") from refusal
    except CannotImport as refusal:
        raise Unreadable(f"{file}:{refusal}") from refusal


def _with_found(kind: ImportKind, file_name: str, content: bytes, chosen: dict[str, str]) -> dict[str, str]:
    """The columns named by hand, over those that were found by their titles."""
    try:
        _, heading = find_heading(read_tables(file_name, content), kind)
    except ColumnsMissing as missing:
        heading = missing.heading
    return {name: title for name, title in heading.columns.items() if title not in chosen.values()} | chosen


def _of_former_previews(batch: ImportBatch, at: datetime) -> list[str]:
    """What became of an earlier preview of the same file."""
    if batch.uploaded_at < at:
        return [f"  沿用 {localtime(batch.uploaded_at):%Y-%m-%d %H:%M} 对同一文件的预览:文件和名录都没有变化。"]
    dropped = ImportBatch.objects.filter(
        organization=batch.organization, file_digest=batch.file_digest, state=ImportState.DROPPED, decided_at=at
    )
    return [f"  对同一文件的预览 {each.number} 已过时,已放弃;以上是新的预览。" for each in dropped]


def _apply(batch: ImportBatch, *, good_only: bool, good: str, by: Actor) -> tuple[ImportBatch, str]:
    """Apply a preview, or drop one that would change nothing; `good` is the option that takes the good lines alone."""
    if _has_nothing_to_do(batch, good_only=good_only):
        dropped = actions.drop_batch(batch=batch, by=by, at=timezone.now())
        return dropped, f"批次 {batch.number} 没有要导入的行:{'合格的行' if good_only else '各行'}与名录一致,名录不变。"
    try:
        with busy(f"导入 {batch.file_name}"):
            applied = actions.apply_batch(batch=batch, good_only=good_only, by=by, at=timezone.now())
    except LinesRefused as refusal:
        raise click.ClickException(
            f"有{refusal.details['count']}行不合格,不能全部应用;请用 --errors 把问题行写入文件,改正后重新导入,"
            f"或用 {good} 只应用合格行"
        ) from refusal
    except ConflictsOpen as refusal:
        raise click.ClickException(
            f"还有{refusal.details['count']}行冲突未处理;请用 mingcha import decide {batch.number} 行号 take|leave "
            f"逐行处理,或用 {good} 只应用合格行"
        ) from refusal
    except PreviewOutdated as refusal:
        raise click.ClickException("预览之后名录又有变化;请再次导入同一文件,过时的预览会被放弃") from refusal
    return applied, f"批次 {applied.number} 已导入 {applied.counts['TAKEN']} 行。"


def _has_nothing_to_do(batch: ImportBatch, *, good_only: bool) -> bool:
    """Whether an open preview holds lines, of which what is wanted stands in the register already."""
    if batch.state != ImportState.PREVIEWED or queries.taken_from(batch).exists():
        return False
    counts = queries.counts_of(batch)
    in_trouble = counts[Verdict.REFUSED] + queries.undecided_in(batch).count()
    return bool(counts[Verdict.SAME]) and (good_only or not in_trouble)


def _counts(batch: ImportBatch) -> str:
    counts = queries.counts_of(batch)
    return ",".join(f"{VERDICT_LABELS[verdict]} {counts[verdict]}" for verdict in Verdict)


def _told(batch: ImportBatch) -> str:
    """A preview for people: counts, the conflicts, the refused lines by what is wrong, told of the first of them."""
    lines = [f"批次 {batch.number}({batch.file_name},{batch.encoding}):{_counts(batch)}"]
    conflicts = list(batch.rows.filter(verdict=Verdict.CONFLICT).order_by("line"))
    for row in conflicts[:MOST_SHOWN]:
        chosen = {None: "", True: "(已选用)", False: "(已舍弃)"}[row.chosen]
        lines.append(f"  冲突{chosen} 第 {row.line} 行 {row.key}:{_problems(row)}")
    lines += _more(len(conflicts), "行冲突")
    wrong: dict[tuple[str, ...], list[ImportRow]] = {}
    for row in batch.rows.filter(verdict=Verdict.REFUSED).order_by("line"):
        wrong.setdefault(tuple(problem["message"] for problem in row.problems), []).append(row)
    for rows in list(wrong.values())[:MOST_SHOWN]:
        first = f"(第 {rows[0].line} 行)" if len({_problems(row) for row in rows}) > 1 else ""
        lines.append(f"  不合格 第 {_ranges([row.line for row in rows])} 行:{_problems(rows[0])}{first}")
    lines += _more(len(wrong), "种问题")
    return "\n".join(lines)


def _problems(row: ImportRow) -> str:
    return " ".join(_said(problem) for problem in row.problems)


def _said(problem: Mapping[str, Any]) -> str:
    return said_with_column({**problem, "remedy": IN_OPTIONS.get(problem["remedy"], problem["remedy"])})


#: What a page lets people click, as options.
IN_OPTIONS = {
    "请在“区域”列填写县区名称或代码,或在上传时选择“无法判断时归入”": (
        "请在“区域”列填写县区名称或代码,或加 --default-region CODE"
    ),
    "请填条线名称或编码,或在上传时选择“无法判断时归入”": "请填条线名称或编码,或加 --default-line CODE",
    "请从中选择一行采用": "请用 import decide 从中选用(take)一行",
    "末位校验码相符;若与营业执照一致可选择采用": "末位校验码相符;若与营业执照一致,可用 import decide 选用(take)",
    "更名请选择采用;不是同一主体请选择不采用": "更名请用 import decide 选用(take);不是同一主体请舍弃(leave)",
    "更名请选择采用;不是同一人请选择不采用": "更名请用 import decide 选用(take);不是同一人请舍弃(leave)",
}


def _more(count: int, what: str) -> list[str]:
    return [f"  另有 {count - MOST_SHOWN} {what},用 --errors 写入文件查看"] if count > MOST_SHOWN else []


def _ranges(numbers: Sequence[int]) -> str:
    """Line numbers, neighbours drawn together; of many the first ones and the count.

    >>> _ranges([2, 3, 4, 7])
    '2-4、7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number, number])
    words = [str(first) if first == last else f"{first}-{last}" for first, last in runs[:MOST_SHOWN]]
    return "、".join(words) + (f" 等 {len(numbers)}" if len(runs) > MOST_SHOWN else "")


def _facts(batch: ImportBatch) -> dict[str, Any]:
    rows = batch.rows.filter(verdict__in=[Verdict.CONFLICT, Verdict.REFUSED]).order_by("line")
    return {
        "number": batch.number,
        "file": batch.file_name,
        "digest": batch.file_digest,
        "encoding": batch.encoding,
        "state": batch.state,
        "counts": dict(queries.counts_of(batch)),
        "taken": batch.counts.get("TAKEN"),
        "undecided": queries.undecided_in(batch).count(),
        "troubles": [
            {
                "line": row.line,
                "verdict": row.verdict,
                "key": row.key,
                "chosen": row.chosen,
                "problems": [_said(problem) for problem in row.problems],
            }
            for row in rows
        ],
    }


def _batch(number: str, by: Actor) -> ImportBatch:
    require(by, "registers.import")
    return one(queries.batches_for(by), "导入批次", number=number)


@commands.command("list")
@acting
@as_json
def list_(by: Actor, as_json: bool) -> None:
    """列出最近 50 个导入批次。"""
    require(by, "registers.import")
    found = queries.batches_for(by).order_by("-pk")[:50]
    facts = [{"number": each.number, "kind": each.kind, "file": each.file_name, "state": each.state} for each in found]
    words = [f"{each.number}  {IMPORT_STATE_LABELS[ImportState(each.state)]}  {each.file_name}" for each in found]
    answer(facts, "\n".join(words) or "没有导入批次。", as_json=as_json)


@commands.command()
@click.argument("batch")
@click.option("--errors", type=sheets.OUT, help="把不合格和冲突的行连同原因写入该文件(.xlsx 或 .csv)")
@acting
@as_json
def show(batch: str, errors: Path | None, by: Actor, as_json: bool) -> None:
    """查看一个批次:各判定行数、冲突和不合格的行。"""
    found = _batch(batch, by)
    if errors:
        sheets.write(errors, *troubles(found))
    answer(_facts(found), _told(found), as_json=as_json)


@commands.command()
@click.argument("batch")
@click.argument("line", type=click.IntRange(min=1))
@click.argument("choice", type=click.Choice(["take", "leave"]))
@acting
def decide(batch: str, line: int, choice: str, by: Actor) -> None:
    """处理冲突:选用(take)或舍弃(leave)第 LINE 行。选用一行即舍弃与它冲突的各行。"""
    found = _batch(batch, by)
    row = one(found.rows.all(), f"批次 {batch} 的行", line=line)
    actions.choose_row(row=row, take=choice == "take", by=by, at=timezone.now())
    open_ones = queries.undecided_in(found).count()
    click.echo(f"第 {line} 行{'已选用' if choice == 'take' else '已舍弃'};还有 {open_ones} 行未处理。")


@commands.command()
@click.argument("batch")
@click.option("--good", is_flag=True, help="只应用合格行,略去不合格的行和未处理的冲突")
@acting
@as_json
def apply(batch: str, good: bool, by: Actor, as_json: bool) -> None:
    """应用一个预览过的批次。"""
    found, words = _apply(_batch(batch, by), good_only=good, good="--good", by=by)
    answer(_facts(found), words, as_json=as_json)


@commands.command()
@click.argument("batch")
@acting
def drop(batch: str, by: Actor) -> None:
    """放弃一个批次,名录不变。"""
    actions.drop_batch(batch=_batch(batch, by), by=by, at=timezone.now())
    click.echo(f"批次 {batch} 已放弃,名录没有变化。")
