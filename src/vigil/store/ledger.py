"""Statements and transactions as they are read back; `writing` puts rows in."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from vigil.model import Transaction
from vigil.store.rows import TRANSACTION, json_list, transaction


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


def transactions(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Transaction]:
    """The transactions with these numbers, by day."""
    rows = connection.execute(
        f"{TRANSACTION} WHERE tx.id IN (SELECT value FROM json_each(?)) ORDER BY tx.day, tx.id",
        (json_list(ids),),
    )
    return [transaction(row) for row in rows]


def live_transactions(connection: sqlite3.Connection, account: int) -> Iterator[Transaction]:
    """Every row of an account that stands for money moved or about to move, by day."""
    rows = connection.execute(
        f"{TRANSACTION} WHERE tx.account = ? AND tx.state IN ('posted', 'pending')"
        " ORDER BY tx.day, tx.id",
        (account,),
    )
    return map(transaction, rows)


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
