"""The household benchmark's own form of a case, which `vigil replay --cases` accepts.

Pure: one JSON object in, a `Case` out. The currency is the one given, since the form has none.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from vigil.model import Case, Expected, Money, Payment
from vigil.money import to_minor

KINDS = frozenset({"scam_loss", "marketplace_order", "refund_promised", "cancelled"})


def case_from_bench(line: Mapping[str, object], number: int, currency: str = "USD") -> Case:
    """A case of one of the four kinds in `KINDS`; its title is the benchmark's own id.

    Args:
        line: case, kind, opened, merchant, and amount, deposit, balance, refund_due, cancelled_on
            as the kind has them.
        number: the id to give it.
        currency: of all its amounts.

    Raises:
        ValueError: when a date or an amount cannot be read, or the kind is unknown.
    """
    kind = str(line.get("kind"))
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of case here; known are {', '.join(sorted(KINDS))}")
    opened = date.fromisoformat(str(line["opened"]))
    amount = _minor(line, "deposit" if kind == "marketplace_order" else "amount", currency)
    paid = (Payment(opened, -amount, currency),) if amount else ()
    promised = kind == "refund_promised"
    due = date.fromisoformat(str(line["refund_due"])) if promised else None
    balance = _minor(line, "balance", currency) if kind == "marketplace_order" else 0
    cancelled = date.fromisoformat(str(line["cancelled_on"])) if kind == "cancelled" else None
    return Case(
        id=number,
        title=str(line.get("case", number)),
        kind="marketplace_seller" if kind == "marketplace_order" else kind,
        owner=None,
        opened=opened,
        names=(str(line["merchant"]),),
        platform=str(line["platform"]) if line.get("platform") else None,
        payments=paid,
        expected=(Expected(amount, currency, due),) if promised else (),
        balance=Money(balance, currency) if balance else None,
        cancelled_on=cancelled,
    )


def _minor(line: Mapping[str, object], name: str, currency: str) -> int:
    value = line.get(name)
    if value is None:
        return 0
    try:
        return to_minor(Decimal(str(value)), currency)[0]
    except InvalidOperation:
        raise ValueError(f"{name} {value!r} is not an amount") from None
