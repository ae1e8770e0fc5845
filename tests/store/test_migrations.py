"""A database of an older format is brought up to date whole, with every row and every reference."""

import sqlite3
from pathlib import Path

from tests.store.older import older_database

from vigil.store.database import open_database
from vigil.store.schema import VERSION

_ROWS = """
INSERT INTO document (sha256, name, size, source, complete, state, taken_at)
  VALUES ('aa', 'a.ofx', 9, 'folder', 1, 'read', '2026-01-01T00:00:00.000000Z');
INSERT INTO statement (document, position, account, currency, start, "end", made, rank)
  VALUES (1, 0, 1, 'USD', '2026-01-01', '2026-01-31', '', 'r');
INSERT INTO merchant (key) VALUES ('grocer');
INSERT INTO tx (id, account, statement, place, day, amount, currency, merchant, payee, state,
  verdict) VALUES (7, 1, 1, 1, '2026-01-03', -500, 'USD', 1, 'GROCER', 'posted', 'new'),
  (8, 1, 1, 2, '2026-01-04', -600, 'USD', 1, 'GROCER', 'pending', 'new');
INSERT INTO sighting (statement, place, tx, verdict) VALUES (1, 3, 7, 'same');
INSERT INTO link (kind, from_tx, to_tx) VALUES ('replaces', 8, 7);
INSERT INTO finding (tx, rule, level, score, reason, amount, currency, related)
  VALUES (7, 'duplicate_charge', 'ask', 3.0, 'x', -500, 'USD', '[]')
"""


def old_database(path: Path) -> list[tuple[object, ...]]:
    """A database as the first format had it; its transactions."""
    older_database(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    for statement in _ROWS.split(";\n"):
        connection.execute(statement)
    rows = connection.execute("SELECT * FROM tx ORDER BY id").fetchall()
    connection.close()
    return rows


def test_the_first_format_is_brought_up_to_date(tmp_path: Path) -> None:
    """No row is lost, every reference holds, and references are guarded again afterwards."""
    before = old_database(tmp_path / "vigil.db")
    db = open_database(tmp_path / "vigil.db")
    assert db.execute("PRAGMA user_version").fetchone()[0] == VERSION
    assert [tuple(row) for row in db.execute("SELECT * FROM tx ORDER BY id")] == before
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert db.execute("SELECT rows FROM sighting").fetchone()[0] == 1
    kept = db.execute("SELECT finding.tx, link.to_tx FROM finding, link").fetchone()
    assert tuple(kept) == (7, 7)


def test_a_new_database_and_one_brought_up_have_the_same_tables(tmp_path: Path) -> None:
    """Whoever comes from an older format lives on with what everybody else has."""
    old_database(tmp_path / "old.db")
    schemas = []
    for name in ("old.db", "new.db"):
        db = open_database(tmp_path / name)
        rows = db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        schemas.append([tuple(row) for row in rows])
    assert schemas[0] == schemas[1]
