"""Bringing the sample city into an empty site (装入示例城市), through the rooms' actions and nothing else.

The order is that of the year's work: people, registers, item lists, last year's plan from draft to publication, this
year's plan with some of its tasks drawn.
"""

from collections.abc import Callable
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from django.db import transaction

from mingcha.people import actions as people
from mingcha.people.actors import Actor
from mingcha.people.models import DepartmentLine, Membership, Organization, Region
from mingcha.people.states import Level, Role
from mingcha.plans.models import Task
from mingcha.publication import actions as publication
from mingcha.registers import actions as registers
from mingcha.registers.models import Inspector, Subject
from mingcha.registers.rows import AbsenceRow, InspectorRow, ItemRow, LicenceRow, RatingRow, SubjectRow, TagRow
from mingcha.results import actions as results
from mingcha.results.queries import work_calendar
from mingcha.sample import rows as made
from mingcha.sample.accounts import INSPECTOR, PASSWORD, READY, SOURCE
from mingcha.sample.city import City, build
from mingcha.sample.fieldwork import Year, carry_out
from mingcha.sample.founding import found_heyuan
from mingcha.sample.yearly_plans import actor_of, draft_supplements, make_plans

CHINA = ZoneInfo("Asia/Shanghai")
SEED = "示例"
FORGOTTEN = 0.04
FIRST_INSPECTOR_OF = "441602-market"
Say = Callable[[str], object]


def load_sample(*, subjects: int, say: Say, at: datetime) -> None:
    """Build the sample city in an empty site, all or nothing; the same day gives the same city.

    Last year is finished. This year stands as it would on the day of `at`; the last task of each plan is left to draw.
    """
    today = at.astimezone(CHINA).date()
    city = build(seed=SEED, as_of=today, subjects=subjects)
    began = datetime(today.year - 1, 1, 6, 9, 0, tzinfo=CHINA)
    with transaction.atomic():
        say("示例城市:单位和账号 · organizations and accounts")
        actors = _people(city, at=began)
        say(f"示例城市:{len(city.subjects):,} 个检查对象 · subjects")
        _subjects(city, by=actors["office"], at=began)
        say(f"示例城市:{len(city.inspectors):,} 名检查人员 · inspectors")
        _inspectors(city, actors, at=began)
        say("示例城市:三份抽查事项清单 · item lists")
        _item_lists(city, actors, at=began)
        say("示例城市:去年和今年的抽查计划 · plans")
        results.load_categories(by=actors["sysadmin"], at=began)
        for year in (today.year - 1, today.year):
            plans = tuple(plan for plan in city.plans if plan.year == year)
            issued = make_plans(plans, actors, at=min(at, datetime(year, 2, 20, 10, 0, tzinfo=CHINA)))
            say(f"示例城市:{year} 年的抽取、检查和结果 · draws, visits and results of {year}")
            is_over = year < today.year
            tasks = [task for group in issued for task in (group if is_over else group[:-1])]
            until = datetime(year, 12, 31, 18, 0, tzinfo=CHINA) if is_over else at
            _fieldwork(tasks, actors, year, until=until, forgotten=0.0 if is_over else FORGOTTEN)
        draft_supplements(plans, actors, at=at)


def _people(city: City, *, at: datetime) -> dict[str, Actor]:
    """The organizations and the ready accounts, by account name."""
    sysadmin = found_heyuan(username="sysadmin", name="系统管理员", password=PASSWORD, at=at)
    for made_one in city.organizations:
        people.add_organization(
            code=made_one.code,
            name=made_one.name,
            line=DepartmentLine.objects.get(code=made_one.line),
            level=Level(made_one.level),
            region=Region.objects.get(code=made_one.region),
            parent=Organization.objects.get(code=made_one.parent) if made_one.parent else None,
            is_office=made_one.is_office,
            by=sysadmin,
            at=at,
        )
    actors = {"sysadmin": sysadmin}
    for account in READY:
        if account.username != "sysadmin":
            actors[account.username] = _account(
                account.username, account.name, account.organization, account.role, PASSWORD, sysadmin, at
            )
    for made_one in city.organizations:
        if made_one.level == "CITY" and made_one.code not in {account.organization for account in READY}:
            actors[made_one.code] = _account(
                f"d-{made_one.line}", f"{made_one.name}示例", made_one.code, Role.DEPARTMENT, None, sysadmin, at
            )
    return actors


