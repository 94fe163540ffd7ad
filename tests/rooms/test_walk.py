"""Every address of the site and of the API, walked by outsiders: nothing leaks, nothing is writable (data scopes).

The things walked at belong to 源城's bureau of market regulation and its city department. Outsiders are the other line
of departments, the other county, the system administrator, and whoever has not signed in.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from mingcha.assignments.models import Seat
from mingcha.config.api import api
from mingcha.ledger.models import LedgerEntry
from mingcha.people import actions as people
from mingcha.people.actors import Actor
from mingcha.people.models import Membership
from mingcha.people.permissions import ACTS
from mingcha.people.states import Role
from mingcha.publication import actions as publication
from mingcha.registers import actions as registers
from mingcha.registers.models import InspectionItem, Inspector, Subject
from mingcha.registers.rules import Scope
from mingcha.registers.states import ImportKind
from mingcha.results.models import FollowUp
from tests import results_world
from tests.results_world import NEXT_DAY

OUTSIDERS = ["education", "yc-education", "dy-market", "dy-inspector", "sysadmin"]
FINDING = "营业执照未在经营场所公示"
CSV = "企业名称,统一社会信用代码,住所\n示例商行,441602600000011,源城区建设路1号\n".encode()


@pytest.fixture
def things(world) -> dict[str, Any]:
    """One thing of each kind, all of 源城's market bureau or of the city's market department."""
    record = results_world.approved_record(world, with_problem=True)
    notice = publication.publish_result(record=record, by=world["yc-market"], at=NEXT_DAY + timedelta(days=1))
    own = world["yc-market"]
    inspector = Inspector.objects.get(number="IN-001")
    subject = Subject.objects.filter(region="441602").order_by("pk")[0]
    recusal = registers.declare_recusal(inspector=inspector, subject=subject, reason="亲属", by=own, at=world.now)
    absence = registers.record_absence(
        inspector=inspector, from_on=date(2026, 12, 1), to_on=date(2026, 12, 2), reason="培训", by=own, at=world.now
    )
    batch = registers.import_file(kind=ImportKind.SUBJECTS, file_name="源城.csv", content=CSV, by=own, at=world.now)
    kept = registers.save_filter(name="源城自用", scope=Scope(kinds=("ENTERPRISE",)), by=own, at=world.now)
    draft = registers.draft_item_list(
        title="市场监管清单草稿", edition="2027年版", valid_from=date(2027, 1, 1), by=world["market"], at=world.now
    )
    item = registers.add_item(
        item_list=draft,
        item=registers_row(InspectionItem.objects.filter(line="market").order_by("pk")[0]),
        by=world["market"],
        at=world.now,
    )
    group = registers.form_group(
        name="源城一组",
        organization=own.organization,
        members=Inspector.objects.filter(number__in=["IN-001", "IN-002"]),
        leader=inspector,
        by=own,
        at=world.now,
    )
    visit = record.visit
    return {
        "group": group,
        "record": record,
        "notice": notice,
        "inspector": inspector,
        "subject": subject,
        "recusal": recusal,
        "absence": absence,
        "batch": batch,
        "filter": kept,
        "item_list": draft,
        "item": item,
        "visit": visit,
        "ceremony": visit.ceremony,
        "task": record.task,
        "plan": record.task.plan,
        "seat": Seat.objects.filter(ceremony=visit.ceremony, visit_id=visit.visit_id).order_by("pk")[0],
        "follow_up": FollowUp.objects.get(record=record),
        "membership": Membership.objects.get(user=world.user("yc-market")),
    }


def registers_row(item: InspectionItem):
    from mingcha.registers.actions.item_lists import row_of

    return row_of(item)


REGISTER_KEYS = {
    "drop_filter": "filter",
    "subject": "subject",
    "edit_subject": "subject",
    "inspector": "inspector",
    "edit_inspector": "inspector",
    "record_absence": "inspector",
    "declare_recusal": "inspector",
    "disband_group": "group",
    "cancel_absence": "absence",
    "withdraw_recusal": "recusal",
    "item_list": "item_list",
    "export_items": "item_list",
    "compare_item_lists": "item_list",
    "add_item": "item_list",
    "publish_item_list": "item_list",
    "withdraw_item_list": "item_list",
    "edit_item": "item",
    "remove_item": "item",
    "batch": "batch",
    "troubles": "batch",
    "apply_batch": "batch",
    "drop_batch": "batch",
}


def value_for(room: str, name: str, parameter: str, things: dict[str, Any]) -> Any:
    """What stands in an address for one of the things; a parameter that is not known here fails the walk."""
    if room == "registers" and parameter == "pk":
        return things["batch"].rows.order_by("line")[0].pk if name == "choose_row" else things[REGISTER_KEYS[name]].pk
    if room == "registers" and parameter == "kind":
        return "SUBJECTS" if name == "template" else "csv"
    if parameter == "number":
        number = {"plans": "task" if name.endswith("_task") or name == "task" else "plan", "draws": "ceremony"}
        if (room, name) == ("plans", "new_task"):
            return things["plan"].number
        if (room, name) == ("publication", "publish"):
            return things["plan"].number
        if room == "publication" and name in ("bundle", "certificate"):
            return things["ceremony"].number
        return things[number.get(room, "visit")].number
    return {
        "pk": lambda: things["notice"].pk,
        "seq": lambda: 0,
        "position": lambda: 0,
        "slug": lambda: "results",
        "reference": lambda: things["notice"].reference,
        "unit_id": lambda: things["notice"].unit_id,
        "username": lambda: "yc-market",
        "membership": lambda: things["membership"].pk,
        "ceremony": lambda: things["ceremony"].number,
        "seat": lambda: things["seat"].pk,
        "record": lambda: things["record"].pk,
        "follow_up": lambda: things["follow_up"].pk,
        "kind": lambda: "plan" if (room, name) == ("publication", "publish") else "csv",
        "step": lambda: "submit",
        "line": lambda: things["batch"].rows.order_by("line")[0].line,
    }[parameter]()


def pages(resolver=None, room: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from pages(entry, entry.namespace or room)
        elif room != "api":
            yield room, entry


def addresses(things: dict[str, Any]) -> list[tuple[str, Any]]:
    """Every page's address with our things in it, and its view."""
    found = []
    for room, entry in pages():
        names = list(entry.pattern.converters) or list(getattr(entry.pattern.regex, "groupindex", {}))
        given = {each: value_for(room, entry.name, each, things) for each in names}
        found.append((reverse(f"{room}:{entry.name}" if room else entry.name, kwargs=given), entry.callback))
    return found


