"""What all patterns share: the scale of scores, sums in words, what "new" and "usual" mean.

Pure. No pattern decides on a level by itself: the level follows from the score, so that one
threshold can sweep all of them.
"""

from vigil.judge.flow import Flow, bucket
from vigil.judge.profile import AccountProfile, Learnt, MerchantProfile
from vigil.model import Finding, Level, Transaction
from vigil.money import format_minor

URGENT, ASK, DIGEST = 4.0, 3.0, 2.0
# Below these an account is young: what looks unusual may only be unknown.
YOUNG_DAYS, YOUNG_COUNT = 60, 40


def level_of(score: float) -> Level:
    """The level that a score means; below `DIGEST` it is not worth a finding at all."""
    if score >= URGENT:
        return "urgent"
    return "ask" if score >= ASK else "digest"


def finding(
    rule: str,
    transaction: Transaction,
    score: float,
    reason: str,
    related: tuple[int, ...] = (),
) -> Finding | None:
    """A finding with the level of its score, or None when the score is below the digest's floor."""
    if score < DIGEST:
        return None
    score = round(score, 2)
    return Finding(rule, transaction.id, level_of(score), score, reason, related=related)


def plain(amount: int, currency: str) -> str:
    """An amount without its sign, as texts for people print it."""
    return format_minor(abs(amount), currency)


def about(amount: int, currency: str) -> str:
    """An amount known only from a log bucket, to two digits: 163.83 is told as "160.00"."""
    amount = abs(amount)
    unit = 10 ** max(len(str(amount)) - 2, 0)
    return plain((amount + unit // 2) // unit * unit, currency)


def is_young(account: AccountProfile) -> bool:
    """Whether so little is known of the account that only strong signs may be told."""
    return account.count < YOUNG_COUNT or account.age < YOUNG_DAYS


def is_new(transaction: Transaction, learnt: Learnt) -> bool:
    """Whether nobody in the household ever dealt with this merchant before."""
    return (
        transaction.merchant not in learnt.merchants
        and learnt.known().get(transaction.merchant, 0) == 0
    )


def out_flow(transaction: Transaction, manner: str, account: AccountProfile) -> Flow | None:
    """What the account paid so far in this manner and currency."""
    return account.flows.get(f"{transaction.currency} {manner}")


def rarity_of_start(transaction: Transaction, manner: str, account: AccountProfile) -> float:
    """How rare so large an amount is among first payments to merchants: 1 ordinary, 0 never seen.

    With n first payments it cannot fall below 1 / (n + 1): a young account stays unsure.
    """
    starts = account.starts.get(f"{transaction.currency} {manner}", {})
    slot = bucket(abs(transaction.amount))
    above = sum(count for b, count in starts.items() if b >= slot)
    return (above + 1) / (sum(starts.values()) + 1)


def usual_range(merchant: MerchantProfile, currency: str) -> tuple[int, int] | None:
    """What is usually paid to a merchant, from the tenth to the ninetieth of a hundred payments.

    None with fewer than three payments: two amounts are no habit.
    """
    flow = merchant.out(currency)
    if flow is None or flow.count < 3:
        return None
    return flow.quantile(0.1), flow.quantile(0.9)


def usual_words(merchant: MerchantProfile, currency: str) -> str:
    """Such as "you usually pay them 35.00 to 52.00"; empty when there is no habit."""
    usual = usual_range(merchant, currency)
    if usual is None:
        return ""
    # Real amounts of the latest payments read better than edges of buckets.
    paid = [-e[2] for e in merchant.recent if e[3] == currency and usual[0] <= -e[2] <= usual[1]]
    low, high = (
        plain(min(paid, default=usual[0]), currency),
        plain(max(paid, default=usual[1]), currency),
    )
    return f"you usually pay them {low}" if low == high else f"you usually pay them {low} to {high}"
