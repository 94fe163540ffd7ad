"""The buttons inside a task's form that change the form and save no task: rows, saved filters, proposals."""

from datetime import datetime

from django.http import QueryDict

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.people.actors import Actor
from mingcha.people.asked import whole
from mingcha.plans import rules
from mingcha.plans.forms import TaskForm, rule_values, scope_values
from mingcha.plans.models import Plan
from mingcha.plans.part_forms import MOST_PARTS
from mingcha.plans.rules import Said
from mingcha.plans.rules.terms import LEAST_INSPECTORS
from mingcha.registers import actions as registers
from mingcha.registers import queries

Note = Said | Refusal | None


def press(data: QueryDict, *, plan: Plan, by: Actor, at: datetime) -> tuple[bool, Note]:
    """Change the values as the pressed button asks; says whether one was pressed, and a sentence for its reader."""
    if "add_part" in data:
        data[f"part-{_count(data)}-inspectors"] = str(LEAST_INSPECTORS)
        data["parts"] = str(_count(data) + 1)
    elif "remove_part" in data:
        _remove_part(data)
    elif "use_filter" in data:
        return True, _use_filter(data, by)
    elif "save_filter" in data:
        return True, _save_filter(data, plan, by, at)
    elif "propose" in data:
        return True, _propose(data, plan, by)
    elif "refresh" not in data:
        return False, None
    return True, None


def _count(data: QueryDict) -> int:
    return min(whole(data.get("parts")) or 0, MOST_PARTS)


def _remove_part(data: QueryDict) -> None:
    """Take a row out and move the later ones up."""
    count, gone = _count(data), whole(data["remove_part"])
    if gone is None or gone >= count:
        return
    for place in range(gone, count):
        for name in ("organization", "inspectors", "qualification", "team_form", "experts", "items"):
            data.setlist(f"part-{place}-{name}", data.getlist(f"part-{place + 1}-{name}"))
    data["parts"] = str(max(1, count - 1))


def _use_filter(data: QueryDict, by: Actor) -> Note:
    found = queries.filters_for(by).filter(pk=whole(data.get("saved_filter")) or 0).first()
    if found is None:
        return Said(gettext_noop("请先选择一个常用筛选"))
    for name, value in scope_values(found.scope).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return Said(gettext_noop("已套用“%(name)s”"), {"name": found.name})


def _save_filter(data: QueryDict, plan: Plan, by: Actor, at: datetime) -> Note:
    form = TaskForm(data, by=by, year=plan.year)
    form.is_valid()
    if form.scope is None:
        return Said(gettext_noop("范围条件有误,请修改后再保存筛选"))
    try:
        kept = registers.save_filter(name=str(data.get("filter_name", "")), scope=form.scope, by=by, at=at)
    except Refusal as refusal:
        return refusal
    data["saved_filter"], data["filter_name"] = str(kept.pk), ""
    return Said(gettext_noop("已存为常用筛选“%(name)s”"), {"name": kept.name})


def _propose(data: QueryDict, plan: Plan, by: Actor) -> Note:
    form = TaskForm(data, by=by, year=plan.year)
    proposal = rules.propose(str(data.get("ratio_text", "")), form.classes)
    if proposal.rule is None:
        return proposal.why_not
    for name, value in rule_values(proposal.rule).items():
        if not name.startswith("burden"):  # the text says nothing of it
            data[name] = str(value)
    _spread(data, form, proposal.rule)
    return Said(gettext_noop("已按公布的文本填入规则,请核对后保存"))


def _spread(data: QueryDict, form: TaskForm, rule: rules.DrawRule) -> None:
    """One share for all, written into every class that the form asks for."""
    parts = {"weight": rule.weights} if rule.kind == rules.NUMBER else {"share": rule.ratios, "upper": rule.ratios_to}
    for what, shares in parts.items():
        for code in set(form.share_codes) - set(shares):
            share = shares.get(rules.EVERY_CLASS, "")
            data[f"{what}_{code}"] = rules.percent(share)[:-1] if share and what != "weight" else share
