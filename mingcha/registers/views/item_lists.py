"""Pages of item lists: the editions, one edition with its items, drafting and publishing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mingcha.kernel.refusal import Refusal
from mingcha.people.doors import page, render_page, tell
from mingcha.people.listing import page_of, sheet
from mingcha.people.permissions import may
from mingcha.registers import actions, comparing, describing, queries, sheets
from mingcha.registers.actions.item_lists import row_of
from mingcha.registers.forms import ItemFilter, ItemForm, ItemListFilter, ItemListForm
from mingcha.registers.models import InspectionItem, ItemList
from mingcha.registers.rows import ItemRow
from mingcha.registers.states import ItemListState


@page("registers.view")
def item_lists(request: Any) -> HttpResponseBase:
    """The editions the actor may see."""
    form = ItemListFilter(request.GET, auto_id="filter_%s")
    found = queries.item_lists_for(request.actor)
    if form.is_valid():
        if word := form.cleaned_data["q"].strip():
            found = found.filter(Q(title__icontains=word) | Q(number__icontains=word))
        if state := form.cleaned_data["state"]:
            found = found.filter(state=state)
    shown = found.select_related("organization").annotate(item_count=Count("items")).order_by("number")
    context = {
        "form": form,
        "page": page_of(shown, keys=("number",), after=request.GET.get("after", "")),
        "total": found.count(),
    }
    return render_page(request, "registers/item_lists.html", context)


def _one(request: Any, pk: int) -> ItemList:
    return get_object_or_404(queries.item_lists_for(request.actor).select_related("organization"), pk=pk)


def _items(found: ItemList, form: ItemFilter) -> QuerySet[InspectionItem]:
    items = queries.items_of(found)
    if form.is_valid():
        given = form.cleaned_data
        if word := given["q"].strip():
            words = ("name", "sub_item", "category", "subject_scope", "legal_basis", "code")
            condition = Q()
            for field in words:
                condition |= Q(**{f"{field}__icontains": word})
            items = items.filter(condition)
        if given["line"]:
            items = items.filter(line=given["line"])
        if given["importance"]:
            items = items.filter(importance=given["importance"])
    return items


@page("registers.view")
def item_list(request: Any, pk: int) -> HttpResponseBase:
    """One edition with its items."""
    found, form = _one(request, pk), ItemFilter(request.GET)
    items = _items(found, form)
    mine = found.organization_id == request.actor.organization.pk and may(request.actor, "registers.edit_items")
    context = {
        "item_list": found,
        "form": form,
        "page": page_of(items, keys=("pk",), after=request.GET.get("after", ""), size=100),
        "total": items.count(),
        "can_edit": mine and found.state == ItemListState.DRAFT,
        "can_withdraw": mine and found.state == ItemListState.PUBLISHED,
    }
    return render_page(request, "registers/item_list.html", context)


@page("registers.view")
@require_safe
def compare_item_lists(request: Any, pk: int) -> HttpResponse:
    """One edition against another of the same organization, line by line; at first against the one before it."""
    found = _one(request, pk)
    others = list(queries.editions_beside(found, request.actor))
    asked = request.GET.get("with", "")
    former = next((other for other in others if str(other.pk) == asked), others[0] if others else None)
    changes = comparing.compare(_rows(former), _rows(found)) if former else []
    tally = Counter(line.change for line in changes)
    context = {
        "item_list": found,
        "others": others,
        "former": former,
        "changes": describing.item_changes(changes),
        "tally": [(label, tally[change]) for change, label in comparing.CHANGE_LABELS.items()],
    }
    return render(request, "registers/compare.html", context)


def _rows(item_list: ItemList) -> list[ItemRow]:
    return [row_of(item) for item in queries.items_of(item_list)]


@page("registers.export")
def export_items(request: Any, pk: int, kind: str) -> HttpResponseBase:
    """Exactly the items that the page shows, as a spreadsheet."""
    found = _one(request, pk)
    rows = _items(found, ItemFilter(request.GET))
    return sheet(kind, name=f"items-{found.pk}", columns=sheets.ITEMS, rows=rows.iterator(chunk_size=1_000))


@page("registers.edit_items")
def draft_item_list(request: Any) -> HttpResponse:
    form = ItemListForm(request.POST or None, by=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            drafted = actions.draft_item_list(**form.cleaned_data, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            tell(request, refusal)
        else:
            messages.success(request, _("已起草“%(title)s”,请添加或导入事项") % {"title": drafted.title})
            return redirect("registers:item_list", pk=drafted.pk)
    context = {"form": form, "title": _("起草抽查事项清单"), "back": reverse("registers:item_lists")}
    return render(request, "registers/form.html", context, status=422 if form.errors else 200)


@page("registers.edit_items")
def add_item(request: Any, pk: int) -> HttpResponse:
    found, form = (
        _one(request, pk),
        ItemForm(request.POST or None, initial={"line": request.actor.organization.line_id}),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_item(item_list=found, item=form.row(), by=request.actor, at=timezone.now())
        except Refusal as refusal:
            tell(request, refusal)
        else:
            messages.success(request, _("已添加事项 %(code)s") % {"code": form.cleaned_data["code"]})
            return redirect("registers:item_list", pk=pk)
    return _item_form(request, form, found, _("添加抽查事项"))


@page("registers.edit_items")
def edit_item(request: Any, pk: int) -> HttpResponse:
    item = get_object_or_404(queries.items_for(request.actor), pk=pk)
    form = ItemForm(request.POST or None, initial=asdict(row_of(item)))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_item(item=item, row=form.row(), by=request.actor, at=timezone.now())
        except Refusal as refusal:
            tell(request, refusal)
        else:
            messages.success(request, _("已保存事项 %(code)s") % {"code": form.cleaned_data["code"]})
            return redirect("registers:item_list", pk=item.item_list_id)
    return _item_form(request, form, item.item_list, _("修改抽查事项"))


def _item_form(request: Any, form: ItemForm, item_list: ItemList, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "pretitle": str(item_list),
        "back": reverse("registers:item_list", args=[item_list.pk]),
    }
    return render(request, "registers/form.html", context, status=422 if form.errors else 200)


@page("registers.edit_items")
@require_POST
def remove_item(request: Any, pk: int) -> HttpResponse:
    item = get_object_or_404(queries.items_for(request.actor), pk=pk)
    try:
        actions.remove_item(item=item, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("已删除事项 %(code)s") % {"code": item.code})
    return redirect("registers:item_list", pk=item.item_list_id)


@page("registers.edit_items")
@require_POST
def publish_item_list(request: Any, pk: int) -> HttpResponse:
    return _moved(request, pk, actions.publish_item_list, _("清单已发布,可据此编制计划"))


@page("registers.edit_items")
@require_POST
def withdraw_item_list(request: Any, pk: int) -> HttpResponse:
    return _moved(request, pk, actions.withdraw_item_list, _("清单已废止,新计划不能再引用"))


def _moved(request: Any, pk: int, act: Callable[..., object], done: str) -> HttpResponse:
    try:
        act(item_list=_one(request, pk), by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, done)
    return redirect("registers:item_list", pk=pk)
