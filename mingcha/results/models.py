"""Findings, categories, follow-ups, and the working-day table that deadlines are counted by."""

from django.db import models

from mingcha.people.constraints import known
from mingcha.people.models import User
from mingcha.results.states import FollowUpKind, FollowUpState, Outcome
from mingcha.visits.models import Record, RecordItem


class CalendarDay(models.Model):
    """One day of the official schedule (工作日历): overrides the built-in table, names its source."""

    day = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    source = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.day} {self.is_workday}"


class ResultCategory(models.Model):
    """A category of results (检查结果类别): a tree, as data with validity."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_exclusive = models.BooleanField(default=False)
    """Chosen alone or not at all (未发现问题)."""
    needs_follow_up = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Finding(models.Model):
    """What was found for one item of a record (检查情况)."""

    record_item = models.OneToOneField(RecordItem, on_delete=models.PROTECT, related_name="finding")
    outcome = models.CharField(max_length=14)
    description = models.TextField(blank=True)

    class Meta:
        constraints = [known("outcome", Outcome, "finding_outcome_known")]

    def __str__(self) -> str:
        return f"{self.record_item_id} {self.outcome}"


class RecordCategory(models.Model):
    """A category chosen for a record (multiple choice with exclusions)."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="categories")
    category = models.ForeignKey(ResultCategory, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "category"], name="record_category_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.category_id}"


class FollowUp(models.Model):
    """What must happen after a record (后续处置), with its own deadline."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="follow_ups")
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
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.kind}"
