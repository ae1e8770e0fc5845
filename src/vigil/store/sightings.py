"""Which row of which statement met which transaction: every time that a row was seen again.

An export that overlaps with another meets thousands of known rows in their old order. Such a run
is one sighting: its row `place + n` met transaction `tx + n`, for n from 0 to `rows` - 1.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from vigil.reconcile import Verdict

Pair = tuple[int, int]  # place of a row, transaction that it met

_ADD = (
    "INSERT INTO sighting (statement, place, tx, fitid, verdict, reason) VALUES (?, ?, ?, ?, ?, ?)"
)
_ADD_RUN = "INSERT INTO sighting (statement, place, tx, verdict, rows) VALUES (?, ?, ?, 'same', ?)"
_OF_ACCOUNT = "statement IN (SELECT id FROM statement WHERE account = ?)"


class Sighting(NamedTuple):
    """One row of one statement that met a transaction; `rank` is the statement's."""

    statement: int
    place: int
    tx: int
    rank: str


def note(connection: sqlite3.Connection, statement: int, verdicts: Iterable[Verdict]) -> None:
    """Rows that met a transaction, each with its verdict."""
    connection.executemany(
        _ADD,
        (
            (
                statement,
                one.row.place,
                one.tx,
                one.row.fitid if one.kind == "renamed" else None,
                one.kind,
                one.reason,
            )
            for one in verdicts
        ),
    )


def note_same(connection: sqlite3.Connection, statement: int, pairs: Iterable[Pair]) -> None:
    """Rows that are known word by word."""
    connection.executemany(_ADD_RUN, ((statement, *run) for run in _runs(pairs)))


def of_account(connection: sqlite3.Connection, account: int) -> Iterator[Sighting]:
    """Every sighting of an account's transactions, row by row."""
    runs = connection.execute(
        "SELECT sighting.statement, place, tx, rows, rank FROM sighting"
        " JOIN statement ON statement.id = sighting.statement WHERE statement.account = ?",
        (account,),
    )
    for statement, place, tx, rows, rank in runs:
        for more in range(rows):
            yield Sighting(statement, place + more, tx + more, rank)


def met_later(connection: sqlite3.Connection, statement: int) -> bool:
    """Whether a row of this statement met a transaction that a later one was the first to list."""
    row = connection.execute(
        "SELECT 1 FROM sighting JOIN tx ON tx.id BETWEEN sighting.tx AND sighting.tx + rows - 1"
        " JOIN statement AS first ON first.id = tx.statement"
        " WHERE sighting.statement = ?1 AND first.rank >"
        " (SELECT rank FROM statement WHERE id = ?1) LIMIT 1",
        (statement,),
    ).fetchone()
    return row is not None


def forget(connection: sqlite3.Connection, account: int) -> None:
    """Take away all sightings of an account, before it is folded anew."""
    connection.execute(f"DELETE FROM sighting WHERE {_OF_ACCOUNT}", (account,))


def renumber(connection: sqlite3.Connection, account: int, numbers: Mapping[int, int]) -> None:
    """Let the sightings of an account speak of transactions by other numbers."""
    where = f"WHERE rows > 1 AND {_OF_ACCOUNT}"
    runs = connection.execute(
        f"SELECT statement, place, tx, rows FROM sighting {where} ORDER BY 1, 2", (account,)
    ).fetchall()
    connection.execute(f"DELETE FROM sighting {where}", (account,))
    connection.executemany(
        "UPDATE sighting SET tx = ? WHERE tx = ?", ((old, new) for new, old in numbers.items())
    )
    for statement, place, tx, rows in runs:
        met = ((place + more, numbers.get(tx + more, tx + more)) for more in range(rows))
        note_same(connection, statement, met)


def _runs(pairs: Iterable[Pair]) -> Iterator[tuple[int, int, int]]:
    """Place, transaction and length of each run."""
    first = last = (0, 0)
    rows = 0
    for pair in pairs:
        if rows and pair == (last[0] + 1, last[1] + 1):
            rows += 1
        else:
            if rows:
                yield *first, rows
            first, rows = pair, 1
        last = pair
    if rows:
        yield *first, rows
