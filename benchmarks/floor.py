"""The floor: the least that anybody must do to have the rows in SQLite.

One fixed regular expression, one table, one unique key, one transaction.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

_ROW = re.compile(
    r"<TRNTYPE>([^<\r\n]+)\s*<DTPOSTED>(\d{8})[^<\r\n]*\s*<TRNAMT>(-?)(\d+)\.(\d\d)\s*"
    r"<FITID>([^<\r\n]+)\s*<NAME>([^<\r\n]*)\s*<MEMO>([^<\r\n]*)"
)
_TABLE = (
    "CREATE TABLE IF NOT EXISTS tx (account TEXT, day INT, cents INT, fitid TEXT, name TEXT,"
    " memo TEXT, kind TEXT, PRIMARY KEY (account, fitid)) WITHOUT ROWID"
)


def ingest(path: Path, store: Path) -> int:
    """Read a file of `generate` into a plain table; how many rows were new."""
    connection = sqlite3.connect(store, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(_TABLE)
    connection.execute("BEGIN IMMEDIATE")
    before = connection.total_changes
    rows = _rows(path.read_text("cp1252"))
    connection.executemany("INSERT OR IGNORE INTO tx VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    fresh = connection.total_changes - before
    connection.execute("COMMIT")
    connection.close()
    return fresh


def _rows(text: str) -> Iterator[tuple[str, int, int, str, str, str, str]]:
    start = text.index("<ACCTID>") + len("<ACCTID>")
    account = text[start : text.index("<", start)]
    for kind, day, sign, whole, part, fitid, name, memo in _ROW.findall(text):
        cents = int(whole) * 100 + int(part)
        yield account, int(day), -cents if sign else cents, fitid, name, memo, kind
