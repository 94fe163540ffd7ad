"""Forms of public sources: one to declare each kind, one to bring what it gave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from mingcha.draws import public_sources
from mingcha.draws.models import Ceremony, EntropySource
from mingcha.draws.public_sources import Details
from mingcha.draws.states import PublicSource
from mingcha.kernel.refusal import Refusal
from mingcha.people.doors import told
from mingcha.people.dressing import dress

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LARGEST_PASTE = 64 * 1024
CHAIN = 2
"""The chain of NIST's beacon that is running."""
HALF_HOUR = timedelta(minutes=30)
TO_THE_MINUTE = "%Y-%m-%dT%H:%M"


class SourceChoice(forms.ModelChoiceField):
    """A declared public source."""

    def label_from_instance(self, source: Any) -> str:
        return str(source.name)

    def to_python(self, value: Any) -> Any:
        if value and not (str(value).isdecimal() and len(str(value)) < 10):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


def moment_field(label: StrPromise, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format=TO_THE_MINUTE)
    known = [MinValueValidator(public_sources.EARLIEST), MaxValueValidator(public_sources.LATEST)]
    return forms.DateTimeField(label=label, widget=widget, validators=known, **more)


class DeclareSourceForm(forms.Form):
    """What all public sources are declared with: the waiting time, and whose fall-back it is."""

    source: PublicSource

    def __init__(self, *args: Any, ceremony: Ceremony, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wait"] = forms.IntegerField(
            label=_("等候时间(分钟)"),
            min_value=1,
            max_value=99999,
            initial=60,
            help_text=_("应公布而未公布时,至少等候这么久才可改用后备"),
        )
        kinds = [kind.kind.value for kind in PublicSource]
        free = EntropySource.objects.filter(ceremony=ceremony, kind__in=kinds, fall_back=None)
        if free.exists():
            self.fields["instead_of"] = SourceChoice(
                label=_("作为后备"),
                queryset=free.order_by("position"),
                required=False,
                to_field_name="position",
                empty_label=_("不是后备,与其他来源一并使用"),
                help_text=_("后备只在前一来源确认无法取得、等候期满并写明理由后使用"),
            )
        dress(self)

    def details(self) -> Details:
        """The details to declare.

        Raises:
            BadDetails: they are not complete or not right.
        """
        given = {name: self.cleaned_data[name] for name in public_sources.ASKED[self.source]}
        moments = {name: localtime(value).isoformat() for name, value in given.items() if hasattr(value, "tzinfo")}
        return public_sources.details_of(self.source, {**given, **moments}, wait=self.cleaned_data["wait"])


class DrandForm(DeclareSourceForm):
    """A round of a known drand network, by the moment at which it will speak."""

    source = PublicSource.DRAND
    network = forms.ChoiceField(label=_("信标网络"))
    at = moment_field(
        _("希望公布的时间"),
        required=False,
        help_text=_("须在固化至少十分钟之后,请留足准备时间;据此推算轮次"),
    )
    round = forms.IntegerField(
        label=_("轮次"), required=False, min_value=1, max_value=2**53 - 1, help_text=_("留空则按上面的时间推算")
    )

    def __init__(self, *args: Any, ceremony: Ceremony, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, ceremony=ceremony, at=at, **kwargs)
        names = [(name, f"drand {name}") for name in public_sources.networks()]
        self.fields["network"] = forms.ChoiceField(
            label=_("信标网络"), choices=names, widget=self.fields["network"].widget
        )
        self.fields["at"].initial = localtime(at + HALF_HOUR)

    def clean(self) -> Details:
        super().clean()
        given = self.cleaned_data
        if not given.get("round") and not given.get("at"):
            raise forms.ValidationError(_("请填写希望公布的时间,或直接填写轮次"))
        if not given.get("round") and given.get("network"):
            given["round"] = public_sources.networks()[given["network"]].round_at(given["at"])
        return given


class NistForm(DeclareSourceForm):
    """A pulse of NIST's beacon."""

    source = PublicSource.NIST
    chain = forms.IntegerField(label=_("信标链"), min_value=1, max_value=9999, initial=CHAIN)
    pulse = forms.IntegerField(label=_("脉冲序号"), min_value=1, max_value=2**53 - 1)
    at = moment_field(_("公布时间"), help_text=_("脉冲每整分钟一个;序号与时间须相符,请按最近一个脉冲的序号和时间推算"))
    certificate_id = forms.RegexField(
        label=_("证书摘要"),
        regex=r"\A\s*[0-9A-Fa-f]{128}\s*\Z",
        error_messages={"invalid": _("应为128位十六进制,即该信标近期脉冲中的 certificateId")},
        help_text=_("近期脉冲中的 certificateId"),
    )

    def clean_certificate_id(self) -> str:
        return str(self.cleaned_data["certificate_id"]).strip().lower()


