"""Every step refused: nothing written, the right sentence shown."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

import fairdraw
from mingcha.draws import actions, queries, rules, store
from mingcha.draws.models import Ceremony, CeremonyTask, DrawnSeat, EntropySource, SelectedUnit
from mingcha.ledger import queries as ledger
from mingcha.people.permissions import NotPermitted
from mingcha.plans import actions as plans
from mingcha.plans.models import Task
from mingcha.registers import actions as registers
from mingcha.registers.models import Inspector
from tests import draws_world, plans_world


@pytest.fixture
def silent():
    """Afterwards the ledger must be as long as when the test says so."""
    marks = []
    yield lambda: marks.append(ledger.last_entry().seq)
    assert marks, "say from where on nothing may be written"
    assert ledger.last_entry().seq == marks[-1]


# preparing


def test_a_task_has_one_standing_ceremony(world, issued, prepared, silent):
    silent()
    with pytest.raises(rules.CannotPrepare, match=f"已在场次 {prepared.number} 中,不能重复抽取"):
        draws_world.prepare(world, [issued.department])

    assert Ceremony.objects.count() == 1


def test_the_database_too_refuses_a_second_standing_ceremony(world, issued, prepared):
    rehearsal = draws_world.prepare(world, [issued.department], is_rehearsal=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        CeremonyTask.objects.filter(ceremony=rehearsal).update(stands=True)


def test_open_and_sealed_tasks_do_not_mix(world, issued, silent):
    silent()
    with pytest.raises(rules.CannotPrepare, match="公开方式须一致"):
        draws_world.prepare(world, [issued.department, issued.joint])


@pytest.mark.parametrize("username", ["education", "yc-market", "dy-market"])
def test_only_the_lead_prepares(world, issued, silent, username):
    silent()
    with pytest.raises(Task.DoesNotExist):
        draws_world.prepare(world, [issued.joint], preparer=username)


@pytest.mark.parametrize("username", ["discipline", "yc-inspector", "sysadmin"])
def test_auditors_and_inspectors_prepare_nothing(world, issued, silent, username):
    silent()
    with pytest.raises(NotPermitted, match="筹备摇号场次"):
        actions.prepare(title="甲", tasks=[issued.joint], by=world[username], at=world.now)


def test_a_task_still_in_its_plan_is_not_drawn(world, issued, silent):
    task = plans.copy_plan(plan=issued.department_plan, year=2028, by=world["market"], at=world.now).tasks.get()
    silent()

    with pytest.raises(rules.CannotPrepare, match="当前为“编制中”"):
        draws_world.prepare(world, [task])


# witnesses


def test_whoever_prepares_does_not_witness(world, prepared, silent):
    market = world["market"]
    silent()
    with pytest.raises(rules.CannotDeclare, match="筹备人不能担任"):
        actions.declare_witness(
            ceremony=prepared, user=market.user, organization=market.organization, by=market, at=world.now
        )


def test_a_witness_speaks_for_an_organ_they_belong_to(world, prepared, silent):
    silent()
    with pytest.raises(rules.CannotDeclare, match="该单位的在任人员"):
        actions.declare_witness(
            ceremony=prepared,
            user=world.user("office"),
            organization=world.organizations["justice"],
            by=world["market"],
            at=world.now,
        )


def test_nobody_is_declared_twice(world, prepared, silent):
    justice = world["justice"]
    silent()
    with pytest.raises(rules.CannotDeclare, match="已经登记"):
        actions.declare_witness(
            ceremony=prepared, user=justice.user, organization=justice.organization, by=world["market"], at=world.now
        )


def test_sources_are_fixed_with_the_statement(world, committed, silent):
    silent()
    with pytest.raises(rules.CannotDeclare, match="须在“筹备中”时进行"):
        actions.declare_system(ceremony=committed, by=world["market"], at=world.now)


def test_only_a_declared_witness_commits(world, prepared, silent):
    silent()
    with pytest.raises(EntropySource.DoesNotExist):
        actions.commit_input(ceremony=prepared, commitment="0" * 64, by=world["office"], at=world.now)


def test_two_witnesses_with_one_commitment_are_one(world, prepared, silent):
    actions.commit_input(ceremony=prepared, commitment="0" * 64, by=world["justice"], at=world.now)
    silent()

    with pytest.raises(rules.CannotCommitInput, match="与另一名见证人的相同"):
        actions.commit_input(ceremony=prepared, commitment="0" * 64, by=world["discipline"], at=world.now)


def test_a_lost_receipt_is_replaced_before_the_freeze_and_the_ledger_shows_it(world, prepared):
    for commitment in ("0" * 64, "1" * 64, "1" * 64):
        actions.commit_input(ceremony=prepared, commitment=commitment, by=world["justice"], at=world.now)

    assert queries.own_source(prepared, world["justice"]).commitment == "1" * 64
    assert ledger.entries(subject=prepared.number, act="ceremony.input").count() == 2


def test_after_the_freeze_no_commitment_changes(world, committed, silent):
    silent()
    with pytest.raises(rules.CannotCommitInput, match="须在“筹备中”时进行"):
        actions.commit_input(ceremony=committed, commitment="0" * 64, by=world["justice"], at=world.now)


# the freeze


def test_nothing_is_frozen_while_a_commitment_is_missing(world, prepared, silent):
    silent()
    with pytest.raises(rules.CannotFreeze, match="尚未提交承诺:纪正、司明"):
        actions.freeze(ceremony=prepared, salt=draws_world.SALT, by=world["market"], at=world.now)

    prepared.refresh_from_db()
    assert (prepared.state, prepared.salt, prepared.statement) == ("PREPARING", None, "")


def test_a_real_draw_needs_witnesses(world, issued, silent):
    ceremony = actions.prepare(title="甲", tasks=[issued.joint], by=world["market"], at=world.now)
    silent()

    with pytest.raises(rules.CannotFreeze, match="正式抽取至少要有两名来自不同单位的见证人"):
        actions.freeze(ceremony=ceremony, salt=draws_world.SALT, by=world["market"], at=world.now)


def test_no_real_draw_lets_the_system_speak_last(world, prepared, silent):
    """Whoever runs the server knows the salt: an input of its own, after the witnesses', would choose the seed."""
    silent()

    with pytest.raises(rules.CannotDeclare, match="只能用于演练"):
        actions.declare_system(ceremony=prepared, by=world["market"], at=world.now)


