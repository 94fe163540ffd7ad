"""What a task must be from the moment it is written down (任务填报要求), before it is complete."""

from collections.abc import Iterable, Sequence
from datetime import date

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.people.states import Level
from mingcha.plans.rules.draw_rule import DrawRule, check_covers, check_rising
from mingcha.plans.states import Disclosure, TeamForm

MOST_MONTHS = 36
LONGEST_NAME, LONGEST_TEXT, LONGEST_WINDOW = 200, 300, 100
MOST_VISITS = 1000
LEAST_INSPECTORS, MOST_INSPECTORS = 2, 20
MOST_EXPERTS = 5


class InvalidTask(Refusal):
    """The task contradicts itself."""


def check_task(
    *,
    name: str,
    window: tuple[date, date],
    initiating_level: Level,
    implementing_level: Level,
    exclusion_months: int,
    load_cap: int,
) -> None:
    """Name, window, levels and limits fit together.

    Raises:
        InvalidTask: they do not.
    """
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise InvalidTask(gettext_noop("请填写 %(most)d 字以内的任务名称"), most=LONGEST_NAME)
    if window[0] > window[1]:
        raise InvalidTask(gettext_noop("检查结束日期早于开始日期"))
    order = list(Level)
    if order.index(implementing_level) < order.index(initiating_level):
        raise InvalidTask(gettext_noop("实施层级不能高于发起层级"))
    if not 0 <= exclusion_months <= MOST_MONTHS:
        raise InvalidTask(gettext_noop("排除近期已检查对象的月数应在 0 至 %(most)d 之间"), most=MOST_MONTHS)
    if not 1 <= load_cap <= MOST_VISITS:
        raise InvalidTask(gettext_noop("每人承担户数上限应在 1 至 %(most)d 之间"), most=MOST_VISITS)


def check_texts(*, scope_text: str, ratio_text: str, window_text: str) -> None:
    """The published texts fit the columns they are kept in."""
    for text, most in ((scope_text, LONGEST_TEXT), (ratio_text, LONGEST_TEXT), (window_text, LONGEST_WINDOW)):
        if len(text) > most:
            raise InvalidTask(gettext_noop("公布的范围、比例或时间文本过长,最多 %(most)d 字"), most=most)


def check_directed(*, directed: bool, has_conditions: bool, narrows_trade: bool) -> None:
    """定向 draws within conditions, 不定向 from the whole register (企业公示信息抽查办法).

    Regions and kinds of subjects may bound a task that is not directed; trade, licence, tag, name, entity type and
    rating may not.
    """
    if directed and not has_conditions:
        raise InvalidTask(gettext_noop("定向抽查应设定范围条件;没有条件的请选不定向"))
    if not directed and narrows_trade:
        raise InvalidTask(gettext_noop("不定向抽查只能按区域和对象类型划定范围;设定行业、许可、标签等条件的请选定向"))


def check_rule(rule: DrawRule | None, *, classes: Sequence[str], disclosure: Disclosure, override_reason: str) -> None:
    """A rule that is set fits its scheme and rises with risk; a task by risk class is sealed, or says why not.

    Raises:
        InvalidRule: the rule does not fit.
        InvalidTask: risk classes would become public without a reason.
    """
    if rule is not None:
        check_covers(rule, classes)
        check_rising(rule, classes, override_reason)
    if classes and disclosure is Disclosure.OPEN and not override_reason.strip():
        raise InvalidTask(gettext_noop("按风险分类抽取的任务应密封公开(风险等级不公开);全部公开须写明理由"))


def check_regions(*, chosen: Iterable[str], allowed: Iterable[str], is_limited: bool) -> None:
    """Regions exist; a county bureau plans in its own region only (`allowed`).

    Raises:
        InvalidTask: a region is not allowed, or a county bureau names none.
    """
    regions = set(chosen)
    strange = sorted(regions - set(allowed))
    if is_limited and (strange or not regions):
        raise InvalidTask(gettext_noop("县(区)发起的任务,抽查范围应限于本县(区)"))
    if strange:
        raise InvalidTask(gettext_noop("没有区划代码为“%(code)s”的区域"), code=strange[0])


def check_level(*, own: Level, initiating: Level) -> None:
    """Nobody initiates in the name of a higher level; tasks launched above are entered by the city (省级统一发起)."""
    if own in (Level.COUNTY, Level.STATION) and list(Level).index(initiating) < list(Level).index(own):
        raise InvalidTask(gettext_noop("发起层级不能高于本单位层级"))


def check_part(
    *, name: str, is_active: bool, inspectors: int, team_form: str = TeamForm.PERSONS, experts: int = 0
) -> None:
    """A department that exists sends at least two inspectors (行政处罚法 art. 42); experts come on top of them."""
    if not is_active:
        raise InvalidTask(gettext_noop("“%(name)s”不能作为参与部门"), name=name)
    if not LEAST_INSPECTORS <= inspectors <= MOST_INSPECTORS:
        raise InvalidTask(
            gettext_noop("%(name)s每户检查人员应为 %(least)d 至 %(most)d 人"),
            name=name,
            least=LEAST_INSPECTORS,
            most=MOST_INSPECTORS,
        )
    if team_form not in set(TeamForm):
        raise InvalidTask(gettext_noop("%(name)s的选派方式只能是按人员或按小组"), name=name)
    if not 0 <= experts <= MOST_EXPERTS:
        raise InvalidTask(gettext_noop("%(name)s每户专家应为 0 至 %(most)d 人"), name=name, most=MOST_EXPERTS)
