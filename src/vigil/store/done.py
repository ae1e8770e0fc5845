"""When something that is done now and then was last done: a backup, a clearing."""

import sqlite3
from datetime import datetime
from typing import NamedTuple

from vigil.store.rows import moment, stamp

BACKUP = "backup"


class Done(NamedTuple):
    """When it was last done, and what there is to say of it."""

    at: datetime
    what: str | None


def note(connection: sqlite3.Connection, name: str, what: str | None, at: datetime) -> None:
    """It was done just now."""
    connection.execute(
        "INSERT INTO last_done (name, at, what) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET at = excluded.at, what = excluded.what",
        (name, stamp(at), what),
    )


def last(connection: sqlite3.Connection, name: str) -> Done | None:
    """When it was last done, or None for never."""
    row = connection.execute("SELECT at, what FROM last_done WHERE name = ?", (name,)).fetchone()
    return Done(moment(row["at"]), row["what"]) if row else None