@pytest.mark.parametrize("username", ["education", "yc-market"])
def test_another_department_freezes_nothing(world, prepared, silent, username):
    draws_world.commit(world, prepared)
    silent()

    with pytest.raises(Ceremony.DoesNotExist):
        actions.freeze(ceremony=prepared, salt=draws_world.SALT, by=world[username], at=world.now)


def test_a_ceremony_is_frozen_once(world, committed, silent):
    silent()
    with pytest.raises(rules.CannotFreeze, match="当前为“已固化承诺”"):
        actions.freeze(ceremony=committed, salt=b"\x01" * 32, by=world["market"], at=world.now)

    committed.refresh_from_db()
    assert bytes(committed.salt) == draws_world.SALT


def test_a_short_salt_is_refused(world, prepared, silent):
    draws_world.commit(world, prepared)
    silent()

    with pytest.raises(rules.CannotFreeze, match="盐值必须是 32 字节"):
        actions.freeze(ceremony=prepared, salt=b"short", by=world["market"], at=world.now)


def test_a_unit_that_cannot_stand_in_a_frame_is_named(world, issued, prepared, silent):
    subject = issued.stock.subjects["91441602MA5X00057Y"]
    type(subject).objects.filter(pk=subject.pk).update(unit_id="粤J-123")
    draws_world.commit(world, prepared)
    silent()

    with pytest.raises(rules.CannotFreeze, match="源城区样例06号有限公司”的编号或区划“粤J-123”"):
        actions.freeze(ceremony=prepared, salt=draws_world.SALT, by=world["market"], at=world.now)


