"""Rows as `vigil export` gives them out, in the order in which they are given. Reads only."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

_TRANSACTIONS = """
SELECT tx.id, tx.account, tx.day, tx.amount, tx.currency, tx.payee, tx.memo, tx.fitid, tx.kind,
  tx."check", tx.ref, tx.state, tx.verdict, tx.reason, tx.extra, merchant.key AS merchant,
  tx.day <= account.watch_day AS history, document.sha256,
  (SELECT min(from_tx) FROM link WHERE to_tx = tx.id) AS from_tx
FROM tx JOIN merchant ON merchant.id = tx.merchant JOIN account ON account.id = tx.account
  JOIN statement ON statement.id = tx.statement JOIN document ON document.id = statement.document
ORDER BY tx.account, tx.day, tx.id
"""
_FINDINGS = """
SELECT finding.id, alert, tx, tx.day, finding.amount, finding.currency, rule, level, score,
  finding.reason, scam, confidence, related, suppressed, undone_at
FROM finding JOIN tx ON tx.id = finding.tx ORDER BY finding.id
"""
_ALERTS = "SELECT id, kind, subject, changed_at FROM alert ORDER BY id"
_EVENTS = "SELECT id, scam, at, what FROM scam_event ORDER BY id"
_DECISIONS = "SELECT id, at, by, action, alert, data, undoes FROM decision ORDER BY id"
_DOCUMENTS = """
SELECT sha256, name, size, source, format, complete, state, why, taken_at, second, dropped_at
FROM document ORDER BY id
"""


@contextmanager
def as_of_now(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All that is read inside is of one moment, whatever others write meanwhile."""
    connection.execute("BEGIN")
    try:
        yield connection
    finally:
        connection.execute("ROLLBACK")


def transactions(connection: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    """Every row of the ledger, those that no longer count among them."""
    yield from connection.execute(_TRANSACTIONS)


def findings(connection: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    """What was ever said of a transaction, also where no alert came of it."""
    yield from connection.execute(_FINDINGS)


def alerts(connection: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    """The numbers and kinds of all alerts; the rest is told by `alerts.get`."""
    yield from connection.execute(_ALERTS).fetchall()


def events(connection: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    """The timelines of all cases."""
    yield from connection.execute(_EVENTS)


def decisions(connection: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    """What people decided."""
    yield from connection.execute(_DECISIONS)


def documents(connection: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    """What was taken."""
    yield from connection.execute(_DOCUMENTS)
