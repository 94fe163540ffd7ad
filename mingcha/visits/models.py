"""Visits and their records."""

from django.db import models
from django.db.models import F, Q

from mingcha.draws.models import Ceremony
from mingcha.people.constraints import both_or_neither, known
from mingcha.people.models import Organization, Region, User
from mingcha.plans.models import Task, TaskParticipant
from mingcha.registers.models import InspectionItem, Inspector, Subject
from mingcha.visits.states import Method, RecordState, VisitState


class Visit(models.Model):
    """One door, one unit, one window (检查). `visit_id` is the ceremony's name for it."""

    number = models.CharField(max_length=40, unique=True)
    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="+")
    visit_id = models.CharField(max_length=140)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    subject_name = models.CharField(max_length=200)
    """As frozen at the draw."""
    address = models.CharField(max_length=300, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    window_from = models.DateField()
    window_to = models.DateField()
    state = models.CharField(max_length=10, default=VisitState.PLANNED)
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ceremony", "visit_id"], name="visit_once"),
            known("state", VisitState, "visit_state_known"),
            models.CheckConstraint(condition=Q(window_to__gte=F("window_from")), name="visit_window_in_order"),
            both_or_neither("started_at", "started_by", "visit_started_both_or_neither"),
            both_or_neither("ended_at", "ended_by", "visit_ended_both_or_neither"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at__lte=F("ended_at")), name="visit_started_before_ended"
            ),
        ]
        indexes = [models.Index(fields=["state", "window_to", "number"], name="visit_state_window")]

    def __str__(self) -> str:
        return self.number


class Record(models.Model):
    """One organization's part of a visit for one task (检查记录)."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="records")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey(TaskParticipant, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    """Who carries it out: the organization of the inspectors who were drawn for the participant's line."""
    state = models.CharField(max_length=10, default=RecordState.OPEN)
    version = models.PositiveSmallIntegerField(default=1)
    """Counts every write; whoever writes says which version they saw."""
    checked_on = models.DateField(null=True, blank=True)
    method = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    entered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(null=True, blank=True)
    """Who saved it last, and when."""
    submitted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_remark = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "task", "organization"], name="record_once"),
            known("state", RecordState, "record_state_known"),
            models.CheckConstraint(
                condition=Q(method__in=["", *(method.value for method in Method)]), name="record_method_known"
            ),
            both_or_neither("entered_at", "entered_by", "record_entered_both_or_neither"),
            both_or_neither("submitted_at", "submitted_by", "record_submitted_both_or_neither"),
            both_or_neither("reviewed_at", "reviewed_by", "record_reviewed_both_or_neither"),
        ]
        indexes = [models.Index(fields=["organization", "state"], name="record_organization_state")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.task_id} {self.organization_id}"


class RecordItem(models.Model):
    """An item to be checked in a record (检查事项), copied when the visit was made."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="items")
    item = models.ForeignKey(InspectionItem, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "item"], name="record_item_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.item_id}"


class VisitMember(models.Model):
    """An inspector on a visit as the sitting team had it when the visit started (到场人员)."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="members")
    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "inspector"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.inspector_id}"
