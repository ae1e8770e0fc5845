"""Documents, their problems, and the second reader's view of them."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from vigil.model import Problem
from vigil.store.rows import stamp


class DocumentRow(NamedTuple):
    """A document as the store knows it; `state` is read or rejected."""

    id: int
    sha256: str
    name: str
    state: str
    filed: bool


def find(connection: sqlite3.Connection, sha256: str) -> DocumentRow | None:
    """The document with these bytes, if it was ever taken."""
    row = connection.execute(
        "SELECT id, sha256, name, state, filed FROM document WHERE sha256 = ?", (sha256,)
    ).fetchone()
    return _document(row) if row else None


def add(connection: sqlite3.Connection, facts: dict[str, object], taken_at: datetime) -> int:
    """Note a document; `facts` are the columns sha256, name, size, source, format, complete..."""
    columns = {**facts, "taken_at": stamp(taken_at)}
    names = ", ".join(columns)
    marks = ", ".join(f":{name}" for name in columns)
    cursor = connection.execute(
        f"INSERT INTO document ({names}) VALUES ({marks})",
        columns,
    )
    return int(cursor.lastrowid or 0)


def add_problems(
    connection: sqlite3.Connection, document: int, problems: Iterable[Problem], first: int
) -> None:
    """Keep what could not be read, in the order of the document; `first` is the first's number."""
    connection.executemany(
        "INSERT INTO problem (document, number, place, is_row, what, raw)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (document, first + number, one.where, int(one.row), one.what, one.raw[:200])
            for number, one in enumerate(problems)
        ),
    )


def mark_filed(connection: sqlite3.Connection, sha256: str) -> None:
    """The original left the inbox for done/ or rejected/."""
    connection.execute("UPDATE document SET filed = 1 WHERE sha256 = ?", (sha256,))


def note_second_reading(
    connection: sqlite3.Connection, document: int, outcome: str, view: str | None
) -> None:
    """Record what the second reader said: agrees, differs (with both views) or skipped."""
    connection.execute(
        "UPDATE document SET second = ?, second_view = ? WHERE id = ?", (outcome, view, document)
    )


def awaiting_second_reading(connection: sqlite3.Connection) -> list[DocumentRow]:
    """Documents that the second reader has not looked at yet, oldest first."""
    rows = connection.execute(
        "SELECT id, sha256, name, state, filed FROM document WHERE second = 'due' ORDER BY id"
    )
    return [_document(row) for row in rows]


def _document(row: sqlite3.Row) -> DocumentRow:
    return DocumentRow(row["id"], row["sha256"], row["name"], row["state"], bool(row["filed"]))


def counts(connection: sqlite3.Connection) -> sqlite3.Row:
    """How many documents, rejected ones and problem rows there are, for `status`."""
    row: sqlite3.Row = connection.execute(
        "SELECT count(*) AS documents, coalesce(sum(state = 'rejected'), 0) AS rejected,"
        " coalesce(sum(second = 'differs'), 0) AS differing,"
        " (SELECT count(*) FROM problem WHERE is_row) AS problem_rows,"
        " (SELECT count(*) FROM tx WHERE verdict = 'unsure') AS unsure_rows,"
        " (SELECT count(*) FROM tx WHERE state IN ('posted', 'pending')) AS transactions"
        " FROM document"
    ).fetchone()
    return row
