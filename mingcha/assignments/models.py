"""The sitting team of a visit."""

from django.db import models
from django.db.models import Q

from mingcha.assignments.states import ChangeReason
from mingcha.draws.models import Ceremony, DrawnSeat
from mingcha.people.constraints import both_or_neither, known
from mingcha.people.models import Organization, User
from mingcha.registers.models import Inspector, InspectorGroup


class Seat(models.Model):
    """A place in a visit's team and who sits there now (检查组席位). Where a group was drawn, each member sits."""

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="+")
    visit_id = models.CharField(max_length=140)
    drawn = models.ForeignKey(DrawnSeat, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="+")
    is_leader = models.BooleanField(default=False)
    locked_at = models.DateTimeField(null=True, blank=True)
    """When the visit began; from then on the seat cannot change."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ceremony", "visit_id", "inspector"], name="inspector_once_per_visit"),
            models.UniqueConstraint(
                fields=["ceremony", "visit_id"], condition=Q(is_leader=True), name="one_leader_per_visit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.inspector_id}"


class SeatChange(models.Model):
    """A change after the lock (锁定后调整): from whom, to whom, why, approved by whom.

    A group (检查小组) gives way as a whole; the change then stands with its leader's seat and names both groups.
    """

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="changes")
    from_inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="+")
    to_inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="+")
    from_group = models.ForeignKey(InspectorGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_group = models.ForeignKey(InspectorGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            known("reason", ChangeReason, "seat_change_reason_known"),
            both_or_neither("from_group", "to_group", "seat_change_groups_both_or_neither"),
        ]

    def __str__(self) -> str:
        return f"{self.from_inspector_id}→{self.to_inspector_id}"