def test_an_empty_frame_is_refused(world, issued, prepared, silent):
    type(issued.stock.subjects["91441602MA5X00057Y"]).objects.update(state="CANCELLED")
    draws_world.commit(world, prepared)
    silent()

    with pytest.raises(rules.CannotFreeze, match="没有检查对象"):
        actions.freeze(ceremony=prepared, salt=draws_world.SALT, by=world["market"], at=world.now)


def test_a_region_without_inspectors_is_refused_before_the_seed(world, silent):
    issued = plans_world.issue_plan(world)
    ceremony = draws_world.prepare(world, [issued.department])
    draws_world.commit(world, ceremony)
    silent()

    with pytest.raises(rules.CannotFreeze, match="在江东新区每次检查需要市场监管检查人员2名,而符合条件的只有0名"):
        actions.freeze(ceremony=ceremony, salt=draws_world.SALT, by=world["market"], at=world.now)


# entropy


def test_no_input_is_opened_before_the_statement_is_public(world, prepared, silent):
    draws_world.commit(world, prepared)
    nonce, value = draws_world.INPUTS["justice"]
    silent()

    with pytest.raises(rules.CannotOpen, match="须在“已固化承诺”时进行"):
        actions.open_input(ceremony=prepared, nonce=nonce, value=value, by=world["justice"], at=world.now)


@pytest.mark.parametrize(
    ("nonce", "value", "sentence"),
    [
        (b"\x22" * 32, b"3 6 1 5 2 4 4 2", "与承诺不符"),
        (b"\x22" * 32, b"3 6 1 5 2 4 4 1 ", "与承诺不符"),
        (b"\x21" * 32, b"3 6 1 5 2 4 4 1", "与承诺不符"),
        (b"\x22" * 31, b"\x223 6 1 5 2 4 4 1", "随机前缀必须是 32 字节"),
        (b"\x22" * 32, b"", "1至1024字节"),
        (b"\x22" * 32, b"1" * 1025, "1至1024字节"),
    ],
)
def test_an_opening_is_what_was_committed_to(world, committed, silent, nonce, value, sentence):
    silent()
    with pytest.raises(rules.CannotOpen, match=sentence):
        actions.open_input(ceremony=committed, nonce=nonce, value=value, by=world["justice"], at=world.now)

    assert queries.own_source(committed, world["justice"]).opened_at is None


def test_an_input_is_opened_once(world, opened, silent):
    nonce, value = draws_world.INPUTS["justice"]
    silent()

    with pytest.raises(rules.CannotOpen, match="已经打开,不能更改"):
        actions.open_input(ceremony=opened, nonce=nonce, value=value, by=world["justice"], at=world.now)


def test_a_witness_opens_only_their_own(world, committed, silent):
    nonce, value = draws_world.INPUTS["justice"]
    silent()

    with pytest.raises(rules.CannotOpen, match="与承诺不符"):
        actions.open_input(ceremony=committed, nonce=nonce, value=value, by=world["discipline"], at=world.now)


def test_the_generator_speaks_only_where_it_was_declared(world, committed, silent):
    silent()
    with pytest.raises(EntropySource.DoesNotExist):
        actions.add_system_input(ceremony=committed, value=b"\x01" * 32, by=world["market"], at=world.now)


# the draw


def test_the_draw_waits_for_every_declared_source(world, committed, silent):
    nonce, value = draws_world.INPUTS["justice"]
    actions.open_input(ceremony=committed, nonce=nonce, value=value, by=world["justice"], at=world.now)
    silent()

    with pytest.raises(rules.CannotHold, match="尚未打开:纪正。如确已无法到场,须说明理由作废"):
        actions.hold(ceremony=committed, by=world["market"], at=world.now)

    assert not SelectedUnit.objects.exists()


def test_a_draw_is_held_once(world, opened, silent):
    held = actions.hold(ceremony=opened, by=world["market"], at=world.now)
    units, seats = SelectedUnit.objects.count(), DrawnSeat.objects.count()
    silent()

    with pytest.raises(rules.CannotHold, match="当前为“已抽取封存”"):
        actions.hold(ceremony=opened, by=world["market"], at=world.now + timedelta(seconds=1))

    assert (SelectedUnit.objects.count(), DrawnSeat.objects.count()) == (units, seats)
    opened.refresh_from_db()
    assert (opened.seed, opened.drawn_at) == (held.seed, held.drawn_at)


