"""Money is an integer of minor units and a currency; this module turns it into text and back.

Two currencies are never added or compared here, and no rate is known.
"""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache

# ISO 4217, table A.1: the currencies whose minor unit is not a hundredth.
_NO_DECIMALS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()
)
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


@lru_cache(maxsize=256)
def exponent(currency: str) -> int:
    """Number of decimals of a currency: 0, 2 or 3; an unknown code counts as 2."""
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def to_minor(amount: Decimal, currency: str) -> tuple[int, bool]:
    """Minor units of an amount, and whether they say all of it.

    Returns:
        The amount in minor units, rounded half to even, and True when nothing was rounded away.
    """
    scaled = amount.scaleb(exponent(currency))
    whole = scaled.to_integral_value(rounding=ROUND_HALF_EVEN)
    return int(whole), whole == scaled


def format_minor(minor: int, currency: str) -> str:
    """The decimal string of an amount, with the currency's own decimals: "-12.50", JPY "1250"."""
    decimals = exponent(currency)
    if decimals == 0:
        return str(minor)
    sign = "-" if minor < 0 else ""
    whole, rest = divmod(abs(minor), 10**decimals)
    return f"{sign}{whole}.{rest:0{decimals}}"


def parse_amount(text: str, currency: str) -> int:
    """Minor units of an amount that a person typed with a decimal point ("383.09").

    Raises:
        ValueError: when the text is no plain number, or has more decimals than the currency.
    """
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount; write it like 383.09") from None
    if not amount.is_finite() or "e" in text.lower() or "_" in text:
        raise ValueError(f"{text!r} is not an amount; write it like 383.09")
    minor, exact = to_minor(amount, currency)
    if not exact:
        raise ValueError(f"{text!r} has more decimals than {currency} has")
    return minor
