"""Forms of accounts and passwords."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from mingcha.people.dressing import Dressed
from mingcha.people.models import DepartmentLine, Organization, Region
from mingcha.people.states import LEVEL_LABELS, ROLE_LABELS


class LoginForm(Dressed, AuthenticationForm):
    """Name and password; one sentence for every failure, so that nobody learns which accounts exist."""

    error_messages = {
        "invalid_login": _("账号或口令不正确。连续 5 次失败将锁定 30 分钟。"),
        "inactive": _("账号或口令不正确。连续 5 次失败将锁定 30 分钟。"),
    }


class PasswordForm(Dressed):
    old = forms.CharField(label=_("原口令"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    new = forms.CharField(
        label=_("新口令"),
        help_text=_("至少 10 位,包含大写字母、小写字母、数字、符号中的三种"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次新口令"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("new") != given.get("again"):
            self.add_error("again", _("两次输入的新口令不一致"))
        return given


class OrganizationForm(Dressed):
    code = forms.RegexField(label=_("单位编码"), regex=r"^[0-9A-Za-z._-]{1,40}$")
    name = forms.CharField(label=_("单位名称"), max_length=100)
    line = forms.ModelChoiceField(label=_("部门条线"), queryset=DepartmentLine.objects.order_by("code"))
    level = forms.ChoiceField(label=_("层级"), choices=[(k.value, _(v)) for k, v in LEVEL_LABELS.items()])
    region = forms.ModelChoiceField(label=_("行政区划"), queryset=Region.objects.order_by("code"))
    parent = forms.ModelChoiceField(label=_("上级单位"), queryset=Organization.objects.order_by("name"), required=False)
    is_office = forms.BooleanField(label=_("是联席会议办公室"), required=False)


class UserForm(Dressed):
    username = forms.RegexField(label=_("账号"), regex=r"^[0-9A-Za-z._-]{3,60}$")
    name = forms.CharField(label=_("姓名"), max_length=60)
    password = forms.CharField(
        label=_("初始口令"),
        help_text=_("首次登录须更改"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    organization = forms.ModelChoiceField(label=_("单位"), queryset=Organization.objects.order_by("name"))
    role = forms.ChoiceField(label=_("角色"), choices=[(k.value, _(v)) for k, v in ROLE_LABELS.items()])
