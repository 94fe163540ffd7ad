"""What a published ratio text was read to mean (比例文字的识别): told always, taken only where it is asked for."""

from dataclasses import dataclass
from typing import Any

import click

from mingcha.kernel import ratio_texts
from mingcha.kernel.reading import LABELS, Understood
from mingcha.plans import queries, rules
from mingcha.plans.actions import TaskTerms
from mingcha.plans.models import Task
from mingcha.registers.models import RiskScheme


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of a text was understood, and the rule it settles or why it settles none."""

    understood: Understood
    proposal: rules.Proposal
    summary: str

    def to_json(self, *, adopted: bool) -> dict[str, Any]:
        """For a program."""
        rule = self.proposal.rule
        return {
            "understood": self.understood,
            "proposed": rules.to_json(rule) if rule else None,
            "adopted": adopted,
            "why_not": str(self.proposal.why_not) if self.proposal.why_not else None,
        }

    def told(self, task: str, *, adopted: bool) -> str:
        """For people, with the options that settle what is open."""
        label = LABELS[self.understood]
        if self.proposal.rule is None:
            return f"  比例文字{label}:{self.proposal.why_not}(mingcha plan edit-task {task} --ratio 或 --number)。"
        if adopted:
            return f"  规则由比例文字得出:{self.summary}。请核对。"
        return f"  比例文字{label},可作规则:{self.summary}。采用:mingcha plan edit-task {task} --rule-from-text"


def reading_of(text: str, scheme: RiskScheme | None) -> Reading:
    """Read a text against the classes of a scheme."""
    labels = queries.labels_of(scheme)
    proposal = rules.propose(text, labels)
    summary = rules.summary(proposal.rule, labels) if proposal.rule else ""
    return Reading(ratio_texts.read(text).understood, proposal, summary)


def read_rule(terms: TaskTerms, former: Task | None = None) -> None:
    """Put the rule of the text into the terms; text and scheme may be those the task had.

    Raises:
        click.UsageError: the terms have a rule of their own.
        click.ClickException: the text does not settle a rule.
    """
    if terms.get("rule") is not None:
        raise click.UsageError("--rule-from-text 不能与 --ratio、--number 或文件中的 rule 同用")
    text = terms.get("ratio_text", former.ratio_text if former else "")
    scheme = terms.get("scheme", former.scheme if former else None)
    reading = reading_of(text, scheme)
    if reading.proposal.rule is None:
        label = LABELS[reading.understood]
        raise click.ClickException(f"比例文字{label}:{reading.proposal.why_not};请用 --ratio 或 --number 给出规则")
    terms["rule"] = reading.proposal.rule
