"""Forms of results: the entry of a record, filters of the queue, review, closing, the calendar."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mingcha.results import queries
from mingcha.results.rules import ItemFinding, PlannedFollowUp
from mingcha.results.states import FOLLOW_UP_LABELS, OUTCOME_LABELS, FollowUpKind, Meaning
from mingcha.visits.forms import PlaceFilter
from mingcha.visits.states import METHOD_LABELS

TEXT = {"class": "form-control"}


class Day(forms.DateField):
    """A date field that phones know how to ask for."""

    def __init__(self, **options):
        widget = forms.DateInput({"type": "date", **TEXT}, format="%Y-%m-%d")
        super().__init__(widget=widget, required=options.pop("required", False), **options)


def _choices(labels):
    return [(value.value, _(label)) for value, label in labels.items()]


def _initial(said):
    """What an entry says, as the values of the form's fields."""
    initial = {name: said[name] for name in ("version", "checked_on", "method", "note", "categories")}
    for finding in said["findings"]:
        initial[f"outcome_{finding.record_item}"] = finding.outcome
        initial[f"description_{finding.record_item}"] = finding.description
    for follow_up in said["follow_ups"]:
        initial[f"follow_{follow_up.kind}"] = True
        initial[f"due_{follow_up.kind}"] = follow_up.due_on
        initial[f"note_{follow_up.kind}"] = follow_up.note
    return initial


