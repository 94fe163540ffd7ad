"""The page on which whoever holds a ceremony makes the file that proves one unit's own draw to it (抽签凭据)."""

import json

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from mingcha.draws import actions, queries
from mingcha.draws.forms import LeafForm
from mingcha.kernel.refusal import Refusal
from mingcha.people.doors import page, tell


@page("draws.show_leaf")
def leaf(request, number):
    """Ask for a unit and a task; give the file."""
    found = get_object_or_404(queries.held_by(request.actor), number=number)
    form = LeafForm(request.POST or None, ceremony=found)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            shown = actions.show_leaf(ceremony=found, **form.cleaned_data, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            tell(request, refusal)
            status = 409
        else:
            return _file(f"{found.number}-{form.cleaned_data['task']}-{shown['index']}.json", shown)
    context = {"form": form, "ceremony": found}
    return render(request, "draws/leaf.html", context, status=422 if form.errors else status)


def _file(name, shown):
    content = json.dumps(shown, ensure_ascii=False, indent=1)
    response = HttpResponse(content, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
