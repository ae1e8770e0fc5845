"""Money that goes out, held against a case: one small function for each kind of happening.

Pure. Each says its confidence and a reason with numbers, or None; sums are compared within one
currency only.
"""

from dataclasses import replace
from itertools import combinations

from vigil.judge.case_view import ORDINARY_SHOP, Seen, sum_words, told, who_words
from vigil.judge.common import plain
from vigil.judge.evidence import PROVISIONAL, REVERSED, SAME_NAME, recovery_words
from vigil.model import Finding, Payment
from vigil.text import fold

LINK_DAYS = 60  # payments of a case are looked for so far before it was opened
LINK_LATE = 10  # and so long after, for they post late
ORDER_DAYS = 150  # so long after opening the rest of an order may be asked for
FEE_DAYS = 730  # "after-scam watch": recovery fraud comes within two years
SMALLEST_PART = 0.15  # of the balance
FINAL_DAYS = 4  # a charge so soon after cancelling may have been on its way


def _payment(seen: Seen) -> Finding | None:
    """A payment that the case tells of already: a link, no alarm."""
    cancelled = seen.case.cancelled_on
    if cancelled and seen.transaction.day > cancelled:
        return None
    if len(seen.progress.payments) >= len(seen.case.payments):
        return None
    sure = max((_link(seen, payment) for payment in seen.case.payments), default=0.0)
    if not sure:
        return None
    return told(seen, "payment", 1.0, sure, f"{sum_words(seen)}; a payment of this case")


def _link(seen: Seen, payment: Payment) -> float:
    """How surely the transaction is that payment: by its id, or by sum, day and name."""
    transaction = seen.transaction
    if payment.transaction == transaction.id:
        return 0.99
    if payment.transaction is not None:
        return 0.0  # it is known to be another row
    if (payment.amount, payment.currency) != (transaction.amount, transaction.currency):
        return 0.0
    if payment.fitid is not None and payment.fitid == transaction.fitid:
        return 0.98
    late = (transaction.day - payment.day).days
    if not -LINK_DAYS <= late <= LINK_LATE:
        return 0.0
    same_day = abs(late) <= 3 and transaction.amount % 100 != 0
    return max(0.6, seen.same) if seen.same >= 0.5 or same_day else 0.0


def _reversal(seen: Seen) -> Finding | None:
    transaction, progress = seen.transaction, seen.progress
    given = [
        i
        for i in progress.provisional
        if (i[2], i[3]) == (-transaction.amount, transaction.currency)
    ]
    if not given or progress.standing(transaction.currency) < -transaction.amount:
        return None
    text = fold(transaction.descriptor)
    named = REVERSED.search(text) or PROVISIONAL.search(text)
    if not named and seen.same < SAME_NAME:
        return None
    day = transaction.day.fromordinal(given[0][0]).isoformat()
    reason = f"{sum_words(seen)}; the provisional credit of {day} was taken back"
    return told(seen, "credit_reversed", 4.2, 0.95 if named else 0.7, reason)


def _after_cancel(seen: Seen) -> Finding | None:
    transaction, cancelled = seen.transaction, seen.case.cancelled_on
    if cancelled is None or seen.same < SAME_NAME:
        return None
    extra = transaction.extra
    days = (((extra and extra.user_day) or transaction.day) - cancelled).days
    if days <= 0:
        return None
    score = 2.7 if days <= FINAL_DAYS else 3.6
    when = f"{days} days after you cancelled on {cancelled.isoformat()}"
    reason = f"{sum_words(seen)}, {when}; {who_words(seen)}"
    return told(seen, "after_cancel", score, seen.same, reason)


