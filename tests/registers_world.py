"""Registers for the tests' small Heyuan: subjects, inspectors and item lists, entered through the actions.

- 42 subjects: 14 each in 源城区, 东源县 and 江东新区; kinds, trades, licences, tags in turn; classes A–D of the scheme
  `general` in turn (A A A B B C D), one in each region without a class, one cancelled
- 12 inspectors: 6 of market and 4 of education in the counties, 2 of market in the city; those of the world's accounts
  are linked. One certificate has run out, one inspector is suspended
- `market_list` with three items and `joint_list` with two, both published
"""

from dataclasses import dataclass, field
from datetime import date

from mingcha.kernel import uscc
from mingcha.registers import actions
from mingcha.registers.models import InspectionItem, Inspector, ItemList, RiskScheme, Subject
from mingcha.registers.rows import (
    InspectorRow,
    ItemRow,
    LicenceRow,
    RatingRow,
    SubjectRow,
    TagRow,
)
from tests.world import World

CLASSES = ("A", "A", "A", "B", "B", "C", "D")
PLACES = {"441602": "源城区上城街道", "441625": "东源县仙塘镇", "4416JD": "江东新区临江镇"}
PER_REGION = 14
TRADES = ["6210", "5211", "8391", "6210", "1391", "5251"]
QUALIFICATIONS = [("food", "食品安全"), ("registration", "登记注册"), ("education", "教育督导")]

INSPECTORS = [
    # number, name, organization, qualifications, valid to, state, account
    ("IN-001", "江勘", "yc-market", ("food", "registration"), date(2028, 12, 31), "ACTIVE", "yc-inspector"),
    ("IN-002", "江查", "yc-market", ("registration",), date(2028, 12, 31), "ACTIVE", "yc-inspector-two"),
    ("IN-003", "江验", "yc-market", ("food",), date(2028, 12, 31), "ACTIVE", ""),
    ("IN-004", "董查", "dy-market", ("food", "registration"), date(2028, 12, 31), "ACTIVE", "dy-inspector"),
    ("IN-005", "董验", "dy-market", ("registration",), date(2028, 12, 31), "ACTIVE", ""),
    ("IN-006", "董访", "dy-market", ("food",), date(2028, 12, 31), "ACTIVE", ""),
    ("IN-007", "袁学", "yc-education", ("education",), date(2028, 12, 31), "ACTIVE", ""),
    ("IN-008", "袁导", "yc-education", ("education",), date(2028, 12, 31), "ACTIVE", ""),
    ("IN-009", "董学", "dy-education", ("education",), date(2028, 12, 31), "ACTIVE", ""),
    ("IN-010", "董导", "dy-education", ("education",), date(2028, 12, 31), "ACTIVE", ""),
    ("IN-011", "石期", "market", ("food",), date(2026, 1, 31), "ACTIVE", ""),
    ("IN-012", "石停", "market", ("food",), date(2028, 12, 31), "SUSPENDED", ""),
]
MARKET_ITEMS = [
    ItemRow(
        code="M-01",
        category="登记事项检查",
        name="营业执照规范使用情况检查",
        legal_basis="《中华人民共和国市场主体登记管理条例》",
        line="market",
        subject_scope="企业、个体工商户",
        methods="现场检查",
        ratio_text="3%",
        frequency_text="1次/年",
        qualification="registration",
    ),
    ItemRow(
        code="M-02",
        category="公示信息检查",
        name="年度报告公示信息检查",
        legal_basis="《企业信息公示暂行条例》",
        line="market",
        subject_scope="企业",
        methods="网络监测、书面检查",
        ratio_text="不低于3%",
        frequency_text="1次/年",
    ),
    ItemRow(
        code="M-03",
        category="食品安全检查",
        name="餐饮服务提供者检查",
        legal_basis="《中华人民共和国食品安全法》",
        line="market",
        subject_scope="持有食品经营许可证的餐饮服务提供者",
        importance="KEY",
        methods="现场检查",
        ratio_text="待定",
        qualification="food",
    ),
]
JOINT_ITEMS = [
    ItemRow(
        code="J-01",
        category="学校办学情况抽查",
        name="校外培训机构办学行为检查",
        legal_basis="《中华人民共和国民办教育促进法》",
        line="education",
        subject_scope="校外培训机构",
        ratio_text="10%",
        qualification="education",
        partner_lines=("market",),
    ),
    ItemRow(
        code="J-02",
        category="学校办学情况抽查",
        name="校外培训机构收费行为检查",
        legal_basis="《中华人民共和国价格法》",
        line="market",
        subject_scope="校外培训机构",
        ratio_text="10%",
    ),
]


