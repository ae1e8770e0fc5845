"""Amounts as banks print them: what a text can mean, and what the file's other rows make of it.

Nothing is guessed: a text with two meanings that nothing settles is said to be one. [pure]
"""

import re
from decimal import Decimal
from typing import NamedTuple

from vigil.money import exponent, to_minor

LONGEST = 40  # characters of an amount; the longest real one seen has 16
_LARGEST = 2**63  # minor units: what the ledger's integers hold
_PLAIN = re.compile(r"-?[0-9]{1,15}[.,][0-9]{2}")
_MARKS = str.maketrans({"\u2212": "-", "\u2012": "-", "\u2013": "-", "\ufe63": "-", "\uff0d": "-"})
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "R$": "BRL"}  # signs that mean one currency only
_UNIT = r"(?:[A-Z]{3}|[A-Z]{0,3}\$|[€£¥₹₩₽₺₪₫฿₴₦₱])"
_SPACES = " \u00a0\u2009\u202f"
_FORM = re.compile(
    rf"(\()?([+-]?)({_UNIT})?[{_SPACES}]?([+-]?)([0-9.,'’{_SPACES}]*[0-9.,])"
    rf"[{_SPACES}]?({_UNIT})?(-?)(\))?"
)
_SEPARATED = re.compile(rf"['’{_SPACES}]")
_GROUPS = re.compile(rf"([0-9]{{1,3}}(?:['’{_SPACES}][0-9]{{3}})+)(?:([.,])([0-9]*))?")
# Groups of three, or the Indian way: groups of two before the last three.
_GROUPED = {
    mark: re.compile(
        rf"[0-9]{{1,3}}(?:\{mark}[0-9]{{3}})+|[0-9]{{1,2}}(?:\{mark}[0-9]{{2}})+\{mark}[0-9]{{3}}"
    )
    for mark in ".,"
}


class Shape(NamedTuple):
    """What the text of an amount can mean.

    Attributes:
        value: the amount, when `mark` stands before the decimals.
        grouped: the amount if `mark` parts thousands instead; None where that cannot be.
        mark: the decimal mark that this text proves ("." or ","), or the one in doubt; "" for none.
        unit: the currency that the text itself names, as a code; "" for none.
    """

    value: Decimal
    grouped: Decimal | None
    mark: str
    unit: str


class Amount(NamedTuple):
    """Minor units, and what was lost on the way ("" for nothing)."""

    minor: int
    remark: str


def plain_hundredths(text: str) -> int | None:
    """Hundredths of "-12.34" and "-12,34": what the two functions below find, only sooner."""
    return int(text[:-3] + text[-2:]) if _PLAIN.fullmatch(text) else None


def shape_of(text: str) -> Shape | str:
    """What an amount's text can mean, or in words why it means nothing."""
    if not text:
        return "no amount"
    if len(text) > LONGEST:
        return f"the amount has more than {LONGEST} characters"
    found = _FORM.fullmatch(text.translate(_MARKS))
    shape = _signed(*found.groups("")) if found else None
    return shape or "the amount is not a number"


def _signed(opened: str, before: str, unit: str, inner: str, body: str, *end: str) -> Shape | None:
    unit_behind, behind, closed = end
    signs = before + inner + behind + opened
    if bool(opened) != bool(closed) or len(signs) > 1 or (unit and unit_behind):
        return None
    shape = _spaced(body) if _SEPARATED.search(body) else _body(body)
    if shape is None:
        return None
    unit = unit or unit_behind
    code = _SIGNS.get(unit, unit if unit.isalpha() else "")
    if signs in {"-", "("}:
        grouped = None if shape.grouped is None else -shape.grouped
        return Shape(-shape.value, grouped, shape.mark, code)
    return shape._replace(unit=code)


def _spaced(body: str) -> Shape | None:
    """Groups of three parted by spaces or apostrophes: what mark follows is the decimal one."""
    found = _GROUPS.fullmatch(body)
    if not found:
        return None
    digits = re.sub(r"[^0-9]", "", found[1])
    return _certain(digits, found[3] or "", found[2] or "")


def _body(body: str) -> Shape | None:
    dots, commas = body.count("."), body.count(",")
    if dots and commas:
        return _mixed(body)
    mark = "." if dots else ","
    if dots + commas > 1:
        grouped = _GROUPED[mark].fullmatch(body)
        return _certain(body.replace(mark, ""), "", _other(mark)) if grouped else None
    whole, _, rest = body.partition(mark)
    if not whole + rest:
        return None
    if len(rest) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0":
        return Shape(Decimal(f"{whole}.{rest}"), Decimal(whole + rest), mark, "")
    return _certain(whole, rest, mark if rest else "")


def _mixed(body: str) -> Shape | None:
    """Both marks: the last one stands before the decimals, the other parts thousands."""
    mark = max(".,", key=body.rfind)
    whole, _, rest = body.rpartition(mark)
    group = _other(mark)
    if mark in whole or not _GROUPED[group].fullmatch(whole):
        return None
    return _certain(whole.replace(group, ""), rest, mark)


def _certain(whole: str, rest: str, mark: str) -> Shape:
    return Shape(Decimal(f"{whole or 0}.{rest or 0}"), None, mark, "")


def _other(mark: str) -> str:
    return "," if mark == "." else "."


def amount_of(shape: Shape, currency: str, mark: str | None) -> Amount | str:
    """Minor units of an amount, or in words why there are none.

    Args:
        shape: what the text can mean.
        currency: code of the currency that the amount is in.
        mark: the decimal mark that the file's other rows prove; None where they prove none.
            Where they prove none the currency's own decimals settle what they can: of three
            decimals "1.234" is a plain amount, of no decimals it is a thousand.
    """
    if shape.unit and currency not in {"XXX", shape.unit}:
        return f"the amount is in {shape.unit}, the statement in {currency}"
    value = shape.value
    if shape.grouped is not None:
        decimals = exponent(currency)
        if mark is None and decimals == 2:
            return f"the amount can be {shape.value} or {shape.grouped}; no other row settles it"
        if (mark is not None and mark != shape.mark) or (mark is None and decimals == 0):
            value = shape.grouped
    minor, exact = to_minor(value, currency)
    if abs(minor) >= _LARGEST:
        return "the amount is too large"
    return Amount(minor, "" if exact else f"rounded from {value}: {currency} has fewer decimals")
