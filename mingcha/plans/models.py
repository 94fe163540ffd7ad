"""Plans, tasks, and who takes part with which items."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from mingcha.people.constraints import both_or_neither, known
from mingcha.people.models import Organization, User
from mingcha.people.states import Level
from mingcha.plans.states import Disclosure, PlanKind, PlanState, RegionRule, TaskState, TeamForm
from mingcha.registers.models import InspectionItem, Qualification, RiskScheme, SavedFilter


class Plan(models.Model):
    """One organization's plan for one year (年度抽查工作计划)."""

    number = models.CharField(max_length=40, unique=True)
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=10, default=PlanState.DRAFT)
    remark = models.TextField(blank=True)
    """Why the office returned it."""
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "title"], name="plan_once"),
            known("kind", PlanKind, "plan_kind_known"),
            known("state", PlanState, "plan_state_known"),
            both_or_neither("submitted_at", "submitted_by", "plan_submitted_both_or_neither"),
            both_or_neither("approved_at", "approved_by", "plan_approved_both_or_neither"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("submitted_by")), name="plan_four_eyes"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Task(models.Model):
    """One row of a plan: the unit that is named, drawn and followed (抽查任务).

    The published text of ratio, scope and period stands beside the rule that the draw reads. A task without a rule
    cannot be drawn.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="tasks")
    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    """The lead (牵头/发起部门); scopes who sees the task, with the participants."""
    directed = models.BooleanField()
    """定向 (True: within set conditions) or 不定向 (False: the whole register)."""
    scope_text = models.CharField(max_length=300)
    scope = models.JSONField()
    """The JSON of registers.rules.Scope."""
    saved_filter = models.ForeignKey(SavedFilter, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ratio_text = models.CharField(max_length=300)
    rule = models.JSONField(null=True, blank=True)
    """The JSON of plans.rules.DrawRule; null until set."""
    scheme = models.ForeignKey(RiskScheme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """The risk scheme whose classes have their own ratios; null: not differentiated (不涉及信用风险分类)."""
    override_reason = models.TextField(blank=True)
    """Why ratios do not rise with risk, or one is zero; printed on the certificate."""
    initiating_level = models.CharField(max_length=10, default=Level.CITY)
    implementing_level = models.CharField(max_length=10, default=Level.COUNTY)
    region_rule = models.CharField(max_length=12, default=RegionRule.SAME_REGION)
    disclosure = models.CharField(max_length=8, default=Disclosure.SEALED)
    window_text = models.CharField(max_length=100, blank=True)
    window_from = models.DateField()
    window_to = models.DateField()
    batches = models.JSONField(default=list, blank=True)
    """The windows of batches (分批), one after the other, as [first, last]; none: all are checked in the one window.

    Which selected subject is in which batch, the draw decides (spec/draw.md).
    """
    exclusion_months = models.PositiveSmallIntegerField(default=0)
    """Subjects checked for the same items within so many months are left out."""
    load_cap = models.PositiveSmallIntegerField(default=30)
    """The most visits one inspector may get from this task."""
    remark = models.TextField(blank=True)
    state = models.CharField(max_length=10, default=TaskState.DRAFT)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="task_name_once_per_plan"),
            known("state", TaskState, "task_state_known"),
            known("region_rule", RegionRule, "task_region_rule_known"),
            known("disclosure", Disclosure, "task_disclosure_known"),
            models.CheckConstraint(condition=Q(window_to__gte=F("window_from")), name="task_window_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class TaskParticipant(models.Model):
    """One organization's part in a task (参与部门): the lead has one too.

    At county level the part is carried out by the same line's bureau of the region (see `implementing_level`).
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="participants")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    is_lead = models.BooleanField(default=False)
    inspectors = models.PositiveSmallIntegerField(default=2)
    """Certificate holders per visit; at least two per organ of record (行政处罚法 art. 42). A group has no fewer."""
    qualification = models.ForeignKey(Qualification, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    team_form = models.CharField(max_length=10, default=TeamForm.PERSONS)
    experts = models.PositiveSmallIntegerField(default=0)
    """Experts (专家) drawn to come along, on top of the inspectors."""

    class Meta:
        constraints = [
            known("team_form", TeamForm, "participant_team_form_known"),
            models.UniqueConstraint(fields=["task", "organization"], name="participant_once"),
            models.UniqueConstraint(fields=["task"], condition=Q(is_lead=True), name="one_lead_per_task"),
            models.CheckConstraint(condition=Q(inspectors__gte=2), name="at_least_two_inspectors"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.organization_id}"


class TaskItem(models.Model):
    """An item that a participant inspects in a task."""

    participant = models.ForeignKey(TaskParticipant, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(InspectionItem, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "item"], name="task_item_once")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.item_id}"
