"""Ordinary rows at once: one pattern over a whole run, and tables of days and amounts.

A row that it takes is exactly the row that `rows.row_of` makes of the same words; a row of which
that is not sure it leaves to that function. Pure.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from vigil.model import Extra, Row
from vigil.money import exponent
from vigil.statements.ofx.amounts import plain_hundredths
from vigil.statements.ofx.rows import Resolve
from vigil.statements.ofx.values import clean, day_of
from vigil.statements.ofx.walker import OPEN_ROW

# The order of OFX 2.2, 11.4.4.1, and the leaves that most files have.
USUAL = ("TRNTYPE", "DTPOSTED", "DTUSER", "TRNAMT", "FITID", "CHECKNUM", "REFNUM", "NAME", "MEMO")
_DAYS = frozenset(("DTPOSTED", "DTUSER"))
_LEARN_ROWS = 50  # of a run whose order is not the usual one
_MOST = 8_192  # remembered amounts and days
_NAME = re.compile(r"<([A-Z]+)>")

Found = tuple[str, ...]


class Odd(Exception):  # noqa: N818 - not an error: it sends a row the longer way
    """A value that the tables cannot make plain."""


@lru_cache(maxsize=64)
def pattern(order: tuple[str, ...], leaf: int) -> re.Pattern[str]:
    """A row whose leaves come in this order, each of them once or not at all.

    Possessive throughout, so that it is linear; `leaf` bounds the characters of a value. Its
    groups are those of USUAL, in that order, whatever the order of the leaves.
    """
    parts = []
    for name in order:
        value = (
            rf"\d{{8}})[^<\r\n]{{0,{leaf - 8}}}+" if name in _DAYS else rf"[^<\r\n]{{0,{leaf}}}+)"
        )
        parts.append(rf"(?:<{name}>({value}\s*+(?:</{name}>\s*+)?+)?+")
    return re.compile(rf"{OPEN_ROW}\s*+{''.join(parts)}</STMTTRN>", re.ASCII)


def learn_order(text: str, start: int, end: int) -> tuple[str, ...] | None:
    """The order in which the rows of a run have their leaves; None when there is no one order."""
    order: list[str] = []
    place = start
    for _ in range(_LEARN_ROWS):
        following = text.find(OPEN_ROW, place + 1, end)
        names = _NAME.findall(text, place, following if following > 0 else end)
        if not _merge(order, [name for name in names if name in USUAL]):
            return None
        if following < 0:
            break
        place = following
    missing = [name for name in USUAL if name not in order]
    return tuple(order + missing)


def _merge(order: list[str], names: list[str]) -> bool:
    """Puts new names behind the one that they follow; False when they contradict the order."""
    place = 0
    for name in names:
        if name in order:
            at = order.index(name)
            if at < place:
                return False
            place = at + 1
        else:
            order.insert(place, name)
            place += 1
    return True


class _Days(dict[str, date]):
    def __missing__(self, text: str) -> date:
        day = day_of(text)
        if day is None:
            raise Odd
        self[text] = day
        return day


class _UserDays(dict[str, Extra | None]):
    def __missing__(self, text: str) -> Extra | None:
        day = day_of(text)
        extra = self[text] = Extra(user_day=day) if day else None
        return extra


class _Amounts(dict[str, int]):
    def __init__(self, resolve: Resolve, currency: str) -> None:
        super().__init__()
        self._resolve, self._currency = resolve, currency
        self._hundredths = exponent(currency) == 2

    def __missing__(self, text: str) -> int:
        minor = plain_hundredths(text) if self._hundredths else None
        if minor is None:
            amount = self._resolve(clean(text), self._currency)
            if isinstance(amount, str) or amount.remark:
                raise Odd
            minor = amount.minor
        if len(self) >= _MOST:
            self.clear()
        self[text] = minor
        return minor


class Tables:
    """What is remembered over the rows of one currency."""

    def __init__(self, resolve: Resolve, currency: str) -> None:
        self._days = _Days()
        self._user_days = _UserDays({"": None})
        self._amounts = _Amounts(resolve, currency)
        self.currency = currency

    def rows(self, found: Sequence[Found], place: int) -> list[Row] | None:
        """The rows of USUAL's groups, numbered from `place`; None when one of them is odd."""
        new, days, users, amounts = tuple.__new__, self._days, self._user_days, self._amounts
        currency = self.currency
        try:
            return [
                new(
                    Row,
                    (
                        days[day],
                        amounts[amount],
                        currency,
                        (name.strip() if "&" not in name else clean(name)) or None,
                        (memo.strip() if "&" not in memo else clean(memo)) or None,
                        (fitid.strip() if "&" not in fitid else clean(fitid)) or None,
                        (kind.strip() if "&" not in kind else clean(kind)) or None,
                        (clean(check) or None) if check else None,
                        (clean(ref) or None) if ref else None,
                        False,
                        number,
                        users[user],
                    ),
                )
                for number, (kind, day, user, amount, fitid, check, ref, name, memo) in enumerate(
                    found, place
                )
            ]
        except Odd:
            return None
