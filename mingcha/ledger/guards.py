"""The database's own refusal to change or delete entries and checkpoints.

Kept as SQL because it must hold against anybody with a database client, not only against this program. Whoever can drop
triggers can get past it, and then `verify` finds what they did.
"""

from typing import Any

TABLES = ("ledger_ledgerentry", "ledger_checkpoint")
SENTENCE = "the ledger is append-only"


def statements(vendor: str) -> list[str]:
    """The SQL that sets the guards up, one statement each."""
    return _sqlite() if vendor == "sqlite" else _postgresql()


def removals(vendor: str) -> list[str]:
    """The SQL that takes the guards away (undoing the migration; emptying a test database)."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {t}_no_{verb}" for t in TABLES for verb in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {t}_append_only{suffix} ON {t}" for t in TABLES for suffix in ("", "_truncate")]


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        for table in TABLES
        for verb in ("update", "delete")
    ]


def _postgresql() -> list[str]:
    function = (
        "CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$ LANGUAGE plpgsql"
    )
    triggers = []
    for table in TABLES:
        triggers.append(
            f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION ledger_append_only()"
        )
        triggers.append(
            f"CREATE OR REPLACE TRIGGER {table}_append_only_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()"
        )
    return [function, *triggers]


def put_up(connection: Any) -> None:
    """Set the guards up on a connection."""
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def take_down(connection: Any) -> None:
    """Take the guards away."""
    with connection.cursor() as cursor:
        for statement in removals(connection.vendor):
            cursor.execute(statement)
