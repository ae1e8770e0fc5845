"""Holds a transaction against the open cases: does it belong to one, and as what?

Pure. It decides nothing: a person can undo every match. Names are compared once per merchant and
case (`evidence`); what goes out is judged in `case_charges`, what comes in here.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from vigil.judge.case_charges import MONEY_OUT
from vigil.judge.case_view import Context, Seen, sum_words, told
from vigil.judge.common import plain
from vigil.judge.evidence import PROVISIONAL, SAME_NAME, Prepared, prepare
from vigil.judge.progress import NO_PROGRESS, CaseProgress, missing
from vigil.model import Case, Finding, Transaction
from vigil.text import fold

__all__ = ["Context", "match", "payments_of"]


def match(
    transaction: Transaction,
    prepared: Prepared,
    progress: Mapping[int, CaseProgress],
    context: Context,
) -> list[Finding]:
    """The findings of all cases on one transaction, at most one for each case.

    Args:
        transaction: posted or pending, of any account of the household.
        prepared: the open cases, from `evidence.prepare`.
        progress: by case id; a missing one has no progress.
        context: what is known of the payee.

    Returns:
        Findings with rule "case.<kind>", confidence and reason. "case.payment" only links a
        payment that the case already tells of; its score is below every level.
    """
    names = prepared.similarity(transaction.merchant)
    identifiers = prepared.found_identifiers(transaction)
    strange = max(names, default=0.0) >= 0.5 or any(identifiers)
    if not strange and _is_ordinary(transaction, prepared, progress, context):
        return []
    findings = []
    for case, name, identifier in zip(prepared.cases, names, identifiers, strict=True):
        so_far = progress.get(case.id, NO_PROGRESS)
        seen = Seen(transaction, case, so_far, context, name, identifier)
        for kind in _MONEY_IN if transaction.amount > 0 else MONEY_OUT:
            found = kind(seen)
            if found is not None:
                findings.append(found)
                break
    return findings


def _is_ordinary(
    transaction: Transaction,
    prepared: Prepared,
    progress: Mapping[int, CaseProgress],
    context: Context,
) -> bool:
    """An old acquaintance takes an ordinary sum: nearly every row, so it is asked first."""
    return (
        transaction.amount < 0
        and context.since is not None
        and context.since < prepared.earliest
        and transaction.amount not in prepared.sums
        and not any(one.provisional for one in progress.values())
    )


def _provisional(seen: Seen) -> Finding | None:
    transaction = seen.transaction
    if transaction.day < seen.case.opened or not PROVISIONAL.search(fold(transaction.descriptor)):
        return None
    paid = {-p.amount for p in seen.case.payments if p.currency == transaction.currency}
    paid.add(missing(seen.case, seen.progress, transaction.currency))
    if transaction.amount not in paid and seen.same < SAME_NAME:
        return None
    reason = (
        f"{sum_words(seen)} was credited for the time being;"
        " the bank can take it back, keep the evidence"
    )
    return told(seen, "provisional_credit", 3.0, 0.9, reason)


def _refund(seen: Seen) -> Finding | None:
    transaction, case = seen.transaction, seen.case
    left = missing(case, seen.progress, transaction.currency)
    if left <= 0 or transaction.day < case.opened - timedelta(days=3):
        return None
    whole = transaction.amount == left
    if seen.same < SAME_NAME and not (whole and left % 1000 and seen.context.since is None):
        return None
    confidence = seen.same if seen.same >= SAME_NAME else 0.6
    still = left - transaction.amount
    total = left + seen.progress.returned(transaction.currency)
    came = f"{sum_words(seen)} of {plain(total, transaction.currency)} came back"
    if still > 0:
        reason = f"{came}; {plain(still, transaction.currency)} still missing"
        return told(seen, "refund", 3.0, confidence, reason)
    return told(seen, "refund", 2.0, confidence, f"{came}; nothing is missing")


_MONEY_IN = (_provisional, _refund)


def payments_of(case: Case, transactions: Iterable[Transaction]) -> list[Finding]:
    """Links between a newly opened case and what the ledger already holds ("case.payment").

    Args:
        case: with payments as the person typed or picked them.
        transactions: of the household's accounts, of the two months before the case was opened.

    Returns:
        For each payment at most one link, the surest, then the latest.
    """
    prepared, context = prepare((case,)), Context("buy", None, None)
    found: list[tuple[float, Transaction, Finding]] = []
    for transaction in transactions:
        links = match(transaction, prepared, {}, context)
        found += [(f.confidence or 0, transaction, f) for f in links if f.rule == "case.payment"]
    found.sort(key=lambda item: (-item[0], -item[1].day.toordinal(), -item[1].id))
    best_links = []
    for payment in case.payments:
        sums = (payment.amount, payment.currency)
        best = next((f for f in found if (f[1].amount, f[1].currency) == sums), None)
        if best is not None:
            found.remove(best)
            best_links.append(best[2])
    return best_links
