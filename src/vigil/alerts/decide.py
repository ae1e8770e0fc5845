"""Findings on one happening become one alert; a case match outranks a pattern. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vigil.model import Finding, Level, Transaction

_LEVELS: tuple[Level, ...] = ("digest", "ask", "urgent")
# What the case matcher says of money that comes back is another happening than money that leaves.
MONEY_BACK = frozenset(("case.refund", "case.provisional_credit"))


@dataclass(frozen=True, slots=True)
class Happening:
    """Findings that belong together, and the alert they make or join.

    Attributes:
        subject: equal for findings of different documents on the same happening, so that a later
            one joins the alert that is still open.
        findings: the leading one first.
    """

    subject: str
    level: Level
    account: int
    case: int | None
    findings: tuple[Finding, ...]


def happenings(
    findings: Sequence[Finding], transactions: Mapping[int, Transaction]
) -> list[Happening]:
    """Group findings; `transactions` holds every transaction that one of them names."""
    groups: list[tuple[set[object], list[Finding]]] = []
    of_a_case = {one.transaction for one in findings if one.case is not None}
    for finding in findings:
        marks = _marks(finding, transactions[finding.transaction], of_a_case)
        touching = [group for group in groups if group[0] & marks]
        for group in touching:
            groups.remove(group)
        merged = set(marks).union(*(group[0] for group in touching))
        members = [one for group in touching for one in group[1]]
        groups.append((merged, [*members, finding]))
    return [_happening(members, transactions) for _, members in groups]


def worst(levels: Iterable[Level]) -> Level:
    """The most pressing of some levels."""
    return max(levels, key=_LEVELS.index)


def subject_of(finding: Finding, transaction: Transaction) -> str:
    """The name of the happening that a finding speaks of."""
    if finding.case is not None:
        side = "back" if finding.rule in MONEY_BACK else "out"
        return f"case {finding.case} {side}"
    # Rows without a name have nothing in common.
    return f"account {transaction.account} {transaction.merchant or f't{transaction.id}'}"


def lead(findings: Iterable[Finding]) -> list[Finding]:
    """Findings with the one that speaks for all first: a case match, then the highest score."""
    return sorted(findings, key=lambda one: (one.case is None, -one.score, one.transaction))


def _marks(finding: Finding, transaction: Transaction, of_a_case: set[int]) -> set[object]:
    if finding.case is None and finding.transaction in of_a_case:
        # A pattern on a case's own charge draws nothing else into the case: that is not yet known.
        return {finding.transaction}
    marks: set[object] = {subject_of(finding, transaction)}
    # Money back is never folded into an alarm by way of its transactions.
    if finding.rule not in MONEY_BACK:
        marks |= {finding.transaction, *finding.related}
    return marks


def _happening(members: Sequence[Finding], transactions: Mapping[int, Transaction]) -> Happening:
    ordered = lead(members)
    first = ordered[0]
    anchor = transactions[first.transaction]
    return Happening(
        subject=subject_of(first, anchor),
        level=worst(one.level for one in ordered),
        account=anchor.account,
        case=first.case,
        findings=tuple(ordered),
    )
