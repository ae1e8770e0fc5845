"""A case as a person or a program writes it down, turned into a `Case` or what is wrong. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar, get_args

from vigil.alerts.safe import one_line
from vigil.cases.tasks import KINDS
from vigil.judge.bench_cases import KINDS as BENCH_KINDS
from vigil.judge.bench_cases import case_from_bench
from vigil.model import Case, Expected, Money, Payment
from vigil.money import parse_amount
from vigil.rights.pack import Situation

_T = TypeVar("_T")
_MOST = 10**15  # minor units; more would not stay exact on the way through other programs
_LISTS = ("names", "emails", "domains", "accounts", "orders")
_TEXTS = ("platform", "instrument", "provider", "owner", "situation")
_KNOWN = frozenset(
    (
        *_LISTS,
        *_TEXTS,
        "title",
        "playbook",
        "opened",
        "payments",
        "expected",
        "balance",
        "cancelled_on",
    )
)


def read_case(data: Mapping[str, Any], today: date, currency: str) -> tuple[Case, list[str]]:
    """A case from the object that `vigil case open --json` takes, or the household benchmark's.

    Args:
        today: the opening day where the object names none.
        currency: of amounts that name none.

    Returns:
        The case (its id is 0) with what could be read, and what could not.
    """
    if str(data.get("kind")) in BENCH_KINDS:
        return _bench(data, currency)
    reader = _Reader(data, currency)
    names = reader.texts("names")
    kind = reader.text("playbook") or "marketplace_seller"
    if kind not in KINDS:
        reader.problems.append(f"playbook: {kind!r} is unknown; known are {', '.join(KINDS)}")
    if unknown := sorted(set(data) - _KNOWN):
        reader.problems.append(f"unknown keys: {', '.join(unknown)}")
    if not any(data.get(key) for key in ("title", *_LISTS)):
        reader.problems.append("say who it is about: a title, a name, a domain or an account")
    case = Case(
        id=0,
        title=reader.text("title") or (names[0] if names else "a scam"),
        kind=kind,
        owner=reader.text("owner"),
        opened=reader.day("opened", data.get("opened")) or today,
        names=names,
        emails=reader.texts("emails"),
        domains=reader.texts("domains"),
        accounts=reader.texts("accounts"),
        orders=reader.texts("orders"),
        platform=reader.text("platform"),
        instrument=reader.text("instrument"),
        provider=reader.text("provider"),
        situation=reader.situation(),
        payments=reader.each("payments", reader.payment),
        expected=reader.each("expected", reader.expected),
        balance=reader.balance(),
        cancelled_on=reader.day("cancelled_on", data.get("cancelled_on")),
    )
    return case, reader.problems


def _bench(data: Mapping[str, Any], currency: str) -> tuple[Case, list[str]]:
    try:
        return case_from_bench(data, 0, currency), []
    except (ValueError, KeyError) as error:
        return Case(0, "", "", None, date.min), [f"case {data.get('case')}: {error}"]


def _money(amount: object, currency: str) -> Money:
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise ValueError(f"{currency!r} is no currency; write its three letters, like USD")
    if amount is None:
        raise ValueError("it is missing; write it like 383.09")
    minor = parse_amount(str(amount), currency)
    if not 0 < abs(minor) < _MOST:
        raise ValueError(f"{amount} is no sum that anybody pays")
    return Money(minor, currency)


class _Reader:
    """Reads the fields of one object and notes every problem with its path."""

    def __init__(self, data: Mapping[str, Any], currency: str) -> None:
        self._data = data
        self._currency = currency
        self.problems: list[str] = []

    def text(self, key: str) -> str | None:
        value = self._data.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if not isinstance(value, str):
            self.problems.append(f"{key}: expected a text")
            return None
        return one_line(value)[:200]

    def situation(self) -> str | None:
        """What happened, in a word of the rights packs."""
        found = self.text("situation")
        if found is not None and found not in get_args(Situation):
            known = ", ".join(get_args(Situation))
            self.problems.append(f"situation: {found!r} is unknown; known are {known}")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._data.get(key) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.problems.append(f"{key}: expected a list of texts")
            return ()
        return tuple(one_line(one)[:200] for one in value if one_line(one))

    def day(self, path: str, value: object) -> date | None:
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.problems.append(f"{path}: {value!r} is no day; write it like 2026-11-03")
            return None

    def money(self, path: str, entry: Mapping[str, Any]) -> Money | None:
        currency = str(entry.get("currency") or self._currency).upper()
        try:
            return _money(entry.get("amount"), currency)
        except ValueError as error:
            self.problems.append(f"{path}.amount: {error}")
            return None

    def each(self, key: str, read: Callable[[str, Mapping[str, Any]], _T | None]) -> tuple[_T, ...]:
        value = self._data.get(key) or []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.problems.append(f"{key}: expected a list of objects")
            return ()
        found = (read(f"{key}[{number}]", entry) for number, entry in enumerate(value))
        return tuple(one for one in found if one is not None)

    def payment(self, path: str, entry: Mapping[str, Any]) -> Payment | None:
        day, money = self.day(f"{path}.date", entry.get("date")), self.money(path, entry)
        if day is None and entry.get("date") is None:
            self.problems.append(f"{path}.date: a payment needs its day")
        if day is None or money is None:
            return None
        account, fitid = entry.get("account"), entry.get("fitid")
        return Payment(
            day,
            -abs(money.amount),
            money.currency,
            str(account) if account else None,
            str(fitid) if fitid else None,
            self.transaction(path, entry.get("transaction")),
        )

    def transaction(self, path: str, value: object) -> int | None:
        """The ledger's number of a row, as 9 or "t9"."""
        if value is None:
            return None
        digits = str(value).lower().removeprefix("t")
        if isinstance(value, bool) or not (digits.isascii() and digits.isdigit()):
            self.problems.append(
                f"{path}.transaction: {value!r} is none; alerts show them, like t9"
            )
            return None
        return int(digits[:18])

    def expected(self, path: str, entry: Mapping[str, Any]) -> Expected | None:
        due, money = self.day(f"{path}.due", entry.get("due")), self.money(path, entry)
        return Expected(abs(money.amount), money.currency, due) if money else None

    def balance(self) -> Money | None:
        value = self._data.get("balance")
        if value is None:
            return None
        entry = value if isinstance(value, dict) else {"amount": value}
        money = self.money("balance", entry)
        return Money(abs(money.amount), money.currency) if money else None
