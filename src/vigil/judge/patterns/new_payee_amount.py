"""The first payments to somebody, of an amount that is unusual for this person.

What is unusual is measured on the account's own first payments and its own payments of the same
manner, never on a fixed sum. Silent while the account is young. A payee that anybody in the
household has paid before is not new.
"""

from math import log10

from vigil.judge.common import about, finding, is_new, is_young, out_flow, plain, rarity_of_start
from vigil.judge.facts import facts_of
from vigil.judge.patterns import Pattern
from vigil.judge.profile import Learnt
from vigil.judge.samples import Line, ordinary
from vigil.model import Finding, Transaction

ID = "new_payee_amount"
FOLLOW_DAYS = 5
MOST_FOLLOWED = 4


def judge(transaction: Transaction, learnt: Learnt) -> Finding | None:
    """A finding when a new payee gets clearly more than new payees usually get."""
    if transaction.amount >= 0:
        return None
    merchant = learnt.merchants.get(transaction.merchant)
    if merchant is not None and transaction.day.toordinal() - merchant.first > FOLLOW_DAYS:
        return None
    manner = facts_of(transaction).manner
    buys = out_flow(transaction, "buy", learnt.account)
    if manner not in {"buy", "send"} or is_young(learnt.account) or buys is None:
        return None
    if -transaction.amount < 3 * buys.quantile(0.5):
        return None
    # Thieves ask again within days: a payee whom one pushed money to just now is still new.
    followed = manner == "send" and merchant is not None and merchant.count <= MOST_FOLLOWED
    if not followed and not is_new(transaction, learnt):
        return None
    return _send(transaction, learnt) if manner == "send" else _buy(transaction, learnt)


def _buy(transaction: Transaction, learnt: Learnt) -> Finding | None:
    rarity = rarity_of_start(transaction, "buy", learnt.account)
    buys = out_flow(transaction, "buy", learnt.account)
    share = buys.share_at_least(-transaction.amount) if buys else 1.0
    score = 0.8 + log10(1 / rarity) + 0.4 * log10(1 / max(share, 0.001))
    if facts_of(transaction).travel:
        score -= 1.0  # journeys are seldom, large and paid to strangers
    return finding(ID, transaction, min(score, 3.9), _reason(transaction, learnt, "buy"))


def _send(transaction: Transaction, learnt: Learnt) -> Finding | None:
    amount = -transaction.amount
    buys = out_flow(transaction, "buy", learnt.account)
    sends = out_flow(transaction, "send", learnt.account)
    times = amount / max(buys.quantile(0.5), 1) if buys else 1.0
    score = 1.6 + log10(times)
    if sends is None or sends.count < 3:
        score += 0.3
    else:
        score += 0.8 if amount > sends.largest else 0.4 * log10(1 / sends.share_at_least(amount))
    return finding(ID, transaction, score, _reason(transaction, learnt, "send"))


def _reason(transaction: Transaction, learnt: Learnt, manner: str) -> str:
    currency = transaction.currency
    amount = plain(transaction.amount, currency)
    flow = out_flow(transaction, manner, learnt.account)
    if flow is None or flow.count < 3:
        return f"{amount}; the first payment of this kind, and to somebody new"
    usual = about(flow.quantile(0.9), currency)
    kind = "you send" if manner == "send" else "you pay"
    return (
        f"{amount}; paid to them for the first time; {kind} at most about {usual} nine times in ten"
    )


PATTERN = Pattern(
    id=ID,
    title="a first payment that is unusually large for you",
    judge=judge,
    hits=(
        (*ordinary(), Line(95, "ZELLE TO PAUL K", -140000, "PAYMENT")),
        (*ordinary(), Line(95, "HARVEST ELECTRONICS", -98000)),
    ),
    misses=(
        (*ordinary(), Line(95, "ZELLE TO PAUL K", -4000, "PAYMENT")),
        (*ordinary(), Line(95, "HARVEST ELECTRONICS", -6000)),
        (Line(1, "GREEN GROCER #12", -4200), Line(9, "HARVEST ELECTRONICS", -98000)),
        (*ordinary(), Line(95, "HARVEST ELECTRONICS", 98000)),
    ),
)
