"""The start page (工作台) and the trail (全过程留痕)."""

import json

from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate

from mingcha.desk import queries
from mingcha.ledger import keys
from mingcha.ledger import queries as ledger
from mingcha.people.doors import page

PAGE_SIZE = 50


@page("people.start")
def start(request):
    return render(request, "desk/start.html", {"cards": queries.cards_for(request.actor, today=localdate())})


@page("ledger.view")
def trail(request):
    """Entries, newest first, with filters in the address and pages by the last number seen."""
    filters = {name: request.GET.get(name, "").strip() for name in ("subject", "act", "organization")}
    rows = ledger.entries(**filters)
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(seq__lt=int(before[:18]))
    entries = list(rows[: PAGE_SIZE + 1])
    context = {
        "entries": entries[:PAGE_SIZE],
        "next": entries[PAGE_SIZE - 1].seq if len(entries) > PAGE_SIZE else None,
        "filters": filters,
        "total": ledger.entries(**filters).count(),
        "checkpoint": ledger.last_checkpoint(),
        "verifier_key": keys.verifier_key(),
    }
    return render(request, "desk/trail.html", context)


@page("ledger.view")
def trail_entry(request, seq):
    """One entry: its body, and its proof in the last signed tree."""
    entry = get_object_or_404(ledger.entries(), seq=seq)
    checkpoint = ledger.last_checkpoint()
    context = {"entry": entry, "body": json.dumps(json.loads(entry.body), ensure_ascii=False, indent=2)}
    if checkpoint is not None and entry.seq < checkpoint.size:
        context |= {"checkpoint": checkpoint, "proof": ledger.proof_of(entry, size=checkpoint.size)}
    return render(request, "desk/trail_entry.html", context)
