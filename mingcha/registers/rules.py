"""What may happen to the registers, and which subjects a scope means. No database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from mingcha.kernel import regions
from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.registers import industries
from mingcha.registers.states import (
    IMPORT_MOVES,
    IMPORT_STATE_LABELS,
    ITEM_LIST_MOVES,
    ITEM_LIST_STATE_LABELS,
    SUBJECT_KIND_LABELS,
    SUBJECT_STATE_LABELS,
    ImportState,
    ItemListState,
    SubjectKind,
    SubjectState,
)

# An inspector is known by this number in a draw, whose bytes are ASCII (draw protocol, section 3).
INSPECTOR_NUMBER = re.compile(r"[0-9A-Za-z._/-]{1,40}")
CERTIFICATE_WARNING = timedelta(days=30)


class UnknownCondition(Refusal):
    """The scope names a condition or a value that does not exist."""


class CannotEnter(Refusal):
    """A row may not enter the register."""


class CannotEdit(Refusal):
    """The row may not be changed so."""


class CannotChangeItemList(Refusal):
    """The item list is not in a state that allows this."""


class CannotImport(Refusal):
    """The file cannot be previewed."""


class CannotApply(Refusal):
    """The import may not be applied or dropped."""


class LinesRefused(CannotApply):
    """All of a file is wanted while lines of it are refused."""


class ConflictsOpen(CannotApply):
    """All of a file is wanted while conflicts are undecided."""


class PreviewOutdated(CannotApply):
    """The register has changed since the preview."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a scope for people to read; label and words are marked for translation."""

    label: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.label}:{'、'.join(self.words)}"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which subjects a task, a filter or a list means (抽查对象范围). An empty condition leaves everybody in.

    All conditions must hold; inside one condition any value will do. `industries` are sections (“H”) or codes of
    GB/T 4754 whose beginnings match; `entity_types` match by their beginning too; `ratings` maps a scheme to the
    classes that are in.
    """

    kinds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    states: tuple[str, ...] = (SubjectState.ACTIVE.value,)
    licences: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    name_contains: str = ""
    entity_types: tuple[str, ...] = ()
    ratings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Scope:
        """The scope that `to_json` wrote; what is not named keeps its default.

        Raises:
            UnknownCondition: a condition or a value does not exist, or has the wrong form.
        """
        known = {each.name for each in fields(cls)}
        if unknown := sorted(values.keys() - known):
            raise UnknownCondition(gettext_noop("没有名为“%(name)s”的筛选条件"), name=unknown[0])
        read: dict[str, Any] = {}
        for name, value in values.items():
            if name == "name_contains":
                read[name] = _text(name, value)
            elif name == "ratings":
                read[name] = {_text(name, scheme): _texts(name, classes) for scheme, classes in _pairs(value)}
            else:
                read[name] = _texts(name, value)
        scope = cls(**read)
        scope._check()
        return scope

    def to_json(self) -> dict[str, Any]:
        """The scope as JSON, without conditions that are empty; `states` is always said."""
        values: dict[str, Any] = {"states": list(self.states)}
        for name in ("kinds", "regions", "industries", "licences", "tags", "entity_types"):
            if chosen := getattr(self, name):
                values[name] = list(chosen)
        if self.name_contains:
            values["name_contains"] = self.name_contains
        if self.ratings:
            values["ratings"] = {scheme: list(classes) for scheme, classes in self.ratings.items()}
        return values

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions that are set, in a steady order."""
        every = [
            (gettext_noop("检查对象类型"), tuple(SUBJECT_KIND_LABELS[SubjectKind(kind)] for kind in self.kinds)),
            (gettext_noop("区域"), tuple(_region_name(code) for code in self.regions)),
            (gettext_noop("行业"), tuple(f"{code} {industries.describe(code)}" for code in self.industries)),
            (gettext_noop("登记状态"), tuple(SUBJECT_STATE_LABELS[SubjectState(state)] for state in self.states)),
            (gettext_noop("持有许可"), self.licences),
            (gettext_noop("标签"), self.tags),
            (gettext_noop("名称包含"), (self.name_contains,) if self.name_contains else ()),
            (gettext_noop("主体类型"), self.entity_types),
            (gettext_noop("风险等级"), tuple(f"{s} {c}" for s, classes in self.ratings.items() for c in classes)),
        ]
        return tuple(Condition(label, words) for label, words in every if words)

    def describe(self) -> str:
        """The scope in one line (Chinese)."""
        return ";".join(str(condition) for condition in self.conditions())

    def _check(self) -> None:
        _check_known(self.kinds, SubjectKind)
        _check_known(self.states, SubjectState)
        for code in self.industries:
            if not industries.is_known(code):
                raise UnknownCondition(gettext_noop("没有代码为“%(code)s”的行业(GB/T 4754)"), code=code)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise UnknownCondition(gettext_noop("筛选条件“%(name)s”的值不正确"), name=name)
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise UnknownCondition(gettext_noop("筛选条件“%(name)s”的值不正确"), name=name)
    return tuple(_text(name, each) for each in value)


