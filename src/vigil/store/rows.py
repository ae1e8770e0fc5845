"""Between the values of the model and the columns of the tables."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from vigil.model import Correction, Deadline, Extra, Original, Transaction
from vigil.reconcile import Known


def stamp(moment: datetime) -> str:
    """An instant as the tables hold it: UTC with microseconds, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """The instant behind `stamp`."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def optional_moment(text: str | None) -> datetime | None:
    """The instant behind `stamp`, None for none."""
    return moment(text) if text else None


def dump_extra(extra: Extra | None) -> str | None:
    """What few rows carry, as JSON without the empty fields."""
    if extra is None:
        return None
    kept: dict[str, object] = {
        name: value for name, value in extra._asdict().items() if value is not None
    }
    if extra.original:
        amount, currency, rate = extra.original
        kept["original"] = [amount, currency, None if rate is None else str(rate)]
    if extra.user_day:
        kept["user_day"] = extra.user_day.isoformat()
    return json.dumps(kept, ensure_ascii=False) if kept else None


def load_extra(text: str | None) -> Extra | None:
    """The value behind `dump_extra`."""
    if not text:
        return None
    kept = json.loads(text)
    if original := kept.get("original"):
        amount, currency, rate = original
        kept["original"] = Original(amount, currency, None if rate is None else Decimal(rate))
    if corrects := kept.get("corrects"):
        kept["corrects"] = Correction(*corrects)
    if user_day := kept.get("user_day"):
        kept["user_day"] = date.fromisoformat(user_day)
    return Extra(**kept)


_DEADLINE_DAYS = ("limit", "last_safe", "target", "not_before", "clock_date")
_DEADLINE_LISTS = ("why", "assumes", "evidence", "missing")


def dump_deadline(deadline: Deadline | None) -> str | None:
    """A deadline as JSON; a day stays a day and a moment a moment."""
    if deadline is None:
        return None
    fields = asdict(replace(deadline, channel=dict(deadline.channel)))
    return json.dumps(fields, default=lambda day: day.isoformat(), ensure_ascii=False)


def load_deadline(text: str | None) -> Deadline | None:
    """The value behind `dump_deadline`."""
    if not text:
        return None
    fields = json.loads(text)
    for name in _DEADLINE_DAYS:
        fields[name] = _day_or_moment(fields[name])
    for name in _DEADLINE_LISTS:
        fields[name] = tuple(fields[name])
    return Deadline(**fields)


def _day_or_moment(text: str | None) -> date | datetime | None:
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


TRANSACTION = """
SELECT tx.id, tx.account, tx.day, tx.amount, tx.currency, merchant.key AS merchant, tx.payee,
  tx.memo, tx.kind, tx."check", tx.fitid, tx.state, tx.verdict, tx.extra,
  tx.day <= account.watch_day AS history
FROM tx JOIN merchant ON merchant.id = tx.merchant JOIN account ON account.id = tx.account
"""


def transaction(row: sqlite3.Row) -> Transaction:
    """The value behind a row of the query `TRANSACTION`."""
    return Transaction(
        id=row["id"],
        account=row["account"],
        day=date.fromisoformat(row["day"]),
        amount=row["amount"],
        currency=row["currency"],
        merchant=row["merchant"],
        payee=row["payee"],
        memo=row["memo"],
        kind=row["kind"],
        check=row["check"],
        fitid=row["fitid"],
        pending=row["state"] == "pending",
        history=bool(row["history"]),
        unsure=row["verdict"] == "unsure",
        extra=load_extra(row["extra"]),
    )


# A statement has few days and many rows.
_day = lru_cache(maxsize=4096)(date.fromisoformat)

_KNOWN_COLUMNS = """
SELECT tx.id, tx.day, tx.amount, tx.currency, tx.payee, tx.memo, merchant.key AS merchant,
  tx.fitid, tx.state, tx.extra, statement.start, statement."end"
"""
_WITH = "JOIN statement ON statement.id = tx.statement JOIN merchant ON merchant.id = tx.merchant"
KNOWN = f"{_KNOWN_COLUMNS} FROM tx {_WITH}"
# Of the day and amount of each pair in a JSON list; the list goes first, so that each pair is
# one search in the index, however many rows a day has.
KNOWN_PAIRS = (
    f"{_KNOWN_COLUMNS} FROM json_each(?) AS pair CROSS JOIN tx"
    " ON tx.day = json_extract(pair.value, '$[0]') AND tx.amount = json_extract(pair.value, '$[1]')"
    f" {_WITH}"
)


def known(row: sqlite3.Row) -> Known:
    """The value behind a row of the query `KNOWN`."""
    return Known(
        row["id"],
        _day(row["day"]),
        row["amount"],
        row["currency"],
        row["payee"],
        row["memo"],
        row["merchant"],
        row["fitid"],
        row["state"] in ("pending", "lapsed"),
        _day(row["start"]),
        _day(row["end"]),
        _corrected(row["extra"]),
    )


def _corrected(extra: str | None) -> str | None:
    kept = load_extra(extra) if extra else None
    return kept.corrects.fitid if kept and kept.corrects else None


def json_list(values: Iterable[object]) -> str:
    """A list as one bound value, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(values), ensure_ascii=False)
