"""The queue of messages: one row per person and channel, written with what caused it.

"Accepted" is recorded after the service took the message, so a crash in between repeats it under
the same alert id, and never loses it.
"""

import sqlite3
from datetime import datetime
from typing import Literal, NamedTuple

from vigil.model import Message
from vigil.notify.worker import OutboxRow
from vigil.store.rows import moment, optional_moment, stamp

Priority = Literal["high", "default", "low"]


class Letter(NamedTuple):
    """A message to queue. `why`: first, again, digest or note."""

    alert: int | None
    person: str
    channel: str
    why: str
    title: str
    body: str
    priority: Priority
    due_at: datetime


class Delivery(NamedTuple):
    """What became of a message, for `alert show`."""

    person: str
    channel: str
    state: str
    attempts: int
    detail: str | None


class Failing(NamedTuple):
    """How often the tries for a message have failed, and since when."""

    attempts: int = 0
    since: str | None = None


_NEVER = Failing()


def put(
    connection: sqlite3.Connection, letter: Letter, now: datetime, failing: Failing = _NEVER
) -> None:
    """Queue a message, in the transaction of what caused it.

    Args:
        failing: of the waiting message that it takes the place of (`drop_older`): a channel is
            dead since the first of them failed.
    """
    connection.execute(
        "INSERT INTO outbox (alert, person, channel, why, title, body, priority, state, made_at,"
        " due_at, attempts, first_failed_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?)",
        (*letter[:7], stamp(now), stamp(letter.due_at), *failing),
    )


def due(connection: sqlite3.Connection, now: datetime) -> list[OutboxRow]:
    """Messages whose time has come, the oldest first."""
    rows = connection.execute(
        "SELECT id, alert, person, channel, title, body, priority, attempts, first_failed_at"
        " FROM outbox WHERE state = 'queued' AND due_at <= ? ORDER BY due_at, id",
        (stamp(now),),
    )
    return [
        OutboxRow(
            row["id"],
            row["person"],
            row["channel"],
            Message(
                f"a{row['alert']}" if row["alert"] else f"m{row['id']}",
                row["title"],
                row["body"],
                row["priority"],
            ),
            row["attempts"],
            optional_moment(row["first_failed_at"]),
        )
        for row in rows
    ]


def next_due(connection: sqlite3.Connection) -> datetime | None:
    """When the next message is to be sent."""
    row = connection.execute("SELECT min(due_at) FROM outbox WHERE state = 'queued'").fetchone()
    return optional_moment(row[0])


def accept(connection: sqlite3.Connection, row: int, detail: str, now: datetime) -> None:
    """The service took the message."""
    connection.execute(
        "UPDATE outbox SET state = 'accepted', attempts = attempts + 1, tried_at = ?, detail = ?,"
        " permanent = 0 WHERE id = ?",
        (stamp(now), detail, row),
    )


def put_off(
    connection: sqlite3.Connection,
    row: int,
    failure: tuple[str, bool],
    due_at: datetime,
    now: datetime,
) -> None:
    """The send failed (error text, permanent): try again at `due_at`."""
    error, permanent = failure
    connection.execute(
        "UPDATE outbox SET attempts = attempts + 1, tried_at = ?1,"
        " first_failed_at = coalesce(first_failed_at, ?1), detail = ?2, permanent = ?3, due_at = ?4"
        " WHERE id = ?5",
        (stamp(now), error, int(permanent), stamp(due_at), row),
    )


def drop(connection: sqlite3.Connection, alert: int, why: str) -> None:
    """What still waits for an alert that was answered or ended need not be sent."""
    connection.execute(
        "UPDATE outbox SET state = 'dropped', detail = ? WHERE alert = ? AND state = 'queued'",
        (why, alert),
    )


def drop_older(connection: sqlite3.Connection, alert: int, person: str, channel: str) -> Failing:
    """A newer message on the same alert makes a waiting one needless; how that one fared."""
    where = "WHERE alert = ? AND person = ? AND channel = ? AND state = 'queued'"
    whose = (alert, person, channel)
    row = connection.execute(
        f"SELECT coalesce(max(attempts), 0), min(first_failed_at) FROM outbox {where}", whose
    ).fetchone()
    connection.execute(
        f"UPDATE outbox SET state = 'dropped', detail = 'a newer message says more' {where}", whose
    )
    return Failing(*row)


def drop_overdue(connection: sqlite3.Connection, now: datetime, why: str) -> int:
    """Take back every message that should have been sent by now; how many there were."""
    cursor = connection.execute(
        "UPDATE outbox SET state = 'dropped', detail = ? WHERE state = 'queued' AND due_at <= ?",
        (why, stamp(now)),
    )
    return cursor.rowcount


def went_out(connection: sqlite3.Connection, alert: int, person: str, channel: str) -> bool:
    """True when a message on this alert was taken by the service already."""
    row = connection.execute(
        "SELECT 1 FROM outbox WHERE alert = ? AND person = ? AND channel = ?"
        " AND state = 'accepted' LIMIT 1",
        (alert, person, channel),
    ).fetchone()
    return row is not None


def deliveries(connection: sqlite3.Connection, alert: int) -> list[Delivery]:
    """What became of the newest message of each person and channel."""
    rows = connection.execute(
        "SELECT person, channel, state, attempts, detail FROM outbox WHERE id IN"
        " (SELECT max(id) FROM outbox WHERE alert = ? GROUP BY person, channel) ORDER BY id",
        (alert,),
    )
    return [Delivery(*row) for row in rows]


def undelivered(connection: sqlite3.Connection, now: datetime) -> list[sqlite3.Row]:
    """Messages that should have been sent by now and were not, for `status`."""
    return connection.execute(
        "SELECT id, alert, person, channel, attempts, due_at, detail, first_failed_at FROM outbox"
        " WHERE state = 'queued' AND made_at <= ?1 AND (attempts > 0 OR due_at <= ?1)"
        " ORDER BY id",
        (stamp(now),),
    ).fetchall()


def made(row: sqlite3.Row) -> datetime:
    """When an undelivered message is tried again."""
    return moment(row["due_at"])
