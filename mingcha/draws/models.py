"""Ceremonies and everything they freeze and yield. What is frozen is never joined back to live rows."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from mingcha.draws.public_sources import due_at, name_of, source_of
from mingcha.draws.states import (
    PUBLIC_KINDS,
    Adjusted,
    CeremonyState,
    DrawnAs,
    Duty,
    EntropyKind,
    Exemption,
    Ground,
    PublicSource,
    Work,
)
from mingcha.people.constraints import both_or_neither, known
from mingcha.people.models import DepartmentLine, Organization, User
from mingcha.plans.models import Task
from mingcha.plans.states import Disclosure

SYSTEM = "system"
"""The name under which the system's generator stands among the sources."""


class Ceremony(models.Model):
    """One event with one seed in which one task or several are drawn (摇号场次)."""

    number = models.CharField(max_length=40, unique=True)
    """Rehearsals (演练) have a number with a prefix of their own."""
    title = models.CharField(max_length=120)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    disclosure = models.CharField(max_length=8)
    """Open or sealed, for all its tasks alike: a seed beside a list would betray confidential classes."""
    is_rehearsal = models.BooleanField(default=False)
    suite = models.CharField(max_length=10, default="SHA-256")
    state = models.CharField(max_length=10, default=CeremonyState.PREPARING)
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """The abandoned ceremony of the same tasks that this one repeats."""
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    # commit
    salt = models.BinaryField(null=True, blank=True)
    """32 bytes, secret until the release."""
    statement = models.TextField(blank=True)
    """Canonical JSON, shown publicly from the commitment on."""
    statement_digest = models.CharField(max_length=64, blank=True)
    inspectors_frame = models.TextField(blank=True)
    """The inspectors' frame: canonical JSON lines."""
    committed_at = models.DateTimeField(null=True, blank=True)
    # draw and seal
    seed = models.CharField(max_length=32, blank=True)
    result_digest = models.CharField(max_length=64, blank=True)
    result_root = models.CharField(max_length=64, blank=True)
    """Root over the leaves (unit, ticket, stratum, drawn or not, nonce) of all units."""
    visits = models.PositiveIntegerField(null=True, blank=True)
    """Visits that the selected units make."""
    visits_if_independent = models.PositiveIntegerField(null=True, blank=True)
    """How many visits independent draws of the same sizes would have made on average; null for a single task."""
    shortage = models.JSONField(null=True, blank=True)
    """Why no teams could be drawn: {"seats": n, "inspectors": [number …], "places": k} (Hall); null if they were."""
    drawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(null=True, blank=True)
    engine = models.CharField(max_length=40, blank=True)
    arranged_at = models.DateTimeField(null=True, blank=True)
    """Visits have been made of it; from then on it cannot be abandoned."""
    # release or abandonment
    auditors_bundle_digest = models.CharField(max_length=64, blank=True)
    """The whole bundle of a sealed ceremony, for auditors only."""
    bundle_digest = models.CharField(max_length=64, blank=True)
    """The bundle that was made public."""
    certificate = models.JSONField(null=True, blank=True)
    """What the certificate says that was made public, for its other forms; ceremonies of old releases have none."""
    released_at = models.DateTimeField(null=True, blank=True)
    abandoned_at = models.DateTimeField(null=True, blank=True)
    abandoned_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            known("state", CeremonyState, "ceremony_state_known"),
            known("disclosure", Disclosure, "ceremony_disclosure_known"),
            both_or_neither("drawn_at", "drawn_by", "ceremony_drawn_both_or_neither"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def visits_saved(self) -> int | None:
        """Visits saved against independent draws (进一次门); nothing to say for a single task."""
        if self.visits_if_independent is None or self.visits is None:
            return None
        return max(0, self.visits_if_independent - self.visits)


class CeremonyTask(models.Model):
    """A task in a ceremony with its frozen frame and design (固化的任务)."""

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="tasks")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    design = models.TextField(blank=True)
    """Canonical JSON of protocol.md section 3."""
    design_digest = models.CharField(max_length=64, blank=True)
    frame_digest = models.CharField(max_length=64, blank=True)
    """Digest of the frame file (unit_id TAB stratum LF)."""
    frame_file = models.CharField(max_length=64, blank=True)
    """Content address of the Parquet file with the frozen rows (unit_id, stratum, name, region, address …)."""
    population = models.PositiveIntegerField(default=0)
    """抽查基数."""
    counts = models.JSONField(default=dict)
    """Units per stratum."""
    excluded = models.JSONField(default=dict)
    """Eligibility counts: {"reason": n}."""
    added = models.PositiveIntegerField(default=0)
    """Units of the population that were put in by hand (手工增加)."""
    removed = models.PositiveIntegerField(default=0)
    """Units that were taken out by hand (手工剔除)."""
    left_out_file = models.CharField(max_length=64, blank=True)
    """Content address of the Parquet file with the units behind these counts; older freezes have none."""
    exemption = models.CharField(max_length=20, blank=True)
    """Why yearly caps that list it leave this task uncounted (豁免情形); empty: they hold."""
    exemption_note = models.TextField(blank=True)
    stands = models.BooleanField(default=True)
    """False for rehearsals and after abandonment: a task has one standing ceremony at most."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ceremony", "task"], name="ceremony_task_once"),
            models.UniqueConstraint(fields=["task"], condition=Q(stands=True), name="one_standing_ceremony_per_task"),
            models.CheckConstraint(
                condition=Q(exemption="") | Q(exemption__in=[each.value for each in Exemption]), name="exemption_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ceremony_id} {self.task_id}"


class Adjustment(models.Model):
    """A subject put into a task's population or taken out of it by hand, before the freeze (手工增减).

    Entered by one person and approved by another. One that was taken back stays in the table and in the ledger.
    """

    ceremony_task = models.ForeignKey(CeremonyTask, on_delete=models.PROTECT, related_name="adjustments")
    kind = models.CharField(max_length=10)
    unit_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    """As the register said when it was entered."""
    ground = models.CharField(max_length=12)
    note = models.TextField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ceremony_task", "unit_id"], condition=Q(withdrawn_at=None), name="adjusted_once"
            ),
            known("kind", Adjusted, "adjustment_kind_known"),
            known("ground", Ground, "adjustment_ground_known"),
            both_or_neither("approved_at", "approved_by", "adjustment_approved_both_or_neither"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("entered_by")), name="adjustment_four_eyes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class FrequencyCap(models.Model):
    """The most visits of an organ to one subject in a calendar year, as it was published (年度检查频次上限)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    most = models.PositiveSmallIntegerField()
    counts_below = models.BooleanField(default=False)
    """Whether the visits of the organs below it in its line count with its own."""
    exempt = models.JSONField(default=list)
    """The kinds of checks that it leaves uncounted (states.Exemption)."""
    basis = models.CharField(max_length=300)
    """The published document that says so."""
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(most__gte=1), name="frequency_cap_at_least_one"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="frequency_cap_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.most}"


