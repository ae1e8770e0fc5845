"""One transaction beside one case, and how a match between them is told. Pure."""

from typing import NamedTuple

from vigil.judge.common import level_of, plain
from vigil.judge.flow import Flow
from vigil.judge.progress import CaseProgress
from vigil.model import Case, Finding, Transaction

# Cases about an honest shop: buying there again is no alarm.
ORDINARY_SHOP = frozenset({"refund", "refund_promised", "cancelled"})


class Context(NamedTuple):
    """What the learnt state says of the transaction's payee.

    Attributes:
        manner: how it was paid (see `facts`).
        since: first day (ordinal) on which the household dealt with them; None is never before.
        buys: the account's purchases in this currency, None while there are none.
    """

    manner: str
    since: int | None
    buys: Flow | None


class Seen(NamedTuple):
    """One transaction beside one case."""

    transaction: Transaction
    case: Case
    progress: CaseProgress
    context: Context
    name: float  # similarity of the names
    identifier: str | None

    @property
    def same(self) -> float:
        """Confidence that it is the case's counterparty, by name or identifier."""
        return 0.98 if self.identifier else self.name


def told(seen: Seen, kind: str, score: float, confidence: float, reason: str) -> Finding:
    """A finding of the case on the transaction; its level follows from the score."""
    return Finding(
        f"case.{kind}",
        seen.transaction.id,
        level_of(score),
        round(score, 2),
        reason,
        seen.case.id,
        round(confidence, 2),
    )


def sum_words(seen: Seen) -> str:
    """The transaction's amount, without its sign."""
    return plain(seen.transaction.amount, seen.transaction.currency)


def who_words(seen: Seen) -> str:
    """Why it is held to be the case's counterparty."""
    if seen.identifier:
        return f"carries {seen.identifier} of this case"
    return f"same name as in this case (likeness {seen.name:.2f})"