def _account(
    username: str, name: str, organization: str, role: Role, password: str | None, by: Actor, at: datetime
) -> Actor:
    user = people.add_user(username=username, name=name, password=password, must_change_password=False, by=by, at=at)
    membership = people.add_membership(
        user=user, organization=Organization.objects.get(code=organization), role=role, by=by, at=at
    )
    return Actor.of(Membership.objects.select_related("user", "organization__line").get(pk=membership.pk))


def _subjects(city: City, *, by: Actor, at: datetime) -> None:
    for scheme in city.schemes:
        registers.define_risk_scheme(
            code=scheme.code,
            name=scheme.name,
            classes=scheme.classes,
            sector_line=DepartmentLine.objects.get(code=scheme.sector_line) if scheme.sector_line else None,
            valid_from=scheme.valid_from,
            by=by,
            at=at,
        )
    registers.define_qualifications([(each.code, each.name) for each in city.qualifications], by=by, at=at)
    registers.enter_subjects([_subject(each) for each in city.subjects], source=SOURCE, by=by, at=at)


def _subject(one: made.Subject) -> SubjectRow:
    return SubjectRow(
        unit_id=one.unit_id,
        kind=one.kind,
        name=one.name,
        region=one.region,
        address=one.address,
        entity_type=one.entity_type,
        industry=one.industry,
        registered_on=one.registered_on,
        capital_text=one.capital_text,
        business_scope=one.business_scope,
        state=one.state,
        contact_name=one.contact_name,
        contact_phone=one.contact_phone,
        licences=tuple(LicenceRow(each.kind, each.number, each.line, each.valid_to) for each in one.licences),
        tags=tuple(TagRow(each.tag, each.valid_to) for each in one.tags),
        ratings=tuple(RatingRow(each.scheme, each.risk_class, each.as_of, each.source) for each in one.ratings),
    )


def _inspectors(city: City, actors: dict[str, Actor], *, at: datetime) -> None:
    """Every inspector has an account; only one of them, `inspector`, has a password."""
    ready = next(each for each in city.inspectors if each.organization == FIRST_INSPECTOR_OF)
    entering = []
    for one in city.inspectors:
        username, password = (INSPECTOR, PASSWORD) if one is ready else (f"i{one.number.lower()}", None)
        actors[one.number] = _account(
            username, one.name, one.organization, Role.INSPECTOR, password, actors["sysadmin"], at
        )
        entering.append(_inspector(one, username))
    registers.enter_inspectors(entering, by=actors["office"], at=at)
    for recusal in city.recusals:
        registers.declare_recusal(
            inspector=Inspector.objects.get(number=recusal.inspector),
            subject=Subject.objects.get(unit_id=recusal.unit_id),
            reason=recusal.reason,
            by=actors["office"],
            at=at,
        )


def _inspector(one: made.Inspector, username: str) -> InspectorRow:
    return InspectorRow(
        number=one.number,
        name=one.name,
        organization=one.organization,
        certificate_number=one.certificate_number,
        certificate_valid_to=one.certificate_valid_to,
        certificate_issuer=one.certificate_issuer,
        qualifications=one.qualifications,
        specialities=one.specialities,
        post=one.post,
        is_expert=one.is_expert,
        phone=one.phone,
        state=one.state,
        absences=tuple(AbsenceRow(each.from_on, each.to_on, each.reason) for each in one.absences),
        username=username,
    )


def _item_lists(city: City, actors: dict[str, Actor], *, at: datetime) -> None:
    for made_list in city.item_lists:
        by = actor_of(actors, made_list.organization)
        drafted = registers.draft_item_list(
            title=made_list.title,
            edition=made_list.edition,
            valid_from=made_list.valid_from,
            is_joint=made_list.is_joint,
            number=made_list.number,
            by=by,
            at=at,
        )
        items = [ItemRow(**{name: getattr(item, name) for name in ItemRow.__slots__}) for item in made_list.items]
        registers.add_items(item_list=drafted, items=items, by=by, at=at)
        registers.publish_item_list(item_list=drafted, by=by, at=at)
        publication.publish_item_list(item_list=drafted, by=by, at=at)


def _fieldwork(tasks: list[Task], actors: dict[str, Actor], year: int, *, until: datetime, forgotten: float) -> None:
    carry_out(
        Year(
            actors=actors,
            rng=Random(f"{SEED}/{year}"),  # noqa: S311 - a sample, no draw
            until=until,
            calendar=work_calendar([date(year, 1, 1), date(year + 1, 1, 31)]),
            publish=lambda record, by, at: publication.publish_result(record=record, by=by, at=at),
            forgotten=forgotten,
        ),
        tasks,
    )
