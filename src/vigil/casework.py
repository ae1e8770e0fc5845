"""Holding a case against what the ledger holds already. Runs inside the caller's transaction."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from vigil.cases.tasks import next_task
from vigil.judge.cases import LINK_DAYS, LINK_LATE, Context, match
from vigil.judge.common import DIGEST
from vigil.judge.evidence import SAME_NAME, prepare
from vigil.judge.facts import facts_of
from vigil.judge.progress import NO_PROGRESS, progress_after
from vigil.model import Case, Finding, Payment, Transaction
from vigil.store import alerts, casebook, learnt, ledger
from vigil.telling import Teller, tell_findings


class Matched(NamedTuple):
    """A transaction of the ledger that belongs to a case."""

    transaction: int
    confidence: float
    reason: str


def match_ledger(teller: Teller, case: Case) -> list[Matched]:
    """Find what belongs to a newly opened case among the transactions known already.

    What is history is only listed; a charge that came after the watch began is told as well.
    """
    db = teller.db
    prepared = prepare((case,))
    progress = NO_PROGRESS
    findings: list[Finding] = []
    candidates = _candidates(db, case)
    for transaction in candidates:
        context = Context(facts_of(transaction).manner, None, 0)
        for found in match(transaction, prepared, {case.id: progress}, context):
            progress = progress_after(progress, found, transaction)
            findings.append(found)
    old = {one.id for one in candidates if one.history}
    told = [one for one in findings if one.transaction not in old and one.score >= DIGEST]
    quiet = [one for one in findings if one not in told]
    named = {one.id: one for one in candidates}
    alerts.add_findings(db, None, ((one, None) for one in quiet), named)
    tell_findings(teller, told)
    for one in quiet:
        casebook.note(db, case.id, one.reason, teller.now)
    _link_payments(db, case, findings, named)
    return [Matched(one.transaction, one.confidence or 0.0, one.reason) for one in findings]


def _link_payments(
    db: sqlite3.Connection,
    case: Case,
    findings: Sequence[Finding],
    named: Mapping[int, Transaction],
) -> None:
    """Write into the case which rows of the ledger its payments are, each row once."""
    free = [named[one.transaction] for one in findings if one.rule == "case.payment"]
    payments = []
    for payment in case.payments:
        twin = next((one for one in free if (one.amount, one.currency) == payment[1:3]), None)
        if twin and payment.transaction is None:
            free.remove(twin)
            payment = payment._replace(transaction=twin.id, fitid=twin.fitid)  # noqa: PLW2901
        payments.append(payment)
    casebook.change(db, replace(case, payments=tuple(payments)))


def tells_of(case: Case, payment: Payment) -> bool:
    """True when the case holds this payment already, picked from the ledger or typed."""
    return any(
        one.transaction == payment.transaction
        if one.transaction
        else (one.amount, one.currency) == (payment.amount, payment.currency)
        and abs((one.day - payment.day).days) <= LINK_LATE
        for one in case.payments
    )


def case_for(db: sqlite3.Connection, spent: Sequence[Transaction]) -> int | None:
    """The open case with the same counterparty as one of these payments."""
    cases = tuple(casebook.open_cases(db))
    if not cases:
        return None
    prepared = prepare(cases)
    for one in spent:
        for case, likeness in zip(prepared.cases, prepared.similarity(one.merchant), strict=True):
            if likeness >= SAME_NAME:
                return case.id
    return None


def payments_like(db: sqlite3.Connection, name: str, today: date) -> list[Transaction]:
    """Money out of the last year to somebody whose name is like `name`, by day."""
    prepared = prepare((Case(0, name, "", None, today, names=(name,)),))
    alike = [
        key for key in learnt.known_merchants(db) if max(prepared.similarity(key)) >= SAME_NAME
    ]
    found = ledger.since(db, today - timedelta(days=365), alike, ())
    return [one for one in found if one.amount < 0]


def next_line(teller: Teller, case: Case) -> str:
    """The next step of a case as a clause."""
    return next_task(case, teller.household.today(teller.now)).task


def _candidates(db: sqlite3.Connection, case: Case) -> list[Transaction]:
    """Transactions that could belong to a case: a name like its own, or the sum of a payment."""
    prepared = prepare((case,))
    alike = [
        key for key in learnt.known_merchants(db) if max(prepared.similarity(key)) >= SAME_NAME
    ]
    since = case.opened - timedelta(days=LINK_DAYS)
    sums = {one.amount for one in case.payments} | {one.amount for one in case.expected}
    return ledger.since(db, since, alike, sums)
