"""The first step of a case, by its kind. Pure; whole playbooks are data of their own."""

from datetime import date
from typing import NamedTuple

from vigil.model import Case


class Task(NamedTuple):
    """What to do, and by when at best."""

    task: str
    due: date


# What stops money from leaving comes before what brings money back.
_FIRST = {
    "card_fraud": "freeze the card",
    "account_takeover": "call the bank and have the account locked",
    "bank_transfer": "call the bank and ask them to recall the transfer",
    "subscription_trap": "freeze the card, then cancel in writing",
    "marketplace_seller": "save the order page, the chat and the receipts",
    "refund": "save the promise of the refund in writing",
    "recovery": "pay nothing more and call the bank",
}
KINDS = tuple(_FIRST)


def next_task(case: Case, today: date) -> Task:
    """The step to begin with; it is due at once."""
    return Task(_FIRST.get(case.kind, "call your bank and tell them what happened"), today)