class EntryForm(forms.Form):
    """Everything one department enters into its record; a draft may be incomplete."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    checked_on = Day(label=_("检查日期"))
    method = forms.ChoiceField(
        label=_("检查方式"),
        required=False,
        choices=[("", _("请选择")), *_choices(METHOD_LABELS)],
        widget=forms.Select({"class": "form-select"}),
    )
    categories = forms.MultipleChoiceField(
        label=_("检查结果类别(可多选)"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=_("备注"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2, **TEXT}))

    def __init__(self, data=None, *, record, day, said=None):
        """For a record on a day; `said` (arguments of `actions.enter`) fills the form, else what the record says."""
        self.items = list(record.items.select_related("item").order_by("pk"))
        said = said or queries.said_by(record)
        initial = _initial({**said, "version": record.version, "checked_on": said["checked_on"] or day})
        super().__init__(data, initial=initial, auto_id="entry_%s")
        self.by_code = {category.code: category for category in queries.categories_on(day)}
        names = [(code, category.name) for code, category in self.by_code.items()]
        self.fields["categories"].choices = names  # type: ignore[attr-defined]
        for row in self.items:
            self.fields[f"outcome_{row.pk}"] = forms.ChoiceField(
                label=row.item.name, required=False, choices=_choices(OUTCOME_LABELS), widget=forms.RadioSelect
            )
            self.fields[f"description_{row.pk}"] = forms.CharField(
                label=_("发现的具体问题"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3, **TEXT})
            )
        for kind in FollowUpKind:
            label = _(FOLLOW_UP_LABELS[kind])
            self.fields[f"follow_{kind}"] = forms.BooleanField(label=label, required=False)
            self.fields[f"due_{kind}"] = Day(label=_("期限"))
            self.fields[f"note_{kind}"] = forms.CharField(
                label=_("说明"), required=False, max_length=500, widget=forms.TextInput(TEXT)
            )

    def rows(self):
        """The items with their two controls."""
        return [(row.item, self[f"outcome_{row.pk}"], self[f"description_{row.pk}"]) for row in self.items]

    def category_groups(self):
        """The controls of the categories by meaning, each with whether it is a branch of another."""
        groups: dict[Meaning, list] = {meaning: [] for meaning in Meaning}
        for choice in self["categories"]:
            category = self.by_code[choice.data["value"]]
            groups[Meaning(category.meaning)].append((choice, category.parent_id is not None))
        return [(meaning, rows, any(choice.data["selected"] for choice, _ in rows)) for meaning, rows in groups.items()]

    def follow_up_rows(self):
        """The kinds of follow-up with their controls; “无需后续处置” has neither term nor note."""
        return [
            (kind != FollowUpKind.NONE, self[f"follow_{kind}"], self[f"due_{kind}"], self[f"note_{kind}"])
            for kind in FollowUpKind
        ]

    @property
    def entered(self):
        """The cleaned values as `actions.enter` takes them."""
        given = self.cleaned_data
        return {
            "version": given["version"],
            "findings": [
                ItemFinding(row.pk, given[f"outcome_{row.pk}"], given[f"description_{row.pk}"]) for row in self.items
            ],
            "categories": given["categories"],
            "follow_ups": [
                PlannedFollowUp(kind.value, given[f"due_{kind}"], given[f"note_{kind}"])
                for kind in FollowUpKind
                if given[f"follow_{kind}"]
            ],
            "checked_on": given["checked_on"],
            "method": given["method"],
            "note": given["note"],
        }


QUEUES = [
    ("submitted", _("待审核")),
    ("to_enter", _("待录入")),
    ("overdue", _("逾期未录入")),
    ("returned", _("已退回")),
    ("approved", _("已审核")),
    ("not_visited", _("尚未检查")),
]


class RecordFilter(PlaceFilter):
    queue = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), *QUEUES],
        widget=forms.Select({"class": "form-select"}),
    )

    field_order = ("q", "queue", "region", "organization", "task")

    def narrow(self, records, *, today):
        """The records that the chosen filters leave."""
        chosen = self.chosen
        if q := chosen.get("q"):
            by_name = records.filter(visit__subject_name__contains=q)
            records = by_name | records.filter(visit__number__startswith=q)
        if region := chosen.get("region"):
            records = records.filter(visit__region=region)
        for name in ("organization", "task"):
            if value := chosen.get(name):
                records = records.filter(**{name: value})
        return queries.queue_of(records, chosen.get("queue", ""), today=today)


class RemarkForm(forms.Form):
    remark = forms.CharField(
        label=_("退回理由"), max_length=500, widget=forms.Textarea({"rows": 2, **TEXT}), strip=True
    )


class ClosingForm(forms.Form):
    note = forms.CharField(label=_("办结情况"), max_length=500, widget=forms.TextInput(TEXT), strip=True)


class DayForm(forms.Form):
    """One day of the official schedule."""

    day = Day(label=_("日期"), required=True)
    is_workday = forms.TypedChoiceField(
        label=_("安排"),
        choices=[("no", _("放假")), ("yes", _("上班(调休)"))],
        coerce=lambda value: value == "yes",
        widget=forms.Select({"class": "form-select"}),
    )
    source = forms.CharField(label=_("依据"), max_length=100, widget=forms.TextInput(TEXT))


class YearForm(forms.Form):
    """A year's official schedule, as lists of days."""

    year = forms.IntegerField(label=_("年度"), min_value=2015, max_value=2099, widget=forms.NumberInput(TEXT))
    days_off = forms.CharField(
        label=_("放假日期"),
        help_text=_("每行一天,或用空格分隔,如 2027-01-01"),
        widget=forms.Textarea({"rows": 4, **TEXT}),
    )
    workdays = forms.CharField(label=_("调休上班日期"), required=False, widget=forms.Textarea({"rows": 2, **TEXT}))
    source = forms.CharField(label=_("依据"), max_length=100, widget=forms.TextInput(TEXT))

    def clean_days_off(self):
        return self._days("days_off")

    def clean_workdays(self):
        return self._days("workdays")

    def _days(self, name):
        field = forms.DateField(input_formats=["%Y-%m-%d"])
        return [field.clean(text) for text in self.cleaned_data[name].split()]

    @property
    def days(self):
        """Each day and whether it is worked."""
        given = self.cleaned_data
        return dict.fromkeys(given["days_off"], False) | dict.fromkeys(given["workdays"], True)