class LotteryForm(DeclareSourceForm):
    """A coming issue of a public lottery."""

    source = PublicSource.LOTTERY
    game = forms.CharField(label=_("玩法"), max_length=60, help_text=_("如:双色球、大乐透"))
    issue = forms.CharField(label=_("期号"), max_length=60)
    drawn_at = moment_field(_("开奖时间"))
    groups = forms.CharField(
        label=_("号码构成"),
        max_length=60,
        initial="6/33 1/16",
        help_text=_("各组“个数/最大号码”,用空格分隔。双色球:6/33 1/16;大乐透:5/35 2/12"),
    )


class DiceForm(DeclareSourceForm):
    """Dice, thrown before the witnesses after the freeze."""

    source = PublicSource.DICE
    count = forms.IntegerField(
        label=_("投掷次数"), min_value=1, max_value=999, initial=20, help_text=_("六面骰投20次约有5×10¹⁵种结果")
    )
    faces = forms.IntegerField(label=_("骰子面数"), min_value=2, max_value=100, initial=6)


DECLARE_FORMS = {form.source: form for form in (DrandForm, NistForm, LotteryForm, DiceForm)}


def _understood(read: Callable[[Any], Any], typed: Any) -> Any:
    """What somebody typed, read; a refusal is told at the form."""
    try:
        return read(typed)
    except Refusal as refusal:
        raise forms.ValidationError(told(refusal)) from refusal


class PasteForm(forms.Form):
    """A beacon's answer, pasted or as the file it was saved to."""

    text = forms.CharField(
        label=_("粘贴网页内容(JSON)"),
        required=False,
        max_length=LARGEST_PASTE,
        help_text=_("打开上面的地址,整段复制,原样粘贴"),
        widget=forms.Textarea(attrs={"class": "form-control mono", "rows": 6, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("或上传保存的文件"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": "application/json,.json"}),
    )

    def clean(self) -> Details:
        super().clean()
        given = self.cleaned_data
        given["evidence"] = _understood(public_sources.json_read, self._pasted(given))
        return given

    def _pasted(self, given: Details) -> bytes:
        file = given.get("file")
        if file is None:
            return str(given.get("text", "")).encode()
        if file.size > LARGEST_PASTE:
            raise forms.ValidationError(_("文件过大:信标的一个轮次不超过64KB"))
        return bytes(file.read())


class PulseForm(PasteForm):
    """A pulse, and the certificate that its signature is verified by."""

    certificate = forms.CharField(
        label=_("证书(PEM)"),
        max_length=LARGEST_PASTE,
        help_text=_("按脉冲的 certificateId 从 NIST 取得,自 BEGIN CERTIFICATE 行至 END CERTIFICATE 行"),
        widget=forms.Textarea(attrs={"class": "form-control mono", "rows": 4, "spellcheck": "false"}),
    )

    def clean(self) -> Details:
        super().clean()
        given = self.cleaned_data
        pasted = given["evidence"]
        given["evidence"] = {"pulse": pasted.get("pulse", pasted), "certificate": given.get("certificate", "")}
        return given


class NumbersForm(forms.Form):
    """The numbers of an issue."""

    numbers = forms.CharField(
        label=_("开奖号码"),
        max_length=500,
        help_text=_("用空格分隔,各组之间用“|”分隔,如:03 11 19 24 28 33 | 07"),
        widget=forms.TextInput(attrs={"class": "form-control mono", "autocomplete": "off", "inputmode": "text"}),
    )
    source = forms.CharField(
        label=_("出处"),
        max_length=200,
        help_text=_("开奖公告的名称或网址"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def clean(self) -> Details:
        super().clean()
        given = self.cleaned_data
        numbers = _understood(public_sources.numbers_read, given.get("numbers", ""))
        given["evidence"] = {"numbers": numbers, "source": given.get("source", "")}
        return given


class ThrowsForm(forms.Form):
    """What the dice showed, in the order in which they were thrown."""

    throws = forms.CharField(
        label=_("点数"),
        max_length=4000,
        help_text=_("按投掷次序,用空格分隔,如:3 6 1 5 2 4"),
        widget=forms.TextInput(attrs={"class": "form-control mono", "autocomplete": "off"}),
    )

    def clean(self) -> Details:
        super().clean()
        given = self.cleaned_data
        groups = _understood(public_sources.numbers_read, given.get("throws", ""))
        given["evidence"] = {"throws": [number for group in groups for number in group]}
        return given


ENTRY_FORMS = {
    PublicSource.DRAND: PasteForm,
    PublicSource.NIST: PulseForm,
    PublicSource.LOTTERY: NumbersForm,
    PublicSource.DICE: ThrowsForm,
}


class GiveUpForm(forms.Form):
    """Why the fall-back is used."""

    reason = forms.CharField(
        label=_("改用后备的理由"),
        max_length=500,
        help_text=_("理由写入留痕并永久公开,请写明事实"),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