@dataclass
class Stock:
    """What the registers hold, by the names a test uses."""

    scheme: RiskScheme
    subjects: dict[str, Subject]
    inspectors: dict[str, Inspector]
    market_list: ItemList
    joint_list: ItemList
    items: dict[str, InspectionItem] = field(default_factory=dict)


def subject_rows() -> list[SubjectRow]:
    """The 42 subjects, in the order of regions."""
    return [_subject(region, place) for region in PLACES for place in range(PER_REGION)]


def unit_id(region: str, place: int) -> str:
    """The code of a subject: valid, and the same every time."""
    kind = "92" if place % 3 == 1 else "91"
    zone = list(PLACES).index(region)
    return uscc.build(kind, region if region.isdigit() else "441600", f"MA5X{zone}{place:03d}")


def _subject(region: str, place: int) -> SubjectRow:
    number, trade = unit_id(region, place), TRADES[place % len(TRADES)]
    individual = number.startswith("92")
    risk_class = CLASSES[place % len(CLASSES)]
    return SubjectRow(
        unit_id=number,
        kind="INDIVIDUAL" if individual else "ENTERPRISE",
        name=f"{PLACES[region][:3]}样例{place + 1:02d}号{'餐馆' if individual else '有限公司'}",
        region=region,
        address=f"河源市{PLACES[region]}测试路{place + 1}号",
        entity_type="个体工商户" if individual else "有限责任公司(自然人独资)",
        industry=trade,
        registered_on=date(2015, 1, 1 + place),
        state="CANCELLED" if place == PER_REGION - 1 else "ACTIVE",
        contact_name="联系人",
        contact_phone="13800000000",
        licences=(LicenceRow("食品经营许可证", f"JY{number}", "market", date(2029, 6, 30)),) if trade == "6210" else (),
        tags=(TagRow("重点监管"),) if place % 5 == 0 else (),
        ratings=() if place == PER_REGION - 2 else (RatingRow("general", risk_class, date(2026, 1, 1), "样例"),),
    )


def inspector_rows() -> list[InspectorRow]:
    """The 12 inspectors."""
    return [
        InspectorRow(
            number=number,
            name=name,
            organization=organization,
            certificate_number=f"粤测{number}",
            certificate_issuer="广东省人民政府",
            certificate_valid_to=valid_to,
            qualifications=qualifications,
            state=state,
            phone="13900000000",
            username=account,
        )
        for number, name, organization, qualifications, valid_to, state, account in INSPECTORS
    ]


def stock(world: World) -> Stock:
    """Fill the registers of a world."""
    office, market, at = world["office"], world["market"], world.now
    scheme = actions.define_risk_scheme(
        code="general",
        name="企业信用风险分类",
        classes=[("A", "低风险"), ("B", "一般风险"), ("C", "较高风险"), ("D", "高风险")],
        valid_from=date(2025, 1, 1),
        by=office,
        at=at,
    )
    actions.define_qualifications(QUALIFICATIONS, by=office, at=at)
    actions.enter_subjects(subject_rows(), source="样例", by=office, at=at)
    actions.enter_inspectors(inspector_rows(), by=office, at=at)
    market_list = _published("市场监管随机抽查事项清单", MARKET_ITEMS, by=market, at=at)
    joint_list = _published("部门联合抽查事项清单", JOINT_ITEMS, by=office, at=at, is_joint=True)
    return Stock(
        scheme=scheme,
        subjects={subject.unit_id: subject for subject in Subject.objects.all()},
        inspectors={inspector.number: inspector for inspector in Inspector.objects.all()},
        market_list=market_list,
        joint_list=joint_list,
        items={item.code: item for item in InspectionItem.objects.all()},
    )


def _published(title: str, rows: list[ItemRow], *, by, at, is_joint: bool = False) -> ItemList:
    drafted = actions.draft_item_list(
        title=title, edition="2026年版", valid_from=date(2026, 1, 1), is_joint=is_joint, by=by, at=at
    )
    actions.add_items(item_list=drafted, items=rows, by=by, at=at)
    return actions.publish_item_list(item_list=drafted, by=by, at=at)
