"""Until when something can be done about some transactions, by the rights packs.

The packs are read at the first question and kept for the life of the process.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from vigil.model import Account, Case, Deadline, Money, Transaction
from vigil.rights import Facts, RightsPack, first_deadline, load

# What happened, in the words of the rights packs, where the case does not say it itself.
# A payment that the person made is never called unauthorised.
SITUATIONS = {
    "card_fraud": "unauthorised",
    "account_takeover": "unauthorised",
    "marketplace_seller": "not_received",
    "subscription_trap": "cancelled_subscription",
    "refund": "refund_not_processed",
    "bank_transfer": "scam_authorised_payment",
    "recovery": "scam_authorised_payment",
}


@lru_cache(maxsize=4)
def pack(folder: Path | None = None) -> RightsPack:
    """The rights that come with vigil, overridden by those of `folder`."""
    return load(folder).pack


def situation_of(case: Case | None) -> str:
    """What happened; without a case, or not known, a payment that somebody else made."""
    if case is None:
        return "unauthorised"
    return case.situation or SITUATIONS.get(case.kind, "unauthorised")


def deadline_of(
    transactions: Sequence[Transaction],
    account: Account,
    case: Case | None,
    today: date,
    discovered: date | None = None,
) -> Deadline | None:
    """The first date that holds for the earliest of some transactions; money in has none.

    Args:
        discovered: the day on which the person was told first; today where that is now.
    """
    spent = [one for one in transactions if one.amount < 0]
    if not spent:
        return None
    earliest = min(spent, key=lambda one: (one.day, one.id))
    facts = facts_of(earliest, account, case, discovered or today)
    return first_deadline(facts, pack(), today)


def facts_of(
    transaction: Transaction, account: Account, case: Case | None, discovered: date
) -> Facts:
    """What is known of one payment.

    The day of the payment is the card holder's own day where the bank gives it, else the day of
    posting; the earlier start makes the earlier, safer date.
    """
    paid = transaction.extra.user_day if transaction.extra else None
    return Facts(
        country=account.country,
        instrument=account.instrument or _instrument(account),
        network=account.network,
        date=min(paid or transaction.day, transaction.day),
        situation=situation_of(case),
        posted=None if transaction.pending else transaction.day,
        amount=Money(abs(transaction.amount), transaction.currency),
        known={"discovery": discovered},
        pending=transaction.pending,
        assumes=account.assumes,
    )


def _instrument(account: Account) -> str | None:
    """An account at a bank moves money by transfers and by its debit card; both are asked for."""
    return "bank_transfer,debit_card" if account.kind == "bank" else None
