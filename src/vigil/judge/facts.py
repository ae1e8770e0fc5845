"""What one transaction is by its own text alone: manner of payment, how far away, a sign of travel.

Pure and cheap, because every transaction passes here twice. It knows no history; what is
*usual* is said by `profile`, what is *wrong* by the patterns.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from vigil.model import Transaction
from vigil.text import fold, masked
from vigil.text_words import COUNTRIES

# Manners: buy (at a merchant), send (pushed to a payee), cash (machine), check, fee, in.
_SEND_KINDS = frozenset({"XFER", "REPEATPMT"})
_SEND_WORDS = frozenset({"zelle", "venmo", "wire", "transfer"})
_FEE_KINDS = frozenset({"FEE", "SRVCHG", "INT", "DIV"})

# ISO 18245: airlines, car rental, lodging, cruise lines, airports, travel agencies.
_TRAVEL_SIC = re.compile(r"3[0-9]{3}|4411|4511|4582|4722|7011|7012|7512")
_TRAVEL_WORDS = re.compile(
    r"\b(?:hotels?|hostel|motel|resort|inn|airbnb|booking\.?com|expedia|agoda|marriott|hilton|hyatt"
    r"|sheraton|best western|holiday inn|ibis|novotel|airlines?|airways|air france|lufthansa"
    r"|ryanair"
    r"|easyjet|delta air|united air|southwest|jetblue|aeromexico|iberia|eurostar|amtrak|hertz"
    r"|avis)\b"
)
_COUNTRY_TAIL = re.compile(r"\b([A-Za-z]{3})(?:\s+[\dA-Za-z]*\d[\dA-Za-z]*)?\s*$")
# Where two equal sums within days are ordinary: food, fares, parking, tolls, tickets, vending.
_OFTEN_SIC = re.compile(r"581[1-4]|41[0-9]{2}|4784|7523|78[0-9]{2}|7922|799[0-9]")
_OFTEN_WORDS = re.compile(
    r"^tst\b|\b(?:cafe|caffe|coffee|espresso|tea|bakery|baker|boulangerie|diner|grill|deli"
    r"|pizza|pizzeria"
    r"|ramen|sushi|noodles?|burgers?|tacos?|kebab|bbq|smokehouse|creamery|gelato|restaurant"
    r"|bistro|tavern"
    r"|pub|bar|canteen|kantine|mensa|vending|ctlp|grubhub|doordash|uber|lyft|bolt|deliveroo"
    r"|just eat"
    r"|starbucks|peets|dunkin|mcdonald'?s|subway|chipotle|panera|wendy'?s|kfc|pret|costa|greggs"
    r"|transit"
    r"|metro|mta|tfl|bus|rail|trains?|taxi|cab|toll|parking|park\w*mobile|parkmobile|spothero"
    r"|ringgo"
    r"|cinema|theatre|theater|tickets?)\b"
)
_ONLINE = re.compile(
    r"\.(?:com|net|org|co|shop|store|io|app)\b|https?|www\.|\d{3}-\d{3}|\b8(?:00|88|77|66|55|44"
    r"|33)-?\d"
    r"|^(?:paypal|pp|pypl|google|klarna|stripe|sp)\s?\*"
)
_PRINTED_DAY = re.compile(r"\b(\d{2})/(\d{2})\s*$")
_DIGITS = re.compile(r"\d{1,10}$")
_REMEMBERED = 4096  # texts of which the answer is kept


class Facts(NamedTuple):
    """What the text of one transaction tells.

    Attributes:
        manner: buy, send, cash, check, fee or in.
        foreign: the country (ISO alpha-3) or else the currency of a transaction that names one
            beside the account's own; "" when it names none.
        travel: "stay" for lodging and journeys, the place for a purchase far away, else "".
        number: the check's number, 0 when there is none.
    """

    manner: str
    foreign: str = ""
    travel: str = ""
    number: int = 0


def facts_of(transaction: Transaction) -> Facts:
    """The facts of a transaction, from its own text."""
    foreign_currency = sic = ""
    extra = transaction.extra
    if extra is not None:
        sic = extra.sic or ""
        if extra.original is not None and extra.original.currency != transaction.currency:
            foreign_currency = extra.original.currency
    facts = _facts(
        transaction.merchant,
        transaction.amount > 0,
        transaction.kind,
        masked(transaction.payee or ""),
        foreign_currency,
        sic,
    )
    if facts.manner != "check":
        return facts
    return facts._replace(number=_number(transaction))


@lru_cache(maxsize=_REMEMBERED)
def _facts(  # noqa: PLR0917 - what is remembered is found by place
    merchant: str, incoming: bool, kind: str | None, payee: str, currency: str, sic: str
) -> Facts:
    """Facts without a check's number; `payee` is masked, `currency` one beside the account's."""
    manner = "in" if incoming else _manner(merchant, kind)
    foreign = _country(payee) or currency
    if manner != "buy":
        return Facts(manner, foreign)
    return Facts(manner, foreign, "stay" if _is_travel(merchant, sic) else foreign)


def _manner(merchant: str, kind: str | None) -> str:
    first = merchant.partition(" ")[0]
    if kind in {"ATM", "CASH"} or first == "atm":
        return "cash"
    if kind == "CHECK" or merchant == "check":
        return "check"
    if kind in _FEE_KINDS:
        return "fee"
    if kind in _SEND_KINDS or first in _SEND_WORDS or merchant.startswith("cash app"):
        return "send"
    return "buy"


def _country(payee: str) -> str:
    found = _COUNTRY_TAIL.search(payee)
    if found is None or found.start() == 0:
        return ""
    code = fold(found[1])
    return code.upper() if code in COUNTRIES else ""


def _is_travel(merchant: str, sic: str) -> bool:
    return bool(sic and _TRAVEL_SIC.fullmatch(sic)) or _TRAVEL_WORDS.search(merchant) is not None


@lru_cache(maxsize=_REMEMBERED)
def repeats_honestly(payee: str | None, sic: str | None) -> bool:
    """Whether one pays such a merchant the same sum twice in a week without a second thought."""
    if sic:
        return _OFTEN_SIC.fullmatch(sic) is not None
    return payee is not None and _OFTEN_WORDS.search(fold(payee)) is not None


@lru_cache(maxsize=_REMEMBERED)
def is_online(payee: str | None) -> bool:
    """Whether the card was probably not present: an address in the web or a phone, not a town."""
    return payee is not None and _ONLINE.search(fold(payee)) is not None


def sic_of(transaction: Transaction) -> str | None:
    """The merchant category, where the bank gives one."""
    return transaction.extra.sic if transaction.extra is not None else None


def paid_day(transaction: Transaction) -> int:
    """The day on which the person paid, as an ordinal; 0 where the row says only when it posted.

    DTUSER, else a month and day (month first) at the end of the memo within 14 days before posting.
    """
    if transaction.extra is not None and transaction.extra.user_day is not None:
        return transaction.extra.user_day.toordinal()
    found = _PRINTED_DAY.search(transaction.memo) if transaction.memo else None
    if found is None:
        return 0
    posted = transaction.day
    for year in (posted.year, posted.year - 1):
        try:
            paid = posted.replace(year, int(found[1]), int(found[2])).toordinal()
        except ValueError:
            return 0
        if 0 <= posted.toordinal() - paid <= 14:
            return paid
    return 0


def _number(transaction: Transaction) -> int:
    """The check's number: CHECKNUM, or the number at the end of "CHECK 3242"."""
    text = transaction.check or transaction.payee or ""
    found = _DIGITS.search(text.strip())
    return int(found[0]) if found else 0
