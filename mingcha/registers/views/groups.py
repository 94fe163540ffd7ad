"""Pages of groups (检查小组): the list, one group, forming and disbanding."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mingcha.kernel.refusal import Refusal
from mingcha.people.asked import whole
from mingcha.people.doors import page, tell, told
from mingcha.people.listing import page_of
from mingcha.people.models import Organization
from mingcha.people.scopes import organizations_for
from mingcha.registers import actions, queries
from mingcha.registers.forms import GroupForm


@page("registers.view")
def groups(request: Any) -> HttpResponseBase:
    """The groups of the actor's organizations, with their members; those disbanded on demand."""
    found, today = queries.groups_for(request.actor), timezone.localdate()
    shows_all = "all" in request.GET
    if not shows_all:
        found = found.filter(pk__in=queries.standing_groups(on=today))
    context = {
        "page": page_of(
            queries.group_in_full(found).order_by("number"), keys=("number",), after=request.GET.get("after", "")
        ),
        "total": found.count(),
        "shows_all": shows_all,
        "today": today,
    }
    return render(request, "registers/groups.html", context)


@page("registers.edit")
def form_group(request: Any) -> HttpResponse:
    """Form a group of inspectors of one organization who are free."""
    now = timezone.now()
    free = queries.groupable(request.actor, on=timezone.localdate(now))
    organizations = list(organizations_for(request.actor).filter(pk__in=free.values("organization")).order_by("name"))
    organization = _chosen(request, organizations)
    form = GroupForm(request.POST or None, people=free.filter(organization=organization))
    if request.method == "POST" and form.is_valid():
        try:
            group = actions.form_group(
                organization=organization or request.actor.organization, **form.cleaned_data, by=request.actor, at=now
            )
        except Refusal as refusal:
            form.add_error(None, told(refusal))
        else:
            messages.success(request, _("已组建小组“%(name)s”,编号 %(number)s") % vars(group))
            return redirect("registers:groups")
    context = {
        "form": form,
        "organizations": organizations,
        "chosen": organization,
    }
    return render(request, "registers/form_group.html", context, status=422 if form.errors else 200)


def _chosen(request: Any, organizations: Sequence[Organization]) -> Organization | None:
    """The organization asked for, else the actor's own, else the first that has somebody free."""
    wanted = whole(request.GET.get("organization"))
    own = request.actor.organization.pk
    ranked = sorted(organizations, key=lambda each: (each.pk != wanted, each.pk != own))
    return ranked[0] if ranked else None


@page("registers.edit")
@require_POST
def disband_group(request: Any, pk: int) -> HttpResponse:
    """Let a group go apart."""
    group = get_object_or_404(queries.groups_for(request.actor), pk=pk)
    try:
        actions.disband_group(group=group, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("小组“%(name)s”已解散,成员可以编入新的小组") % {"name": group.name})
    return redirect("registers:groups")
