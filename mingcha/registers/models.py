"""Item lists, subjects, inspectors, and the imports that fill them."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from mingcha.people.constraints import both_or_neither, known
from mingcha.people.models import DepartmentLine, Organization, Region, User
from mingcha.people.states import Level
from mingcha.registers.states import (
    Importance,
    ImportKind,
    ImportState,
    InspectorState,
    ItemListState,
    SubjectKind,
    SubjectState,
    Verdict,
)


class Qualification(models.Model):
    """A qualification an item may require and an inspector may hold (执法资质)."""

    code = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class RiskScheme(models.Model):
    """A scheme of risk classes (信用风险分类方案), classes in order from low to high risk.

    `classes` is a list of {"code": "A", "label": "低风险"}. Schemes are data: labels differ by province and sector.
    """

    code = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=60)
    classes = models.JSONField()
    sector_line = models.ForeignKey(DepartmentLine, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class ItemList(models.Model):
    """An edition of a list of items (随机抽查事项清单), of one department or joint."""

    number = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    edition = models.CharField(max_length=40)
    is_joint = models.BooleanField(default=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, default=ItemListState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["title", "edition"], name="item_list_edition_once"),
            known("state", ItemListState, "item_list_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.edition}"


class InspectionItem(models.Model):
    """What may be inspected (抽查事项): no item, no inspection."""

    item_list = models.ForeignKey(ItemList, on_delete=models.PROTECT, related_name="items")
    code = models.CharField(max_length=40)
    category = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    sub_item = models.CharField(max_length=300, blank=True)
    content = models.TextField(blank=True)
    legal_basis = models.TextField()
    line = models.ForeignKey(DepartmentLine, on_delete=models.PROTECT, related_name="+")
    subject_scope = models.CharField(max_length=300)
    """The published text of whom the item concerns (抽查对象)."""
    importance = models.CharField(max_length=10, default=Importance.GENERAL)
    methods = models.CharField(max_length=120, blank=True)
    ratio_text = models.CharField(max_length=300, blank=True)
    ratio_rule = models.JSONField(null=True, blank=True)
    """What kernel.ratio_texts read in ratio_text; null while it must be set by hand."""
    frequency_text = models.CharField(max_length=200, blank=True)
    organising_level = models.CharField(max_length=10, default=Level.CITY)
    executing_level = models.CharField(max_length=10, default=Level.COUNTY)
    qualification = models.ForeignKey(Qualification, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    partner_lines = models.ManyToManyField(DepartmentLine, blank=True, related_name="+")
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item_list", "code"], name="item_code_once"),
            known("importance", Importance, "item_importance_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Subject(models.Model):
    """Whom or what an inspection concerns (检查对象). `unit_id` is the stable public identifier of protocol.md."""

    unit_id = models.CharField(max_length=64, unique=True)
    """The 统一社会信用代码 where there is one, else the register's own number (15-digit 注册号, …)."""
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=300, blank=True)
    entity_type = models.CharField(max_length=100, blank=True)
    industry = models.CharField(max_length=5, blank=True)
    """GB/T 4754-2017 code, as fine as known."""
    registered_on = models.DateField(null=True, blank=True)
    capital_text = models.CharField(max_length=100, blank=True)
    business_scope = models.TextField(blank=True)
    state = models.CharField(max_length=12, default=SubjectState.ACTIVE)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=60, blank=True)
    updated_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            known("kind", SubjectKind, "subject_kind_known"),
            known("state", SubjectState, "subject_state_known"),
        ]
        indexes = [
            models.Index(fields=["region", "state", "id"], name="subject_region_state"),
            models.Index(fields=["industry", "id"], name="subject_industry"),
            models.Index(fields=["name"], name="subject_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Licence(models.Model):
    """A licence of a subject (行政许可), with the line that grants it."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="licences")
    kind = models.CharField(max_length=60)
    number = models.CharField(max_length=80)
    line = models.ForeignKey(DepartmentLine, on_delete=models.PROTECT, related_name="+")
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="licence_once")]
        indexes = [models.Index(fields=["kind", "subject"], name="licence_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class SubjectTag(models.Model):
    """A tag on a subject with its validity (标签)."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="tags")
    tag = models.CharField(max_length=40)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "tag"], name="tag_once")]

    def __str__(self) -> str:
        return self.tag