def test_another_department_draws_nothing(world, opened, silent):
    silent()
    with pytest.raises(Ceremony.DoesNotExist):
        actions.hold(ceremony=opened, by=world["education"], at=world.now)


def test_a_frame_changed_on_disk_is_not_drawn_from(world, opened, silent):
    file = store.find(store.frames(), opened.tasks.get().frame_file)
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    silent()

    with pytest.raises(store.FileChanged, match="缺失或已被改动"):
        actions.hold(ceremony=opened, by=world["market"], at=world.now)

    file.write_bytes(content)


@pytest.mark.parametrize(
    ("field", "spoil"),
    [
        ("salt", lambda _: b"\x01" * 32),
        ("statement", lambda text: text.replace("纪", "记").replace('"total":39', '"total":38')),
        ("inspectors_frame", lambda text: text.replace('"capacity":30', '"capacity":31', 1)),
    ],
)
def test_what_was_committed_to_cannot_be_changed_before_the_draw(world, opened, silent, field, spoil):
    Ceremony.objects.filter(pk=opened.pk).update(**{field: spoil(getattr(opened, field))})
    silent()

    with pytest.raises(rules.CannotHold, match="与抽取公告不符"):
        actions.hold(ceremony=opened, by=world["market"], at=world.now)


def test_a_design_changed_before_the_draw_is_noticed(world, opened, silent):
    row = opened.tasks.get()
    CeremonyTask.objects.filter(pk=row.pk).update(design=row.design.replace('"ratio":"0.5"', '"ratio":"0.9"'))
    silent()

    with pytest.raises(rules.CannotHold, match="与抽取公告不符"):
        actions.hold(ceremony=opened, by=world["market"], at=world.now)


def test_teams_that_cannot_be_drawn_are_explained(world, issued):
    zone = [subject for subject in issued.stock.subjects.values() if subject.region_id == "4416JD"]
    for number in ("IN-021", "IN-022"):
        inspector = Inspector.objects.get(number=number)
        for subject in zone:
            registers.declare_recusal(
                inspector=inspector, subject=subject, reason="近亲属任职", by=world["office"], at=world.now
            )

    ceremony = draws_world.draw(world, [issued.department])

    assert ceremony.shortage == {"seats": 2, "inspectors": ["IN-023"], "places": 1}
    assert not DrawnSeat.objects.exists()
    assert SelectedUnit.objects.filter(drawn_as="SELECTED").count() == 15
    report = fairdraw.verify_bundle(queries.bundle_bytes(ceremony, for_auditors=True))
    assert report.ok
    assert any("只能由这 1 名检查人员" in str(note) for note in report.notes)


# countersigning and release


def test_an_organ_countersigns_once(world, drawn, silent):
    actions.countersign(ceremony=drawn, by=world["justice"], at=world.now)
    silent()

    with pytest.raises(rules.CannotCountersign, match="本单位已经会签"):
        actions.countersign(ceremony=drawn, by=world["justice"], at=world.now)


@pytest.mark.parametrize("username", ["office", "market"])
def test_only_auditors_countersign(world, drawn, silent, username):
    silent()
    with pytest.raises(NotPermitted):
        actions.countersign(ceremony=drawn, by=world[username], at=world.now)


def test_a_spoilt_bundle_is_not_countersigned(world, drawn, silent):
    files = fairdraw.read_bundle(queries.bundle_bytes(drawn, for_auditors=True))
    files["selection.csv"] = files["selection.csv"].replace(b",1,", b",2,", 1)
    spoilt = store.keep(store.bundles(), fairdraw.write_bundle(files))
    Ceremony.objects.filter(pk=drawn.pk).update(auditors_bundle_digest=spoilt)
    silent()

    with pytest.raises(rules.CannotCountersign, match=r"未通过核验.*selection\.csv"):
        actions.countersign(ceremony=drawn, by=world["justice"], at=world.now)


