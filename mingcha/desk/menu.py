"""The menu: what an actor may open, in the order of the work (导航)."""

from dataclasses import dataclass

from mingcha.kernel.refusal import gettext_noop


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    act: str
    icon: str


MENU: tuple[Entry, ...] = (
    Entry(gettext_noop("工作台"), "desk:start", "people.start", "ti-home"),
    Entry(gettext_noop("我的检查"), "visits:mine", "visits.view_own", "ti-clipboard-check"),
    Entry(gettext_noop("抽查事项清单"), "registers:item_lists", "registers.view", "ti-list-details"),
    Entry(gettext_noop("检查对象名录库"), "registers:subjects", "registers.view", "ti-building-store"),
    Entry(gettext_noop("执法检查人员名录库"), "registers:inspectors", "registers.view", "ti-users"),
    Entry(gettext_noop("抽查计划"), "plans:plans", "plans.view", "ti-calendar-event"),
    Entry(gettext_noop("随机抽取"), "draws:ceremonies", "draws.view", "ti-arrows-shuffle"),
    Entry(gettext_noop("检查安排"), "visits:visits", "visits.view", "ti-route"),
    Entry(gettext_noop("结果审核"), "results:records", "results.view", "ti-checklist"),
    Entry(gettext_noop("公示"), "publication:ledger", "publication.view", "ti-speakerphone"),
    Entry(gettext_noop("全过程留痕"), "desk:trail", "ledger.view", "ti-timeline"),
    Entry(gettext_noop("单位"), "people:organizations", "people.manage", "ti-sitemap"),
    Entry(gettext_noop("账号"), "people:users", "people.manage", "ti-user-cog"),
)
