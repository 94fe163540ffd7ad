"""Findings, categories, follow-ups, and the working-day table that deadlines are counted by."""

from django.db import models
from django.db.models import Q

from mingcha.people.constraints import both_or_neither, known
from mingcha.people.models import User
from mingcha.results.states import FollowUpKind, FollowUpState, Meaning, Outcome
from mingcha.visits.models import Record, RecordItem


class CalendarDay(models.Model):
    """One day of the official schedule (工作日历): overrides the built-in table, names its source."""

    day = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    source = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.day} {self.is_workday}"


class CalendarYear(models.Model):
    """A year whose official schedule has been entered (年度节假日安排): its deadlines are no longer provisional."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=100)

    def __str__(self) -> str:
        return str(self.year)


class ResultCategory(models.Model):
    """A category of results (检查结果类别): a tree, as data with validity."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    meaning = models.CharField(max_length=10)
    """Whether it says that all is well, that a problem was found, or how the subject stands."""
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_exclusive = models.BooleanField(default=False)
    """Chosen alone or not at all (未发现问题)."""
    needs_follow_up = models.BooleanField(default=False)
    """“无需后续处置” is not enough."""
    position = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [known("meaning", Meaning, "category_meaning_known")]

    def __str__(self) -> str:
        return self.name


class Finding(models.Model):
    """What was found for one item of a record (检查情况)."""

    record_item = models.OneToOneField(RecordItem, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=14)
    description = models.TextField(blank=True)

    class Meta:
        constraints = [known("outcome", Outcome, "finding_outcome_known")]

    def __str__(self) -> str:
        return f"{self.record_item_id} {self.outcome}"


class RecordCategory(models.Model):
    """A category chosen for a record (multiple choice with exclusions)."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(ResultCategory, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "category"], name="record_category_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.category_id}"


class FollowUp(models.Model):
    """What must happen after a record (后续处置), with its own deadline."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=18)
    due_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=8, default=FollowUpState.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closing_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            known("kind", FollowUpKind, "follow_up_kind_known"),
            known("state", FollowUpState, "follow_up_state_known"),
            models.UniqueConstraint(fields=["record", "kind"], name="follow_up_once"),
            both_or_neither("closed_at", "closed_by", "follow_up_closed_both_or_neither"),
            models.CheckConstraint(
                condition=Q(state=FollowUpState.CLOSED.value, closed_at__isnull=False)
                | Q(state=FollowUpState.OPEN.value, closed_at__isnull=True),
                name="follow_up_closed_with_its_moment",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on", "id"], name="follow_up_state_due")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.kind}"
