"""Opening the database, bringing it up to date, and the one way to write to it.

Connections are not shared between threads: each thread opens its own.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vigil.errors import VigilError
from vigil.store.schema import MIGRATIONS, VERSION

_BUSY_SECONDS = 15.0  # a second command waits this long for its turn to write
_MAGIC = b"SQLite format 3\x00"


def open_database(path: Path) -> sqlite3.Connection:
    """A connection to the database at `path`, made or brought up to date when needed.

    The file and its folder are readable by their owner alone. Every commit is on the disk when
    `write` returns (WAL, synchronous=FULL).

    Raises:
        VigilError: the file is no vigil database, is of a newer vigil, or cannot be written.
    """
    _prepare_file(path)
    try:
        connection = _connect(path)
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > VERSION:
            raise VigilError(
                f"{path} was made by a newer vigil (format {version}, this one knows {VERSION}). "
                "Install the newer vigil again, or restore a backup made before it."
            )
        if version < VERSION:
            _migrate(connection, path)
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


@contextmanager
def write(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One write transaction: all of it or nothing.

    BEGIN IMMEDIATE takes the writer's turn at once, so that what is read inside is still true when
    it is written; a deferred transaction would fail where another process wrote in between.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        if connection.in_transaction:  # a full disk rolls back by itself
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _prepare_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # Made before SQLite opens it, so that it and its -wal and -shm are never looser than 0600.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        return
    with path.open("rb") as file:
        head = file.read(len(_MAGIC))
    if head and head != _MAGIC:
        raise VigilError(
            f"{path} is not a vigil database. Move it away, or point vigil to another state folder."
        )
    path.chmod(0o600)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    from sqlite_utils import Database, Migrations  # noqa: PLC0415 - 80 ms that most starts save

    with write(connection):
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        known = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version == 0 and known:
            raise VigilError(f"{path} is a database of another program; vigil leaves it alone.")
        if version == VERSION:  # another process was first
            return
        migrations = Migrations("vigil")
        for migration in MIGRATIONS:
            migrations()(migration)
        migrations.apply(Database(connection, execute_plugins=False))
        connection.execute(f"PRAGMA user_version = {VERSION}")
