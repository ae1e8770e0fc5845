"""A payee of the last weeks gets more each time.

Investment and romance frauds begin small and rise. Savings plans stay level, bills follow use, and
shops that one has known for long are left to other patterns.
"""

from itertools import pairwise
from math import log2

from vigil.judge.common import finding, out_flow, plain
from vigil.judge.facts import facts_of, repeats_honestly, sic_of
from vigil.judge.patterns import Pattern
from vigil.judge.profile import Entry, Learnt, MerchantProfile
from vigil.judge.samples import Line, ordinary
from vigil.model import Finding, Transaction

ID = "rising_payments"
YOUNG_PAYEE_DAYS = 90
MOST_PAYMENTS = 8
STEP = 1.5  # each payment at least so many times the one before


def judge(transaction: Transaction, learnt: Learnt) -> Finding | None:
    """A finding when each payment to a young payee is clearly larger than the one before."""
    merchant = learnt.merchants.get(transaction.merchant)
    if transaction.amount >= 0 or merchant is None:
        return None
    young = transaction.day.toordinal() - merchant.first <= YOUNG_PAYEE_DAYS
    if not young or merchant.count > MOST_PAYMENTS:
        return None
    buys = out_flow(transaction, "buy", learnt.account)
    if buys is None or -transaction.amount < 4 * buys.quantile(0.5):
        return None
    steps = _steps(transaction, merchant)
    often = repeats_honestly(transaction.payee, sic_of(transaction))
    if not steps or often or facts_of(transaction).manner not in {"buy", "send"}:
        return None
    return _finding(transaction, steps, buys.quantile(0.5))


def _steps(transaction: Transaction, merchant: MerchantProfile) -> list[Entry]:
    """The payments before this one, when every step rises; else none."""
    before = [e for e in merchant.recent if e[3] == transaction.currency]
    rising = [-e[2] for e in before] + [-transaction.amount]
    return before if all(0 < low * STEP <= high for low, high in pairwise(rising)) else []


def _finding(transaction: Transaction, steps: list[Entry], typical: int) -> Finding | None:
    growth = transaction.amount / steps[0][2]
    score = 1.2 + 0.5 * len(steps) + 0.3 * log2(growth)
    score += 0.25 * log2(max(-transaction.amount / (4 * max(typical, 1)), 1))
    whole = all(amount % 1000 == 0 for amount in (transaction.amount, *(e[2] for e in steps)))
    score += 0.3 if whole else 0.0
    sums = ", ".join(plain(e[2], e[3]) for e in steps)
    now = plain(transaction.amount, transaction.currency)
    reason = f"{now}, after {sums} to the same new payee: each payment is larger"
    return finding(ID, transaction, min(score, 4.6), reason, tuple(e[1] for e in steps))


PATTERN = Pattern(
    id=ID,
    title="a new payee who gets more each time",
    judge=judge,
    hits=(
        (
            *ordinary(),
            Line(80, "GOLDEN COIN EXCHANGE", -15000),
            Line(86, "GOLDEN COIN EXCHANGE", -60000),
            Line(92, "GOLDEN COIN EXCHANGE", -250000),
        ),
    ),
    misses=(
        (
            *ordinary(),
            Line(60, "SAVINGS PLAN", -20000),
            Line(75, "SAVINGS PLAN", -20000),
            Line(90, "SAVINGS PLAN", -20000),
        ),
        (*ordinary(), Line(80, "NEW BAKERY", -300), Line(86, "NEW BAKERY", -900)),
    ),
)
