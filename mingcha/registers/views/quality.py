"""The quality board of the register of subjects."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mingcha.people.doors import page
from mingcha.registers import quality


@page("registers.view")
@require_safe
def board(request: Any) -> HttpResponse:
    """How whole the register is, by area and by source; every figure leads to its rows."""
    by, on = request.actor, timezone.localdate()
    areas, checks = quality.by_region(by, on=on), quality.checks_for(by)
    total, sums = quality.total_of(areas)
    context = {
        "checks": checks,
        "areas": [(row, list(zip(checks, row.wrong, strict=True))) for row in areas],
        "sources": [(row, list(zip(checks, row.wrong, strict=True))) for row in quality.by_source(by, on=on)],
        "total": total,
        "sums": list(zip(checks, sums, strict=True)),
    }
    return render(request, "registers/quality.html", context)