class ItemEquivalence(models.Model):
    """Two items of different lists that inspect the same thing (等同事项): who was checked for one is spared the other.

    It is known by line and code, so that it holds through all editions of the lists.
    """

    line = models.ForeignKey(DepartmentLine, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    other_line = models.ForeignKey(DepartmentLine, on_delete=models.PROTECT, related_name="+")
    other_code = models.CharField(max_length=40)
    basis = models.CharField(max_length=300)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(line=models.F("other_line"), code=models.F("other_code")), name="items_of_a_pair_differ"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="item_equivalence_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.code} = {self.other_line_id} {self.other_code}"


class EntropySource(models.Model):
    """One declared source of randomness (随机来源) with its commitment and, later, its value."""

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="sources")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)
    witness = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=220, blank=True)
    """A witness's name in public, made of the organ's: "河源市司法局-1". Older ceremonies have none."""
    organization = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    commitment = models.CharField(max_length=64, blank=True)
    """H(nonce ‖ value), given before the statement is fixed."""
    details = models.JSONField(default=dict, blank=True)
    """Of a public source: which round, pulse, issue or dice, declared before the freeze (spec/randomness.md)."""
    instead_of = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="fall_back")
    """The public source whose fall-back (后备) this is."""
    nonce = models.CharField(max_length=64, blank=True)
    value = models.CharField(max_length=2048, blank=True)
    """The value's bytes in hex."""
    committed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    evidence = models.JSONField(null=True, blank=True)
    """What proves the value of a public source, as it was accepted."""
    given_up_at = models.DateTimeField(null=True, blank=True)
    given_up_reason = models.TextField(blank=True)
    """Why the fall-back is used in its place."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ceremony", "position"], name="entropy_position_once"),
            models.UniqueConstraint(fields=["ceremony", "kind", "witness"], name="witness_once"),
            models.UniqueConstraint(
                fields=["ceremony"], condition=Q(kind=EntropyKind.SYSTEM.value), name="system_generator_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=EntropyKind.WITNESS.value, witness__isnull=False, organization__isnull=False)
                | (~Q(kind=EntropyKind.WITNESS.value) & Q(witness__isnull=True, organization__isnull=True)),
                name="a_witness_is_a_person",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(given_up_at__isnull=True), name="opened_or_given_up"
            ),
            known("kind", EntropyKind, "entropy_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.ceremony_id} {self.position} {self.kind}"

    @property
    def is_awaited(self) -> bool:
        """Whether the draw waits for it: it has no value, and no fall-back took its place or makes it needless."""
        needed = self.instead_of is None or self.instead_of.given_up_at is not None
        return needed and self.opened_at is None and self.given_up_at is None

    @property
    def public(self) -> PublicSource | None:
        """Which public source it is; a witness and the system's generator are none."""
        return source_of(self.kind, self.details) if self.kind in PUBLIC_KINDS else None

    @property
    def name(self) -> str:
        """How statement, entropy file and ledger name it."""
        if self.public:
            return name_of(self.public, self.details)
        return self.label or (self.witness.username if self.witness else SYSTEM)

    @property
    def due_at(self) -> datetime:
        """When the value of a public source is there to be looked up."""
        frozen_at = self.ceremony.committed_at or self.ceremony.created_at
        return due_at(self.public, self.details, frozen_at=frozen_at) if self.public else frozen_at

    @property
    def ready_at(self) -> datetime:
        """From when on the fall-back of a public source may be used: its waiting time (等候时间) is over."""
        return self.due_at + timedelta(minutes=self.details.get("wait", 0))