def _pairs(value: object) -> Iterable[tuple[str, object]]:
    if not isinstance(value, Mapping):
        raise UnknownCondition(gettext_noop("筛选条件“%(name)s”的值不正确"), name="ratings")
    return value.items()


def _check_known(values: Iterable[str], known: type[StrEnum]) -> None:
    for value in values:
        if value not in {each.value for each in known}:
            raise UnknownCondition(gettext_noop("筛选条件中没有“%(value)s”这个值"), value=value)


def _region_name(code: str) -> str:
    try:
        return regions.get(code).name
    except regions.UnknownRegion:
        return code


def check_move(old: ItemListState, new: ItemListState) -> None:
    """Refuse a move of an item list that the table of moves does not have.

    Raises:
        CannotChangeItemList: the list is in another state.
    """
    if new not in ITEM_LIST_MOVES[old]:
        raise CannotChangeItemList(
            gettext_noop("该清单当前为“%(state)s”,不能改为“%(new)s”"),
            state=ITEM_LIST_STATE_LABELS[old],
            new=ITEM_LIST_STATE_LABELS[new],
        )


def check_can_publish_item_list(*, state: ItemListState, items: int, without_basis: int) -> None:
    """No item, no inspection; no item without a legal basis (国办发〔2015〕58号).

    Raises:
        CannotChangeItemList: it is no draft, has no items, or one of them has no legal basis.
    """
    check_move(state, ItemListState.PUBLISHED)
    if not items:
        raise CannotChangeItemList(gettext_noop("清单内没有事项,请先添加或导入事项再发布"))
    if without_basis:
        raise CannotChangeItemList(
            gettext_noop("有%(count)d项缺少抽查依据,法无依据不得检查;请补全后再发布"), count=without_basis
        )


def check_can_edit_items(*, state: ItemListState) -> None:
    """A published edition never changes; changes go into a new edition.

    Raises:
        CannotChangeItemList: the list is no draft.
    """
    if state != ItemListState.DRAFT:
        raise CannotChangeItemList(
            gettext_noop("该清单当前为“%(state)s”,事项不能再改;请起草新版本"), state=ITEM_LIST_STATE_LABELS[state]
        )


def check_validity(valid_from: date, valid_to: date | None) -> None:
    """Refuse an end before the beginning.

    Raises:
        CannotEdit: it ends before it begins.
    """
    if valid_to is not None and valid_to < valid_from:
        raise CannotEdit(gettext_noop("结束日期%(end)s早于开始日期%(start)s"), end=valid_to, start=valid_from)


def check_import_open(state: ImportState) -> None:
    """Only a preview can be decided on.

    Raises:
        CannotApply: the batch was applied or dropped before.
    """
    if not IMPORT_MOVES[state]:
        raise CannotApply(gettext_noop("该批次当前为“%(state)s”,不能再操作"), state=IMPORT_STATE_LABELS[state])


def check_can_apply(*, state: ImportState, refused: int, undecided: int, good_only: bool, takes: int) -> None:
    """All of a file, or its good rows only, as chosen (全部应用/只应用合格行).

    Raises:
        CannotApply: it was decided before, or nothing would be taken.
        LinesRefused, ConflictsOpen: all is wanted while rows are refused or conflicts undecided.
    """
    check_import_open(state)
    if not good_only and refused:
        raise LinesRefused(
            gettext_noop("有%(count)d行不合格,不能全部应用;请下载问题行修正后重新上传,或选择“只应用合格行”"),
            count=refused,
        )
    if not good_only and undecided:
        raise ConflictsOpen(gettext_noop("还有%(count)d行冲突未处理;请逐项选择,或选择“只应用合格行”"), count=undecided)
    if not takes:
        raise CannotApply(gettext_noop("没有可应用的行"))


def expires_soon(valid_to: date, on: date) -> bool:
    """Whether a certificate runs out within thirty days, or has run out."""
    return valid_to <= on + CERTIFICATE_WARNING
