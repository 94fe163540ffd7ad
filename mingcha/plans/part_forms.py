"""The rows of participants in a task's form (参与部门): department, inspectors, qualification, items."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mingcha.people.actors import Actor
from mingcha.people.asked import SeveralRows, whole
from mingcha.people.dressing import dress
from mingcha.people.models import Organization
from mingcha.people.states import Level
from mingcha.plans import queries
from mingcha.plans.actions import Part
from mingcha.plans.models import Plan, TaskParticipant
from mingcha.plans.rules.terms import MOST_EXPERTS
from mingcha.plans.states import TEAM_FORM_LABELS, PlanKind, TeamForm
from mingcha.registers import queries as registers
from mingcha.registers.models import InspectionItem, Qualification


class PartForm(forms.Form):
    """One department's part; a row without a department is left out."""

    organization: Any = forms.ModelChoiceField(label=_("部门"), queryset=None, required=False, empty_label=_("(不填)"))
    inspectors = forms.IntegerField(label=_("每户检查人数"), min_value=2, max_value=20, initial=2)
    qualification = forms.ModelChoiceField(
        label=_("要求资质"),
        queryset=Qualification.objects.order_by("code"),
        required=False,
        empty_label=_("不要求"),
    )
    team_form = forms.ChoiceField(
        label=_("选派方式"),
        choices=[(form.value, _(label)) for form, label in TEAM_FORM_LABELS.items()],
        required=False,
        help_text=_("按小组:抽取一个持证成员不少于上述人数的检查小组"),
    )
    experts = forms.IntegerField(
        label=_("每户专家人数"),
        min_value=0,
        max_value=MOST_EXPERTS,
        initial=0,
        required=False,
        help_text=_("在检查人员之外另抽,不计入人数"),
    )
    items: Any = SeveralRows(label=_("抽查事项"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, by: Actor, plan: Plan, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["organization"].queryset = _partners(plan, by)
        chosen = self._chosen_organization()
        self.organization_chosen = chosen
        fields["items"].queryset = _items(chosen, by, on, self._kept_items())
        fields["items"].label_from_instance = lambda item: f"{item.code} {item.name} · {item.item_list}"
        dress(self)

    def staffing(self) -> list[forms.BoundField]:
        """How the people are drawn, and who comes along."""
        return [self["team_form"], self["experts"]]

    def _chosen_organization(self) -> Organization | None:
        fields: Any = self.fields
        key = self.data.get(self.add_prefix("organization")) if self.is_bound else self.initial.get("organization")
        return fields["organization"].queryset.filter(pk=whole(key)).first()

    def _kept_items(self) -> list[int]:
        return [] if self.is_bound else [item.pk for item in self.initial.get("items", [])]

    def full_clean(self) -> None:
        """A row without a department says nothing, so nothing in it can be wrong."""
        super().full_clean()
        if self.is_bound and self.cleaned_data.get("organization") is None and "organization" not in self.errors:
            self.errors.clear()

    def part(self, *, is_lead: bool) -> Part:
        """What the row says, for `actions.set_participants`."""
        given = self.cleaned_data
        return Part(
            given["organization"],
            is_lead,
            given["inspectors"],
            given["qualification"],
            list(given["items"]),
            given["team_form"] or TeamForm.PERSONS,
            given["experts"] or 0,
        )


def _partners(plan: Plan, by: Actor) -> QuerySet[Organization]:
    if plan.kind == PlanKind.DEPARTMENT:
        return queries.partner_organizations(by, level=Level(plan.organization.level)).filter(pk=plan.organization_id)
    return queries.partner_organizations(by)


def _items(organization: Organization | None, by: Actor, on: date, kept: Sequence[int]) -> QuerySet[InspectionItem]:
    """The items of the department's line in force, and those the task already has."""
    if organization is None:
        return InspectionItem.objects.none()
    offered = registers.items_in_force(by, on=on).filter(line=organization.line).values("pk")
    items = InspectionItem.objects.filter(Q(pk__in=offered) | Q(pk__in=kept)).select_related("item_list")
    return items.order_by("-item_list__is_joint", "item_list__title", "code")


MOST_PARTS = 12


class PartForms:
    """The rows of participants: the first one leads."""

    def __init__(
        self, *, by: Actor, plan: Plan, on: date, data: QueryDict | None = None, parts: Sequence[TaskParticipant] = ()
    ) -> None:
        self.rows: list[PartForm] = []
        known: dict[str, Any] = {"by": by, "plan": plan, "on": on}
        if data is not None:
            self.count = _count(data.get("parts"))
            self.rows = [PartForm(data, prefix=f"part-{place}", **known) for place in range(self.count)]
            return
        initials: list[dict[str, Any]] = [
            {
                "organization": part.organization_id,
                "inspectors": part.inspectors,
                "qualification": part.qualification_id,
                "team_form": part.team_form,
                "experts": part.experts,
                "items": [taken.item for taken in part.items.all()],
            }
            for part in parts
        ] or [{"organization": plan.organization_id}]
        if plan.kind == PlanKind.JOINT:
            initials += [{} for _place in range(max(1, 3 - len(initials)))]
        self.count = len(initials)
        self.rows = [
            PartForm(prefix=f"part-{place}", initial=initial, **known) for place, initial in enumerate(initials)
        ]

    def is_valid(self) -> bool:
        answers = [row.is_valid() for row in self.rows]
        if self.rows[0].cleaned_data.get("organization") is None:
            self.rows[0].add_error("organization", gettext("请选择牵头部门"))
            return False
        return all(answers)

    def parts(self) -> list[Part]:
        """What the rows say, for `actions.set_participants`."""
        return [
            row.part(is_lead=place == 0) for place, row in enumerate(self.rows) if row.cleaned_data.get("organization")
        ]


def _count(text: object) -> int:
    return min(max(whole(text) or 1, 1), MOST_PARTS)
