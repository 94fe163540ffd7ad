"""Entries and checkpoints. No foreign keys: the ledger names its subjects, so nothing can pull a line out of it.

The database itself refuses UPDATE and DELETE on both tables (see `guards`).
"""

from django.db import models


class LedgerHead(models.Model):
    """The one row that every append locks, so that entries form a single chain (链头)."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    size = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.size)


class LedgerEntry(models.Model):
    """One thing that happened (留痕记录): leaf number `seq` of the tree."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    organization = models.CharField(max_length=40)
    actor = models.CharField(max_length=150)
    body = models.TextField()
    """Canonical JSON (RFC 8785) of everything above, the facts, and the former entry's leaf hash."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the body's bytes."""
    leaf = models.CharField(max_length=64)
    """The leaf hash SHA-256(00 ‖ digest)."""
    peaks = models.TextField()
    """Hashes of the perfect subtrees after this entry, left to right, in hex: the root in a few steps."""

    class Meta:
        indexes = [
            models.Index(fields=["subject", "seq"], name="ledger_subject"),
            models.Index(fields=["act", "seq"], name="ledger_act"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.act} {self.subject}"


class Checkpoint(models.Model):
    """A signed statement of size and root (检查点), as a C2SP signed note."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    note = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.size} {self.root}"
