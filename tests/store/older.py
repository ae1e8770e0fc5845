"""A database as an older vigil left it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database, Migrations

from vigil.store.schema import MIGRATIONS


def older_database(path: Path, version: int = 1) -> None:
    """Make a database of that format, with one account in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    migrations = Migrations("vigil")
    for migration in MIGRATIONS[:version]:
        migrations()(migration)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        migrations.apply(Database(db, execute_plugins=False))
        db.execute(f"PRAGMA user_version = {version}")
        db.execute(
            "INSERT INTO account (number, kind, currency, watch_day, first_import_until)"
            " VALUES ('4321', 'card', 'USD', '2026-01-01', '2026-01-01T00:00:00.000000Z')"
        )
