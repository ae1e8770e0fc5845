"""Small made-up months for the patterns' own proofs: tuples in, transactions out. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from vigil.model import Extra, Original, Transaction
from vigil.text import counterparty

FIRST_DAY = date(2026, 1, 1)


class Line(NamedTuple):
    """One row of a sample: day counted from 1 January 2026, amount in minor units of USD.

    `currency` is that of the purchase, when it differs from the account's.
    """

    day: int
    payee: str
    amount: int
    kind: str = "DEBIT"
    currency: str | None = None
    sic: str | None = None


Sample = tuple[Line, ...]


def habit(payee: str, amounts: tuple[int, ...], every: int, start: int = 0) -> Sample:
    """Payments to one payee with some days between them."""
    return tuple(Line(start + every * n, payee, amount) for n, amount in enumerate(amounts))


def ordinary() -> Sample:
    """A quarter of an ordinary life: shops, fuel, bills, some first visits."""
    shops = habit("GREEN GROCER #12 SALEM OR", (-4210, -3890, -5130, -2760, -4480) * 5, 4)
    fuel = habit("NORTH FUEL 0042 SALEM OR", (-3900, -4100, -3600) * 4, 8, 2)
    coffee = habit("SQ *BEAN HOUSE SALEM OR", (-450, -520, -450, -610) * 7, 3, 1)
    bills = habit("RIVER ELECTRIC BILL", (-8800, -9100, -8700), 30, 5)
    visits = tuple(
        Line(3 * n, f"{name} STORE", -(900 + 350 * n))
        for n, name in enumerate(
            "ASTER BIRCH CLOVER DAHLIA ELDER FERN GENTIAN HOLLY IRIS JUNIPER KALMIA LINDEN"
            " MAPLE NETTLE"
            " ORCHID POPPY QUINCE ROWAN SORREL THISTLE UMBER VIOLA WILLOW YARROW ZINNIA"
            " ALDER".split()
        )
    )
    return tuple(sorted(shops + fuel + coffee + bills + visits))


def transactions(sample: Sample) -> Iterator[Transaction]:
    """The rows as transactions of account 1, numbered from 1, in the order given."""
    for number, line in enumerate(sample, 1):
        original = Original(None, line.currency, None) if line.currency else None
        extra = Extra(original=original, sic=line.sic) if original or line.sic else None
        yield Transaction(
            id=number,
            account=1,
            day=FIRST_DAY + timedelta(days=line.day),
            amount=line.amount,
            currency="USD",
            merchant=counterparty(line.payee, None),
            payee=line.payee,
            memo=None,
            kind=line.kind,
            check=None,
            fitid=str(number),
            pending=False,
            history=False,
            unsure=False,
            extra=extra,
        )