def _balance(seen: Seen) -> Finding | None:
    """The rest of an order goes to somebody else: whole, about, or in parts."""
    wanted, late = seen.case.balance, (seen.transaction.day - seen.case.opened).days
    if wanted is None or wanted.currency != seen.transaction.currency or seen.same >= SAME_NAME:
        return None
    rest, amount = abs(wanted.amount), -seen.transaction.amount
    if not rest or not 0 <= late <= ORDER_DAYS:
        return None
    unknown = seen.context.since is None or seen.context.since >= seen.case.opened.toordinal()
    if amount == rest:
        score = 4.4 if unknown or seen.context.manner == "send" else 3.2
        reason = f"{sum_words(seen)} is exactly the rest of your order, to another payee"
        return told(seen, "balance", score, 0.95 if unknown else 0.7, reason)
    if not unknown or seen.context.manner not in {"send", "buy"}:
        return None
    if abs(amount - rest) <= rest // 33:
        whole = plain(rest, wanted.currency)
        reason = f"{sum_words(seen)}, to a new payee, is about the rest of your order ({whole})"
        return told(seen, "balance", 3.5, 0.75, reason)
    return _part(seen, amount, rest) if SMALLEST_PART * rest <= amount < rest else None


def _part(seen: Seen, amount: int, rest: int) -> Finding | None:
    """A part of the balance: sure only when the parts add up."""
    group = _completes(seen, amount, rest)
    if group:
        whole = plain(rest, seen.transaction.currency)
        reason = f"{sum_words(seen)} and {len(group)} earlier make the rest of your order ({whole})"
        return replace(told(seen, "balance", 4.2, 0.9, reason), related=group)
    score = 2.2 if seen.context.manner == "send" else 1.5
    reason = f"{sum_words(seen)} to a new payee may be a part of the rest of your order"
    return told(seen, "balance", score, 0.3, reason)


def _completes(seen: Seen, amount: int, rest: int) -> tuple[int, ...]:
    """Earlier parts, at most three of the last six, that make the balance with this one."""
    currency, number = seen.transaction.currency, seen.transaction.id
    earlier = [i for i in seen.progress.parts if i[3] == currency and i[1] != number][-6:]
    for size in (1, 2, 3):
        for group in combinations(earlier, size):
            if abs(sum(-item[2] for item in group) + amount - rest) <= rest // 200:
                return tuple(item[1] for item in group)
    return ()


def _new_charge(seen: Seen) -> Finding | None:
    """The case's counterparty takes money again."""
    transaction, case = seen.transaction, seen.case
    if seen.same < SAME_NAME or transaction.day < case.opened or case.cancelled_on is not None:
        return None
    since = seen.context.since
    if since is not None and since < case.opened.toordinal() and seen.same < 0.98:
        return None  # somebody of a similar name whom the household dealt with before
    if seen.context.manner in {"cash", "check", "fee"} and not seen.identifier:
        return None
    if case.kind in ORDINARY_SHOP:
        score, reason = 1.8, f"{sum_words(seen)}; {who_words(seen)}"
    else:
        score = 4.4 if seen.same >= 0.9 else 4.1 if seen.same >= 0.85 else 3.6
        reason = f"{sum_words(seen)}, a new charge; {who_words(seen)}"
    return told(seen, "new_charge", score, seen.same, reason)


def _recovery_fee(seen: Seen) -> Finding | None:
    """Somebody new who sounds like getting lost money back is paid while a loss is open."""
    transaction, context = seen.transaction, seen.context
    if seen.case.kind in ORDINARY_SHOP or context.manner not in {"buy", "send"}:
        return None
    opened = seen.case.opened.toordinal()
    known_before = context.since is not None and context.since < opened
    if known_before or not 0 <= transaction.day.toordinal() - opened <= FEE_DAYS:
        return None
    amount, words = -transaction.amount, recovery_words(transaction)
    if not words or not context.buys or amount < context.buys.quantile(0.5) * (3 - words):
        return None
    if words == 1 and amount % 1000:
        return None  # words of honest advisers count with a round sum only
    reason = (
        f"{sum_words(seen)} to a new payee that sounds like getting money back;"
        " nobody honest asks a fee for that"
    )
    score, confidence = (4.1, 0.8) if words == 2 else (3.4, 0.5)
    return told(seen, "recovery_fee", score, confidence, reason)


MONEY_OUT = (_payment, _reversal, _after_cancel, _balance, _new_charge, _recovery_fee)
