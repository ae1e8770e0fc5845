"""What cases and open alerts speak of, and the removal of rows that nothing speaks of any more."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from vigil.keeping.retention import Copy
from vigil.store import casebook, decisions
from vigil.store.rows import json_list, moment, stamp

# Transactions in the findings of open alerts, and in what was matched to any case, closed or not.
_SPOKEN = """
WITH spoken AS (
  SELECT finding.tx, finding.related FROM finding JOIN alert ON alert.id = finding.alert
    WHERE alert.state = 'open'
  UNION ALL
  SELECT tx, related FROM finding WHERE scam IS NOT NULL AND undone_at IS NULL
)
SELECT tx FROM spoken UNION SELECT value FROM spoken, json_each(spoken.related)
"""
_DOCUMENTS = """
WITH meant AS (
  SELECT value AS tx FROM json_each(?1)
  UNION SELECT from_tx FROM link WHERE to_tx IN (SELECT value FROM json_each(?1))
  UNION SELECT to_tx FROM link WHERE from_tx IN (SELECT value FROM json_each(?1))
)
SELECT document FROM statement WHERE id IN (
  SELECT statement FROM tx WHERE id IN (SELECT tx FROM meant)
  UNION SELECT sighting.statement FROM meant JOIN sighting
    ON meant.tx BETWEEN sighting.tx AND sighting.tx + sighting.rows - 1
)
UNION SELECT id FROM document WHERE second = 'due'
UNION SELECT document.id FROM document JOIN alert ON alert.state = 'open' AND alert.subject IN (
  'document ' || document.id, 'second reader ' || document.id, 'rejected ' || document.sha256
)
"""
_KEPT_MESSAGES = """
SELECT max(id) FROM outbox WHERE alert IS NOT NULL GROUP BY alert, person, channel
UNION SELECT min(id) FROM outbox WHERE alert IS NOT NULL AND state = 'accepted'
  GROUP BY alert, person, channel
UNION SELECT max(id) FROM outbox WHERE alert IS NOT NULL AND state = 'accepted'
  GROUP BY alert, person, channel
"""


def copies(connection: sqlite3.Connection) -> list[Copy]:
    """Every document with its hash and when it was taken, the oldest first."""
    rows = connection.execute("SELECT id, sha256, taken_at FROM document ORDER BY taken_at, id")
    return [Copy(row["id"], row["sha256"], moment(row["taken_at"])) for row in rows]


def spoken_of(connection: sqlite3.Connection) -> set[int]:
    """Transactions that a case or an open alert speaks of."""
    spoken = {row[0] for row in connection.execute(_SPOKEN)}
    for row in casebook.every(connection):
        spoken |= {one.transaction for one in row.case.payments if one.transaction}
    return spoken


def cited(connection: sqlite3.Connection) -> set[int]:
    """Documents that hold what a case or an open alert speaks of, or wait for a second reader."""
    return {row[0] for row in connection.execute(_DOCUMENTS, (json_list(spoken_of(connection)),))}


def let_go(connection: sqlite3.Connection, documents: Iterable[int], now: datetime) -> None:
    """Note that the copies of these documents are removed on purpose."""
    connection.executemany(
        "UPDATE document SET dropped_at = coalesce(dropped_at, ?) WHERE id = ?",
        ((stamp(now), one) for one in documents),
    )


def lost(connection: sqlite3.Connection, account: int) -> dict[str, bool]:
    """For the documents of an account by hash: True where its copy was let go on purpose."""
    rows = connection.execute(
        "SELECT DISTINCT sha256, dropped_at FROM statement"
        " JOIN document ON document.id = statement.document WHERE account = ?",
        (account,),
    )
    return {row["sha256"]: row["dropped_at"] is not None for row in rows}


def prune_messages(connection: sqlite3.Connection, before: datetime) -> None:
    """Remove what was sent or dropped before then.

    Of each alert, person and channel the first and the last message that went out and the newest
    of all stay: they say whom the alert reached, and when.
    """
    connection.execute(
        "DELETE FROM outbox WHERE state <> 'queued' AND made_at < ?"
        f" AND id NOT IN ({_KEPT_MESSAGES})",
        (stamp(before),),
    )


def prune_self_alerts(connection: sqlite3.Connection, before: datetime) -> None:
    """Remove what vigil said of itself and what is over since then, with the answers to it.

    The newest decision that can be undone stays, so that `undo` never reaches past it.
    """
    last = decisions.last_undoable(connection)
    over = json_list(
        row["id"]
        for row in connection.execute(
            "SELECT id FROM alert WHERE kind = 'self' AND state <> 'open' AND changed_at < ?",
            (stamp(before),),
        )
        if last is None or row["id"] != last.alert
    )
    these = "(SELECT value FROM json_each(?1))"
    for rows in (
        f"outbox WHERE alert IN {these}",
        f"decision WHERE alert IN {these}",  # an undo names the alert as well
        f"alert WHERE id IN {these}",
    ):
        connection.execute(f"DELETE FROM {rows}", (over,))
