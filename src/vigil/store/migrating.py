"""Bringing a database of an older vigil up to date: a copy first, then all of it or nothing."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from vigil.errors import VigilError
from vigil.store import snapshot
from vigil.store.schema import MIGRATIONS, VERSION
from vigil.store.transaction import write


def migrate(connection: sqlite3.Connection, path: Path, told: Callable[[str], None]) -> None:
    """Bring the database up to date; where another process was first, nothing is left to do.

    Args:
        told: takes the one line that says where the copy from before lies, and the way back.

    Raises:
        VigilError: there is no room for the copy.
        sqlite3.Error: the disk takes nothing, or a row pointed at nothing; nothing was changed.
    """
    connection.execute("PRAGMA foreign_keys = OFF")  # a table may be made anew under its name
    try:
        with write(connection):
            before = int(connection.execute("PRAGMA user_version").fetchone()[0])
            # In this process's turn to write, so that nothing can be written after the copy.
            copy = _copy_before(path, before) if 0 < before < VERSION else None
            if before < VERSION:
                _apply(connection)
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
    if copy:
        told(
            f"{path} was brought from format {before} to {VERSION} for this vigil. A copy from "
            f"before lies at {copy}. The way back: stop vigil, install the older one, delete "
            f"{path.name}-wal and {path.name}-shm, and move the copy to {path}."
        )


def _apply(connection: sqlite3.Connection) -> None:
    from sqlite_utils import Database, Migrations  # noqa: PLC0415 - 80 ms that most starts save

    migrations = Migrations("vigil")
    for migration in MIGRATIONS:
        migrations()(migration)
    migrations.apply(Database(connection, execute_plugins=False))
    if broken := connection.execute("PRAGMA foreign_key_check").fetchone():
        raise sqlite3.IntegrityError(f"a row of {broken[0]} points at nothing")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _copy_before(path: Path, version: int) -> Path:
    try:
        return snapshot.before_upgrade(path, version)
    except (OSError, sqlite3.Error) as error:
        raise VigilError(
            f"{path} must be brought up to date for this vigil, and the copy that is made before "
            f"could not be written: {error}. Nothing was changed. Make room on the disk, then try "
            "again."
        ) from error
