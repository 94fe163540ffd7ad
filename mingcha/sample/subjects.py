"""The subjects of the sample: distinct valid codes, plausible names, licences, tags and ratings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from mingcha.kernel import regions, registration_number, uscc
from mingcha.sample import names
from mingcha.sample.places import BUILDINGS, SHARES, STREETS, TOWNS
from mingcha.sample.rows import Licence, Rating, Subject, Tag
from mingcha.sample.tables import LicenceKind, Trade, trades

SOURCE = "示例数据"

_KINDS = {
    "INDIVIDUAL": 0.58, "ENTERPRISE": 0.35, "COOPERATIVE": 0.045, "INSTITUTION": 0.023, "FOREIGN_OFFICE": 0.001,
    "OTHER": 0.001,
}  # fmt: skip
_STATES = {"ACTIVE": 88, "CANCELLED": 6, "REVOKED": 2.5, "SUSPENDED": 2.5, "MOVED_OUT": 1}
_CODES = {"ENTERPRISE": "91", "FOREIGN_OFFICE": "91", "INDIVIDUAL": "92", "COOPERATIVE": "93"}
#: The general scheme's shape as a city published it: 22,186 low, 5,658 general, 1,581 higher, 898 high.
_GENERAL = {"A": 22_186, "B": 5_658, "C": 1_581, "D": 898}
_FOOD = {"A": 60, "B": 28, "C": 9, "D": 3}
#: A firm of high risk is seldom one that keeps its word: class of the general scheme → shape of the credit scheme.
_CREDIT = {
    "A": {"GOOD": 96, "WARNED": 4},
    "B": {"GOOD": 80, "WARNED": 17, "BROKEN": 3},
    "C": {"GOOD": 20, "WARNED": 50, "BROKEN": 25, "SEVERE": 5},
    "D": {"WARNED": 20, "BROKEN": 50, "SEVERE": 30},
}
_ABNORMAL = {"A": 0.002, "B": 0.03, "C": 0.25, "D": 0.6}
_ENTERPRISE_TYPES = {
    "有限责任公司(自然人独资)": 42,
    "有限责任公司(自然人投资或控股)": 38,
    "有限责任公司(法人独资)": 8,
    "有限责任公司(港澳台法人独资)": 2,
    "股份有限公司(非上市)": 1,
    "个人独资企业": 6,
    "有限合伙企业": 2,
    "全民所有制": 1,
}
_TYPES = {
    "INDIVIDUAL": "个体工商户", "COOPERATIVE": "农民专业合作社", "FOREIGN_OFFICE": "外国(地区)企业常驻代表机构",
    "OTHER": "建设工程项目",
}  # fmt: skip
_FOREIGN_HOMES = ("香港", "澳门", "新加坡", "日本", "韩国", "德国")
_ORGANISATION_SPACE = 31**6
_STRIDE = 123_456_791  # no multiple of 31, so that it visits every organisation code before any twice


def generate(rng: Random, count: int, as_of: date) -> Iterator[Subject]:
    """As many subjects as asked for, in the order of the register."""
    return _Register(rng, as_of).subjects(count)


def _weighted(shape: dict[str, float] | dict[str, int]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    return tuple(shape), tuple(accumulate(shape.values()))


class _Register:
    """What must be remembered between subjects: names and numbers given."""

    def __init__(self, rng: Random, as_of: date) -> None:
        self.rng = rng
        self.as_of = as_of
        self.names: set[str] = set()
        self.serials: dict[str, int] = {}
        self.offset = rng.randrange(_ORGANISATION_SPACE)
        self.kinds = _weighted(_KINDS)
        self.places = _weighted(SHARES)
        self.states = _weighted(_STATES)
        self.trades = {
            kind: (
                tuple(trade for trade in trades() if trade.weights[kind]),
                tuple(accumulate(trade.weights[kind] for trade in trades() if trade.weights[kind])),
            )
            for kind in ("ENTERPRISE", "INDIVIDUAL", "COOPERATIVE", "INSTITUTION")
        }

    def subjects(self, count: int) -> Iterator[Subject]:
        for index in range(count):
            subject, trade = self._entry(index)
            ratings = self._ratings(subject, trade)
            yield replace(subject, ratings=ratings, tags=self._tags(trade, ratings))

    def _pick(self, weighted: tuple[tuple[str, ...], tuple[float, ...]]) -> str:
        return self.rng.choices(weighted[0], cum_weights=weighted[1])[0]

    def _entry(self, index: int) -> tuple[Subject, Trade]:
        """A line of the register: who it is, where, in what trade, with which licences."""
        rng = self.rng
        kind, region = self._pick(self.kinds), self._pick(self.places)
        trade = self._trade(kind)
        town = rng.choice(TOWNS[region])
        unit_id = self._unit_id(index, kind, region, trade)
        registered_on = self.as_of - timedelta(int(rng.random() ** 1.6 * 9_000) + 1)
        state = self._pick(self.states)
        subject = Subject(
            unit_id=unit_id,
            kind=kind,
            name=self._name(kind, region, town, trade),
            region=region,
            address=self._address(region, town),
            entity_type=self._entity_type(kind, unit_id),
            industry=trade.industry,
            registered_on=registered_on,
            capital_text=self._capital(kind),
            business_scope=trade.scope,
            state=state if kind != "OTHER" else "ACTIVE",
            contact_name=names.contact(rng),
            contact_phone=names.phone(rng),
            source=SOURCE,
            trade=trade.code,
            licences=self._licences(trade, unit_id, region, registered_on),
        )
        return subject, trade

    def _trade(self, kind: str) -> Trade:
        choices, weights = self.trades[{"FOREIGN_OFFICE": "ENTERPRISE", "OTHER": "ENTERPRISE"}.get(kind, kind)]
        if kind == "OTHER":
            return next(trade for trade in choices if trade.code == "builder")
        if kind == "FOREIGN_OFFICE":
            return next(trade for trade in choices if trade.code == "consulting")
        return self.rng.choices(choices, cum_weights=weights)[0]

    def _unit_id(self, index: int, kind: str, region: str, trade: Trade) -> str:
        gb_code = regions.get(region).gb_code
        if kind == "OTHER":
            return f"P-{region}-{index:06d}"
        if kind == "INDIVIDUAL" and self.rng.random() < 0.03:  # never came to change the old licence
            return registration_number.build(gb_code, f"{60_000_000 + index:08d}")
        if kind == "INSTITUTION":
            public = trade.code in ("primary-school", "middle-school", "hospital", "township-hospital")
            return uscc.build("12" if public else "52", gb_code, self._organisation(index))
        return uscc.build(_CODES[kind], gb_code, self._organisation(index))

    def _organisation(self, index: int) -> str:
        """The organisation code's first eight characters, another for every index."""
        value, letters = (self.offset + index * _STRIDE) % _ORGANISATION_SPACE, ""
        for _ in range(6):
            value, place = divmod(value, 31)
            letters += uscc.ALPHABET[place]
        return "YX" + letters

    def _name(self, kind: str, region: str, town: str, trade: Trade) -> str:
        while (name := self._proposed_name(kind, region, town, trade)) in self.names:
            pass
        self.names.add(name)
        return name

    def _proposed_name(self, kind: str, region: str, town: str, trade: Trade) -> str:
        rng, county = self.rng, regions.get(region).name
        word = names.firm_word(rng)
        trade_word = rng.choice(trade.words)
        if kind == "ENTERPRISE":
            place = "河源市" if rng.random() < 0.6 else "广东" if rng.random() < 0.1 else county
            return (
                f"{place}{word}{trade_word}{rng.choices(('有限公司', '有限责任公司', '厂', '中心'), (90, 5, 2, 3))[0]}"
            )
        if kind == "INDIVIDUAL":
            shop = rng.choice(trade.shops or ("经营部",))
            return f"{county}{town}{names.shop_word(rng)}{shop}{'（个体工商户）' if rng.random() < 0.15 else ''}"
        if kind == "COOPERATIVE":
            return f"{county}{town}{word}{trade_word}专业合作社"
        if kind == "INSTITUTION":
            return f"{county}{town}{word}{rng.choice(trade.shops)}"
        if kind == "FOREIGN_OFFICE":
            return f"{rng.choice(_FOREIGN_HOMES)}{word}{trade_word}有限公司河源代表处"
        return f"{county}{town}{word}{rng.choice(('花园', '广场', '产业园', '安置小区'))}建设工程项目"

    def _address(self, region: str, town: str) -> str:
        rng = self.rng
        house = f"{rng.randrange(1, 400)}号"
        room = f"{rng.choice(BUILDINGS)}{rng.randrange(1, 12)}{rng.randrange(1, 20):02d}" if rng.random() < 0.4 else ""
        return f"{regions.full_name(region)}{town}{rng.choice(STREETS)}{house}{room}"

    def _entity_type(self, kind: str, unit_id: str) -> str:
        if kind == "ENTERPRISE":
            return self._pick(_weighted(_ENTERPRISE_TYPES))
        if kind == "INSTITUTION":
            return "事业单位" if unit_id.startswith("12") else "民办非企业单位"
        return _TYPES[kind]

    def _capital(self, kind: str) -> str:
        if kind not in ("ENTERPRISE", "COOPERATIVE"):
            return ""
        return f"{self.rng.choice((10, 30, 50, 100, 100, 200, 300, 500, 1000, 2000, 5000))}万元人民币"

    def _licences(self, trade: Trade, unit_id: str, region: str, registered_on: date) -> tuple[Licence, ...]:
        """The first licence of a trade nearly always, the others often; a few have run out."""
        rng = self.rng
        held = (kind for place, kind in enumerate(trade.licences) if rng.random() < (0.97 if place == 0 else 0.6))
        return tuple(self._licence(kind, unit_id, region, registered_on) for kind in held)

    def _licence(self, kind: LicenceKind, unit_id: str, region: str, registered_on: date) -> Licence:
        serial = self.serials[kind.code] = self.serials.get(kind.code, 0) + 1
        valid_to = None
        if kind.years:
            left = self.rng.randrange(-60, kind.years * 365)  # two months overdue at most
            valid_to = self.as_of + timedelta(left)
        year = valid_to.year - (kind.years or 0) if valid_to else registered_on.year
        gb_code = regions.get(region).gb_code
        return Licence(
            kind=kind.kind,
            number=kind.number.format(region=gb_code, year=year, serial=serial, code=unit_id),
            line=kind.line,
            valid_to=valid_to,
        )

    def _ratings(self, subject: Subject, trade: Trade) -> tuple[Rating, ...]:
        """General class for market entities, food grade for food firms, credit class for some enterprises."""
        rng, as_of = self.rng, self.as_of.replace(day=1)
        ratings = []
        if subject.kind not in ("INSTITUTION", "OTHER"):
            general = self._pick(_weighted(_GENERAL))
            ratings.append(Rating("general", general, as_of, "省企业信用风险分类管理系统(示例)"))
            if subject.kind == "ENTERPRISE" and rng.random() < 0.2:
                credit = self._pick(_weighted(_CREDIT[general]))
                ratings.append(Rating("credit", credit, as_of, "公共信用综合评价(示例)"))
        if any(kind.code in ("food-trade", "food-production") for kind in trade.licences):
            ratings.append(Rating("food", self._pick(_weighted(_FOOD)), as_of, "食品安全风险分级(示例)"))
        return tuple(ratings)

    def _tags(self, trade: Trade, ratings: tuple[Rating, ...]) -> tuple[Tag, ...]:
        rng = self.rng
        tags = [Tag(tag) for tag in trade.tags if rng.random() < 0.5]
        general = next((rating.risk_class for rating in ratings if rating.scheme == "general"), "A")
        if rng.random() < _ABNORMAL[general]:
            tags.append(Tag("经营异常名录"))
        if general == "D" and rng.random() < 0.15:
            tags.append(Tag("严重违法失信名单", self.as_of + timedelta(rng.randrange(30, 1_095))))
        if rng.random() < 0.02:
            tags.append(Tag("关注服务对象", self.as_of + timedelta(rng.randrange(-30, 365))))
        return tuple(tags)
