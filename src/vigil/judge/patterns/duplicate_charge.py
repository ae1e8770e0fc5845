"""The same amount taken twice by one merchant within days.

Coffee, fares and tickets repeat honestly: a merchant where equal amounts close to each other are
ordinary, round sums, and pushed payments speak against it. Never looks further back than the
merchant's latest transactions.
"""

from itertools import pairwise

from vigil.judge.common import finding, out_flow, plain
from vigil.judge.facts import facts_of, paid_day, repeats_honestly, sic_of
from vigil.judge.patterns import Pattern
from vigil.judge.profile import Entry, Learnt, MerchantProfile
from vigil.judge.samples import Line, habit, ordinary
from vigil.model import Finding, Transaction

ID = "duplicate_charge"
NEAR_DAYS = 7


def judge(transaction: Transaction, learnt: Learnt) -> Finding | None:
    """A finding when an equal charge by the merchant came at most a week before."""
    if transaction.amount >= 0:
        return None
    merchant = learnt.merchants.get(transaction.merchant)
    if merchant is None:
        return None
    twin = _twin(transaction, merchant)
    if twin is None or facts_of(transaction).manner != "buy":
        return None
    score = _score(transaction, twin, merchant, learnt)
    day = type(transaction.day).fromordinal(twin[0]).isoformat()
    amount = plain(transaction.amount, transaction.currency)
    return finding(
        ID, transaction, score, f"{amount}; the same amount at the same shop as {day}", (twin[1],)
    )


def _twin(transaction: Transaction, merchant: MerchantProfile) -> Entry | None:
    day = transaction.day.toordinal()
    for entry in reversed(merchant.recent):
        if entry[2] == transaction.amount and entry[3] == transaction.currency:
            near = abs(day - entry[0]) <= NEAR_DAYS and entry[1] != transaction.id
            return entry if near else None
    return None


def _score(
    transaction: Transaction, twin: Entry, merchant: MerchantProfile, learnt: Learnt
) -> float:
    amount = -transaction.amount
    gap = abs(transaction.day.toordinal() - twin[0])
    score = 3.5 if gap <= 3 else 3.2
    paid = paid_day(transaction)
    if paid and twin[4]:
        score += 0.3 if paid == twin[4] else -0.15 * min(abs(paid - twin[4]), 3)
    if repeats_honestly(transaction.payee, sic_of(transaction)):
        score -= 1.2
    buys = out_flow(transaction, "buy", learnt.account)
    if buys is None or amount < buys.quantile(0.25):
        score -= 0.8  # fares, coffee, parking
    if amount % 100 == 0:
        score -= 0.4 if amount % 500 else 0.8
    equal = [e[0] for e in merchant.recent if e[2] == transaction.amount and e[1] != transaction.id]
    closest = min((b - a for a, b in pairwise(equal)), default=99)
    if closest <= NEAR_DAYS:
        score -= 1.5  # it has repeated like this before
    elif len(equal) > 2 and closest < 20:
        score -= 0.6
    if transaction.unsure:
        score = min(score, 2.5)  # the document may have told one charge twice
    return score


PATTERN = Pattern(
    id=ID,
    title="the same charge twice within a week",
    judge=judge,
    hits=(
        (*ordinary(), Line(90, "FERN STORE", -4975), Line(91, "FERN STORE", -4975)),
        (
            *ordinary(),
            *habit("STREAM PLUS", (-1899, -1899, -1899), 30),
            Line(66, "STREAM PLUS", -1899),
        ),
    ),
    misses=(
        (
            *ordinary(),
            Line(90, "SQ *BEAN HOUSE SALEM OR", -450),
            Line(91, "SQ *BEAN HOUSE SALEM OR", -450),
        ),
        (*ordinary(), Line(90, "FERN STORE", -4975), Line(98, "FERN STORE", -4975)),
        (*ordinary(), Line(90, "FERN STORE", -4975), Line(91, "FERN STORE", -4976)),
        (*ordinary(), Line(90, "FERN STORE", 4975), Line(91, "FERN STORE", 4975)),
    ),
)
