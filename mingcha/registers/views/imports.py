"""Pages of imports: upload, columns by hand, preview, decisions, the lines in trouble."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mingcha.kernel.refusal import Refusal
from mingcha.people.doors import page, tell
from mingcha.people.listing import page_of, sheet
from mingcha.registers import actions, queries, sheets, uploads
from mingcha.registers.columns import COLUMNS, ColumnsMissing
from mingcha.registers.describing import column_label
from mingcha.registers.forms import ColumnsForm, UploadForm
from mingcha.registers.models import ImportBatch, ImportRow
from mingcha.registers.states import VERDICT_LABELS, ImportKind, ImportState, Verdict

WAITING = "registers_upload"  # the session's file whose columns are to be named by hand


@page("registers.import")
def imports(request: Any) -> HttpResponseBase:
    """Upload a file; the imports so far."""
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        initial={"kind": request.GET.get("kind"), "item_list": request.GET.get("item_list")},
        by=request.actor,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        item_list = given["item_list"].pk if given["item_list"] else None
        upload = {
            "kind": given["kind"],
            "name": given["file"].name,
            "item_list": item_list,
            "defaults": form.defaults(),
        }
        answer = _preview(request, upload, content=uploads.content_of(given["file"]))
        if answer is not None:
            return answer
    batches = queries.batches_for(request.actor).order_by("-pk")[:100]
    context = {"form": form, "batches": batches, "kinds": list(ImportKind)}
    return render(request, "registers/imports.html", context, status=422 if form.errors else 200)


def _preview(
    request: Any, upload: Mapping[str, Any], *, content: bytes, columns: Mapping[str, str] | None = None
) -> HttpResponse | None:
    """Go to the preview, or to the page where columns are named; nothing where the file was refused."""
    try:
        batch = actions.import_file(
            kind=ImportKind(upload["kind"]),
            file_name=upload["name"],
            content=content,
            item_list=queries.own_item_lists(request.actor).filter(pk=upload["item_list"]).first(),
            defaults=upload["defaults"],
            columns=columns,
            by=request.actor,
            at=timezone.now(),
        )
    except ColumnsMissing as refusal:
        tell(request, refusal)
        found = {"titles": refusal.heading.titles, "found": refusal.heading.columns}
        request.session[WAITING] = {**upload, **found, "digest": uploads.keep(content)}
        return redirect("registers:columns")
    except Refusal as refusal:
        tell(request, refusal)
        return None
    request.session.pop(WAITING, None)
    return redirect("registers:batch", pk=batch.pk)


@page("registers.import")
def columns(request: Any) -> HttpResponse:
    """Name by hand which column of the waiting file is which field."""
    upload = request.session.get(WAITING)
    if upload is None:
        return redirect("registers:imports")
    kind = ImportKind(upload["kind"])
    form = ColumnsForm(request.POST or None, kind=kind, titles=upload["titles"], found=upload["found"])
    if request.method == "POST" and form.is_valid():
        chosen = {name: title for name, title in form.cleaned_data.items() if title}
        try:
            content = uploads.fetch(upload["digest"])
        except Refusal as refusal:
            tell(request, refusal)
            return redirect("registers:imports")
        answer = _preview(request, upload, content=content, columns=chosen)
        if answer is not None:
            return answer
    context = {"form": form, "upload": upload, "kind": kind}
    return render(request, "registers/columns.html", context, status=422 if form.errors else 200)


def _one(request: Any, pk: int) -> ImportBatch:
    return get_object_or_404(queries.batches_for(request.actor), pk=pk)


@page("registers.import")
def batch(request: Any, pk: int) -> HttpResponse:
    """What a file would change, verdict by verdict."""
    found = _one(request, pk)
    counts = queries.counts_of(found)
    chosen = request.GET.get("verdict", "")
    if chosen not in counts:
        chosen = next((v.value for v in _BY_URGENCY if counts[v.value]), Verdict.NEW.value)
    keys = ("key", "line") if chosen == Verdict.CONFLICT else ("line",)  # rivals stand together
    rows = found.rows.filter(verdict=chosen).order_by(*keys)
    undecided = queries.undecided_in(found).count()
    mine = found.organization_id == request.actor.organization.pk
    context = {
        "batch": found,
        "verdict": chosen,
        "tabs": [(verdict.value, VERDICT_LABELS[verdict], counts[verdict.value]) for verdict in _BY_URGENCY],
        "page": page_of(rows, keys=keys, after=request.GET.get("after", "")),
        "columns": [(column_label(found.kind, name), title) for name, title in found.columns.items()],
        "unknown": [title for title in found.header if title not in found.columns.values()],
        "labels": {column.name: _(column.label) for column in COLUMNS[ImportKind(found.kind)]},
        "undecided": undecided,
        "refused": counts[Verdict.REFUSED],
        "takes": queries.taken_from(found).count(),
        "is_open": found.state == ImportState.PREVIEWED,
        "can_decide": found.state == ImportState.PREVIEWED and mine,
        "has_troubles": bool(counts[Verdict.REFUSED] + counts[Verdict.CONFLICT]),
    }
    return render(request, "registers/batch.html", context)


_BY_URGENCY = (Verdict.CONFLICT, Verdict.REFUSED, Verdict.NEW, Verdict.CHANGED, Verdict.SAME)


@page("registers.import")
def troubles(request: Any, pk: int, kind: str) -> HttpResponseBase:
    """The refused and conflicting lines with what is wrong, to be mended and uploaded again."""
    found = _one(request, pk)
    heading, rows = sheets.troubles(found)
    return sheet(kind, name=f"{found.number}-errors", columns=heading, rows=rows)


@page("registers.import")
def template(request: Any, kind: str) -> HttpResponseBase:
    """An empty file with the headings that are understood."""
    if kind not in set(ImportKind):
        return redirect("registers:imports")
    return sheet("xlsx", name=f"template-{kind.lower()}", columns=sheets.blank(ImportKind(kind)), rows=[])


@page("registers.import")
@require_POST
def choose_row(request: Any, pk: int) -> HttpResponse:
    rows = ImportRow.objects.filter(batch__in=queries.batches_for(request.actor)).select_related("batch")
    row = get_object_or_404(rows, pk=pk)
    try:
        actions.choose_row(row=row, take=request.POST.get("take") == "1", by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    answer = redirect("registers:batch", pk=row.batch_id)
    answer["Location"] += f"?verdict={row.verdict}#row-{row.pk}"
    return answer


@page("registers.import")
@require_POST
def apply_batch(request: Any, pk: int) -> HttpResponse:
    def apply(**what: Any) -> object:
        return actions.apply_batch(good_only=request.POST.get("good_only") == "1", **what)

    return _decided(request, pk, apply, _("已导入"))


@page("registers.import")
@require_POST
def drop_batch(request: Any, pk: int) -> HttpResponse:
    return _decided(request, pk, actions.drop_batch, _("已放弃该批次,名录没有变化"))


def _decided(request: Any, pk: int, act: Callable[..., object], done: str) -> HttpResponse:
    try:
        act(batch=_one(request, pk), by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, done)
    return redirect("registers:batch", pk=pk)