class SourceEntry(models.Model):
    """What somebody entered for a public source (录入). Every entry is kept, those that did not agree too."""

    source = models.ForeignKey(EntropySource, on_delete=models.PROTECT, related_name="entries")
    evidence = models.JSONField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source_id} {self.entered_at}"


class Attendance(models.Model):
    """Somebody who was present (在场人员): host, recorder, representative … Witnesses stand among the sources."""

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="attendances")
    name = models.CharField(max_length=40)
    organ = models.CharField(max_length=120)
    """As it is said; guests come from anywhere."""
    duty = models.CharField(max_length=10)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True, blank=True)
    """When a mistaken entry was struck out; it stays in the table and in the ledger."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ceremony", "name", "organ", "duty"], condition=Q(struck_at=None), name="present_once"
            ),
            known("duty", Duty, "duty_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Progress(models.Model):
    """How far the heavy work of a step has come (进度), for everybody who looks on. Nothing follows from it."""

    ceremony = models.OneToOneField(Ceremony, on_delete=models.PROTECT, related_name="progress")
    work = models.CharField(max_length=10)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    """Of tasks at the freeze, of units at the draw; 0 while they are not counted."""
    started_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    """When the work last spoke: silent for long, it was cut off, and the step is simply taken again."""
    ended_at = models.DateTimeField(null=True, blank=True)
    """When it ended without a result, refused; with a result the ceremony moves on."""

    class Meta:
        constraints = [known("work", Work, "work_known")]

    def __str__(self) -> str:
        return f"{self.ceremony_id} {self.work} {self.done}/{self.total}"


class Countersignature(models.Model):
    """An auditor's word that the sealed draw was repeated and found right (会签)."""

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="countersignatures")
    auditor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ceremony", "organization"], name="an_organ_countersigns_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ceremony_id} {self.organization_id}"


class SelectedUnit(models.Model):
    """A unit selected, or kept in reserve, for a task (抽中对象/备选对象), as it was at the freeze."""

    ceremony_task = models.ForeignKey(CeremonyTask, on_delete=models.PROTECT, related_name="units")
    unit_id = models.CharField(max_length=64)
    stratum = models.CharField(max_length=64)
    ticket = models.CharField(max_length=64)
    rank = models.PositiveIntegerField()
    drawn_as = models.CharField(max_length=10)
    batch = models.PositiveSmallIntegerField(null=True, blank=True)
    """In which batch (批次) of its task it is checked, from 1; null for reserves, and where the task has no batches."""
    name = models.CharField(max_length=200)
    region = models.CharField(max_length=12)
    address = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ceremony_task", "unit_id"], name="unit_drawn_once_per_task"),
            known("drawn_as", DrawnAs, "drawn_as_known"),
        ]
        indexes = [models.Index(fields=["unit_id"], name="selected_unit")]

    def __str__(self) -> str:
        return self.name


class DrawnSeat(models.Model):
    """Who was drawn for a seat of a visit, or as a reserve for it (随机选派), as the seed decided it. Never changed.

    Rows of `teams.csv` (spec/teams.md): `seat` counts from 1 within a visit; reserves stand beside the first seat of
    their kind and have their order in `position`.
    """

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="seats")
    visit_id = models.CharField(max_length=140)
    unit_id = models.CharField(max_length=64)
    seat = models.PositiveSmallIntegerField()
    organ = models.CharField(max_length=40)
    """The department line's code; of groups and experts with a suffix (organs.py)."""
    qualification = models.CharField(max_length=32, blank=True)
    drawn_as = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField()
    inspector_number = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ceremony", "visit_id", "seat", "drawn_as", "position"], name="seat_drawn_once"
            ),
            known("drawn_as", DrawnAs, "seat_drawn_as_known"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.seat} {self.inspector_number}"
