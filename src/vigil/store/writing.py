"""Rows into the ledger: what reconciling has decided of a statement, written down."""

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from vigil.model import Row, Transaction
from vigil.reconcile import Verdict
from vigil.store.rows import dump_extra

Merchant = tuple[int, str]  # number and key


class Place(NamedTuple):
    """Where rows are written to."""

    account: int
    statement: int
    history_to: str  # the account's watch day


_COLUMNS = (
    "id, account, statement, place, day, amount, currency, merchant, payee, memo, fitid, kind,"
    ' "check", ref, extra, state, verdict, reason'
)
# Each value that is bound costs, a None most (sqlite3 looks for an adapter of it), and nearly every
# row of a first import is a plain new one: what is mostly absent is bound as "".
_ABSENT = ("memo", '"check"', "ref", "extra")
_MARKS = ("nullif(?, '')" if name in _ABSENT else "?" for name in _COLUMNS.split(", ")[:16])
_PLAIN = f"INSERT INTO tx ({_COLUMNS}) VALUES ({', '.join(_MARKS)}, 'new', NULL)"
_WORDED = f"INSERT INTO tx ({_COLUMNS}) VALUES ({'?, ' * 17}?)"
_ADDED = frozenset(("new", "unsure", "replaces", "deletes"))


def is_added(verdict: Verdict) -> bool:
    """True when the verdict makes a row of its own."""
    return verdict.kind in _ADDED


def insert(
    connection: sqlite3.Connection, place: Place, rows: Sequence[Row], merchants: Sequence[Merchant]
) -> list[Transaction]:
    """Write rows that are plainly new, none of which corrects another.

    Args:
        merchants: number and key of each row's merchant.

    Returns:
        Their transactions, in the order of the rows.
    """
    account, statement, history_to = place
    written, added, new = [], [], tuple.__new__
    days: dict[date, str] = {}
    first = _top(connection) + 1
    for number, (row, (merchant, key)) in enumerate(zip(rows, merchants, strict=True), first):
        day, amount, currency, payee, memo, fitid, kind, check, ref, pending, at, extra = row
        iso = days.get(day) or days.setdefault(day, day.isoformat())
        written.append(
            (
                number, account, statement, at, iso, amount, currency, merchant, payee,
                memo or "", fitid, kind, check or "", ref or "",
                (extra and dump_extra(extra)) or "",
                "pending" if pending else "posted",
            )
        )  # fmt: skip
        history = iso <= history_to
        # A tuple made in C: this loop is most of the cost of a first import.
        added.append(
            new(
                Transaction,
                (
                    number, account, day, amount, currency, key, payee, memo, kind, check, fitid,
                    pending, history, False, extra,
                ),
            )
        )  # fmt: skip
    connection.executemany(_PLAIN, written)
    return added


def insert_worded(
    connection: sqlite3.Connection,
    place: Place,
    verdicts: Sequence[Verdict],
    merchants: Sequence[Merchant],
) -> list[Transaction]:
    """Write rows of which there is something to say: corrections, the unsure, ids used again.

    Returns:
        The transactions that stand for money moved, in the order of `verdicts`.
    """
    added = []
    for number, (verdict, (merchant, key)) in enumerate(
        zip(verdicts, merchants, strict=True), _top(connection) + 1
    ):
        row, state, day = verdict.row, _state(verdict), verdict.row.day.isoformat()
        connection.execute(
            _WORDED,
            (
                number, place.account, place.statement, row.place, day, row.amount, row.currency,
                merchant, row.payee, row.memo, row.fitid, row.kind, row.check, row.ref,
                dump_extra(row.extra), state, verdict.kind, verdict.reason,
            ),
        )  # fmt: skip
        if verdict.kind in ("replaces", "deletes"):
            _correct(connection, verdict, number)
        if state != "correction":
            one = _transaction(number, place, row, key, day <= place.history_to)
            added.append(one._replace(unsure=verdict.kind == "unsure"))
    return added


def amend(connection: sqlite3.Connection, verdict: Verdict, merchant: int) -> None:
    """Give a transaction the words, the day and, when it posts, the amount of a later document."""
    row = verdict.row
    if verdict.kind == "posts":
        connection.execute(
            'UPDATE tx SET amount = ?, fitid = ?, kind = ?, "check" = ?, ref = ?,'
            " state = 'posted', extra = ? WHERE id = ?",
            (
                row.amount,
                row.fitid,
                row.kind,
                row.check,
                row.ref,
                dump_extra(row.extra),
                verdict.tx,
            ),
        )
    connection.execute(
        "UPDATE tx SET day = ?, payee = ?, memo = ?, merchant = ?, reason = ? WHERE id = ?",
        (row.day.isoformat(), row.payee, row.memo, merchant, verdict.reason, verdict.tx),
    )


def lapse(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Pending rows that never posted."""
    connection.executemany("UPDATE tx SET state = 'lapsed' WHERE id = ?", ((one,) for one in ids))


def _top(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM tx").fetchone()[0])


def _transaction(number: int, place: Place, row: Row, merchant: str, history: bool) -> Transaction:
    return Transaction(
        number,
        place.account,
        row.day,
        row.amount,
        row.currency,
        merchant,
        row.payee,
        row.memo,
        row.kind,
        row.check,
        row.fitid,
        row.pending,
        history,
        False,
        row.extra,
    )


def _state(verdict: Verdict) -> str:
    if verdict.kind == "deletes" or (verdict.kind == "new" and _deletes_nothing(verdict.row)):
        return "correction"
    return "pending" if verdict.row.pending else "posted"


def _deletes_nothing(row: Row) -> bool:
    return bool(row.extra and row.extra.corrects and row.extra.corrects.action == "DELETE")


def _correct(connection: sqlite3.Connection, verdict: Verdict, correcting: int) -> None:
    state = "deleted" if verdict.kind == "deletes" else "replaced"
    connection.execute("UPDATE tx SET state = ? WHERE id = ?", (state, verdict.tx))
    connection.execute(
        "INSERT INTO link (kind, from_tx, to_tx) VALUES (?, ?, ?)",
        (verdict.kind, correcting, verdict.tx),
    )
