"""A known merchant takes far more than this person usually pays there.

Measured on the merchant's own payments, so a dear shop is not dear and a cheap one betrays a
large sum. Gift cards bought under pressure look like this: the chemist's, ten times over.
Silent without a habit, and where prices swing by nature (journeys, lodging).
"""

from math import log2

from vigil.judge.common import finding, is_young, out_flow, plain, usual_range, usual_words
from vigil.judge.facts import facts_of
from vigil.judge.patterns import Pattern
from vigil.judge.profile import Learnt, MerchantProfile
from vigil.judge.samples import Line, ordinary
from vigil.model import Finding, Transaction

ID = "unusual_amount"
HABIT = 6  # payments that make a range worth trusting
AGAIN_DAYS = 3  # a second large one so soon is the same happening


def judge(transaction: Transaction, learnt: Learnt) -> Finding | None:
    """A finding for a payment far above the merchant's usual range, near its largest or above."""
    if transaction.amount >= 0:
        return None
    merchant = learnt.merchants.get(transaction.merchant)
    flow = merchant.out(transaction.currency) if merchant else None
    if merchant is None or flow is None or flow.count < HABIT or is_young(learnt.account):
        return None
    amount = -transaction.amount
    below = 2 * amount < 3 * flow.total // flow.count or 2 * amount < flow.largest
    if below or facts_of(transaction).manner != "buy":
        return None
    return _against_habit(transaction, learnt, merchant)


def _against_habit(
    transaction: Transaction, learnt: Learnt, merchant: MerchantProfile
) -> Finding | None:
    amount, currency = -transaction.amount, transaction.currency
    usual = usual_range(merchant, currency)
    buys = out_flow(transaction, "buy", learnt.account)
    if usual is None or buys is None or facts_of(transaction).travel:
        return None
    low, high = usual
    spread = max(high / max(low, 1), 1.5)  # a merchant of all sizes surprises with nothing
    times = amount / max(high, 1)
    if times < 1.5:
        return None
    score = 1.4 + 0.9 * log2(times) - 0.25 * log2(spread)
    share = buys.share_at_least(amount)
    score += 0.6 if share < 0.01 else 0.3 if share < 0.04 else -0.8 if share > 0.1 else 0.0
    again = _large_lately(transaction, merchant, high)
    score += 0.6 if again else 0.0
    score += 0.3 if amount % 1000 == 0 else 0.0
    reason = f"{plain(amount, currency)}; {usual_words(merchant, currency)}"
    return finding(ID, transaction, min(score, 4.4 if again else 3.9), reason, again)


def _large_lately(
    transaction: Transaction, merchant: MerchantProfile, high: int
) -> tuple[int, ...]:
    """The merchant's other payments of the last days that were also above the habit."""
    day = transaction.day.toordinal()
    return tuple(
        entry[1]
        for entry in merchant.recent
        if -entry[2] * 2 > 3 * high and 0 <= day - entry[0] <= AGAIN_DAYS
    )


PATTERN = Pattern(
    id=ID,
    title="far more than you usually pay there",
    judge=judge,
    hits=((*ordinary(), Line(95, "GREEN GROCER #12 SALEM OR", -41200)),),
    misses=(
        (*ordinary(), Line(95, "GREEN GROCER #12 SALEM OR", -6100)),
        (*ordinary(), Line(95, "SQ *BEAN HOUSE SALEM OR", -1400)),
        (*ordinary(), Line(95, "GREEN GROCER #12 SALEM OR", 41200)),
    ),
)
