"""What people decided, as rows; an undo is a further row."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from vigil.store.rows import stamp


class DecisionRow(NamedTuple):
    """One decision: who did what, to which alert, and what it changed."""

    id: int
    at: str
    by: str
    action: str
    alert: int | None
    data: Mapping[str, object]


class LessonRow(NamedTuple):
    """What a *mine* taught: amounts from `low` to `high` at this merchant are the person's own."""

    account: int
    merchant: str
    rule: str
    low: int
    high: int
    currency: str
    day: date


def add(
    connection: sqlite3.Connection,
    decision: tuple[str, str, int | None, Mapping[str, object]],
    now: datetime,
    undoes: int | None = None,
) -> int:
    """Note a decision: by, action, alert and what it changed; returns its number."""
    by, action, alert, data = decision
    cursor = connection.execute(
        "INSERT INTO decision (at, by, action, alert, data, undoes) VALUES (?, ?, ?, ?, ?, ?)",
        (stamp(now), by, action, alert, json.dumps(data), undoes),
    )
    return int(cursor.lastrowid or 0)


def last_undoable(connection: sqlite3.Connection) -> DecisionRow | None:
    """The newest decision that is no undo and was not undone."""
    row = connection.execute(
        "SELECT id, at, by, action, alert, data FROM decision AS d WHERE undoes IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM decision AS u WHERE u.undoes = d.id)"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return _decision(row) if row else None


def of_alert(connection: sqlite3.Connection, alert: int) -> list[DecisionRow]:
    """The decisions on an alert, the oldest first."""
    rows = connection.execute(
        "SELECT id, at, by, action, alert, data FROM decision WHERE alert = ? ORDER BY id", (alert,)
    )
    return [_decision(row) for row in rows]


def add_lessons(
    connection: sqlite3.Connection, decision: int, lessons: Iterable[LessonRow]
) -> None:
    """Learn from a *mine*; a second finding of the same kind widens the band."""
    connection.executemany(
        "INSERT INTO lesson (decision, account, merchant, rule, low, high, currency, day)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET low = min(low, excluded.low), high = max(high, excluded.high)",
        ((decision, *one[:6], one.day.isoformat()) for one in lessons),
    )


def forget_lessons(connection: sqlite3.Connection, decision: int, now: datetime) -> None:
    """What a *mine* taught no longer holds."""
    connection.execute("UPDATE lesson SET undone_at = ? WHERE decision = ?", (stamp(now), decision))


def lessons(connection: sqlite3.Connection, account: int) -> list[LessonRow]:
    """What holds for an account."""
    rows = connection.execute(
        "SELECT account, merchant, rule, low, high, currency, day FROM lesson"
        " WHERE account = ? AND undone_at IS NULL",
        (account,),
    )
    return [
        LessonRow(
            row["account"],
            row["merchant"],
            row["rule"],
            row["low"],
            row["high"],
            row["currency"],
            date.fromisoformat(row["day"]),
        )
        for row in rows
    ]


def _decision(row: sqlite3.Row) -> DecisionRow:
    return DecisionRow(
        row["id"], row["at"], row["by"], row["action"], row["alert"], json.loads(row["data"])
    )
