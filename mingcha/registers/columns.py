"""Which column of a file is which field: the names that offices write above them (列名识别)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mingcha.kernel.refusal import gettext_noop
from mingcha.kernel.widths import search_key
from mingcha.registers.reading import Line, Table
from mingcha.registers.rules import CannotImport
from mingcha.registers.states import ImportKind

LOOKED_AT = 20  # so many lines from the top are taken for possible headings


@dataclass(frozen=True, slots=True)
class Column:
    """A field that a file may bring, and what its column may be called."""

    name: str
    label: str
    written: tuple[str, ...]
    required: bool = False
    inherits: bool = False
    """An empty cell means the one above it: merged cells of published item lists."""


def _column(name: str, label: str, written: str, *, required: bool = False, inherits: bool = False) -> Column:
    return Column(name, label, (label, name, *written.split()), required, inherits)


COLUMNS: Mapping[ImportKind, tuple[Column, ...]] = {
    ImportKind.SUBJECTS: (
        _column(
            "name",
            gettext_noop("名称"),
            "企业名称 主体名称 市场主体名称 经营主体名称 单位名称 检查对象名称 检查对象 当事人 字号名称 "
            "商户名称 entity_name",
            required=True,
        ),
        _column(
            "unit_id",
            gettext_noop("代码"),
            "统一社会信用代码 社会信用代码 信用代码 统一社会信用代码/注册号 注册号/统一社会信用代码 注册号 "
            "工商注册号 主体代码 对象编号 uscc code registration_no",
            required=True,
        ),
        _column("region", gettext_noop("区域"), "区划 行政区划 所属区域 所属区县 县区 区县 所在区县 district county"),
        _column("city", gettext_noop("地市"), "地区 所在市 城市 所属城市 city"),
        _column("address", gettext_noop("地址"), "住所 经营场所 注册地址 住所(经营场所) 经营地址 住址 address"),
        _column("kind", gettext_noop("检查对象类型"), "对象类型 主体类别 对象类别"),
        _column("entity_type", gettext_noop("主体类型"), "企业类型 类型 市场主体类型 经营主体类型 ent_type"),
        _column(
            "industry",
            gettext_noop("行业"),
            "行业代码 行业门类 所属行业 国民经济行业 industry_name_gb4754_2digit industry_code",
        ),
        _column("registered_on", gettext_noop("成立日期"), "注册日期 登记日期 设立日期 registration_date established"),
        _column("capital_text", gettext_noop("注册资本"), "注册资金 出资额 registered_capital"),
        _column("business_scope", gettext_noop("经营范围"), "主营业务 business_scope"),
        _column("state", gettext_noop("登记状态"), "状态 经营状态 企业状态 主体状态 status"),
        _column("contact_name", gettext_noop("联系人"), "联络员 联系人姓名"),
        _column("contact_phone", gettext_noop("联系电话"), "电话 联系方式 手机 手机号 phone"),
        _column("licence_kind", gettext_noop("许可证种类"), "许可类型 许可证名称 证照名称 licence"),
        _column("licence_number", gettext_noop("许可证号"), "许可证编号 许可编号 证照编号 licence_no"),
        _column("licence_valid_to", gettext_noop("许可有效期至"), "许可证有效期 许可有效期"),
        _column("tags", gettext_noop("标签"), "对象标签 tag"),
        _column("rating", gettext_noop("信用风险等级"), "风险等级 信用风险分类 风险分类 信用等级 risk_class"),
    ),
    ImportKind.INSPECTORS: (
        _column("name", gettext_noop("姓名"), "人员姓名 检查人员 执法人员 执法人员姓名", required=True),
        _column("number", gettext_noop("人员编号"), "编号 工号 执法人员编号"),
        _column("organization", gettext_noop("单位"), "所属单位 工作单位 单位名称 所在单位 执法机关 部门"),
        _column(
            "certificate_number",
            gettext_noop("执法证号"),
            "执法证件号 证件号 证号 行政执法证号 执法证编号 行政执法证件编号 证件编号 certificate",
            required=True,
        ),
        _column("certificate_issuer", gettext_noop("发证机关"), "颁发机关 发证单位"),
        _column(
            "certificate_valid_to",
            gettext_noop("证件有效期至"),
            "有效期 有效期至 执法证有效期 证件有效期 截止日期 valid_to",
            required=True,
        ),
        _column("qualifications", gettext_noop("执法资质"), "资质 资质类别 岗位资格 qualification"),
        _column("specialities", gettext_noop("业务专长"), "专长 业务特长 speciality"),
        _column("post", gettext_noop("职务"), "岗位 职级 职务职级"),
        _column("is_expert", gettext_noop("是否专家"), "专家"),
        _column("phone", gettext_noop("联系电话"), "电话 手机 手机号 联系方式"),
        _column("state", gettext_noop("岗位状态"), "状态 在岗状态 status"),
        _column("username", gettext_noop("账号"), "登录账号 用户名 account"),
    ),
    ImportKind.ITEMS: (
        _column("code", gettext_noop("事项编码"), "编码 事项编号 事项代码 item_code"),
        _column("serial", gettext_noop("序号"), "no 编号 seq", inherits=True),
        _column("category", gettext_noop("抽查类别"), "抽查领域 领域 类别 抽查类型 检查类别 事项分类", inherits=True),
        _column(
            "name",
            gettext_noop("抽查事项"),
            "事项名称 检查事项 抽查项目 抽查事项名称 item",
            required=True,
            inherits=True,
        ),
        _column("sub_item", gettext_noop("抽查子项"), "子项 事项子项"),
        _column("content", gettext_noop("抽查内容"), "检查内容 检查要点"),
        _column("legal_basis", gettext_noop("抽查依据"), "法律依据 检查依据 依据 法定依据 设定依据", inherits=True),
        _column(
            "line",
            gettext_noop("部门"),
            "牵头部门 发起部门 责任部门 实施部门 抽查主体 检查主体 department agency",
            inherits=True,
        ),
        _column("body", gettext_noop("实施机关"), "inspecting_body 执法主体", inherits=True),
        _column("partner_lines", gettext_noop("配合部门"), "联合部门 参与部门 联合抽查部门 联查部门", inherits=True),
        _column(
            "subject_scope",
            gettext_noop("抽查对象"),
            "检查对象 抽查对象范围 检查对象范围 联查对象 object",
            required=True,
            inherits=True,
        ),
        _column("importance", gettext_noop("事项类别"), "事项类型 重点或一般 一般/重点", inherits=True),
        _column("methods", gettext_noop("抽查方式"), "检查方式 检查方法 method", inherits=True),
        _column("ratio_text", gettext_noop("抽查比例"), "比例 检查比例 ratio", inherits=True),
        _column("frequency_text", gettext_noop("抽查频次"), "频次 抽查周期 检查频次 frequency", inherits=True),
        _column("organising_level", gettext_noop("组织层级"), "发起层级", inherits=True),
        _column("executing_level", gettext_noop("实施层级"), "抽查层级 检查层级 执行层级", inherits=True),
        _column("qualification", gettext_noop("资质要求"), "执法资质 岗位资格要求 inspector_requirement"),
    ),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a file: the line on which it stands, every title, and which of them is which field."""

    line: int
    titles: tuple[str, ...]
    places: Mapping[str, int] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, str]:
        """Field → title."""
        return {name: self.titles[place] for name, place in self.places.items()}

    @property
    def unknown(self) -> list[str]:
        """The titles that are no field."""
        used = set(self.places.values())
        return [title for place, title in enumerate(self.titles) if place not in used]


