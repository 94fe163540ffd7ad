"""Judging lines that bring subjects (检查对象)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from mingcha.kernel import regions as heyuan
from mingcha.kernel.invalid_code import InvalidOrganisationCode
from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.kernel.unit_codes import CodeKind, classify
from mingcha.kernel.widths import search_key
from mingcha.people.actors import Actor
from mingcha.people.models import Region
from mingcha.people.scopes import regions_for
from mingcha.registers import industries
from mingcha.registers.columns import Heading
from mingcha.registers.judging.row import Judged, begin, compare, rivals
from mingcha.registers.models import Licence, RiskScheme, Subject
from mingcha.registers.queries import CHUNK
from mingcha.registers.reading import Line
from mingcha.registers.states import SUBJECT_KIND_LABELS, SUBJECT_STATE_LABELS, SubjectKind, SubjectState, Verdict

LIMITS = {
    "address": 300,
    "entity_type": 100,
    "capital_text": 100,
    "contact_name": 60,
    "contact_phone": 40,
}
# What a line may say of licences, tags and rating beside the subject itself.
DETAILS = {"licence_kind", "licence_number", "licence_valid_to", "licence_line", "tags", "rating", "scheme"}
_KIND_WORDS = (
    ("个体", SubjectKind.INDIVIDUAL),
    ("合作社", SubjectKind.COOPERATIVE),
    ("代表机构", SubjectKind.FOREIGN_OFFICE),
    ("代表处", SubjectKind.FOREIGN_OFFICE),
    ("事业单位", SubjectKind.INSTITUTION),
    ("机关", SubjectKind.INSTITUTION),
    ("社会团体", SubjectKind.INSTITUTION),
    ("社会组织", SubjectKind.INSTITUTION),
    ("民办非企业", SubjectKind.INSTITUTION),
)
_KIND_CODES = {"92": SubjectKind.INDIVIDUAL, "93": SubjectKind.COOPERATIVE}
# “吊销,未注销” is revoked, “已注销” cancelled: the first word that fits counts.
_STATE_WORDS = (
    (("吊销",), SubjectState.REVOKED),
    (("撤销",), SubjectState.WITHDRAWN),
    (("注销",), SubjectState.CANCELLED),
    (("迁出", "迁往"), SubjectState.MOVED_OUT),
    (("停业", "歇业", "停产"), SubjectState.SUSPENDED),
    (("存续", "在业", "开业", "在营", "正常", "在册", "营业", "登记成立", "迁入"), SubjectState.ACTIVE),
)


@dataclass
class _Surroundings:
    """What a line is checked against."""

    mine: set[str]
    region_names: Mapping[str, str]
    default_region: str
    scheme: RiskScheme | None
    line: str
    licence_owners: dict[tuple[str, str], str] = field(default_factory=dict)


def judge(lines: Sequence[Line], heading: Heading, *, defaults: Mapping[str, str], by: Actor) -> list[Judged]:
    """The verdict of every line."""
    around = _surroundings(defaults, by)
    rows = [_read(begin(line, heading), around) for line in lines]
    for group in rivals(rows).values():
        _settle_rivals(group)
    for start in range(0, len(rows), CHUNK):
        _check_against_register(rows[start : start + CHUNK], around)
    return rows


def _surroundings(defaults: Mapping[str, str], by: Actor) -> _Surroundings:
    scheme = RiskScheme.objects.filter(code=defaults.get("scheme") or "general").first()
    inside = Region.objects.filter(parent=OuterRef("pk"))  # a subject lies in a county or zone, not in the city
    return _Surroundings(
        mine=set(regions_for(by).values_list("pk", flat=True)),
        region_names=dict(Region.objects.filter(~Exists(inside)).values_list("code", "name")),
        default_region=defaults.get("region", ""),
        scheme=scheme,
        line=by.organization.line_id,
    )


def _read(row: Judged, around: _Surroundings) -> Judged:
    if row.is_refused:
        return row
    _read_code(row)
    name = row.line_of_text("name", 200)
    if not name:
        row.refuse("name", Refusal(gettext_noop("缺少名称")), gettext_noop("请补填后再导入"))
    row.take("name", name)
    for field_name, limit in LIMITS.items():
        row.take(field_name, row.line_of_text(field_name, limit))
    row.take("business_scope", row.text("business_scope"))
    if day := row.day("registered_on"):
        row.take("registered_on", day.isoformat())
    _read_state(row)
    _read_industry(row)
    _read_kind(row)
    _read_region(row, around)
    _read_details(row, around)
    return row


def _read_code(row: Judged) -> None:
    text = row.code("unit_id")
    if not text:
        if not row.is_refused:
            row.refuse(
                "unit_id",
                Refusal(gettext_noop("缺少代码")),
                gettext_noop("请补填统一社会信用代码;没有的填注册号或登记机关编号"),
            )
        return
    code = classify(text)
    row.key = code.text
    row.take("unit_id", code.text)
    if code.fault and not isinstance(code.fault, InvalidOrganisationCode):
        row.refuse("unit_id", code.fault, gettext_noop("请对照营业执照核对后重填"))


def _read_state(row: Judged) -> None:
    text = row.line_of_text("state", 60)
    if not text:
        return
    by_label = {label: state for state, label in SUBJECT_STATE_LABELS.items()} | {
        each.value: each for each in SubjectState
    }
    state = by_label.get(text.upper()) or next(
        (state for words, state in _STATE_WORDS if any(word in text for word in words)), None
    )
    if state is None:
        row.refuse(
            "state",
            Refusal(gettext_noop("登记状态“%(text)s”不认识"), text=text),
            gettext_noop("请填存续、停业、注销、吊销、撤销或迁出"),
        )
    else:
        row.take("state", state.value)


def _read_industry(row: Judged) -> None:
    text = row.line_of_text("industry", 60)
    if not text:
        return
    code = industries.read(text)
    if code is None:
        row.note("industry", Refusal(gettext_noop("行业“%(text)s”未识别,未导入该项"), text=text))
    elif code in industries.SECTIONS:
        row.note("industry", Refusal(gettext_noop("行业“%(text)s”只到门类,未导入该项;请填两位以上代码"), text=text))
    row.take("industry", None if code in industries.SECTIONS else code)


def _read_kind(row: Judged) -> None:
    """The kind as written, else from the words of the entity type, else from the code; else an enterprise."""
    written = row.line_of_text("kind", 60)
    text = written or row.values.get("entity_type", "")
    labels = {label: kind for kind, label in SUBJECT_KIND_LABELS.items()} | {each.value: each for each in SubjectKind}
    kind = labels.get(text.upper()) or next((kind for word, kind in _KIND_WORDS if word in text), None)
    row.take("kind", (kind or _kind_of_code(row.key)).value)
    if not written:
        row.values.setdefault("derived", []).append("kind")


def _kind_of_code(code: str) -> SubjectKind:
    kind = classify(code).kind
    if kind is CodeKind.USCC:
        by_head = SubjectKind.INSTITUTION if code[0] in "1358" else SubjectKind.ENTERPRISE
        return _KIND_CODES.get(code[:2], by_head)
    # GS15-2006: a serial that begins with 6 to 9 belongs to an individual business
    if kind is CodeKind.REGISTRATION_15 and code[6] in "6789":
        return SubjectKind.INDIVIDUAL
    return SubjectKind.ENTERPRISE


def _read_region(row: Judged, around: _Surroundings) -> None:
    """The region of its own column; else from address, city and code, which never moves a subject that is known."""
    written = row.line_of_text("region", 60)
    if written:
        code = _named_region(written, around)
        if code is None:
            row.refuse(
                "region",
                Refusal(gettext_noop("没有名为或代码为“%(text)s”的区域"), text=written),
                gettext_noop("请填本市县区或功能区的名称或代码"),
            )
        row.take("region", code)
        return
    row.take("region", _derived_region(row, around))
    row.values.setdefault("derived", []).append("region")


def _named_region(text: str, around: _Surroundings) -> str | None:
    if text.upper() in around.region_names:
        return text.upper()
    try:
        found = heyuan.by_name(text).code
    except heyuan.UnknownRegion:
        return next((code for code, name in around.region_names.items() if name == text), None)
    return found if found in around.region_names else None


def _derived_region(row: Judged, around: _Surroundings) -> str | None:
    place = f"{row.line_of_text('city', 60)} {row.values.get('address', '')}"
    authority = _authority(row.key)
    named = heyuan.named_in(place)
    in_city = heyuan.CITY.name.removesuffix("市") in place or authority.startswith(heyuan.CITY.code[:4])
    counties = {county.code for county in heyuan.COUNTIES} & set(around.region_names)
    if named and named.code in counties and (in_city or not named.is_functional_zone):  # every city has a 高新区
        return named.code
    return authority if authority in counties else around.default_region or None


def _authority(code: str) -> str:
    kind = classify(code).kind
    if kind is CodeKind.USCC:
        return code[2:8]
    return code[:6] if kind is CodeKind.REGISTRATION_15 else ""


def _read_details(row: Judged, around: _Surroundings) -> None:
    kind, number = row.line_of_text("licence_kind", 60), row.line_of_text("licence_number", 80)
    valid_to = row.expiry("licence_valid_to")
    if bool(kind) != bool(number):
        row.refuse(
            "licence_kind" if number else "licence_number",
            Refusal(gettext_noop("许可证种类和许可证号须同时填写")),
        )
    elif number:
        row.values |= {"licence_kind": kind, "licence_number": number, "licence_line": around.line}
        row.take("licence_valid_to", valid_to.isoformat() if valid_to else None)
    tags = row.words("tags")
    if any(len(tag) > 40 for tag in tags):
        row.refuse("tags", Refusal(gettext_noop("单个标签不能超过40字")))
    row.take("tags", tags)
    _read_rating(row, around)


def _read_rating(row: Judged, around: _Surroundings) -> None:
    text = row.line_of_text("rating", 40)
    if not text:
        return
    if around.scheme is None:
        row.refuse("rating", Refusal(gettext_noop("尚未设置信用风险分类方案,不能导入等级")))
        return
    known = {search_key(each[name]): each["code"] for each in around.scheme.classes for name in ("code", "label")}
    key = search_key(text)
    found = known.get(key) or known.get(key.rstrip("级类"))
    if found is None:
        labels = "、".join(f"{each['code']}({each['label']})" for each in around.scheme.classes)
        row.refuse(
            "rating",
            Refusal(gettext_noop("等级“%(text)s”不在方案中,可填:%(labels)s"), text=text, labels=labels),
        )
        return
    row.values |= {"rating": found, "scheme": around.scheme.code}


def _settle_rivals(group: list[Judged]) -> None:
    """Lines of one code: the same firm with several licences, the same line twice, or rivals to choose from."""
    first, *others = group
    if all(_same_firm(first, other) for other in others):
        for other in others:
            if other.values == first.values:
                other.verdict = Verdict.SAME
                other.note("unit_id", Refusal(gettext_noop("与第%(line)d行相同"), line=first.line.number))
        return
    lines = "、".join(str(row.line.number) for row in group)
    for row in group:
        row.doubt(
            "unit_id",
            Refusal(gettext_noop("代码 %(code)s 在文件中出现多次且内容不同(第%(lines)s行)"), code=row.key, lines=lines),
            gettext_noop("请从中选择一行采用"),
        )


def _same_firm(first: Judged, other: Judged) -> bool:
    def identity(row: Judged) -> dict[str, object]:
        return {name: value for name, value in row.values.items() if name not in DETAILS}

    return identity(first) == identity(other)


def _check_against_register(rows: Sequence[Judged], around: _Surroundings) -> None:
    keys = {row.key for row in rows if row.key}
    known = {subject.unit_id: subject for subject in _with_details(rows, keys)}
    _check_licences(rows, around)
    for row in rows:
        if row.is_refused:
            continue
        subject = known.get(row.key)
        if subject is None:
            _check_new(row, around)
        elif subject.region_id not in around.mine:
            row.refuse("unit_id", Refusal(gettext_noop("该代码已登记在您数据范围之外的区域")))
        else:
            _check_known(row, subject, around)


def _with_details(rows: Sequence[Judged], keys: Iterable[str]) -> Iterable[Subject]:
    found = Subject.objects.filter(unit_id__in=keys)
    if any(row.values.keys() & DETAILS for row in rows):
        found = found.prefetch_related("licences", "tags", "ratings")
    return found


def _check_new(row: Judged, around: _Surroundings) -> None:
    fault = classify(row.key).fault
    if fault:  # only the inner check fails: two in ten thousand codes were given out like this
        row.doubt("unit_id", fault, gettext_noop("末位校验码相符;若与营业执照一致可选择采用"))
    region = row.values.get("region")
    if region is None:
        row.refuse(
            "region",
            Refusal(gettext_noop("无法判断所属县区")),
            gettext_noop("请在“区域”列填写县区名称或代码,或在上传时选择“无法判断时归入”"),
        )
    elif region not in around.mine:
        _refuse_foreign(row, region, around)


def _refuse_foreign(row: Judged, region: str, around: _Surroundings) -> None:
    name = around.region_names.get(region, region)
    row.refuse("region", Refusal(gettext_noop("所属区域“%(name)s”不在您的数据范围内"), name=name))


def _check_known(row: Judged, subject: Subject, around: _Surroundings) -> None:
    derived = row.values.get("derived", [])
    old = {
        name: getattr(subject, "region_id" if name == "region" else name)
        for name in ("name", "kind", "region", "industry", "registered_on", "business_scope", "state", *LIMITS)
        if name not in derived
    }
    if old.get("region") is not None and row.values.get("region", old["region"]) not in around.mine:
        _refuse_foreign(row, row.values["region"], around)
        return
    if search_key(subject.name) != search_key(row.values["name"]):
        row.doubt(
            "name",
            Refusal(gettext_noop("名录中代码 %(code)s 的名称是“%(name)s”"), code=row.key, name=subject.name),
            gettext_noop("更名请选择采用;不是同一主体请选择不采用"),
        )
    if row.values.keys() & DETAILS:
        _compare_details(row, subject)
    compare(row, old)


def _compare_details(row: Judged, subject: Subject) -> None:
    if number := row.values.get("licence_number"):
        held = {(each.kind, each.number): each.valid_to for each in subject.licences.all()}
        key = (row.values["licence_kind"], number)
        valid_to = row.values.get("licence_valid_to")
        former = held.get(key)
        if key not in held or (former.isoformat() if former else None) != valid_to:
            row.changes["licence_number"] = [str(former or ""), " ".join(filter(None, (*key, valid_to)))]
    if new := [tag for tag in row.values.get("tags", []) if tag not in {each.tag for each in subject.tags.all()}]:
        row.changes["tags"] = ["", "、".join(new)]
    if risk_class := row.values.get("rating"):
        rated = {each.scheme_id: each.risk_class for each in subject.ratings.all()}
        if rated.get(row.values["scheme"]) != risk_class:
            row.changes["rating"] = [rated.get(row.values["scheme"], ""), risk_class]


def _check_licences(rows: Sequence[Judged], around: _Surroundings) -> None:
    """A licence number belongs to one subject, in the register and in the file."""
    numbers = {row.values["licence_number"] for row in rows if "licence_number" in row.values}
    if not numbers:
        return
    for licence in Licence.objects.filter(number__in=numbers).select_related("subject"):
        around.licence_owners[licence.kind, licence.number] = licence.subject.unit_id
    for row in rows:
        if "licence_number" not in row.values or row.is_refused:
            continue
        owner = around.licence_owners.setdefault((row.values["licence_kind"], row.values["licence_number"]), row.key)
        if owner != row.key:
            row.refuse(
                "licence_number",
                Refusal(gettext_noop("该许可证号已属于代码为 %(code)s 的检查对象"), code=owner),
            )
