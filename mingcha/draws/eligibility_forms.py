"""Forms of who may stand in a population: changes by hand, exemptions, yearly caps, equivalent items."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mingcha.draws import eligibility, queries
from mingcha.draws.forms import ALL, task_choices
from mingcha.draws.models import Ceremony, CeremonyTask
from mingcha.draws.states import (
    ADJUSTED_LABELS,
    EXEMPTION_LABELS,
    GROUND_LABELS,
    GROUNDS,
    WHY_LABELS,
    Exemption,
)
from mingcha.people.actors import Actor
from mingcha.people.dressing import Dressed, dress


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class AdjustForm(Dressed):
    """Who is put in or taken out by hand, and why."""

    task = forms.ChoiceField(label=_("任务"))
    unit_id = forms.CharField(
        label=_("统一社会信用代码/编号"), max_length=64, help_text=_("可先在上方按名称或代码查找,点“选用”填入")
    )
    kind = forms.ChoiceField(label=_("增减方向"), choices=[(k.value, _(v)) for k, v in ADJUSTED_LABELS.items()])
    ground = forms.ChoiceField(
        label=_("增减理由"),
        choices=[
            (_(ADJUSTED_LABELS[kind]), [(ground.value, _(GROUND_LABELS[ground])) for ground in grounds])
            for kind, grounds in GROUNDS.items()
        ],
    )
    reason = forms.CharField(
        label=_("事实和依据"),
        max_length=500,
        help_text=_("写明线索编号、文号或核实情况;写入留痕,增减户数公开"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, ceremony: Ceremony, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].choices = task_choices(ceremony)  # type: ignore[attr-defined]


class ExemptForm(Dressed):
    """Why the caps leave a task uncounted."""

    exemption = forms.ChoiceField(label=_("豁免情形"), required=False)
    reason = forms.CharField(label=_("依据"), max_length=300, required=False)

    def __init__(self, *args: Any, row: CeremonyTask, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = eligibility.exemptions_for(row.task, on=on)
        kinds = [(kind.value, gettext(EXEMPTION_LABELS[kind])) for kind in Exemption if kind in listed]
        self.fields["exemption"].choices = [("", _("不豁免")), *kinds]  # type: ignore[attr-defined]


class LeftOutFilter(Dressed):
    """What narrows the list behind the figures."""

    q = forms.CharField(label=_("名称或编号"), required=False)
    task = forms.ChoiceField(label=_("任务"), required=False)
    why = forms.ChoiceField(
        label=_("原因"), required=False, choices=[ALL, *((value, _(label)) for value, label in WHY_LABELS.items())]
    )

    def __init__(self, *args: Any, ceremony: Ceremony, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].choices = [ALL, *task_choices(ceremony)]  # type: ignore[attr-defined]

    def narrow(self, units: list[queries.BehindFigure]) -> list[queries.BehindFigure]:
        given = self.cleaned_data if self.is_valid() else {}
        words, task, why = given.get("q", "").split(), given.get("task", ""), given.get("why", "")
        return [
            each
            for each in units
            if task in ("", each.task.number)
            and why in ("", each.why)
            and all(word in each.name or word.upper() in each.unit_id for word in words)
        ]


class LimitForm(Dressed):
    """What every rule with dates has."""

    basis = forms.CharField(label=_("依据的公布文件"), max_length=300, help_text=_("名称和文号"))
    valid_from = day_field(_("起始日期"))
    valid_to = day_field(_("终止日期"), required=False, help_text=_("留空:直至另行终止"))


class CapForm(LimitForm):
    """An organ's published yearly cap."""

    field_order = ("organization", "most", "counts_below", "exempt", "basis", "valid_from", "valid_to")
    most = forms.IntegerField(label=_("同一对象每年最多检查次数"), min_value=1, max_value=365)
    counts_below = forms.BooleanField(label=_("下级单位的检查合并计算"), required=False)
    exempt = forms.MultipleChoiceField(
        label=_("不计入的情形"),
        required=False,
        choices=[(k.value, _(v)) for k, v in EXEMPTION_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"] = forms.ModelChoiceField(
            label=_("单位"), queryset=queries.organs_limited_by(by), to_field_name="code", empty_label=_("请选择单位")
        )
        self.order_fields(self.field_order)
        dress(self)


class ItemChoice(forms.ModelChoiceField):
    """An item in a published list."""

    def label_from_instance(self, item: Any) -> str:
        return f"{item.line.name} {item.code} {item.name}({item.item_list})"


class EquivalentForm(LimitForm):
    """Two items that inspect the same thing."""

    field_order = ("item", "other", "basis", "valid_from", "valid_to")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"] = ItemChoice(
            label=_("本条线事项"), queryset=queries.items_limited_by(by), empty_label=_("请选择事项")
        )
        self.fields["other"] = ItemChoice(
            label=_("与其等同的事项"), queryset=queries.published_items(), empty_label=_("请选择事项")
        )
        self.order_fields(self.field_order)
        dress(self)


class EndForm(Dressed):
    """The last day on which a rule holds."""

    last_day = day_field(_("最后有效日"))
