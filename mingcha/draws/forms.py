"""Forms of ceremonies."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fairdraw.suite import SUITES
from mingcha.draws import queries, rules
from mingcha.draws.models import Ceremony
from mingcha.draws.states import CEREMONY_STATE_LABELS, DRAWN_AS_LABELS
from mingcha.people.asked import SeveralRows
from mingcha.people.dressing import Dressed

ALL = ("", _("全部"))


def task_choices(ceremony: Ceremony) -> list[tuple[str, str]]:
    """The tasks of a ceremony to choose from, by number."""
    rows = ceremony.tasks.order_by("task__number").values_list("task__number", "task__name")
    return [(number, f"{number} {name}") for number, name in rows]


class CeremonyChoice(forms.ModelChoiceField):
    """An abandoned ceremony that is repeated."""

    def label_from_instance(self, ceremony):
        return f"{ceremony.number} {ceremony.title}"


class PrepareForm(Dressed):
    """Which tasks are drawn together, and how."""

    title = forms.CharField(label=_("场次名称"), max_length=120)
    suite = forms.ChoiceField(label=_("算法套件"), choices=[(suite, suite) for suite in SUITES], initial="SHA-256")

    def __init__(self, *args, by, is_rehearsal, **kwargs):
        super().__init__(*args, **kwargs)
        self.tasks = queries.tasks_to_rehearse(by) if is_rehearsal else queries.tasks_to_draw(by)
        self.fields["tasks"] = SeveralRows(label=_("抽查任务"), queryset=self.tasks)
        repeated = Ceremony.objects.none() if is_rehearsal else queries.abandoned_before(self.tasks)
        if repeated.exists():
            self.fields["previous"] = CeremonyChoice(
                label=_("重抽自"),
                queryset=repeated,
                required=False,
                to_field_name="number",
                empty_label=_("不是重抽"),
                help_text=_("任务曾在已作废的场次中抽取时,须注明该场次"),
                widget=forms.Select(attrs={"class": "form-select"}),
            )


class WitnessChoice(forms.ModelChoiceField):
    """A person and the organ they witness for."""

    def label_from_instance(self, membership):
        return f"{membership.organization.name} · {membership.user.name}"


class DeclareForm(forms.Form):
    """Who witnesses."""

    def __init__(self, *args, ceremony, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["witness"] = WitnessChoice(
            label=_("见证人"),
            queryset=queries.possible_witnesses(ceremony),
            empty_label=_("请选择见证人"),
            widget=forms.Select(attrs={"class": "form-select"}),
        )


class CommitForm(forms.Form):
    """A witness's commitment; value and nonce stay with the witness."""

    commitment = forms.RegexField(
        label=_("承诺(64位十六进制)"),
        regex=r"\A[0-9a-f]{64}\Z",
        error_messages={"invalid": _("承诺应为64位小写十六进制摘要")},
        widget=forms.TextInput(attrs={"class": "form-control mono", "autocomplete": "off", "spellcheck": "false"}),
    )


class OpenForm(forms.Form):
    """A witness's opening, character by character what was committed to."""

    nonce = forms.RegexField(
        label=_("随机前缀(64位十六进制)"),
        regex=r"\A[0-9a-f]{64}\Z",
        error_messages={"invalid": _("随机前缀应为64位小写十六进制")},
        widget=forms.TextInput(attrs={"class": "form-control mono", "autocomplete": "off", "spellcheck": "false"}),
    )
    value = forms.CharField(
        label=_("当时输入的内容"),
        strip=False,
        max_length=rules.LARGEST_INPUT,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"}),
    )


class LeafForm(Dressed):
    """Whose leaf is shown, and of which task."""

    task = forms.ChoiceField(label=_("抽查任务"))
    unit_id = forms.CharField(label=_("统一社会信用代码/注册号"), max_length=64)

    def __init__(self, *args, ceremony, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["task"] = forms.ChoiceField(label=_("抽查任务"), choices=task_choices(ceremony))


class AbandonForm(forms.Form):
    """Why a ceremony is abandoned."""

    reason = forms.CharField(
        label=_("作废理由"),
        max_length=500,
        help_text=_("理由写入留痕并永久公开,请写明事实"),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
    )


class CeremonyFilter(Dressed):
    """What narrows the list of ceremonies."""

    q = forms.CharField(label=_("编号或名称"), required=False)
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[ALL, *((k.value, _(v)) for k, v in CEREMONY_STATE_LABELS.items())]
    )
    kind = forms.ChoiceField(
        label=_("性质"), required=False, choices=[ALL, ("real", _("正式抽取")), ("rehearsal", _("演练"))]
    )

    def narrow(self, ceremonies):
        given = self.cleaned_data if self.is_valid() else {}
        return queries.ceremonies_found(ceremonies, **{key: given.get(key, "") for key in ("q", "state", "kind")})


class UnitFilter(Dressed):
    """What narrows the list of those drawn."""

    q = forms.CharField(label=_("名称、编号或地址"), required=False)
    drawn_as = forms.ChoiceField(
        label=_("抽取结果"), required=False, choices=[ALL, *((k.value, _(v)) for k, v in DRAWN_AS_LABELS.items())]
    )

    def __init__(self, *args, ceremony, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["task"] = forms.ChoiceField(
            label=_("任务"),
            required=False,
            choices=[ALL, *task_choices(ceremony)],
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        batches = queries.batches_in(ceremony)
        self.has_batches = bool(batches)
        if batches:
            self.fields["batch"] = forms.ChoiceField(
                label=_("批次"),
                required=False,
                choices=[ALL, *((str(number), str(number)) for number in batches)],
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def narrow(self, units):
        given = self.cleaned_data if self.is_valid() else {}
        return queries.units_found(units, **{key: given.get(key, "") for key in ("q", "task", "drawn_as", "batch")})


class SeatFilter(Dressed):
    """What narrows the list of teams."""

    q = forms.CharField(label=_("对象编号或人员编号"), required=False)

    def narrow(self, seats):
        return queries.seats_found(seats, q=self.cleaned_data["q"] if self.is_valid() else "")
