"""Statements and transactions: what the verdicts of reconciling write, and what is read back."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from vigil.model import Row, Transaction
from vigil.reconcile import Verdict
from vigil.store.rows import TRANSACTION, dump_extra, json_list, transaction


class StatementRow(NamedTuple):
    """A statement of the ledger; `rank` is its place in the canonical order."""

    id: int
    document: int
    sha256: str
    position: int
    start: date
    end: date
    rank: str


def add_statement(connection: sqlite3.Connection, columns: Mapping[str, object]) -> int:
    """Note a statement; the keys are its columns."""
    cursor = connection.execute(
        'INSERT INTO statement (document, position, account, currency, start, "end", made, rank,'
        " balance, balance_day) VALUES (:document, :position, :account, :currency, :start, :end,"
        " :made, :rank, :balance, :balance_day)",
        columns,
    )
    return int(cursor.lastrowid or 0)


def statements_of(connection: sqlite3.Connection, account: int) -> list[StatementRow]:
    """The statements of an account in canonical order."""
    rows = connection.execute(
        'SELECT statement.id, document, sha256, position, start, "end", rank FROM statement'
        " JOIN document ON document.id = statement.document WHERE account = ? ORDER BY rank",
        (account,),
    )
    return [
        StatementRow(
            row["id"],
            row["document"],
            row["sha256"],
            row["position"],
            date.fromisoformat(row["start"]),
            date.fromisoformat(row["end"]),
            row["rank"],
        )
        for row in rows
    ]


def last_rank(connection: sqlite3.Connection, account: int, but: int) -> str | None:
    """The highest rank among the account's statements, one left out."""
    row = connection.execute(
        "SELECT max(rank) FROM statement WHERE account = ? AND id <> ?", (account, but)
    ).fetchone()
    return row[0] if row else None


def is_empty(connection: sqlite3.Connection, account: int) -> bool:
    """True while the ledger holds no row of the account."""
    row = connection.execute("SELECT 1 FROM tx WHERE account = ? LIMIT 1", (account,)).fetchone()
    return row is None


class Place(NamedTuple):
    """Where rows are written to."""

    account: int
    statement: int
    history_to: str  # the account's watch day


_INSERT = (
    "INSERT INTO tx (id, account, statement, place, day, amount, currency, merchant, payee, memo,"
    ' fitid, kind, "check", ref, state, verdict, reason, extra)'
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ADDED = frozenset(("new", "unsure", "replaces", "deletes"))


def insert(
    connection: sqlite3.Connection,
    place: Place,
    verdicts: Sequence[Verdict],
    merchants: Sequence[tuple[int, str]],
) -> list[Transaction]:
    """Write the rows that the ledger did not hold; `merchants` gives id and key of each.

    Returns:
        The new transactions that stand for money moved, in the order of `verdicts`.
    """
    top = int(connection.execute("SELECT coalesce(max(id), 0) FROM tx").fetchone()[0])
    rows, added = [], []
    for number, (verdict, (merchant, key)) in enumerate(zip(verdicts, merchants, strict=True), 1):
        row, state = verdict.row, _state(verdict)
        day = row.day.isoformat()
        rows.append(
            (
                top + number,
                place.account,
                place.statement,
                row.place,
                day,
                row.amount,
                row.currency,
                merchant,
                row.payee,
                row.memo,
                row.fitid,
                row.kind,
                row.check,
                row.ref,
                state,
                verdict.kind,
                verdict.reason,
                dump_extra(row.extra) if row.extra else None,
            )
        )
        if state != "correction":
            added.append(
                _as_transaction(top + number, place, verdict, key, day <= place.history_to)
            )
    connection.executemany(_INSERT, rows)
    corrections = [
        (verdict.kind, row[0], verdict.tx)
        for verdict, row in zip(verdicts, rows, strict=True)
        if verdict.kind in ("replaces", "deletes")
    ]
    _correct(connection, corrections)
    return added


def meet(connection: sqlite3.Connection, place: Place, verdicts: Iterable[Verdict]) -> None:
    """Note that rows were seen again."""
    connection.executemany(
        "INSERT INTO sighting (statement, place, tx, fitid, verdict, reason)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                place.statement,
                one.row.place,
                one.tx,
                one.row.fitid if one.kind == "renamed" else None,
                one.kind,
                one.reason,
            )
            for one in verdicts
        ),
    )


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


def transactions(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Transaction]:
    """The transactions with these numbers, by day."""
    rows = connection.execute(
        f"{TRANSACTION} WHERE tx.id IN (SELECT value FROM json_each(?)) ORDER BY tx.day, tx.id",
        (json_list(ids),),
    )
    return [transaction(row) for row in rows]


def live_transactions(connection: sqlite3.Connection, account: int) -> list[Transaction]:
    """Every row of an account that stands for money moved or about to move, by day."""
    rows = connection.execute(
        f"{TRANSACTION} WHERE tx.account = ? AND tx.state IN ('posted', 'pending')"
        " ORDER BY tx.day, tx.id",
        (account,),
    )
    return [transaction(row) for row in rows]


def since(
    connection: sqlite3.Connection, day: date, merchants: Collection[str], sums: Collection[int]
) -> list[Transaction]:
    """Live transactions from `day` on, of one of these merchants or with one of these amounts."""
    rows = connection.execute(
        f"{TRANSACTION} WHERE tx.day >= ? AND tx.state IN ('posted', 'pending')"
        " AND (merchant.key IN (SELECT value FROM json_each(?))"
        " OR tx.amount IN (SELECT value FROM json_each(?))) ORDER BY tx.day, tx.id",
        (day.isoformat(), json_list(merchants), json_list(sums)),
    )
    return [transaction(row) for row in rows]


def merchant_ids(connection: sqlite3.Connection, keys: Collection[str]) -> dict[str, int]:
    """The numbers of merchant keys; unknown ones are added."""
    connection.executemany(
        "INSERT INTO merchant (key) VALUES (?) ON CONFLICT (key) DO NOTHING",
        ((key,) for key in sorted(keys)),
    )
    rows = connection.execute(
        "SELECT key, id FROM merchant WHERE key IN (SELECT value FROM json_each(?))",
        (json_list(keys),),
    )
    return {row["key"]: row["id"] for row in rows}


def is_added(verdict: Verdict) -> bool:
    """True when the verdict makes a row of its own."""
    return verdict.kind in _ADDED


def _correct(
    connection: sqlite3.Connection, corrections: Sequence[tuple[str, int, int | None]]
) -> None:
    for kind, correcting, target in corrections:
        state = "deleted" if kind == "deletes" else "replaced"
        connection.execute("UPDATE tx SET state = ? WHERE id = ?", (state, target))
        connection.execute(
            "INSERT INTO link (kind, from_tx, to_tx) VALUES (?, ?, ?)", (kind, correcting, target)
        )


def _state(verdict: Verdict) -> str:
    if verdict.kind == "deletes" or (verdict.kind == "new" and _deletes_nothing(verdict.row)):
        return "correction"
    return "pending" if verdict.row.pending else "posted"


def _deletes_nothing(row: Row) -> bool:
    return bool(row.extra and row.extra.corrects and row.extra.corrects.action == "DELETE")


def _as_transaction(
    number: int, place: Place, verdict: Verdict, merchant: str, history: bool
) -> Transaction:
    row = verdict.row
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
        verdict.kind == "unsure",
        row.extra,
    )
