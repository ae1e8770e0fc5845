"""Transactions and cases for the judge's tests, with only what a test cares about."""

from datetime import date, timedelta

from vigil.model import Extra, Transaction
from vigil.text import counterparty

START = date(2026, 1, 1)


def transaction(
    number: int,
    payee: str,
    amount: int,
    day: int | date = 0,
    **changes: object,
) -> Transaction:
    """A posted row of account 1 in USD; `day` counts from 1 January 2026."""
    plain = Transaction(
        id=number,
        account=1,
        day=day if isinstance(day, date) else START + timedelta(days=day),
        amount=amount,
        currency="USD",
        merchant=counterparty(payee, None),
        payee=payee,
        memo=None,
        kind="DEBIT",
        check=None,
        fitid=str(number),
        pending=False,
        history=False,
        unsure=False,
        extra=None,
    )
    return plain._replace(**changes)  # type: ignore[arg-type]  # the names are checked at run time


def to_account(number: str) -> Extra:
    """The part of a row that says where the money went."""
    return Extra(to_account=number)
