"""Forms of plans and tasks. A task's form is one page: terms, scope, rule and participants."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mingcha.kernel import periods
from mingcha.kernel.ratio_rules import decimal_text
from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.kernel.widths import to_half
from mingcha.people.doors import told
from mingcha.people.dressing import dress
from mingcha.people.states import LEVEL_LABELS, Level
from mingcha.plans import queries, rules
from mingcha.plans.states import DISCLOSURE_LABELS, PLAN_KIND_LABELS, PLAN_STATE_LABELS, REGION_RULE_LABELS
from mingcha.registers import queries as registers
from mingcha.registers.rules import Scope
from mingcha.registers.states import SUBJECT_KIND_LABELS

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def choices(labels):
    return [(value.value, _(label)) for value, label in labels.items()]


class PlanFilterForm(forms.Form):
    """Which plans a list shows."""

    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("类型"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)
    organization = forms.ChoiceField(label=_("编制单位"), required=False)
    words = forms.CharField(label=_("名称或编号"), required=False, max_length=60)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        every = [("", _("全部"))]
        plans = queries.plans_for(by)
        years = plans.order_by("-year").values_list("year", flat=True).distinct()
        names = plans.order_by("organization__name").values_list("organization__code", "organization__name").distinct()
        fields: Any = self.fields
        fields["year"].choices = every + [(year, year) for year in years]
        fields["kind"].choices = every + choices(PLAN_KIND_LABELS)
        fields["state"].choices = every + choices(PLAN_STATE_LABELS)
        fields["organization"].choices = every + list(names)
        dress(self)


class PlanForm(forms.Form):
    year = forms.IntegerField(label=_("年度"), min_value=2015, max_value=2099)
    kind = forms.ChoiceField(label=_("计划类型"), choices=choices(PLAN_KIND_LABELS))
    title = forms.CharField(label=_("计划名称"), max_length=120)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress(self)


class TaskForm(forms.Form):
    """The terms of a task. The shares asked for are those of the chosen risk scheme's classes."""

    name = forms.CharField(label=_("任务名称"), max_length=200)
    directed = forms.ChoiceField(
        label=_("抽取类型"),
        choices=[("yes", _("定向")), ("no", _("不定向"))],
        help_text=_("定向:按设定条件划定范围;不定向:只按区域和对象类型"),
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(
        label=_("检查对象类型"),
        choices=choices(SUBJECT_KIND_LABELS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    regions = forms.MultipleChoiceField(label=_("区域"), required=False, widget=forms.CheckboxSelectMultiple)
    industries = forms.CharField(
        label=_("行业"),
        required=False,
        max_length=300,
        help_text=_("GB/T 4754 门类字母或代码前缀,可填多个,用空格分开,如:H 8391"),
    )
    licences = forms.MultipleChoiceField(label=_("持有许可"), required=False, widget=forms.CheckboxSelectMultiple)
    tags = forms.MultipleChoiceField(label=_("标签"), required=False, widget=forms.CheckboxSelectMultiple)
    name_contains = forms.CharField(label=_("名称包含"), required=False, max_length=60)
    ratings = forms.MultipleChoiceField(label=_("风险等级"), required=False, widget=forms.CheckboxSelectMultiple)
    saved_filter: Any = forms.ModelChoiceField(label=_("常用筛选"), queryset=None, required=False)
    filter_name = forms.CharField(label=_("存为常用筛选"), required=False, max_length=60)
    scope_text = forms.CharField(
        label=_("公布的抽查对象范围"),
        required=False,
        max_length=300,
        help_text=_("留空则按所选条件写出"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    ratio_text = forms.CharField(
        label=_("公布的抽查比例"), required=False, max_length=300, help_text=_("计划中公布的文本,如“3%;2次/年”")
    )
    scheme: Any = forms.ModelChoiceField(
        label=_("风险分类方案"), queryset=None, required=False, empty_label=_("不涉及信用风险分类")
    )
    size = forms.ChoiceField(
        label=_("抽取规则"),
        choices=[
            ("ratio", _("按比例")),
            ("range", _("按比例区间")),
            ("number", _("按户数")),
            ("unset", _("待设定")),
        ],
        help_text=_("区间(如 10%—20%、60—70 户)按下限抽取"),
        widget=forms.RadioSelect,
        initial="unset",
    )
    total = forms.IntegerField(label=_("抽取户数"), required=False, min_value=1, max_value=10_000_000)
    total_to = forms.IntegerField(label=_("至(户,可不填)"), required=False, min_value=1, max_value=10_000_000)
    minimum = forms.IntegerField(label=_("每层最低户数"), required=False, min_value=0, max_value=10_000, initial=1)
    least_total = forms.IntegerField(
        label=_("合计最低户数"),
        required=False,
        min_value=0,
        max_value=10_000_000,
        help_text=_("如“10%(20户)”填 20:按比例不足 20 户时补足"),
    )
    rounding = forms.ChoiceField(
        label=_("取整方式"), choices=[(key, _(label)) for key, label in rules.ROUNDING_LABELS.items()], required=False
    )
    reserve_ratio = forms.CharField(label=_("候补比例(%)"), required=False, max_length=12, initial="20")
    reserve_minimum = forms.IntegerField(
        label=_("每层最低候补户数"), required=False, min_value=0, max_value=1000, initial=1
    )
    burden = forms.ChoiceField(
        label=_("减少干扰"),
        required=False,
        choices=[
            ("", _("不设,机会均等")),
            ("0.5", _("温和:查过一次,机会减半")),
            ("0.25", _("较强:查过一次,机会降为四分之一")),
            ("0.1", _("强:查过一次,机会降为十分之一")),
        ],
        help_text=_(
            "例:某层 100 户抽 10 户,其中 20 户本年已查过一次。选“温和”,没查过的每户机会 11.1%,查过的 5.6%,仍抽 10 户;"
            "任何人都不会免抽,除非另设次数上限"
        ),
    )
    burden_cap = forms.IntegerField(
        label=_("本年查满几次不再抽"), required=False, min_value=1, max_value=999, help_text=_("可不填")
    )
    burden_exempt = forms.MultipleChoiceField(
        label=_("不适用减少干扰的等级(照常抽取)"), required=False, widget=forms.CheckboxSelectMultiple
    )
    override_reason = forms.CharField(
        label=_("例外理由"),
        required=False,
        max_length=500,
        help_text=_("比例为 0、比例不随风险递增,或含风险分类而全部公开时必须填写,将载入抽取证书"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    initiating_level = forms.ChoiceField(label=_("发起层级"), choices=choices(LEVEL_LABELS), initial=Level.CITY)
    implementing_level = forms.ChoiceField(label=_("实施层级"), choices=choices(LEVEL_LABELS), initial=Level.COUNTY)
    region_rule = forms.ChoiceField(label=_("人员抽取范围"), choices=choices(REGION_RULE_LABELS))
    disclosure = forms.ChoiceField(
        label=_("公开方式"),
        choices=choices(DISCLOSURE_LABELS),
        initial="SEALED",
        help_text=_("按风险分类抽取的任务应密封公开,风险等级不向社会公开"),
    )
    window_from = forms.DateField(label=_("检查开始日期"), widget=DATE, required=False)
    window_to = forms.DateField(label=_("检查结束日期"), widget=DATE, required=False)
    window_text = forms.CharField(
        label=_("公布的检查时间"), required=False, max_length=100, help_text=_("如“3月—10月”;日期留空时按此识别")
    )
    batches = forms.CharField(
        label=_("分批检查(可不填)"),
        required=False,
        max_length=600,
        help_text=_(
            "一行一批,写检查时段,如“3月—5月”。抽中对象按抽签号先后平均分到各批,谁先谁后由抽取决定;适合比例高的重点事项"
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    exclusion_months = forms.IntegerField(
        label=_("排除近期已检查对象(月)"), min_value=0, max_value=36, initial=0, help_text=_("0 表示不排除")
    )
    load_cap = forms.IntegerField(label=_("每人承担户数上限"), min_value=1, max_value=1000, initial=30)
    remark = forms.CharField(label=_("备注"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, by, year, **kwargs):
        super().__init__(*args, **kwargs)
        self.year = year
        fields: Any = self.fields
        fields["regions"].choices = [(region.code, region.name) for region in registers.regions_of(by)]
        fields["licences"].choices = self._with_own("licences", registers.licence_kinds(by))
        fields["tags"].choices = self._with_own("tags", registers.tags_in_use(by))
        schemes = list(registers.schemes_for(by))
        fields["ratings"].choices = [
            (f"{scheme.code}:{code}", f"{scheme.name} {label}")
            for scheme in schemes
            for code, label in queries.labels_of(scheme).items()
        ]
        fields["scheme"].queryset = registers.schemes_for(by)
        fields["saved_filter"].queryset = registers.filters_for(by)
        self.scheme_code = self.data.get("scheme", "") if self.is_bound else self.initial.get("scheme", "")
        scheme = next((each for each in schemes if each.code == self.scheme_code), None)
        self.classes = queries.labels_of(scheme)
        fields["burden_exempt"].choices = [(code, f"{code} {label}") for code, label in self.classes.items()]
        self._offer_own_burden()
        self._ask_for_shares()
        dress(self)

    def _with_own(self, name, values):
        """The values in use, and those the task already names: a tag that has gone must not be lost silently."""
        data: Any = self.data
        kept = data.getlist(name) if self.is_bound else self.initial.get(name, [])
        return [(value, value) for value in dict.fromkeys([*values, *kept])]

    def _offer_own_burden(self):
        """A factor that came by interface or command stays, though the form does not offer it."""
        fields: Any = self.fields
        own = self.data.get("burden", "") if self.is_bound else self.initial.get("burden", "")
        if own not in dict(fields["burden"].choices):
            fields["burden"].choices = [*fields["burden"].choices, (own, own)]

    def _ask_for_shares(self):
        asked: dict[str, Any] = {code: f"{code} {label}" for code, label in self.classes.items()} or {
            "*": _("全部对象")
        }
        if self.classes:
            asked[rules.UNRATED] = _("未分类(留空则同最低一类)")
        self.share_codes = list(asked)
        for code, label in asked.items():
            self.fields[f"share_{code}"] = forms.CharField(label=label, required=False, max_length=20)
            self.fields[f"upper_{code}"] = forms.CharField(label=label, required=False, max_length=20)
            self.fields[f"weight_{code}"] = forms.CharField(label=label, required=False, max_length=20, initial="1")

    def share_rows(self):
        """Per class: its label, the fields of its ratio, of its upper end, of its weight."""
        return [
            {
                "label": self[f"share_{code}"].label,
                "share": self[f"share_{code}"],
                "upper": self[f"upper_{code}"],
                "weight": self[f"weight_{code}"],
            }
            for code in self.share_codes
        ]

    def further_conditions(self):
        """The conditions with many choices, folded up until one is chosen."""
        fields: Any = self.fields
        return [self[name] for name in ("licences", "tags", "ratings") if fields[name].choices]

    def clean(self):
        super().clean()
        self.refusals: dict[str, Refusal] = {}
        self.scope = self._read(self._scope, "industries")
        self.rule = self._read(self._rule, "size")
        self._read_window()
        self.batch_windows = self._read(self._batches, "batches") or []
        return self.cleaned_data

    def _batches(self):
        """A window a line; a line that is not fully understood is refused, never guessed."""
        batches = []
        for line in self.cleaned_data.get("batches", "").splitlines():
            if not line.strip():
                continue
            reading = periods.read(line, self.year)
            if reading.span is None or reading.not_understood:
                raise rules.InvalidTask(gettext_noop("没有看懂这一批的时段“%(line)s”,请写成“3月—5月”的样子"), line=line)
            batches.append((reading.span.start, reading.span.end))
        first, last = self.cleaned_data.get("window_from"), self.cleaned_data.get("window_to")
        if first and last and first <= last:
            rules.check_batches(batches, (first, last))
        return batches

    def _read_window(self):
        """Days that are not given are read from the published text."""
        given = self.cleaned_data
        span = periods.read(given.get("window_text", ""), self.year).span
        for name, day in (("window_from", span and span.start), ("window_to", span and span.end)):
            if name in given and given[name] is None:
                given[name] = day
                if day is None:
                    self.add_error(name, gettext("请填写日期,或填写可识别的检查时间,如“3月—10月”"))

    def _read(self, reader, field):
        try:
            return reader()
        except Refusal as refusal:
            self.refusals[field] = refusal
            self.add_error(field, told(refusal))
            return None

    def _scope(self):
        given = self.cleaned_data
        ratings: dict[str, list[str]] = {}
        for each in given.get("ratings", []):
            scheme, _sign, code = each.partition(":")
            ratings.setdefault(scheme, []).append(code)
        return Scope.from_json(
            {
                **{name: given.get(name, []) for name in ("kinds", "regions", "licences", "tags")},
                "industries": _words(given.get("industries", "")),
                "name_contains": given.get("name_contains", ""),
                "ratings": ratings,
            }
        )

    def _rule(self):
        given, size = self.cleaned_data, self.cleaned_data.get("size")
        if size not in (rules.RATIO, rules.RANGE, rules.NUMBER):
            return None
        shared = {
            "reserve_ratio": _share(given.get("reserve_ratio") or "0"),
            "reserve_minimum": given.get("reserve_minimum") or 0,
            "burden": self._burden(),
        }
        if size == rules.NUMBER:
            weights = {code: _figure(text) for code, text in self._written("weight").items()}
            return rules.DrawRule(
                size, total=given.get("total"), total_to=given.get("total_to"), weights=weights, **shared
            )
        upper = self._written("upper") if size == rules.RANGE else {}
        return rules.DrawRule(
            size,
            ratios={code: _share(text) for code, text in self._written("share").items()},
            ratios_to={code: _share(text) for code, text in upper.items()},
            rounding="up" if size == rules.RANGE else given.get("rounding") or "up",
            minimum=given.get("minimum") or 0,
            least_total=given.get("least_total") or 0,
            **shared,
        )

    def _burden(self):
        given = self.cleaned_data
        delta, cap = given.get("burden"), given.get("burden_cap")
        if not delta and cap is None:
            return None
        return rules.Burden(delta or "1", cap, tuple(given.get("burden_exempt") or ()))

    def _written(self, what):
        found = {code: self.cleaned_data.get(f"{what}_{code}", "").strip() for code in self.share_codes}
        return {code: text for code, text in found.items() if text}

    def terms(self):
        """What the form says, for `actions.add_task` and `edit_task`."""
        given = self.cleaned_data
        plain = (
            "name",
            "scope_text",
            "saved_filter",
            "ratio_text",
            "scheme",
            "override_reason",
            "initiating_level",
            "implementing_level",
            "region_rule",
            "disclosure",
            "window_from",
            "window_to",
            "window_text",
            "exclusion_months",
            "load_cap",
            "remark",
        )
        return {
            **{name: given[name] for name in plain},
            "directed": given["directed"] == "yes",
            "scope": self.scope,
            "rule": self.rule,
            "batches": self.batch_windows,
        }


def initial_of(task):
    """The form's values for a task that is there."""
    rule = queries.rule_of(task)
    return {
        **{name: getattr(task, name) for name in TaskForm.base_fields if hasattr(task, name)},
        "directed": "yes" if task.directed else "no",
        "scheme": task.scheme_id or "",
        "batches": "\n".join(f"{first}—{last}" for first, last in task.batches),
        "year": task.plan.year,
        **scope_values(task.scope),
        **rule_values(rule),
    }


def scope_values(scope):
    """A scope's JSON as values of the form."""
    lists = {name: list(scope.get(name, [])) for name in ("kinds", "regions", "licences", "tags")}
    ratings = [f"{scheme}:{code}" for scheme, codes in scope.get("ratings", {}).items() for code in codes]
    words = {"industries": " ".join(scope.get("industries", [])), "name_contains": scope.get("name_contains", "")}
    return {**lists, **words, "ratings": ratings}


def rule_values(rule):
    """A rule as values of the form; shares as percentages."""
    if rule is None:
        return {"size": "unset"}
    values = {
        "size": rule.kind,
        "reserve_ratio": rules.percent(rule.reserve_ratio)[:-1],
        "reserve_minimum": rule.reserve_minimum,
        **_burden_values(rule.burden),
    }
    if rule.kind == rules.NUMBER:
        weights = {f"weight_{code}": weight for code, weight in rule.weights.items()}
        return {**values, "total": rule.total, "total_to": rule.total_to or "", **weights}
    shares = {f"share_{code}": rules.percent(share)[:-1] for code, share in rule.ratios.items()}
    upper = {f"upper_{code}": rules.percent(share)[:-1] for code, share in rule.ratios_to.items()}
    least = {"minimum": rule.minimum, "least_total": rule.least_total or ""}
    return {**values, **least, "rounding": rule.rounding, **shares, **upper}


def _burden_values(burden):
    """The burden rule as values of the form; a factor of 1 with a cap is “不设” and the cap."""
    if burden is None:
        return {"burden": "", "burden_cap": "", "burden_exempt": []}
    delta = "" if Decimal(burden.delta) == 1 else burden.delta
    return {"burden": delta, "burden_cap": burden.cap or "", "burden_exempt": list(burden.exempt)}


def _words(text):
    return to_half(text).replace(",", " ").replace(";", " ").replace("、", " ").upper().split()


def _share(text):
    """A percentage as a decimal string: “3”, “3%” and “0.5” become 0.03, 0.03 and 0.005."""
    figure = _figure(text.replace("%", "").replace("%", ""))
    try:
        return decimal_text(Decimal(figure) / 100)
    except InvalidOperation:
        return text


def _figure(text):
    """A decimal string as people type it; what is no number stays, and the rule refuses it with its own sentence."""
    text = to_half(text).strip()
    return decimal_text(Decimal(text)) if text.replace(".", "", 1).isdecimal() else text
