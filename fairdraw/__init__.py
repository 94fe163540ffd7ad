"""The heart (公平抽取): draws that anyone can repeat. Standard library only; no clock, no network, no database.

The five rules of trust, kept here and nowhere else:

1. Whatever is drawn from is fixed and committed to before any randomness exists: frames, designs, inspectors, salt.
2. The seed depends on the commitment and on every declared source; one honest source is enough.
3. A draw is a function of seed and files. It has one answer, and no one can ask twice.
4. Everything that counts is in the ledger before it is known to anyone who could profit.
5. The verifier trusts no figure it can compute, and says what it could not.

The bytes are fixed in spec/draw.md, spec/randomness.md, spec/teams.md and spec/ledger.md.
"""

from fairdraw.bundle import (
    Unreadable,
    ledger_proof,
    manifest,
    members,
    public_members,
    read_bundle,
    write_bundle,
)
from fairdraw.canonical import NotCanonical, jcs, read_json
from fairdraw.ceremony import Engine, NoSuchUnit, Outcome, hold, leaf_proof, reference, result_root, verify_leaf
from fairdraw.design import BadDesign, Design, design_digest, read_design
from fairdraw.draw import Row, Selection, batches, draw, select, selection_csv, ticket, windows
from fairdraw.entropy import BadOpening, read_entropy
from fairdraw.evidence import BadEvidence, BadSource
from fairdraw.fairness import UnfairTeams, check_assignment
from fairdraw.frame import (
    BadFrame,
    Frame,
    Inspector,
    burden_from_bytes,
    burden_to_bytes,
    inspectors_from_bytes,
    inspectors_to_bytes,
)
from fairdraw.quotas import BadQuota, burden_cells, burden_shares, burden_sizes, sizes
from fairdraw.refused import Refused
from fairdraw.report import Check, Difference, Report, Told
from fairdraw.seed import BadEntropy, blind, commit_input, commit_salt, derive_seed
from fairdraw.sources import PUBLIC_KINDS, arises_at, check_declared, value_of
from fairdraw.statement import (
    BadStatement,
    FrozenTask,
    Source,
    build_statement,
    read_statement,
    statement_digest,
)
from fairdraw.suite import SUITES, UnknownSuite, digest
from fairdraw.teams import Infeasible, Place, Teams, assign_teams, visit_order
from fairdraw.verify import verify_bundle, verify_files
from fairdraw.visits import Claim, Seat, Visit, is_eligible, merged_seats, visits_of

__all__ = [
    "PUBLIC_KINDS",
    "SUITES",
    "BadDesign",
    "BadEntropy",
    "BadEvidence",
    "BadFrame",
    "BadOpening",
    "BadQuota",
    "BadSource",
    "BadStatement",
    "Check",
    "Claim",
    "Design",
    "Difference",
    "Engine",
    "Frame",
    "FrozenTask",
    "Infeasible",
    "Inspector",
    "NoSuchUnit",
    "NotCanonical",
    "Outcome",
    "Place",
    "Refused",
    "Report",
    "Row",
    "Seat",
    "Selection",
    "Source",
    "Teams",
    "Told",
    "UnfairTeams",
    "UnknownSuite",
    "Unreadable",
    "Visit",
    "arises_at",
    "assign_teams",
    "batches",
    "blind",
    "build_statement",
    "burden_cells",
    "burden_from_bytes",
    "burden_shares",
    "burden_sizes",
    "burden_to_bytes",
    "check_assignment",
    "check_declared",
    "commit_input",
    "commit_salt",
    "derive_seed",
    "design_digest",
    "digest",
    "draw",
    "hold",
    "inspectors_from_bytes",
    "inspectors_to_bytes",
    "is_eligible",
    "jcs",
    "leaf_proof",
    "ledger_proof",
    "manifest",
    "members",
    "merged_seats",
    "public_members",
    "read_bundle",
    "read_design",
    "read_entropy",
    "read_json",
    "read_statement",
    "reference",
    "result_root",
    "select",
    "selection_csv",
    "sizes",
    "statement_digest",
    "ticket",
    "value_of",
    "verify_bundle",
    "verify_files",
    "verify_leaf",
    "visit_order",
    "visits_of",
    "windows",
    "write_bundle",
]
