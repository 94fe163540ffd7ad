"""Notices: snapshots of public fields. Public pages render these and touch no other table."""

from django.db import models
from django.db.models import Q

from mingcha.people.constraints import known
from mingcha.people.models import Organization, User
from mingcha.publication.states import NoticeKind, NoticeState

BOARD_FIELDS = ["organization_name", "title", "unit_id", "published_at"]


class Notice(models.Model):
    """One entry of the public record (公示信息). Corrections make a new version; nothing is overwritten."""

    kind = models.CharField(max_length=10)
    reference = models.CharField(max_length=120)
    """The number of what is published: item list, plan, task, ceremony; for a result visit number/task/organization."""
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    organization_name = models.CharField(max_length=100)
    unit_id = models.CharField(max_length=64, blank=True)
    unit_name = models.CharField(max_length=200, blank=True)
    content = models.JSONField()
    due_on = models.DateField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    """Published after its due day; marked for ever."""
    state = models.CharField(max_length=10, default=NoticeState.PUBLISHED)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference", "version"], name="notice_version_once"),
            models.UniqueConstraint(
                fields=["kind", "reference"], condition=Q(state="PUBLISHED"), name="one_public_version"
            ),
            known("kind", NoticeKind, "notice_kind_known"),
            known("state", NoticeState, "notice_state_known"),
        ]
        indexes = [
            # Holds all that a board counts, filters and searches by, so that no snapshot is read for it.
            models.Index(fields=["kind", "state", "id", *BOARD_FIELDS], name="notice_board"),
            models.Index(fields=["unit_id", "kind", "state"], name="notice_unit"),
            models.Index(fields=["organization", "state", "id"], name="notice_organization"),
        ]

    def __str__(self) -> str:
        return self.title