class Rating(models.Model):
    """A subject's risk class in one scheme (信用风险分类). Never shown to the public."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="ratings")
    scheme = models.ForeignKey(RiskScheme, on_delete=models.PROTECT, related_name="+")
    risk_class = models.CharField(max_length=8)
    as_of = models.DateField()
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "scheme"], name="rating_once_per_scheme")]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.risk_class}"


class Inspector(models.Model):
    """Somebody qualified to inspect (执法检查人员)."""

    number = models.CharField(max_length=40, unique=True)
    """The register number (人员编号) under which the public sees them."""
    name = models.CharField(max_length=60)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    certificate_number = models.CharField(max_length=60, blank=True)
    """Empty only for an expert (专家), who assists and needs no certificate."""
    certificate_issuer = models.CharField(max_length=60, blank=True)
    certificate_valid_to = models.DateField(null=True, blank=True)
    qualifications = models.ManyToManyField(Qualification, blank=True, related_name="+")
    specialities = models.CharField(max_length=200, blank=True)
    post = models.CharField(max_length=60, blank=True)
    is_expert = models.BooleanField(default=False)
    phone = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, default=InspectorState.ACTIVE)
    updated_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            known("state", InspectorState, "inspector_state_known"),
            models.UniqueConstraint(
                fields=["certificate_number"], condition=~Q(certificate_number=""), name="certificate_once"
            ),
            models.CheckConstraint(
                condition=Q(is_expert=True, certificate_number="", certificate_valid_to=None)
                | (~Q(certificate_number="") & Q(certificate_valid_to__isnull=False)),
                name="inspector_certified_unless_expert",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Absence(models.Model):
    """Days on which an inspector cannot be sent (请假、外派)."""

    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="absences")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.CharField(max_length=100)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(to_on__gte=models.F("from_on")), name="absence_in_order")]

    def __str__(self) -> str:
        return f"{self.from_on}–{self.to_on}"


class Recusal(models.Model):
    """An inspector who must not visit a subject (回避; 行政处罚法 art. 43)."""

    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="recusals")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=100)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspector", "subject"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.inspector_id}×{self.subject_id}"


class InspectorGroup(models.Model):
    """Inspectors of one organization who go together (检查小组): drawn as one where a task asks for groups.

    Its members never change: a group that changes is disbanded and formed anew under another number, so that a number
    drawn once says for ever who was drawn.
    """

    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    formed_on = models.DateField()
    disbanded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(disbanded_on=None) | Q(disbanded_on__gte=models.F("formed_on")), name="group_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """An inspector in a group (小组成员); one of them leads it (组长)."""

    group = models.ForeignKey(InspectorGroup, on_delete=models.PROTECT, related_name="members")
    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="memberships")
    is_leader = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "inspector"], name="member_once_per_group"),
            models.UniqueConstraint(fields=["group"], condition=Q(is_leader=True), name="one_leader_per_group"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.inspector_id}"


class SavedFilter(models.Model):
    """A named scope over subjects (常用筛选); `scope` is the JSON of rules.Scope."""

    name = models.CharField(max_length=60)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    scope = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="filter_name_once")]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One file and what it would change (导入批次). The file itself is kept under its digest."""

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    item_list = models.ForeignKey(ItemList, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    encoding = models.CharField(max_length=20)
    columns = models.JSONField()
    """Which column of the file is which field: {"name": "企业名称", …}."""
    header = models.JSONField(default=list)
    """Every title of the file, in order; those that are no field too."""
    defaults = models.JSONField(default=dict)
    """What the uploader chose for rows that do not say it themselves: {"region": "441602", …}."""
    counts = models.JSONField()
    state = models.CharField(max_length=10, default=ImportState.PREVIEWED)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            known("kind", ImportKind, "import_kind_known"),
            known("state", ImportState, "import_state_known"),
            both_or_neither("decided_at", "decided_by", "import_decided_both_or_neither"),
        ]

    def __str__(self) -> str:
        return self.number


class ImportRow(models.Model):
    """One line of a file with what the preview found (导入行)."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10)
    key = models.CharField(max_length=80, blank=True)
    """By what rivals are known: the code, the number of a person or item."""
    raw = models.JSONField()
    """The cells as they stood in the file."""
    values = models.JSONField()
    """The values read from them, by field."""
    problems = models.JSONField(default=list)
    """[{"column": …, "message": …}]: what is wrong, where, what to do."""
    changes = models.JSONField(default=dict)
    """{"field": [old, new]} for a CHANGED row."""
    chosen = models.BooleanField(null=True, blank=True)
    """For CONFLICT rows: whether this one of the rivals is taken; null while undecided."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="import_line_once"),
            known("verdict", Verdict, "import_verdict_known"),
        ]
        indexes = [
            models.Index(fields=["batch", "verdict", "line"], name="import_row_verdict"),
            models.Index(fields=["batch", "key"], name="import_row_key"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"
