"""What may be made public (公开分级): every field of every table is public, for the office, or personal.

- public: may enter a snapshot (snapshots.py) and thereby the public site. A link is public if it may be shown that the
  two belong together; what stands behind it has a class of its own.
- office: of use to those who do the work; a risk class, a drawn list before its results, a finding's words, a remark.
- personal: says something about a person, or lets one be reached.

Sources: 《个人信息保护法》 art. 28–34, 《政府信息公开条例》 art. 15–16.
A new field fails the tests until it stands here.
"""

from __future__ import annotations

from enum import StrEnum

from django.apps import apps
from django.db.models import Model


class Audience(StrEnum):
    """Who may read a field."""

    PUBLIC = "PUBLIC"
    OFFICE = "OFFICE"
    PERSONAL = "PERSONAL"


# Model: (public, office, personal)
FIELDS: dict[str, tuple[str, str, str]] = {
    # ledger
    "ledger.LedgerHead": ("size", "", ""),
    "ledger.LedgerEntry": ("seq digest leaf peaks", "at act subject organization body", "actor"),
    "ledger.Checkpoint": ("size root note at", "", ""),
    # people
    "people.Region": ("code name kind parent", "", ""),
    "people.DepartmentLine": ("code name", "", ""),
    "people.Organization": ("code name line level region parent", "is_office is_active", ""),
    "people.User": (
        "",
        "is_superuser is_staff is_active must_change_password",
        "username name first_name last_name email password last_login date_joined",
    ),
    "people.Membership": ("", "organization role is_active", "user"),
    "people.AccessToken": ("", "name digest created_at expires_at revoked_at", "membership"),
    # registers
    "registers.Qualification": ("code name", "", ""),
    "registers.RiskScheme": ("", "code name classes sector_line valid_from valid_to", ""),
    "registers.ItemList": (
        "number title edition is_joint organization valid_from valid_to",
        "state published_at withdrawn_at",
        "",
    ),
    "registers.InspectionItem": (
        "item_list code category name sub_item content legal_basis line subject_scope importance methods ratio_text "
        "frequency_text organising_level executing_level qualification",
        "ratio_rule",
        "",
    ),
    "registers.Subject": (
        "unit_id name",
        "kind region address entity_type industry registered_on capital_text business_scope state source updated_at",
        "contact_name contact_phone",
    ),
    "registers.Licence": ("", "subject kind number line valid_to", ""),
    "registers.SubjectTag": ("", "subject tag valid_to", ""),
    "registers.Rating": ("", "subject scheme risk_class as_of source", ""),
    "registers.Inspector": (
        "number organization",
        "certificate_issuer certificate_valid_to specialities post is_expert state updated_at",
        "name user certificate_number phone",
    ),
    "registers.Absence": ("", "from_on to_on", "inspector reason"),
    "registers.Recusal": ("", "subject declared_at", "inspector reason"),
    "registers.InspectorGroup": ("number organization formed_on disbanded_on", "name", ""),
    "registers.GroupMember": ("", "group is_leader", "inspector"),
    "registers.SavedFilter": ("", "name organization scope", ""),
    "registers.ImportBatch": (
        "",
        "number kind organization item_list file_name file_digest encoding columns header defaults counts state "
        "uploaded_at decided_at",
        "uploaded_by decided_by",
    ),
    "registers.ImportRow": ("", "batch line verdict key problems chosen", "raw values changes"),
    # plans
    "plans.Plan": (
        "number year kind organization title issued_at",
        "state remark created_at submitted_at approved_at",
        "created_by submitted_by approved_by",
    ),
    "plans.Task": (
        "plan number name organization directed scope_text ratio_text initiating_level implementing_level disclosure "
        "window_text window_from window_to batches",
        "scope saved_filter rule scheme override_reason region_rule exclusion_months load_cap remark state",
        "",
    ),
    "plans.TaskParticipant": ("task organization is_lead", "inspectors qualification team_form experts", ""),
    "plans.TaskItem": ("participant item", "", ""),
    # draws
    "draws.Ceremony": (
        "number title organization disclosure suite state previous statement statement_digest committed_at seed "
        "result_digest result_root drawn_at bundle_digest released_at abandoned_at abandoned_reason",
        "is_rehearsal created_at salt inspectors_frame visits visits_if_independent shortage engine arranged_at "
        "auditors_bundle_digest certificate",
        "created_by drawn_by",
    ),
    "draws.CeremonyTask": (
        "ceremony task population excluded added removed exemption",
        "design design_digest frame_digest frame_file counts left_out_file exemption_note stands",
        "",
    ),
    "draws.Adjustment": (
        "ceremony_task kind ground",
        "unit_id name note entered_at approved_at withdrawn_at",
        "entered_by approved_by",
    ),
    "draws.FrequencyCap": ("organization most counts_below exempt basis valid_from valid_to", "set_at", "set_by"),
    "draws.ItemEquivalence": (
        "line code other_line other_code basis valid_from valid_to",
        "declared_at",
        "declared_by",
    ),
    "draws.EntropySource": (
        "ceremony position kind label organization commitment details instead_of",
        "nonce value committed_at opened_at evidence given_up_at given_up_reason",
        "witness",
    ),
    "draws.SourceEntry": ("source organization", "evidence entered_at", "entered_by"),
    "draws.Attendance": ("", "ceremony organ duty entered_at struck_at", "name entered_by"),
    "draws.Progress": ("", "ceremony work done total started_at heard_at ended_at", ""),
    "draws.Countersignature": ("ceremony organization at", "", "auditor"),
    "draws.SelectedUnit": ("ceremony_task drawn_as", "unit_id stratum ticket rank batch name region address", ""),
    "draws.DrawnSeat": (
        "",
        "ceremony visit_id unit_id seat organ qualification drawn_as position",
        "inspector_number",
    ),
    # assignments
    "assignments.Seat": ("", "ceremony visit_id drawn organization is_leader locked_at", "inspector"),
    "assignments.SeatChange": (
        "",
        "seat at",
        "from_inspector to_inspector from_group to_group reason note approved_by",
    ),
    # visits
    "visits.Visit": (
        "number subject subject_name ended_at",
        "ceremony visit_id address region window_from window_to state started_at",
        "started_by ended_by",
    ),
    "visits.Record": (
        "visit task organization checked_on",
        "participant state version method note entered_at submitted_at reviewed_at review_remark",
        "entered_by submitted_by reviewed_by",
    ),
    "visits.RecordItem": ("record item", "", ""),
    "visits.VisitMember": ("visit inspector", "", ""),
    # results
    "results.CalendarDay": ("day is_workday source", "", ""),
    "results.CalendarYear": ("year source", "", ""),
    "results.ResultCategory": (
        "code name meaning parent is_exclusive needs_follow_up position valid_from valid_to",
        "",
        "",
    ),
    "results.Finding": ("", "record_item outcome description", ""),
    "results.RecordCategory": ("record category", "", ""),
    "results.FollowUp": ("record kind", "due_on note state closed_at closing_note", "closed_by"),
    # publication
    "publication.Notice": (
        "kind reference version title organization organization_name unit_id unit_name content due_on is_late state "
        "published_at withdrawn_at withdrawn_reason",
        "",
        "published_by",
    ),
}


def classed() -> dict[tuple[str, str], Audience]:
    """The table as (model, field) → who may read it.

    Raises:
        ValueError: a field stands in it twice.
    """
    found: dict[tuple[str, str], Audience] = {}
    for model, columns in FIELDS.items():
        for audience, names in zip(Audience, columns, strict=True):
            for name in names.split():
                if (model, name) in found:
                    raise ValueError(f"{model}.{name} is classed twice")
                found[model, name] = audience
    return found


def stored() -> set[tuple[str, str]]:
    """Every field of every table of the project, but keys made by the database and the tables of former versions."""
    return {
        (model._meta.label, field.name)
        for model in models()
        for field in model._meta.concrete_fields
        if not (field.primary_key and field.name == "id")
    }


def models() -> list[type[Model]]:
    """The project's tables, without those that only keep former versions of another (they follow its classes)."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("mingcha.") and not model.__name__.startswith("Historical")
    ]
