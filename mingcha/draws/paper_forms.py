"""Forms of a ceremony's papers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mingcha.draws.states import DUTY_LABELS


class AttendForm(forms.Form):
    """Somebody who is present."""

    name = forms.CharField(label=_("姓名"), max_length=40, widget=forms.TextInput(attrs={"class": "form-control"}))
    organ = forms.CharField(label=_("单位"), max_length=120, widget=forms.TextInput(attrs={"class": "form-control"}))
    duty = forms.ChoiceField(
        label=_("职责"),
        choices=[(duty.value, _(label)) for duty, label in DUTY_LABELS.items()],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
