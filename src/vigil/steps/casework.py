"""Holding a case against what the ledger holds already. Runs inside the caller's transaction."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from vigil.alerts.word import reason_text
from vigil.cases.tasks import next_task
from vigil.judge.case_charges import LINK_DAYS, LINK_LATE
from vigil.judge.cases import Context, match
from vigil.judge.common import DIGEST
from vigil.judge.evidence import SAME_NAME, prepare
from vigil.judge.facts import facts_of
from vigil.judge.progress import NO_PROGRESS, progress_after
from vigil.model import Case, Finding, Payment, Transaction
from vigil.money import format_minor
from vigil.steps.telling import Teller, reword, tell_findings
from vigil.store import alerts, casebook, learnt, ledger, outbox

_ALIKE = 0.6  # enough to ask "is it one of these?"
LINKED = "case.payment"  # the rule of a payment that the case tells of already


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
        context = Context(facts_of(transaction).manner, None, None)
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
        casebook.note(db, case.id, reason_text(one.reason, case), teller.now)
    _link_payments(db, case, findings, named)
    return [Matched(one.transaction, one.confidence or 0.0, one.reason) for one in findings]


def _link_payments(
    db: sqlite3.Connection,
    case: Case,
    findings: Sequence[Finding],
    named: Mapping[int, Transaction],
) -> None:
    """Write into the case which rows of the ledger its payments are, each row once."""
    picked = {one.transaction for one in case.payments}
    free = [
        named[one.transaction]
        for one in findings
        if one.rule == "case.payment" and one.transaction not in picked
    ]
    payments = []
    for payment in case.payments:
        twin = next((one for one in free if (one.amount, one.currency) == payment[1:3]), None)
        if twin and payment.transaction is None:
            free.remove(twin)
            payment = payment._replace(transaction=twin.id, fitid=twin.fitid)  # noqa: PLW2901
        payments.append(payment)
    casebook.change(db, replace(case, payments=tuple(payments)))


def join(teller: Teller, case: Case, spent: Sequence[Transaction]) -> Case:
    """The case with these payments; one that it holds already, picked or typed, is not doubled.

    Each is also noted as a payment found, so that the next equal charge rings and is not taken
    for one that the case tells of already.
    """
    free = list(case.payments)
    fresh = []
    for one in spent:
        payment = Payment(one.day, one.amount, one.currency, None, one.fitid, one.id)
        twin = next((held for held in free if _same(held, payment)), None)
        if twin:
            free.remove(twin)
        else:
            fresh.append(payment)
    joined = replace(case, payments=case.payments + tuple(fresh))
    casebook.change(teller.db, joined)
    linked = [
        Finding(LINKED, one.id, "digest", 1.0, _linked_reason(one), case.id, 1.0) for one in spent
    ]
    named = {one.id: one for one in spent}
    alerts.add_findings(teller.db, None, ((one, None) for one in linked), named)
    return joined


def part(teller: Teller, case: int, payments: int, transactions: Sequence[int]) -> None:
    """Take back a `join`: the case keeps its first `payments`, and forgets these transactions."""
    held = casebook.get(teller.db, case).case
    casebook.change(teller.db, replace(held, payments=held.payments[:payments]))
    alerts.undo_links(teller.db, case, transactions, teller.now)


def problems_of(teller: Teller, case: Case) -> list[str]:
    """What in a case does not fit the household: a person or a transaction that is not known."""
    found = []
    people = [one.name for one in teller.household.people]
    if case.owner and case.owner not in people:
        found.append(f"owner: {case.owner!r} is nobody here; known are {', '.join(people)}")
    picked = {one.transaction for one in case.payments if one.transaction}
    known = {one.id for one in ledger.transactions(teller.db, picked)}
    found += [f"payments: t{one} is not in the ledger" for one in sorted(picked - known)]
    return found


def release(teller: Teller, case: int) -> None:
    """A case that was opened by mistake: nothing counts as its own, and its alerts are reworded."""
    alerts.undo_case(teller.db, case, teller.now)
    for alert in alerts.open_on_case(teller.db, case):
        if not reword(teller, alert):
            alerts.settle(teller.db, alert.id, "closed", None, teller.now)
            outbox.drop(teller.db, alert.id, f"case {case} was undone")


def _linked_reason(transaction: Transaction) -> str:
    amount = format_minor(abs(transaction.amount), transaction.currency)
    return f"{amount}; you said that it is not yours"


def _same(held: Payment, payment: Payment) -> bool:
    if held.transaction:
        return held.transaction == payment.transaction
    days = abs((held.day - payment.day).days)
    return (held.amount, held.currency) == (payment.amount, payment.currency) and days <= LINK_LATE


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
    alike = [key for key in learnt.known_merchants(db) if max(prepared.similarity(key)) >= _ALIKE]
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
    found = {one.id: one for one in ledger.since(db, since, alike, sums)}
    picked = [one.transaction for one in case.payments if one.transaction]
    found |= {one.id: one for one in ledger.transactions(db, picked)}
    return sorted(found.values(), key=lambda one: (one.day, one.id))
