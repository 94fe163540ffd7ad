"""Imports: a file is previewed, its conflicts are decided, then it is applied or dropped as a whole (导入)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.models import DepartmentLine, Region
from mingcha.people.permissions import require
from mingcha.registers import applying, queries, rules, uploads
from mingcha.registers.actions.inspectors import enter_inspectors
from mingcha.registers.actions.item_lists import add_items, edit_item, own_item_list, row_of
from mingcha.registers.actions.subjects import enter_subjects
from mingcha.registers.columns import Heading, find_heading
from mingcha.registers.judging import judge
from mingcha.registers.judging.row import Judged
from mingcha.registers.models import ImportBatch, ImportRow, Inspector, ItemList, RiskScheme, Subject
from mingcha.registers.reading import Table, read_tables
from mingcha.registers.rules import CannotApply, CannotImport, PreviewOutdated
from mingcha.registers.states import ImportKind, ImportState, ItemListState, Verdict

CHUNK = 2_000


@transaction.atomic
def import_file(
    *,
    kind: ImportKind,
    file_name: str,
    content: bytes,
    item_list: ItemList | None = None,
    columns: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> ImportBatch:
    """Preview a file (上传预览): what each line would change; nothing enters the register yet.

    `columns` says by hand which title is which field; `defaults` what to take where a line does not say it (`region`,
    `line`, `scheme`). The same file again, while its preview is open and true, gives that preview with what was
    decided; an outdated one is dropped for a new one.

    Raises:
        CannotImport: the file is no table, a default does not exist, or no draft of one's own was named for items.
        ColumnsMissing: required columns were not found.
    """
    require(by, "registers.import")
    item_list = _draft(item_list, by) if kind == ImportKind.ITEMS else None
    chosen = {name: value for name, value in (defaults or {}).items() if value}
    _check_defaults(chosen)
    digest = uploads.keep(content)
    former = _open_preview(kind, digest, item_list, chosen, columns, by)
    named = former.columns if former is not None and columns is None else columns
    table, heading = find_heading(read_tables(file_name, content), kind, named)
    judged = judge(kind, table, heading, defaults=chosen, item_list=item_list, by=by)
    if not judged:
        raise CannotImport(gettext_noop("文件里没有数据行:%(name)s"), name=file_name)
    if former is not None:
        if _is_still_true(former, judged):
            return former
        drop_batch(batch=former, by=by, at=at)
    batch = _write_batch(kind, file_name, digest, item_list, table, heading, chosen, judged, by, at)
    facts = {"kind": kind.value, "file": digest, "counts": batch.counts}
    ledger.append(act="registers.import_file", subject=f"import:{batch.number}", facts=facts, by=by, at=at)
    return batch


def _draft(item_list: ItemList | None, by: Actor) -> ItemList:
    require(by, "registers.edit_items")
    if item_list is None:
        raise CannotImport(gettext_noop("请先起草清单,再向其中导入事项"))
    found = own_item_list(item_list, by)
    rules.check_can_edit_items(state=ItemListState(found.state))
    return found


def _check_defaults(defaults: Mapping[str, str]) -> None:
    """What is taken where a line says nothing must exist; else every such line would fail, one by one."""
    known: Mapping[str, type[Region] | type[DepartmentLine] | type[RiskScheme]] = {
        "region": Region,
        "line": DepartmentLine,
        "scheme": RiskScheme,
    }
    for name, code in defaults.items():
        if not known[name].objects.filter(code=code).exists():
            raise CannotImport(gettext_noop("默认值“%(code)s”不存在;请填已有的编码"), code=code)


def _open_preview(
    kind: ImportKind,
    digest: str,
    item_list: ItemList | None,
    defaults: Mapping[str, str],
    columns: Mapping[str, str] | None,
    by: Actor,
) -> ImportBatch | None:
    """The preview of the same file by the same organization that nobody has decided yet."""
    same = ImportBatch.objects.filter(
        kind=kind,
        file_digest=digest,
        item_list=item_list,
        organization=by.organization,
        state=ImportState.PREVIEWED,
    )
    for batch in same.order_by("-pk"):
        if batch.defaults == defaults and (columns is None or batch.columns == columns):
            return batch
    return None


def _is_still_true(batch: ImportBatch, judged: Sequence[Judged]) -> bool:
    """Whether a preview says what the file would change now, and may be applied."""
    found = batch.rows.order_by("line").values_list("verdict", "key", "values", "problems", "changes")
    now = [[row.verdict, row.key, row.values, row.problems, row.changes] for row in _rows_of(batch, judged)]
    return _plain(now) == _plain(list(found)) and not _is_outdated(batch, queries.taken_from(batch))


def _plain(rows: Sequence[object]) -> object:
    """As the database gives JSON back."""
    return json.loads(json.dumps(rows))


def _write_batch(
    kind: ImportKind,
    file_name: str,
    digest: str,
    item_list: ItemList | None,
    table: Table,
    heading: Heading,
    defaults: Mapping[str, str],
    judged: Sequence[Judged],
    by: Actor,
    at: datetime,
) -> ImportBatch:
    verdicts = [row.verdict for row in judged]
    batch = ImportBatch.objects.create(
        number=_next_number(digest, at),
        kind=kind,
        organization=by.organization,
        item_list=item_list,
        file_name=file_name[-200:],
        file_digest=digest,
        encoding=table.encoding,
        columns=heading.columns,
        header=list(heading.titles),
        defaults=dict(defaults),
        counts={verdict.value: verdicts.count(verdict) for verdict in Verdict},
        uploaded_by=by.user,
        uploaded_at=at,
    )
    ImportRow.objects.bulk_create(_rows_of(batch, judged), batch_size=CHUNK)
    return batch


def _rows_of(batch: ImportBatch, judged: Iterable[Judged]) -> list[ImportRow]:
    return [
        ImportRow(
            batch=batch,
            line=row.line.number,
            verdict=row.verdict,
            key=row.key[:80],
            raw=row.line.texts,
            values=row.values if not row.is_refused else {},
            problems=row.problems,
            changes=row.changes,
        )
        for row in judged
    ]


def _next_number(digest: str, at: datetime) -> str:
    series = f"I{localdate(at):%Y%m%d}-{digest[:8]}"
    return f"{series}-{ImportBatch.objects.filter(number__startswith=series).count() + 1}"


def _own(batch: ImportBatch, by: Actor) -> ImportBatch:
    found = ImportBatch.objects.select_for_update().filter(pk=batch.pk, organization=by.organization).first()
    if found is None:
        raise CannotApply(gettext_noop("只能处理本单位的导入批次"))
    return found


@transaction.atomic
def choose_row(*, row: ImportRow, take: bool, by: Actor, at: datetime) -> ImportRow:
    """Decide a conflict (冲突处理): take a line, which leaves its rivals out, or leave it out.

    Raises:
        CannotApply: the batch is decided or of another organization, or the line is no conflict.
    """
    require(by, "registers.import")
    batch = _own(row.batch, by)
    rules.check_import_open(ImportState(batch.state))
    if row.verdict != Verdict.CONFLICT:
        raise CannotApply(gettext_noop("第%(line)d行没有冲突,不需要选择"), line=row.line)
    if take:
        batch.rows.filter(key=row.key, verdict=Verdict.CONFLICT).update(chosen=False)
    batch.rows.filter(pk=row.pk).update(chosen=take)
    row.refresh_from_db()
    facts = {"line": row.line, "take": take}
    ledger.append(act="registers.choose_row", subject=f"import:{batch.number}", facts=facts, by=by, at=at)
    return row


@transaction.atomic
def apply_batch(*, batch: ImportBatch, good_only: bool = False, by: Actor, at: datetime) -> ImportBatch:
    """Apply a preview to the register (应用导入), as a whole; `good_only` leaves out refused lines and open conflicts.

    Raises:
        CannotApply: it was decided before, or nothing would be taken.
        LinesRefused, ConflictsOpen: lines are refused or undecided and `good_only` was not chosen.
        PreviewOutdated: the register has changed since the preview.
        CannotEnter: the register refuses a row after all.
    """
    require(by, "registers.import")
    found = _own(batch, by)
    taken = list(queries.taken_from(found))
    rules.check_can_apply(
        state=ImportState(found.state),
        refused=found.rows.filter(verdict=Verdict.REFUSED).count(),
        undecided=queries.undecided_in(found).count(),
        good_only=good_only,
        takes=len(taken),
    )
    _check_unchanged(found, taken)
    _enter(found, taken, by, at)
    found.state, found.decided_by, found.decided_at = ImportState.APPLIED, by.user, at
    found.counts = {**found.counts, "TAKEN": len(taken)}
    found.save(update_fields=["state", "decided_by", "decided_at", "counts"])
    facts = {"taken": len(taken), "good_only": good_only, "file": found.file_digest}
    ledger.append(act="registers.apply_batch", subject=f"import:{found.number}", facts=facts, by=by, at=at)
    return found


def _check_unchanged(batch: ImportBatch, taken: Sequence[ImportRow]) -> None:
    """What was shown must still be true: nothing the batch touches has been changed since the preview."""
    if _is_outdated(batch, taken):
        raise PreviewOutdated(gettext_noop("预览之后名录又有变化,请放弃该批次并重新上传"))


def _is_outdated(batch: ImportBatch, taken: Iterable[ImportRow]) -> bool:
    keys = [row.key for row in taken]
    return any(_changed_since(batch, keys[start : start + CHUNK]) for start in range(0, len(keys), CHUNK))


def _changed_since(batch: ImportBatch, keys: list[str]) -> bool:
    if batch.kind == ImportKind.SUBJECTS:
        return Subject.objects.filter(unit_id__in=keys, updated_at__gt=batch.uploaded_at).exists()
    if batch.kind == ImportKind.INSPECTORS:
        return Inspector.objects.filter(number__in=keys, updated_at__gt=batch.uploaded_at).exists()
    return False  # items are judged against a draft, and adding or changing one checks its code again


def _enter(batch: ImportBatch, taken: Sequence[ImportRow], by: Actor, at: datetime) -> None:
    if batch.kind == ImportKind.SUBJECTS:
        rows = applying.subject_rows(taken, as_of=localdate(at), source=batch.number)
        enter_subjects(rows, source=batch.number, by=by, at=at)
    elif batch.kind == ImportKind.INSPECTORS:
        enter_inspectors(applying.inspector_rows(taken), by=by, at=at)
    elif batch.item_list is not None:
        _enter_items(batch.item_list, taken, by, at)


def _enter_items(item_list: ItemList, taken: Sequence[ImportRow], by: Actor, at: datetime) -> None:
    known = applying.known_items(taken, item_list.pk)
    added = []
    for row in taken:
        item = known.get(row.key)
        if item is None:
            added.append(applying.item_row(row.values, None))
        else:
            edit_item(item=item, row=applying.item_row(row.values, row_of(item)), by=by, at=at)
    if added:
        add_items(item_list=item_list, items=added, by=by, at=at)


@transaction.atomic
def drop_batch(*, batch: ImportBatch, by: Actor, at: datetime) -> ImportBatch:
    """Drop a preview (放弃导入): nothing was changed, nothing will be.

    Raises:
        CannotApply: it was decided before, or is of another organization.
    """
    require(by, "registers.import")
    found = _own(batch, by)
    rules.check_import_open(ImportState(found.state))
    found.state, found.decided_by, found.decided_at = ImportState.DROPPED, by.user, at
    found.save(update_fields=["state", "decided_by", "decided_at"])
    ledger.append(act="registers.drop_batch", subject=f"import:{found.number}", facts={}, by=by, at=at)
    return found
