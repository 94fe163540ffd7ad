"""Forms of the registers: filters, edits, uploads."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mingcha.people.dressing import Dressed
from mingcha.people.models import DepartmentLine, Organization, Region, User
from mingcha.people.scopes import organizations_for
from mingcha.people.states import LEVEL_LABELS
from mingcha.registers import industries, queries
from mingcha.registers.columns import COLUMNS
from mingcha.registers.models import Inspector, ItemList, Qualification
from mingcha.registers.quality import BY_CODE, Check, checks_for
from mingcha.registers.rows import ItemRow
from mingcha.registers.rules import Scope
from mingcha.registers.states import (
    IMPORT_KIND_LABELS,
    IMPORTANCE_LABELS,
    INSPECTOR_STATE_LABELS,
    ITEM_LIST_STATE_LABELS,
    SUBJECT_KIND_LABELS,
    SUBJECT_STATE_LABELS,
    ImportKind,
)

ALL = ("", _("全部"))


def choices(labels, *, empty=False):
    """The choices of a table of labels."""
    return [*([ALL] if empty else []), *((value.value, _(label)) for value, label in labels.items())]


class RegisterForm(Dressed):
    """A form that is told what its fields choose among."""

    def offer(self, name, rows):
        """Let a field choose among these rows."""
        field: Any = self.fields[name]
        field.queryset = rows

    def give(self, name, values):
        """Let a field choose among these values."""
        field: Any = self.fields[name]
        field.choices = values


class Day(forms.DateInput):
    """A day picked in the browser's own calendar."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


def _few(label, choices_of, **options):
    """Several of a few choices, each with its own box."""
    return forms.MultipleChoiceField(
        label=label, choices=choices_of, required=False, widget=forms.CheckboxSelectMultiple, **options
    )


def industry_choices():
    """Sections with their divisions below them."""
    for section, name in industries.SECTIONS.items():
        yield section, f"{section} {name}"
        for division in industries.prefixes(section):
            yield division, f"— {division} {industries.DIVISIONS[division]}"


class SubjectFilter(RegisterForm):
    """What the list of subjects is narrowed by; also what a saved filter keeps."""

    q = forms.CharField(label=_("名称、代码或地址"), required=False, max_length=100)
    region = _few(_("区域"), [])
    kind = _few(_("检查对象类型"), choices(SUBJECT_KIND_LABELS))
    state = _few(_("登记状态"), choices(SUBJECT_STATE_LABELS))
    industry = forms.ChoiceField(label=_("行业"), required=False)
    licence = forms.ChoiceField(label=_("持有许可"), required=False)
    tag = forms.ChoiceField(label=_("标签"), required=False)
    rating = forms.ChoiceField(label=_("风险等级"), required=False)
    quality = forms.ChoiceField(label=_("名录库质量"), required=False)

    def __init__(self, data, *, by):
        super().__init__(data, auto_id="filter_%s")
        self.give("region", [(region.pk, region.name) for region in queries.regions_of(by)])
        self.give("industry", [ALL, *industry_choices()])
        self.give("licence", [ALL, *((kind, kind) for kind in queries.licence_kinds(by))])
        self.give("tag", [ALL, *((tag, tag) for tag in queries.tags_in_use(by))])
        checks = [(check.code, gettext(check.label)) for check in checks_for(by)]
        self.give("quality", [ALL, *checks])
        schemes = list(queries.schemes_for(by))
        if schemes:
            self.give("rating", [ALL, *self._classes(schemes)])
        else:
            del self.fields["rating"]

    def _classes(self, schemes):
        for scheme in schemes:
            yield (
                scheme.name,
                [(f"{scheme.code}:{each['code']}", f"{each['code']} {each['label']}") for each in scheme.classes],
            )

    @property
    def boxes(self):
        """The fields that are rows of boxes."""
        return [self[name] for name in ("region", "kind", "state")]

    @property
    def picks(self):
        """The other fields behind “more”."""
        return [self[name] for name in ("licence", "tag", "rating", "quality") if name in self.fields]

    def check(self) -> Check | None:
        """The question of the quality board whose rows are asked for."""
        self.is_valid()
        return BY_CODE.get(self.cleaned_data.get("quality", ""))

    def scope(self) -> Scope:
        """The conditions without the free words; a field that is filled in wrongly narrows nothing."""
        given = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        scheme, _sep, risk_class = (given.get("rating") or "").partition(":")
        return Scope(
            kinds=tuple(given.get("kind") or ()),
            regions=tuple(given.get("region") or ()),
            states=tuple(given.get("state") or ()),
            industries=(given["industry"],) if given.get("industry") else (),
            licences=(given["licence"],) if given.get("licence") else (),
            tags=(given["tag"],) if given.get("tag") else (),
            ratings={scheme: (risk_class,)} if risk_class else {},
        )

    def words(self) -> str:
        """The words to be found in name, number or address."""
        self.is_valid()
        return self.cleaned_data.get("q", "")

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the list's beginning was asked for."""
        self.is_valid()
        return any(self.cleaned_data.values())


