"""Scam cases and their timeline; the table is called `scam`, as CASE is a word of SQL."""

import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import msgspec

from vigil.errors import VigilError
from vigil.model import Case
from vigil.store.rows import stamp

_CASE = msgspec.json.Decoder(Case)


class CaseRow(NamedTuple):
    """A case with its state: open or closed, and why it was closed."""

    case: Case
    state: str
    closed_why: str | None


class EventRow(NamedTuple):
    """One line of a case's timeline."""

    at: str
    what: str


def add(connection: sqlite3.Connection, case: Case, now: datetime) -> Case:
    """Open a case; it comes back with its number."""
    cursor = connection.execute(
        "INSERT INTO scam (state, opened, body) VALUES ('open', ?, ?)",
        (case.opened.isoformat(), _dump(case)),
    )
    numbered = replace(case, id=int(cursor.lastrowid or 0))
    note(connection, numbered.id, "case opened", now)
    return numbered


def change(connection: sqlite3.Connection, case: Case) -> None:
    """Write a case that learnt something."""
    connection.execute("UPDATE scam SET body = ? WHERE id = ?", (_dump(case), case.id))


def get(connection: sqlite3.Connection, case: int) -> CaseRow:
    """The case with this number.

    Raises:
        VigilError: there is none.
    """
    row = connection.execute(
        "SELECT id, body, state, closed_why FROM scam WHERE id = ?", (case,)
    ).fetchone()
    if row is None:
        raise VigilError(f"There is no case {case}; `vigil case ls` lists them.")
    return _row(row)


def every(connection: sqlite3.Connection) -> list[CaseRow]:
    """All cases, the newest first."""
    return [
        _row(row)
        for row in connection.execute(
            "SELECT id, body, state, closed_why FROM scam ORDER BY id DESC"
        )
    ]


def open_cases(connection: sqlite3.Connection) -> list[Case]:
    """The cases that transactions are held against."""
    rows = connection.execute("SELECT id, body FROM scam WHERE state = 'open' ORDER BY id")
    return [replace(_CASE.decode(row["body"]), id=row["id"]) for row in rows]


def set_state(
    connection: sqlite3.Connection, case: int, state: str, why: str | None, now: datetime
) -> None:
    """Close a case, or open it again."""
    connection.execute(
        "UPDATE scam SET state = ?, closed_why = ?, closed_at = ? WHERE id = ?",
        (state, why, stamp(now) if state == "closed" else None, case),
    )


def note(connection: sqlite3.Connection, case: int, what: str, now: datetime) -> None:
    """Add a line to the timeline; lines are never changed."""
    connection.execute(
        "INSERT INTO scam_event (scam, at, what) VALUES (?, ?, ?)", (case, stamp(now), what)
    )


def timeline(connection: sqlite3.Connection, case: int) -> list[EventRow]:
    """The lines of a case, the oldest first."""
    rows = connection.execute("SELECT at, what FROM scam_event WHERE scam = ? ORDER BY id", (case,))
    return [EventRow(*row) for row in rows]


def absences_told(connection: sqlite3.Connection, case: int) -> int:
    """How many of the promised days have passed without money and were told."""
    row = connection.execute("SELECT absences FROM scam WHERE id = ?", (case,)).fetchone()
    return int(row["absences"])


def count_absence(connection: sqlite3.Connection, case: int) -> None:
    """One more promised day was told; they are told in the order of their days."""
    connection.execute("UPDATE scam SET absences = absences + 1 WHERE id = ?", (case,))


def _dump(case: Case) -> str:
    return msgspec.json.encode(case).decode()


def _row(row: sqlite3.Row) -> CaseRow:
    return CaseRow(
        replace(_CASE.decode(row["body"]), id=row["id"]), row["state"], row["closed_why"]
    )
