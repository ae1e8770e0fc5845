"""A tiny charge at a new merchant, then a large one there or at another new one.

Thieves try a stolen card with cents before they use it. Vending machines, parking and app stores
also charge little once, so a tiny charge alone is hardly worth a word, two of them within days
are asked about, and the large one after them rings. Silent while the account is young.
"""

from math import log10

from vigil.judge.common import about, finding, is_new, is_young, out_flow, plain, rarity_of_start
from vigil.judge.facts import facts_of, is_online, repeats_honestly, sic_of
from vigil.judge.flow import Flow
from vigil.judge.patterns import Pattern
from vigil.judge.profile import First, Learnt
from vigil.judge.samples import Line, ordinary
from vigil.model import Finding, Transaction

ID = "card_testing"
TEST_DAYS = 12


def judge(transaction: Transaction, learnt: Learnt) -> Finding | None:
    """A finding for the large charge, or for the second tiny one within days."""
    merchant = learnt.merchants.get(transaction.merchant)
    long_known = merchant is not None and _days_since(merchant.first, transaction) > TEST_DAYS
    if transaction.amount >= 0 or long_known:
        return None
    amount = -transaction.amount
    buys = out_flow(transaction, "buy", learnt.account)
    if buys is None or is_young(learnt.account):
        return None
    tiny, large = tiny_amount(buys), amount >= 1.5 * buys.quantile(0.5)
    if not (large or amount <= tiny) or facts_of(transaction).manner != "buy":
        return None
    tests = [f for f in learnt.account.firsts if _is_test(f, transaction, tiny)]
    if merchant is not None:
        tests = [f for f in tests if f[5] == transaction.merchant]
        return _large(transaction, learnt, tests) if large else None
    if not is_new(transaction, learnt):
        return None
    return _large(transaction, learnt, tests) if large else _tiny(transaction, tests, buys)


def _days_since(day: int, transaction: Transaction) -> int:
    return transaction.day.toordinal() - day


def tiny_amount(buys: Flow) -> int:
    """Up to this an amount may be a test: a twentieth of the usual one."""
    return buys.quantile(0.5) // 20


def _is_test(first: First, transaction: Transaction, tiny: int) -> bool:
    return (
        0 < -first[2] <= tiny
        and first[3] == transaction.currency
        and first[4] == "buy"
        and 0 <= _days_since(first[0], transaction) <= TEST_DAYS
        and first[1] != transaction.id
    )


def _large(transaction: Transaction, learnt: Learnt, tests: list[First]) -> Finding | None:
    if not tests:
        return None
    rarity = rarity_of_start(transaction, "buy", learnt.account)
    score = 2.6 + 0.4 * len(tests) + 0.6 * log10(1 / rarity)
    score += 0.3 if is_online(transaction.payee) else -0.6
    if repeats_honestly(transaction.payee, sic_of(transaction)) or facts_of(transaction).travel:
        score -= 0.6
    first = min(tests)
    amount = plain(transaction.amount, transaction.currency)
    small = plain(first[2], first[3])
    day = type(transaction.day).fromordinal(first[0]).isoformat()
    reason = f"{amount} at a new shop, after {small} at {_where(first, transaction)} on {day}"
    return finding(ID, transaction, min(score, 4.8), reason, tuple(f[1] for f in tests))


def _where(first: First, transaction: Transaction) -> str:
    return "the same shop" if first[5] == transaction.merchant else f"another new one ({first[5]})"


def _tiny(transaction: Transaction, tests: list[First], buys: Flow) -> Finding | None:
    amount = plain(transaction.amount, transaction.currency)
    usual = about(buys.quantile(0.5), transaction.currency)
    if not tests:
        share = 1 - buys.share_at_least(-transaction.amount)
        reason = f"{amount} at a new shop; half of your purchases are above about {usual}"
        return finding(ID, transaction, 2.4 if share < 0.01 else 1.8, reason)
    count = len(tests) + 1
    reason = f"{amount}; charge number {count} of cents at new shops within {TEST_DAYS} days"
    return finding(ID, transaction, 2.9 + 0.3 * len(tests), reason, tuple(f[1] for f in tests))


PATTERN = Pattern(
    id=ID,
    title="a tiny test charge, then a large one",
    judge=judge,
    hits=(
        (*ordinary(), Line(95, "QUICK GIVE", -50), Line(99, "HARVEST ELECTRONICS", -24000)),
        (*ordinary(), Line(95, "QUICK GIVE", -50), Line(99, "QUICK GIVE", -24000)),
        (*ordinary(), Line(95, "QUICK GIVE", -50), Line(96, "OTHER GIVE", -100)),
    ),
    misses=(
        (*ordinary(), Line(95, "QUICK GIVE", -50), Line(120, "HARVEST ELECTRONICS", -24000)),
        (*ordinary(), Line(95, "QUICK GIVE", -50), Line(99, "GREEN GROCER #12", -24000)),
        (Line(1, "GREEN GROCER", -4200), Line(2, "QUICK GIVE", -50), Line(3, "HARVEST", -24000)),
        (*ordinary(), Line(95, "QUICK GIVE", -50), Line(96, "BIG BOX STORE", -2100)),
    ),
)