def query_of(scope: Scope) -> str:
    """The query string that shows a saved scope in the list."""
    query = QueryDict(mutable=True)
    lists = {"kind": scope.kinds, "region": scope.regions, "state": scope.states}
    singles = {"industry": scope.industries, "licence": scope.licences, "tag": scope.tags}
    for name, values in (lists | singles).items():
        query.setlist(name, list(values))
    for scheme, classes in scope.ratings.items():
        query.setlist("rating", [f"{scheme}:{each}" for each in classes])
    if scope.name_contains:
        query["q"] = scope.name_contains
    return query.urlencode()


class SaveFilterForm(RegisterForm):
    name = forms.CharField(label=_("筛选名称"), max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)


class SubjectForm(RegisterForm):
    name = forms.CharField(label=_("名称"), max_length=200)
    kind = forms.ChoiceField(label=_("检查对象类型"), choices=choices(SUBJECT_KIND_LABELS))
    state = forms.ChoiceField(label=_("登记状态"), choices=choices(SUBJECT_STATE_LABELS))
    region = forms.ModelChoiceField(label=_("区域"), queryset=Region.objects.none())
    address = forms.CharField(label=_("地址"), max_length=300, required=False)
    entity_type = forms.CharField(label=_("主体类型"), max_length=100, required=False)
    industry = forms.CharField(
        label=_("行业代码"), max_length=5, required=False, help_text=_("国民经济行业分类代码,如 6210")
    )
    registered_on = forms.DateField(label=_("成立日期"), required=False, widget=Day)
    capital_text = forms.CharField(label=_("注册资本"), max_length=100, required=False)
    business_scope = forms.CharField(label=_("经营范围"), required=False, widget=forms.Textarea({"rows": 4}))
    contact_name = forms.CharField(label=_("联系人"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=40, required=False)
    tags = forms.CharField(label=_("标签"), required=False, max_length=400, help_text=_("多个标签用顿号分隔"))

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("region", queries.regions_of(by))

    def clean_industry(self):
        text = self.cleaned_data["industry"]
        if text and not (text.isdigit() and industries.is_known(text)):
            raise forms.ValidationError(_("没有这个行业代码,请填两位到四位数字"))
        return text

    def clean_tags(self):
        tags = [tag for tag in re.split(r"[、,\uff0c;\uff1b\s]+", self.cleaned_data["tags"]) if tag]
        if any(len(tag) > 40 for tag in tags):
            raise forms.ValidationError(_("单个标签不能超过40字"))
        return tags


def _person(inspector: Inspector) -> str:
    return f"{inspector.name} {inspector.number} {inspector.post}".rstrip()


class PersonChoice(forms.ModelChoiceField):
    """One inspector, told with number and post."""

    def label_from_instance(self, obj: Any) -> str:
        return _person(obj)


class PeopleChoice(forms.ModelMultipleChoiceField):
    """Several inspectors, told the same way."""

    def label_from_instance(self, obj: Any) -> str:
        return _person(obj)


class InspectorFilter(RegisterForm):
    q = forms.CharField(label=_("姓名、编号或证号"), required=False, max_length=60)
    organization = forms.ModelChoiceField(
        label=_("单位"), queryset=Organization.objects.none(), required=False, empty_label=_("全部")
    )
    qualification = forms.ModelChoiceField(
        label=_("执法资质"), queryset=Qualification.objects.order_by("code"), required=False, empty_label=_("全部")
    )
    state = forms.ChoiceField(label=_("岗位状态"), choices=choices(INSPECTOR_STATE_LABELS, empty=True), required=False)
    certificate = forms.ChoiceField(
        label=_("执法证"),
        choices=[ALL, ("soon", _("30日内到期")), ("expired", _("已过期"))],
        required=False,
    )

    def __init__(self, data, *, by):
        super().__init__(data, auto_id="filter_%s")
        self.offer("organization", organizations_for(by).order_by("name"))


class InspectorForm(RegisterForm):
    name = forms.CharField(label=_("姓名"), max_length=60)
    organization = forms.ModelChoiceField(label=_("单位"), queryset=Organization.objects.none())
    certificate_number = forms.CharField(
        label=_("执法证号"), max_length=60, required=False, help_text=_("只有专家可以不填证号和有效期")
    )
    certificate_issuer = forms.CharField(label=_("发证机关"), max_length=60, required=False)
    certificate_valid_to = forms.DateField(label=_("证件有效期至"), widget=Day, required=False)
    qualifications = forms.ModelMultipleChoiceField(
        label=_("执法资质"),
        queryset=Qualification.objects.order_by("code"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    specialities = forms.CharField(label=_("业务专长"), max_length=200, required=False)
    post = forms.CharField(label=_("职务"), max_length=60, required=False)
    is_expert = forms.BooleanField(label=_("专家"), required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=40, required=False)
    state = forms.ChoiceField(label=_("岗位状态"), choices=choices(INSPECTOR_STATE_LABELS))
    user = forms.ModelChoiceField(
        label=_("关联账号"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("关联后,本人可在手机上看到自己的检查任务"),
    )

    def __init__(self, *args, by, inspector, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("organization", organizations_for(by).order_by("name"))
        linked = Inspector.objects.exclude(pk=inspector.pk).exclude(user=None).values("user")
        self.offer(
            "user",
            (
                User.objects.filter(memberships__organization__in=organizations_for(by))
                .exclude(pk__in=linked)
                .distinct()
                .order_by("username")
            ),
        )


class GroupForm(RegisterForm):
    """Who goes together; the members offered are on duty and in no group."""

    name = forms.CharField(label=_("小组名称"), max_length=60, help_text=_("如:源城一组"))
    members = PeopleChoice(label=_("成员"), queryset=Inspector.objects.none(), widget=forms.CheckboxSelectMultiple)
    leader = PersonChoice(label=_("组长"), queryset=Inspector.objects.none(), help_text=_("须是持有执法证的成员"))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("members", people)
        self.offer("leader", people.exclude(certificate_number=""))


class AbsenceForm(RegisterForm):
    from_on = forms.DateField(label=_("自"), widget=Day)
    to_on = forms.DateField(label=_("至"), widget=Day)
    reason = forms.CharField(label=_("事由"), max_length=100)

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("from_on") and given.get("to_on") and given["to_on"] < given["from_on"]:
            self.add_error("to_on", _("结束日期早于开始日期"))
        return given


class RecusalForm(RegisterForm):
    unit_id = forms.CharField(label=_("检查对象代码"), max_length=64)
    reason = forms.CharField(label=_("回避事由"), max_length=100)


class ItemListFilter(RegisterForm):
    q = forms.CharField(label=_("清单名称或编号"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), choices=choices(ITEM_LIST_STATE_LABELS, empty=True), required=False)


class ItemListForm(RegisterForm):
    title = forms.CharField(label=_("清单名称"), max_length=120)
    edition = forms.CharField(label=_("版本"), max_length=40, help_text=_("如:2026年版"))
    valid_from = forms.DateField(label=_("生效日期"), widget=Day)
    valid_to = forms.DateField(label=_("失效日期"), required=False, widget=Day)
    is_joint = forms.BooleanField(label=_("部门联合抽查事项清单"), required=False)
    after = forms.ModelChoiceField(
        label=_("复制事项自"), queryset=ItemList.objects.none(), required=False, empty_label=_("不复制,从空白开始")
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("after", queries.item_lists_for(by).order_by("title", "edition"))

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("valid_from") and given.get("valid_to") and given["valid_to"] < given["valid_from"]:
            self.add_error("valid_to", _("失效日期早于生效日期"))
        return given


class ItemFilter(RegisterForm):
    q = forms.CharField(label=_("事项、对象或依据"), required=False, max_length=60)
    line = forms.ModelChoiceField(
        label=_("部门"), queryset=DepartmentLine.objects.order_by("code"), required=False, empty_label=_("全部")
    )
    importance = forms.ChoiceField(label=_("事项类别"), choices=choices(IMPORTANCE_LABELS, empty=True), required=False)

    def __init__(self, data):
        super().__init__(data, auto_id="filter_%s")


class ItemForm(RegisterForm):
    code = forms.CharField(label=_("事项编码"), max_length=40)
    category = forms.CharField(label=_("抽查类别"), max_length=100)
    name = forms.CharField(label=_("抽查事项"), max_length=200)
    sub_item = forms.CharField(label=_("抽查子项"), max_length=300, required=False)
    content = forms.CharField(label=_("抽查内容"), required=False, widget=forms.Textarea({"rows": 3}))
    legal_basis = forms.CharField(label=_("抽查依据"), widget=forms.Textarea({"rows": 3}))
    line = forms.ModelChoiceField(label=_("部门"), queryset=DepartmentLine.objects.order_by("code"))
    partner_lines = forms.ModelMultipleChoiceField(
        label=_("配合部门"),
        queryset=DepartmentLine.objects.order_by("code"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    subject_scope = forms.CharField(label=_("抽查对象"), max_length=300)
    importance = forms.ChoiceField(label=_("事项类别"), choices=choices(IMPORTANCE_LABELS))
    methods = forms.CharField(label=_("抽查方式"), max_length=120, required=False)
    ratio_text = forms.CharField(
        label=_("抽查比例"), max_length=300, required=False, help_text=_("按公布的原文填写,系统自动识别")
    )
    frequency_text = forms.CharField(label=_("抽查频次"), max_length=200, required=False)
    organising_level = forms.ChoiceField(label=_("组织层级"), choices=choices(LEVEL_LABELS), initial="CITY")
    executing_level = forms.ChoiceField(label=_("实施层级"), choices=choices(LEVEL_LABELS), initial="COUNTY")
    qualification = forms.ModelChoiceField(
        label=_("资质要求"), queryset=Qualification.objects.order_by("code"), required=False, empty_label=_("不限")
    )

    def row(self) -> ItemRow:
        """The item the form describes."""
        given = dict(self.cleaned_data)
        given["line"] = given["line"].pk
        given["qualification"] = given["qualification"].pk if given["qualification"] else None
        given["partner_lines"] = tuple(line.pk for line in given["partner_lines"])
        return ItemRow(**given)


class UploadForm(RegisterForm):
    """A file, what it brings, and what to take where its lines do not say it."""

    kind = forms.ChoiceField(label=_("导入到"), choices=choices(IMPORT_KIND_LABELS))
    file = forms.FileField(label=_("文件"), help_text=_("支持 .xlsx、.xls 和 .csv(UTF-8 或 GB18030),不超过50MB"))
    region = forms.ModelChoiceField(
        label=_("检查对象无法判断区域时归入"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=_("不归入,逐行列出"),
    )
    item_list = forms.ModelChoiceField(
        label=_("事项导入到哪份清单草稿"),
        queryset=ItemList.objects.none(),
        required=False,
        empty_label=_("(仅导入事项时选择)"),
    )
    line = forms.ModelChoiceField(
        label=_("事项无法判断部门时归入"),
        queryset=DepartmentLine.objects.order_by("code"),
        required=False,
        empty_label=_("不归入,逐行列出"),
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("region", queries.regions_of(by))
        self.offer("item_list", queries.own_item_lists(by).filter(state="DRAFT").order_by("-pk"))

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("kind") == ImportKind.ITEMS and not given.get("item_list"):
            self.add_error("item_list", _("请选择清单草稿;没有的请先起草清单"))
        return given

    def defaults(self) -> dict[str, str]:
        """What to take where a line does not say it."""
        chosen = {name: self.cleaned_data.get(name) for name in ("region", "line")}
        return {name: row.pk for name, row in chosen.items() if row}


class ColumnsForm(RegisterForm):
    """Which title of the file is which field, picked by hand."""

    def __init__(self, data, *, kind, titles, found):
        super().__init__(data)
        for column in COLUMNS[kind]:
            self.fields[column.name] = forms.ChoiceField(
                label=_(column.label),
                choices=[("", _("(文件中没有)")), *((title, title) for title in titles)],
                initial=found.get(column.name, ""),
                required=column.required,
                widget=forms.Select({"class": "form-select"}),
            )

    def clean(self):
        super().clean()
        picked = [title for title in self.cleaned_data.values() if title]
        if len(set(picked)) < len(picked):
            raise forms.ValidationError(_("同一列不能用作两项内容"))
        return self.cleaned_data
