"""Everything that changes item lists: drafts, items, publication, withdrawal."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from mingcha.kernel import ratio_rules, ratio_texts
from mingcha.kernel.reading import Understood
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.models import DepartmentLine
from mingcha.people.permissions import require
from mingcha.people.states import Level, Role
from mingcha.registers import queries, rules
from mingcha.registers.models import InspectionItem, ItemList, Qualification
from mingcha.registers.rows import ItemRow, digest
from mingcha.registers.rules import CannotChangeItemList, CannotEnter
from mingcha.registers.states import Importance, ItemListState

PLAIN = (
    "category",
    "name",
    "sub_item",
    "content",
    "legal_basis",
    "subject_scope",
    "importance",
    "methods",
    "ratio_text",
    "frequency_text",
    "organising_level",
    "executing_level",
)


@transaction.atomic
def draft_item_list(
    *,
    title: str,
    edition: str,
    valid_from: date,
    valid_to: date | None = None,
    is_joint: bool = False,
    number: str = "",
    after: ItemList | None = None,
    by: Actor,
    at: datetime,
) -> ItemList:
    """Draft an edition of an item list for one's organization (起草清单); `after` copies the items of a former edition.

    Raises:
        CannotChangeItemList: a joint list by somebody else than the office; title and edition, or number, are taken.
        CannotEdit: it ends before it begins.
    """
    require(by, "registers.edit_items")
    if is_joint and by.role != Role.OFFICE:
        raise CannotChangeItemList(gettext_noop("部门联合抽查事项清单由联席办起草"))
    rules.check_validity(valid_from, valid_to)
    if ItemList.objects.filter(title=title, edition=edition).exists():
        raise CannotChangeItemList(
            gettext_noop("已有同名同版本的清单:%(title)s %(edition)s"), title=title, edition=edition
        )
    number = number or _next_number(by, valid_from.year)
    if ItemList.objects.filter(number=number).exists():
        raise CannotChangeItemList(gettext_noop("清单编号 %(number)s 已被使用"), number=number)
    drafted = ItemList(
        number=number,
        title=title,
        edition=edition,
        is_joint=is_joint,
        organization=by.organization,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    _save(drafted, by, at)
    if after is not None:
        _write_items(drafted, [row_of(item) for item in queries.items_of(_readable(after, by))], by, at)
    facts = {"title": title, "edition": edition, "after": after.number if after else None}
    ledger.append(act="registers.draft_item_list", subject=f"item_list:{number}", facts=facts, by=by, at=at)
    return drafted


def _next_number(by: Actor, year: int) -> str:
    series = f"{by.organization.region_id}-{by.organization.line_id}-{year}"
    taken = ItemList.objects.filter(number__startswith=series).count()
    return series if not taken else f"{series}-{taken + 1}"


def _readable(item_list: ItemList, by: Actor) -> ItemList:
    found = queries.item_lists_for(by).filter(pk=item_list.pk).first()
    if found is None:
        raise CannotChangeItemList(gettext_noop("该清单不在您的数据范围内"))
    return found


def own_item_list(item_list: ItemList, by: Actor) -> ItemList:
    """The list, locked, if it is of the actor's organization.

    Raises:
        CannotChangeItemList: it is not.
    """
    found = queries.own_item_lists(by).select_for_update().filter(pk=item_list.pk).first()
    if found is None:
        raise CannotChangeItemList(gettext_noop("只能修改本单位的清单"))
    return found


def _save(row: ItemList | InspectionItem, by: Actor, at: datetime) -> None:
    row._history_user, row._history_date = by.user, at  # type: ignore[union-attr]
    row.save()


def add_item(*, item_list: ItemList, item: ItemRow, by: Actor, at: datetime) -> InspectionItem:
    """Add one item to a draft (添加事项).

    Raises:
        CannotChangeItemList: the list is no draft, or not of the actor's organization.
        CannotEnter: the code is taken, or a line or qualification does not exist.
    """
    return add_items(item_list=item_list, items=[item], by=by, at=at)[0]


@transaction.atomic
def add_items(*, item_list: ItemList, items: Iterable[ItemRow], by: Actor, at: datetime) -> list[InspectionItem]:
    """Add items to a draft, all or none. Raises as `add_item` does."""
    require(by, "registers.edit_items")
    found = own_item_list(item_list, by)
    rules.check_can_edit_items(state=ItemListState(found.state))
    rows = list(items)
    added = _write_items(found, rows, by, at)
    facts = {"codes": [row.code for row in rows][:200], "count": len(rows), "digest": digest(rows)}
    ledger.append(act="registers.add_items", subject=f"item_list:{found.number}", facts=facts, by=by, at=at)
    return added


def _write_items(item_list: ItemList, rows: Sequence[ItemRow], by: Actor, at: datetime) -> list[InspectionItem]:
    taken = set(item_list.items.values_list("code", flat=True))
    lines = set(DepartmentLine.objects.values_list("pk", flat=True))
    qualifications = set(Qualification.objects.values_list("pk", flat=True))
    added = []
    for row in rows:
        if row.code in taken:
            raise CannotEnter(gettext_noop("事项编码 %(code)s 已在清单中"), code=row.code)
        _check_row(row, lines, qualifications)
        item = InspectionItem(item_list=item_list, code=row.code)
        _fill(item, row)
        _save(item, by, at)
        item.partner_lines.set(DepartmentLine.objects.filter(pk__in=row.partner_lines))
        taken.add(row.code)
        added.append(item)
    return added


def _check_row(row: ItemRow, lines: set[str], qualifications: set[str]) -> None:
    if not (row.code and row.name and row.category and row.subject_scope):
        raise CannotEnter(gettext_noop("事项 %(code)s 缺少编码、类别、名称或抽查对象"), code=row.code)
    if unknown := sorted({row.line, *row.partner_lines} - lines):
        raise CannotEnter(gettext_noop("没有代码为“%(code)s”的部门条线"), code=unknown[0])
    if row.qualification and row.qualification not in qualifications:
        raise CannotEnter(gettext_noop("没有代码为“%(code)s”的执法资质"), code=row.qualification)
    levels = set(Level)
    if row.importance not in set(Importance) or not {row.organising_level, row.executing_level} <= levels:
        raise CannotEnter(gettext_noop("事项 %(code)s 的类别或层级不正确"), code=row.code)


def _fill(item: InspectionItem, row: ItemRow) -> None:
    for name in PLAIN:
        setattr(item, name, getattr(row, name))
    item.line_id = row.line
    item.qualification_id = row.qualification or None
    item.ratio_rule = rule_of(row.ratio_text)


def rule_of(ratio_text: str) -> dict[str, object] | None:
    """The rule a published ratio text says, if it was understood to its end; else somebody sets it in the plan."""
    reading = ratio_texts.read(ratio_text)
    if reading.rule is None or reading.understood is not Understood.PARSED:
        return None
    return ratio_rules.to_json(reading.rule)


def row_of(item: InspectionItem) -> ItemRow:
    """The item as a row, for a copy into a new edition or an edit."""
    return ItemRow(
        code=item.code,
        line=item.line_id,
        qualification=item.qualification_id,
        partner_lines=tuple(line.pk for line in item.partner_lines.all()),
        **{name: getattr(item, name) for name in PLAIN},
    )


@transaction.atomic
def edit_item(*, item: InspectionItem, row: ItemRow, by: Actor, at: datetime) -> InspectionItem:
    """Change an item of a draft (修改事项). Raises as `add_item` does."""
    require(by, "registers.edit_items")
    item_list = own_item_list(item.item_list, by)
    rules.check_can_edit_items(state=ItemListState(item_list.state))
    found = InspectionItem.objects.select_for_update().get(pk=item.pk)
    if row.code != found.code and item_list.items.filter(code=row.code).exists():
        raise CannotEnter(gettext_noop("事项编码 %(code)s 已在清单中"), code=row.code)
    _check_row(
        row,
        set(DepartmentLine.objects.values_list("pk", flat=True)),
        set(Qualification.objects.values_list("pk", flat=True)),
    )
    found.code = row.code
    _fill(found, row)
    _save(found, by, at)
    found.partner_lines.set(DepartmentLine.objects.filter(pk__in=row.partner_lines))
    facts = {"code": row.code, "digest": digest([row])}
    ledger.append(act="registers.edit_item", subject=f"item_list:{item_list.number}", facts=facts, by=by, at=at)
    return found


@transaction.atomic
def remove_item(*, item: InspectionItem, by: Actor, at: datetime) -> None:
    """Take an item out of a draft (删除事项); its history stays.

    Raises:
        CannotChangeItemList: the list is no draft, or not of the actor's organization.
    """
    require(by, "registers.edit_items")
    item_list = own_item_list(item.item_list, by)
    rules.check_can_edit_items(state=ItemListState(item_list.state))
    found = InspectionItem.objects.filter(pk=item.pk).first()
    if found is None:
        return
    found._history_user, found._history_date = by.user, at  # type: ignore[attr-defined]
    found.partner_lines.clear()
    found.delete()
    ledger.append(
        act="registers.remove_item", subject=f"item_list:{item_list.number}", facts={"code": item.code}, by=by, at=at
    )


@transaction.atomic
def publish_item_list(*, item_list: ItemList, by: Actor, at: datetime) -> ItemList:
    """Publish an edition (发布清单): from now on it stands as it is and plans may be made from it.

    Raises:
        CannotChangeItemList: it is no draft, has no items, or is not of the actor's organization.
    """
    require(by, "registers.edit_items")
    found = own_item_list(item_list, by)
    rows = [row_of(item) for item in queries.items_of(found)]
    without_basis = sum(not row.legal_basis.strip() for row in rows)
    rules.check_can_publish_item_list(state=ItemListState(found.state), items=len(rows), without_basis=without_basis)
    found.state, found.published_at = ItemListState.PUBLISHED, at
    _save(found, by, at)
    facts = {"items": len(rows), "digest": digest(rows)}
    ledger.append(act="registers.publish_item_list", subject=f"item_list:{found.number}", facts=facts, by=by, at=at)
    return found


@transaction.atomic
def withdraw_item_list(*, item_list: ItemList, by: Actor, at: datetime) -> ItemList:
    """Withdraw a published edition (废止清单): no new plan may use it; what was planned with it stays.

    Raises:
        CannotChangeItemList: it is not published, or not of the actor's organization.
    """
    require(by, "registers.edit_items")
    found = own_item_list(item_list, by)
    rules.check_move(ItemListState(found.state), ItemListState.WITHDRAWN)
    found.state, found.withdrawn_at = ItemListState.WITHDRAWN, at
    _save(found, by, at)
    ledger.append(act="registers.withdraw_item_list", subject=f"item_list:{found.number}", facts={}, by=by, at=at)
    return found
