"""Judging lines that bring inspectors (执法检查人员)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.kernel.widths import search_key
from mingcha.people.actors import Actor
from mingcha.people.models import User
from mingcha.people.scopes import organizations_for
from mingcha.registers.columns import Heading
from mingcha.registers.judging.row import Judged, begin, compare, rivals
from mingcha.registers.models import Inspector, Qualification
from mingcha.registers.reading import Line
from mingcha.registers.rules import INSPECTOR_NUMBER
from mingcha.registers.states import INSPECTOR_STATE_LABELS, InspectorState

LIMITS = {"certificate_issuer": 60, "specialities": 200, "post": 60, "phone": 40}
_STATE_WORDS = {
    "在岗": InspectorState.ACTIVE,
    "在职": InspectorState.ACTIVE,
    "正常": InspectorState.ACTIVE,
    "暂停": InspectorState.SUSPENDED,
    "停职": InspectorState.SUSPENDED,
    "离岗": InspectorState.LEFT,
    "离职": InspectorState.LEFT,
    "退休": InspectorState.LEFT,
    "调离": InspectorState.LEFT,
}
_YES = {"是", "1", "TRUE", "Y", "YES", "√", "专家"}


@dataclass(frozen=True)
class _Surroundings:
    """What a line is checked against."""

    organizations: Mapping[str, str]
    own: str
    qualifications: Mapping[str, str]
    usernames: Mapping[str, str]
    by_number: Mapping[str, Inspector]
    by_certificate: Mapping[str, Inspector]


def judge(lines: Sequence[Line], heading: Heading, *, by: Actor) -> list[Judged]:
    """The verdict of every line."""
    around = _surroundings(by)
    rows = [_read(begin(line, heading), around) for line in lines]
    _settle_rivals(rows)
    for row in rows:
        if not row.is_refused:
            _check_against_register(row, around)
    return rows


def _surroundings(by: Actor) -> _Surroundings:
    organizations = {}
    for organization in organizations_for(by):
        organizations[organization.code.upper()] = organization.code
        organizations[search_key(organization.name)] = organization.code
    inspectors = list(Inspector.objects.select_related("organization", "user").prefetch_related("qualifications"))
    return _Surroundings(
        organizations=organizations,
        own=by.organization.code,
        qualifications={
            search_key(word): each.code for each in Qualification.objects.all() for word in (each.code, each.name)
        },
        usernames={name.upper(): name for name in User.objects.values_list("username", flat=True)},
        by_number={inspector.number: inspector for inspector in inspectors},
        by_certificate={each.certificate_number: each for each in inspectors if each.certificate_number},
    )


def _read(row: Judged, around: _Surroundings) -> Judged:
    if row.is_refused:
        return row
    if expert := row.line_of_text("is_expert", 20):
        row.values["is_expert"] = expert.upper() in _YES
    name, certificate = row.line_of_text("name", 60), row.code("certificate_number")
    valid_to = row.day("certificate_valid_to")
    without = row.values.get("is_expert", False) and not certificate and valid_to is None  # experts need none (专家)
    if not name and not row.is_refused:
        row.refuse("name", Refusal(gettext_noop("缺少姓名或执法证号")), gettext_noop("请补填后再导入"))
    if not certificate and not without and not row.is_refused:
        row.refuse("certificate_number", Refusal(gettext_noop("缺少姓名或执法证号")), gettext_noop("请补填后再导入"))
    if valid_to is None and not without and not row.is_refused:
        row.refuse("certificate_valid_to", Refusal(gettext_noop("缺少执法证有效期")), gettext_noop("请补填后再导入"))
    row.take("name", name)
    row.take("certificate_number", certificate)
    row.take("certificate_valid_to", valid_to.isoformat() if valid_to else None)
    for field, limit in LIMITS.items():
        row.take(field, row.line_of_text(field, limit))
    _read_organization(row, around)
    _read_qualifications(row, around)
    _read_state(row)
    _read_account(row, around)
    _read_number(row, around)
    return row


def _read_organization(row: Judged, around: _Surroundings) -> None:
    text = row.line_of_text("organization", 100)
    code = around.organizations.get(search_key(text)) if text else around.own
    if code is None:
        row.refuse(
            "organization",
            Refusal(gettext_noop("没有名为“%(text)s”的单位,或不在您的数据范围内"), text=text),
            gettext_noop("请填单位全称或单位编码"),
        )
    row.take("organization", code)


def _read_qualifications(row: Judged, around: _Surroundings) -> None:
    words = row.words("qualifications")
    unknown = [word for word in words if search_key(word) not in around.qualifications]
    if unknown:
        row.refuse(
            "qualifications",
            Refusal(gettext_noop("没有名为“%(word)s”的执法资质"), word=unknown[0]),
            gettext_noop("请按资质目录填写,多项用顿号分隔"),
        )
    row.take(
        "qualifications", sorted({around.qualifications[search_key(word)] for word in words if word not in unknown})
    )


def _read_state(row: Judged) -> None:
    text = row.line_of_text("state", 20)
    if not text:
        return
    labels = {label: state for state, label in INSPECTOR_STATE_LABELS.items()}
    state = (labels | {each.value: each for each in InspectorState} | _STATE_WORDS).get(text.upper())
    if state is None:
        row.refuse(
            "state",
            Refusal(gettext_noop("岗位状态“%(text)s”不认识"), text=text),
            gettext_noop("请填在岗、暂停或离岗"),
        )
    else:
        row.take("state", state.value)


def _read_account(row: Judged, around: _Surroundings) -> None:
    text = row.line_of_text("username", 60)
    username = around.usernames.get(text.upper()) if text else None
    if text and username is None:
        row.refuse("username", Refusal(gettext_noop("没有账号 %(username)s"), username=text))
    row.take("username", username)


def _read_number(row: Judged, around: _Surroundings) -> None:
    """The register number; where the file has none, that of the same certificate, else made from the certificate."""
    certificate = row.values.get("certificate_number", "")
    number = row.code("number")
    if not number and certificate in around.by_certificate:
        number = around.by_certificate[certificate].number
    number = number or re.sub(r"[^0-9A-Za-z._/-]", "", certificate)
    row.key = number
    row.take("number", number)
    if not row.is_refused and not INSPECTOR_NUMBER.fullmatch(number):
        row.refuse(
            "number",
            Refusal(gettext_noop("人员编号只能由1至40个数字、英文字母和“. _ / -”组成")),
            gettext_noop("请填写人员编号"),
        )


def _settle_rivals(rows: list[Judged]) -> None:
    for key, group in rivals(rows).items():
        lines = "、".join(str(row.line.number) for row in group)
        for row in group:
            row.doubt(
                "number",
                Refusal(gettext_noop("人员编号 %(number)s 在文件中出现多次(第%(lines)s行)"), number=key, lines=lines),
                gettext_noop("请从中选择一行采用"),
            )
    first_with: dict[str, Judged] = {}
    for row in rows:
        if "certificate_number" not in row.values:
            continue
        other = first_with.setdefault(row.values["certificate_number"], row)
        if other is not row and other.key != row.key and not row.is_refused:
            row.refuse(
                "certificate_number", Refusal(gettext_noop("执法证号与第%(line)d行重复"), line=other.line.number)
            )


def _check_against_register(row: Judged, around: _Surroundings) -> None:
    known = around.by_number.get(row.key)
    holder = around.by_certificate.get(row.values.get("certificate_number", ""))
    if holder is not None and holder.number != row.key:
        row.refuse(
            "certificate_number",
            Refusal(gettext_noop("该执法证号已登记在 %(number)s 名下"), number=holder.number),
        )
    elif known is not None and known.organization.code not in around.organizations.values():
        row.refuse("number", Refusal(gettext_noop("该人员编号属于您数据范围之外的单位")))
    elif known is not None:
        _check_known(row, known)


def _check_known(row: Judged, known: Inspector) -> None:
    if search_key(known.name) != search_key(row.values["name"]):
        row.doubt(
            "name",
            Refusal(gettext_noop("名录中编号 %(number)s 的姓名是“%(name)s”"), number=row.key, name=known.name),
            gettext_noop("更名请选择采用;不是同一人请选择不采用"),
        )
    old = {
        name: getattr(known, name)
        for name in ("name", "certificate_number", "certificate_valid_to", "is_expert", "state", *LIMITS)
    }
    old["organization"] = known.organization.code
    old["username"] = known.user.username if known.user else None
    old["qualifications"] = sorted(each.pk for each in known.qualifications.all())
    compare(row, old)