def test_the_bundle_of_another_ceremony_is_not_countersigned(world, issued, drawn, silent):
    other = draws_world.draw(world, [issued.department], is_rehearsal=True)
    Ceremony.objects.filter(pk=drawn.pk).update(auditors_bundle_digest=other.auditors_bundle_digest)
    silent()

    with pytest.raises(rules.CannotCountersign, match="未通过核验"):
        actions.countersign(ceremony=drawn, by=world["justice"], at=world.now)


def test_a_sealed_draw_is_not_released_without_two_organs(world, drawn, silent):
    actions.countersign(ceremony=drawn, by=world["justice"], at=world.now)
    silent()

    with pytest.raises(rules.CannotRelease, match="现有1个"):
        actions.release(ceremony=drawn, by=world["market"], at=world.now)

    drawn.refresh_from_db()
    assert (drawn.state, drawn.bundle_digest) == ("DRAWN", "")


def test_a_draw_is_released_once(world, issued, silent):
    ceremony = draws_world.draw(world, [issued.joint])
    actions.release(ceremony=ceremony, by=world["market"], at=world.now)
    silent()

    with pytest.raises(rules.CannotRelease, match="当前为“已公开”"):
        actions.release(ceremony=ceremony, by=world["market"], at=world.now)


def test_there_is_no_bundle_before_the_release(drawn):
    with pytest.raises(rules.CannotRelease, match="尚未公开"):
        queries.bundle_bytes(drawn)


# abandoning


def test_an_abandoned_ceremony_stays_with_its_reason_and_its_successor_names_it(world, issued, committed):
    actions.abandon(ceremony=committed, reason="见证人未能到场", by=world["market"], at=world.now)

    committed.refresh_from_db()
    assert (committed.state, committed.abandoned_reason) == ("ABANDONED", "见证人未能到场")
    with pytest.raises(rules.CannotPrepare, match=f"须注明“重抽自”该场次|{committed.number}"):
        draws_world.prepare(world, [issued.department])
    again = draws_world.draw(world, [issued.department], previous=committed)
    assert f'"previous":"{committed.number}"' in again.statement
    assert list(queries.ceremonies_for(world["market"]).order_by("pk")) == [committed, again]


def test_a_drawn_ceremony_is_abandoned_by_the_office_only_and_its_task_drawn_anew(world, issued, drawn):
    with pytest.raises(rules.CannotAbandon, match="只能由联席办作废"):
        actions.abandon(ceremony=drawn, reason="检查人员名单有误", by=world["market"], at=world.now)

    actions.abandon(ceremony=drawn, reason="检查人员名单有误", by=world["office"], at=world.now)

    drawn.refresh_from_db()
    again = draws_world.draw(world, [issued.department], previous=drawn)
    issued.department.refresh_from_db()
    assert (again.state, issued.department.state) == ("DRAWN", "DRAWN")
    assert again.result_digest != drawn.result_digest


def test_a_ceremony_with_visits_is_not_abandoned(world, drawn, silent):
    actions.mark_arranged(ceremony=drawn, at=world.now)
    silent()

    with pytest.raises(rules.CannotAbandon, match="已安排检查,不能作废"):
        actions.abandon(ceremony=drawn, reason="检查人员名单有误", by=world["office"], at=world.now)


def test_no_visits_follow_from_an_abandoned_ceremony(world, drawn):
    actions.abandon(ceremony=drawn, reason="检查人员名单有误", by=world["office"], at=world.now)

    with pytest.raises(rules.CannotHold, match="不能据以安排检查"):
        actions.mark_arranged(ceremony=drawn, at=world.now)


@pytest.mark.parametrize("kind", ["WITNESS", "SYSTEM"])
def test_the_database_knows_who_can_be_a_witness(world, prepared, kind):
    person = {"witness": world.user("office"), "organization": world.organizations["office"]}

    with pytest.raises(IntegrityError), transaction.atomic():
        EntropySource.objects.create(ceremony=prepared, position=9, kind=kind, **({} if kind == "WITNESS" else person))
