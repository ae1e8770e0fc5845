"""Judging: every transaction is held against the open cases, then the patterns, then learnt.

Pure but for `Learnt`, which it brings up to date. It knows no clock, no store and no sender:
what becomes of a finding is decided in `alerts`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from vigil.judge.cases import Context, match
from vigil.judge.evidence import Prepared, prepare
from vigil.judge.facts import facts_of
from vigil.judge.patterns import Pattern, all_patterns
from vigil.judge.profile import Learnt
from vigil.judge.progress import NO_PROGRESS, CaseProgress, progress_after
from vigil.model import Case, Finding, Transaction

__all__ = ["Fault", "Judged", "Lesson", "Suppressed", "judge"]


class Lesson(NamedTuple):
    """What the answer *mine* taught: at this merchant, amounts in this band are all right.

    Attributes:
        rule: the pattern that is silent there; None is every pattern.
        low, high: the band in minor units without sign, both included.
        said_on: the day of the answer.
    """

    account: int
    merchant: str
    rule: str | None
    low: int
    high: int
    currency: str
    said_on: date


class Suppressed(NamedTuple):
    """A finding that nobody is told of, and why."""

    finding: Finding
    why: str


class Fault(NamedTuple):
    """A pattern that failed on a transaction: a defect of the pattern, to be recorded and told."""

    rule: str
    transaction: int
    what: str


class Judged(NamedTuple):
    """What judging a batch gave.

    Attributes:
        findings: in the order of the transactions, a case's before a pattern's.
        suppressed: findings that a lesson silenced.
        faults: patterns that raised; the batch went on.
        progress: the cases whose progress changed, by case id.
    """

    findings: list[Finding]
    suppressed: list[Suppressed]
    faults: list[Fault]
    progress: dict[int, CaseProgress]


def judge(
    transactions: Iterable[Transaction],
    learnt: Learnt,
    cases: Iterable[Case] = (),
    progress: Mapping[int, CaseProgress] | None = None,
    lessons: Iterable[Lesson] = (),
    *,
    patterns: Iterable[Pattern] | None = None,
) -> Judged:
    """Judge one account's transactions in the order given, learning each after it was judged.

    History is held against the cases and learnt, but no pattern sees it.

    Args:
        transactions: of one account.
        learnt: the account's state before them; it is brought up to date.
        cases: the household's open cases.
        progress: how far they are, by case id.
        lessons: what *mine* taught.
        patterns: the patterns to ask, all of them by default.
    """
    judged = Judged([], [], [], {})
    prepared = prepare(tuple(cases))
    known_progress = dict(progress or {})
    by_merchant: dict[tuple[int, str], list[Lesson]] = {}
    for lesson in lessons:
        by_merchant.setdefault((lesson.account, lesson.merchant), []).append(lesson)
    asked = all_patterns() if patterns is None else tuple(patterns)
    for transaction in transactions:
        if prepared.cases:
            _match(transaction, learnt, prepared, known_progress, judged)
        if not transaction.history:
            taught = by_merchant.get((transaction.account, transaction.merchant), [])
            for pattern in asked:
                found = _fenced(pattern, transaction, learnt, judged)
                if found is not None:
                    _sort_in(found, transaction, taught, judged)
        learnt.learn(transaction)
    return judged


def _match(
    transaction: Transaction,
    learnt: Learnt,
    prepared: Prepared,
    progress: dict[int, CaseProgress],
    judged: Judged,
) -> None:
    context = _context(transaction, learnt)
    for found in match(transaction, prepared, progress, context):
        judged.findings.append(found)
        if found.case is not None:
            before = progress.get(found.case, NO_PROGRESS)
            after = progress_after(before, found, transaction)
            progress[found.case] = judged.progress[found.case] = after


def _context(transaction: Transaction, learnt: Learnt) -> Context:
    merchant = learnt.merchants.get(transaction.merchant)
    since = merchant.first if merchant else None
    if since is None and learnt.known().get(transaction.merchant, 0):
        since = 1  # another account knows them, since an unknown day
    buys = learnt.account.flows.get(f"{transaction.currency} buy")
    return Context(facts_of(transaction).manner, since, buys)


def _fenced(
    pattern: Pattern, transaction: Transaction, learnt: Learnt, judged: Judged
) -> Finding | None:
    try:
        return pattern.judge(transaction, learnt)
    except Exception as error:  # noqa: BLE001 - the plug-in fence: one bad pattern must not lose a batch
        judged.faults.append(Fault(pattern.id, transaction.id, f"{type(error).__name__}: {error}"))
        return None


def _sort_in(
    found: Finding, transaction: Transaction, taught: list[Lesson], judged: Judged
) -> None:
    for lesson in taught:
        covers = lesson.rule in (None, found.rule) and lesson.currency == transaction.currency
        if covers and lesson.low <= abs(transaction.amount) <= lesson.high:
            why = f"you said it was yours on {lesson.said_on.isoformat()}"
            judged.suppressed.append(Suppressed(found, why))
            return
    judged.findings.append(found)