def operations(things: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """(method, address, is public) of every operation of the API, with our things in the address."""
    found = []
    for prefix, router in api._routers:
        room = prefix.strip("/")
        for path, view in router.path_operations.items():
            parameters = [each.split(":")[-1] for each in re.findall(r"\{([^}]+)\}", path)]
            address = "/api/v1" + prefix.rstrip("/") + path
            for each in parameters:
                value = api_value_for(room, path, each, things)
                address = re.sub(rf"\{{(\w+:)?{each}\}}", str(value), address)
            for operation in view.operations:
                public = operation.auth_callbacks == [] and operation.auth_param is None
                found.extend((method, address, public) for method in operation.methods)
    return found


def api_value_for(room: str, path: str, parameter: str, things: dict[str, Any]) -> Any:
    """The same for an address of the API, where things are named by their numbers."""
    numbers = {"draws": "ceremony", "plans": "task" if path.startswith("/tasks") else "plan", "visits": "visit"}
    if room == "publication" and parameter == "number":
        return things["plan"].number
    if parameter == "number":
        if room == "registers":
            kind = {"inspectors": "inspector", "groups": "group", "item-lists": "item_list", "imports": "batch"}[
                path.split("/")[1]
            ]
            return things[kind].number
        return things[numbers[room]].number
    if parameter == "unit_id" and room == "registers":
        return things["subject"].unit_id
    return value_for(room, "", parameter, things)


def secrets_from(username: str, things: dict[str, Any]) -> set[str]:
    """Words that this outsider must not read anywhere."""
    words = {"江勘", "江查", FINDING, "源城自用", "市场监管清单草稿"}
    if username in ("dy-market", "dy-inspector", "sysadmin"):
        words |= set(Subject.objects.filter(region="441602").values_list("name", flat=True))
        words -= {things["notice"].unit_name}  # a result that is public
    if username in ("dy-market", "yc-education", "dy-inspector", "education"):
        words.add(things["visit"].number)
    return words - public_words(things)


def public_words(things: dict[str, Any]) -> set[str]:
    """What the public site shows anyway."""
    return {things["visit"].number} if things["visit"].number in str(things["notice"].content) else set()


def text_of(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")


def is_their_own(view: Any, actor: Actor) -> bool:
    """Accounts are the system administrator's own business, countersigning the auditors'."""
    return (view.act, actor.role) in {("people.manage", Role.SYSTEM), ("draws.verify", Role.AUDITOR)}


@pytest.mark.parametrize("username", OUTSIDERS)
def test_an_outsider_reads_nothing(client_of, world, things, username):
    client, secrets, actor = client_of(username), secrets_from(username, things), world[username]

    for address, view in addresses(things):
        if view.act is None or is_their_own(view, actor):
            continue  # the public site has a crawl of its own
        answer = client.get(address)
        assert answer.status_code < 500, address
        if actor.role not in ACTS[view.act].roles:
            assert answer.status_code == 403, f"{address} is open to {username}"
        found = {secret for secret in secrets if secret in text_of(answer)}
        assert not found, f"{username} reads {found} at {address}"


@pytest.mark.parametrize("username", [*OUTSIDERS, "discipline"])
def test_an_outsider_writes_nothing(client_of, world, things, username):
    client, before = client_of(username), LedgerEntry.objects.count()

    for address, view in addresses(things):
        if view.act is None or is_their_own(view, world[username]):
            continue
        answer = client.post(address, {"remark": "x", "reason": "x", "note": "x", "all": "1"})
        assert answer.status_code < 500, address
        assert LedgerEntry.objects.count() == before, f"{username} wrote at {address}"


def test_whoever_has_not_signed_in_is_sent_to_the_door(client, things):
    before = LedgerEntry.objects.count()

    for address, view in addresses(things):
        if view.act is None:
            continue
        for answer in (client.get(address), client.post(address, {})):
            assert answer.status_code == 302, address
            assert answer.headers["Location"].startswith("/login/"), address

    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize("username", OUTSIDERS)
def test_an_outsider_s_program_reads_and_writes_nothing(world, things, username):
    membership = Membership.objects.get(user=world.user(username))
    key = people.make_token(membership=membership, name="walk", by=world.sysadmin, at=timezone.now())
    client, secrets = Client(headers={"Authorization": f"Bearer {key}"}), secrets_from(username, things)
    before = LedgerEntry.objects.count()

    for method, address, public in operations(things):
        answer = client.generic(method, address, "{}", content_type="application/json")
        assert answer.status_code < 500, f"{method} {address}"
        assert LedgerEntry.objects.count() == before, f"{username} wrote by {method} {address}"
        if not public:
            found = {secret for secret in secrets if secret in text_of(answer)}
            assert not found, f"{username} reads {found} by {method} {address}"


def test_a_program_without_a_key_gets_only_what_is_public(client, things):
    for method, address, public in operations(things):
        answer = client.generic(method, address, "{}", content_type="application/json")
        assert public or answer.status_code == 401, f"{method} {address}"
