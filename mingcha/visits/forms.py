"""Forms of visits: the filters of the list, and the change of a seat."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mingcha.assignments.states import CHANGE_REASON_LABELS
from mingcha.people.models import Organization, Region
from mingcha.people.scopes import organizations_for
from mingcha.plans.models import Task
from mingcha.visits.models import Record
from mingcha.visits.queries import overdue, visits_for
from mingcha.visits.states import VISIT_STATE_LABELS

ALL = ("", _("全部"))
OVERDUE = "overdue"


class PlaceFilter(forms.Form):
    """What lists of visits and of records can be narrowed by."""

    q = forms.CharField(
        label=_("检查对象或编号"), required=False, max_length=60, widget=forms.TextInput({"class": "form-control"})
    )
    region = forms.ModelChoiceField(
        label=_("地区"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=_("全部"),
        widget=forms.Select({"class": "form-select"}),
    )
    organization = forms.ModelChoiceField(
        label=_("检查单位"),
        queryset=Organization.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("全部"),
        widget=forms.Select({"class": "form-select narrow"}),
    )
    task = forms.ModelChoiceField(
        label=_("抽查任务"),
        queryset=Task.objects.none(),
        required=False,
        to_field_name="number",
        empty_label=_("全部"),
        widget=forms.Select({"class": "form-select narrow"}),
    )

    def __init__(self, data, *, by):
        super().__init__(data, auto_id="filter_%s")
        visits = visits_for(by)
        records = Record.objects.filter(visit__in=visits)
        seen = Organization.objects.filter(pk__in=records.values("organization"))
        offered = {
            "region": Region.objects.filter(pk__in=visits.values("region")).order_by("code"),
            "organization": (seen | organizations_for(by)).distinct().order_by("name"),
            "task": Task.objects.filter(pk__in=records.values("task")).order_by("number"),
        }
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def chosen(self):
        """The filters that can be understood; others are left alone."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class VisitFilter(PlaceFilter):
    state = forms.ChoiceField(label=_("状态"), required=False, widget=forms.Select({"class": "form-select"}))

    field_order = ("q", "state", "region", "organization", "task")

    def __init__(self, data, *, by):
        super().__init__(data, by=by)
        labels = [(state.value, _(label)) for state, label in VISIT_STATE_LABELS.items()]
        self.fields["state"].choices = [ALL, (OVERDUE, _("逾期未检查")), *labels]  # type: ignore[attr-defined]

    def narrow(self, visits, *, today):
        """The visits that the chosen filters leave."""
        chosen = self.chosen
        if q := chosen.get("q"):
            visits = visits.filter(subject_name__contains=q) | visits.filter(number__startswith=q)
        if region := chosen.get("region"):
            visits = visits.filter(region=region)
        if state := chosen.get("state"):
            visits = visits.filter(overdue(today)) if state == OVERDUE else visits.filter(state=state)
        for name in ("organization", "task"):
            if value := chosen.get(name):
                visits = visits.filter(pk__in=Record.objects.filter(**{name: value}).values("visit"))
        return visits


class ChangeSeatForm(forms.Form):
    """Why somebody who was drawn does not go. Who follows is drawn, not chosen."""

    reason = forms.ChoiceField(
        label=_("调整原因"),
        choices=[(reason.value, _(label)) for reason, label in CHANGE_REASON_LABELS.items()],
        widget=forms.Select({"class": "form-select"}),
    )
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=500,
        help_text=_("例如:与检查对象法定代表人系近亲属"),
        widget=forms.Textarea({"class": "form-control", "rows": 3}),
    )
