"""Opening the database, bringing it up to date, and the one way to write to it.

Connections are not shared between threads: each thread opens its own.
"""

import logging
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from vigil.errors import VigilError
from vigil.store.migrating import migrate
from vigil.store.schema import VERSION
from vigil.store.transaction import write

_log = logging.getLogger(__name__)
__all__ = ["open_database", "open_read_only", "write"]

_BUSY_SECONDS = 15.0  # a second command waits this long for its turn to write


def _to_the_log(line: str) -> None:
    _log.warning("%s", line)


def open_database(path: Path, told: Callable[[str], None] = _to_the_log) -> sqlite3.Connection:
    """A connection to the database at `path`, made or brought up to date when needed.

    The file and its folder are readable by their owner alone. Every commit is on the disk when
    `write` returns (WAL, synchronous=FULL). Before an older database is brought up to date a copy
    of it is put into `backups/` beside it.

    Args:
        told: takes the one line that says where that copy lies, and the way back.

    Raises:
        VigilError: the file is no vigil database, is of a newer vigil, or cannot be written.
    """
    _prepare_file(path)
    try:
        connection = _connect(path)
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version < VERSION:
            migrate(connection, path, told)
    except sqlite3.Error as error:
        raise VigilError(
            f"The database {path} cannot be opened: {error}. Nothing was changed. "
            "See that the disk is not full or read-only."
        ) from error
    return connection


def open_read_only(path: Path) -> sqlite3.Connection | None:
    """A connection that cannot write, or None while there is no database yet."""
    if not path.exists():
        return None
    connection = open_database(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _prepare_file(path: Path) -> None:
    """Make the file, or mend its mode.

    An existing database is never opened here but through SQLite: closing any other descriptor on
    it would drop the locks that this process holds (https://sqlite.org/howtocorrupt.html, 2.2),
    and another process could then delete a log that is still written to.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # Made before SQLite opens it, so that it and its -wal and -shm are never looser than 0600.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        path.chmod(0o600)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
    connection.row_factory = sqlite3.Row
    _refuse_foreign(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Leave alone what another program made; asked before anything is changed."""
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as error:
        if "not a database" not in str(error):
            raise
        tables, version = {""}, 0
    if tables and (version == 0 or not tables >= {"document", "tx", "outbox"}):
        raise VigilError(
            f"{path} is not a vigil database; vigil leaves it alone. Move it away, or point vigil "
            "to another state folder."
        )
    if version > VERSION:
        raise VigilError(
            f"{path} was made by a newer vigil (format {version}, this one knows {VERSION}). "
            "Install the newer vigil again, or restore a backup made before it."
        )
