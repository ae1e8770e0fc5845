"""How the sources fare, and what is due at a set time."""

import sqlite3
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from vigil.store.database import write
from vigil.store.rows import optional_moment, stamp


class SourceRow(NamedTuple):
    """A source as `status` shows it."""

    name: str
    state: str
    since: str
    last_event: str | None
    last_event_at: str | None
    error: str | None


def source(
    connection: sqlite3.Connection, name: str, state: str, error: str | None, now: datetime
) -> None:
    """Note the state of a source; `since` moves only when the state changes."""
    connection.execute(
        "INSERT INTO source (name, state, since, error) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT (name) DO UPDATE SET"
        " since = CASE WHEN state = ?2 THEN since ELSE ?3 END, state = ?2, error = ?4",
        (name, state, stamp(now), error),
    )


def event(connection: sqlite3.Connection, name: str, what: str, now: datetime) -> None:
    """Note the last thing that came from a source."""
    connection.execute(
        "INSERT INTO source (name, state, since, last_event, last_event_at)"
        " VALUES (?1, 'watching', ?3, ?2, ?3)"
        " ON CONFLICT (name) DO UPDATE SET last_event = ?2, last_event_at = ?3",
        (name, what, stamp(now)),
    )


def sources(connection: sqlite3.Connection) -> list[SourceRow]:
    """All sources by name."""
    rows = connection.execute(
        "SELECT name, state, since, last_event, last_event_at, error FROM source ORDER BY name"
    )
    return [SourceRow(*row) for row in rows]


def due_at(connection: sqlite3.Connection, name: str) -> datetime | None:
    """When something of that name is due, or None if it was never set."""
    row = connection.execute("SELECT due_at FROM schedule WHERE name = ?", (name,)).fetchone()
    return optional_moment(row[0]) if row else None


def set_due(connection: sqlite3.Connection, name: str, due: datetime) -> None:
    """Set when something of that name is due."""
    connection.execute(
        "INSERT INTO schedule (name, due_at) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at",
        (name, stamp(due)),
    )


def forget_others(connection: sqlite3.Connection, kind: str, names: Collection[str]) -> None:
    """Unset what is due under `kind` and a name that is none of these; most often there is none."""
    rows = connection.execute("SELECT name FROM schedule WHERE substr(name, 1, ?) = ?",
                              (len(kind), kind))  # fmt: skip
    for name in [row["name"] for row in rows if row["name"][len(kind) :] not in names]:
        with write(connection):
            connection.execute("DELETE FROM schedule WHERE name = ?", (name,))


def next_scheduled(connection: sqlite3.Connection) -> datetime | None:
    """The earliest of what is set."""
    row = connection.execute("SELECT min(due_at) FROM schedule").fetchone()
    return optional_moment(row[0])