class ColumnsMissing(CannotImport):
    """Required columns were not found: somebody must say which ones they are. `heading` tells what there is."""

    def __init__(self, heading: Heading, missing: Sequence[str]) -> None:
        super().__init__(gettext_noop("没有找到必需的列:%(missing)s;请指明各列的含义"), missing="、".join(missing))
        self.heading = heading


def find_heading(
    tables: Sequence[Table], kind: ImportKind, chosen: Mapping[str, str] | None = None
) -> tuple[Table, Heading]:
    """The table that is meant, and its heading; `chosen` says by hand which title is which field.

    Raises:
        ColumnsMissing: a required field has no column.
    """
    tried = [(table, _heading(line, kind)) for table in tables for line in table.lines[:LOOKED_AT]]
    table, heading = max(tried, key=lambda found: (len(found[1].places), len(found[1].titles) > 1))
    if chosen is not None:
        table, heading = _chosen(tried, chosen)
    missing = [column.label for column in COLUMNS[kind] if column.required and column.name not in heading.places]
    if missing:
        raise ColumnsMissing(heading, missing)
    return table, heading


def _chosen(tried: Sequence[tuple[Table, Heading]], chosen: Mapping[str, str]) -> tuple[Table, Heading]:
    """The heading that has all the titles chosen by hand."""
    wanted = {name: title for name, title in chosen.items() if title}
    for table, heading in tried:
        if set(wanted.values()) <= set(heading.titles):
            places = {name: heading.titles.index(title) for name, title in wanted.items()}
            return table, Heading(heading.line, heading.titles, places)
    raise CannotImport(gettext_noop("文件里没有一行标题含有所选的各列:%(titles)s"), titles="、".join(wanted.values()))


def _heading(line: Line, kind: ImportKind) -> Heading:
    titles = _distinct(line.texts)
    places: dict[str, int] = {}
    spelled = [_key(title) for title in titles]
    for column in COLUMNS[kind]:
        for written in column.written:
            if (key := _key(written)) in spelled and spelled.index(key) not in places.values():
                places[column.name] = spelled.index(key)
                break
    return Heading(line.number, titles, places)


def _distinct(texts: Sequence[str]) -> tuple[str, ...]:
    """The titles; one that is empty or stands there twice is named after its place."""
    titles: list[str] = []
    for place, text in enumerate(texts):
        title = " ".join(text.split())[:80]
        titles.append(title if title and title not in titles else f"{title}[{column_letters(place)}]")
    return tuple(titles)


def column_letters(place: int) -> str:
    """A, B, … Z, AA: the column as a spreadsheet names it."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _key(title: str) -> str:
    """The title without remarks such as “(必填)”, marks and widths; a title that is all brackets stays."""
    key = search_key(title).strip("*:")
    return re.sub(r"\((?:必填|选填|可选|必输|文本)[^)]*\)", "", key).strip("*:")
