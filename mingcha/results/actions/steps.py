"""What every act on a record does: lock it, and note in the trail what it says."""

from collections.abc import Mapping
from datetime import datetime

from fairdraw.canonical import jcs
from fairdraw.suite import digest
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.results import queries
from mingcha.visits.models import Record


def locked(record: Record) -> Record:
    """The record as it is now, locked until the transaction ends."""
    Record.objects.select_for_update().get(pk=record.pk)
    return Record.objects.select_related("visit", "organization", "task").get(pk=record.pk)


def write_down(act: str, record: Record, *, by: Actor, at: datetime) -> None:
    """One entry of the trail: which record, which version, and the digest of everything it says."""
    facts = {
        "record": record.pk,
        "task": record.task.number,
        "organization": record.organization.code,
        "version": record.version,
        "content": digest(jcs(_content(record))),
    }
    ledger.append(act=act, subject=f"visit:{record.visit.number}", facts=facts, by=by, at=at)


def _content(record: Record) -> Mapping[str, object]:
    entry = queries.entry_of(record)
    return {
        "findings": [[finding.record_item, finding.outcome, finding.description] for finding in entry.findings],
        "categories": [category.code for category in entry.categories],
        "follow_ups": [
            [follow_up.kind, follow_up.due_on.isoformat() if follow_up.due_on else "", follow_up.note]
            for follow_up in entry.follow_ups
        ],
        "checked_on": entry.checked_on.isoformat() if entry.checked_on else "",
        "method": entry.method,
        "note": record.note,
        "state": str(record.state),
        "remark": record.review_remark,
    }
