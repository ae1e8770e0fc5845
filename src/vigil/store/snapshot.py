"""Copies of a living database by SQLite's online backup; a database file is never copied as a file.

Nothing here changes the database that is copied.
"""

import os
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from vigil.errors import VigilError

COPIES = "backups"  # the folder, beside the database, of the copies made before an upgrade
_NEW = ".new-"
_KEPT = 3  # copies from before an upgrade; one of them is as large as the database was


class Contents(NamedTuple):
    """What a database holds: its format, and how many rows of what people count.

    Attributes:
        documents: hashes of the documents whose copies should lie in the documents folder.
    """

    schema: int
    counts: dict[str, int]
    documents: frozenset[str]


def copy_database(source: Path, target: Path) -> None:
    """Put a whole copy of a database that may be in use into the new file `target`, mode 0600.

    The copy stands alone (no -wal) and is on the disk when this returns.

    Raises:
        sqlite3.Error, OSError: there is no room, or it cannot be read; no `target` is left.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    try:
        with closing(_opened(source, "rw")) as living, closing(_opened(target, "rw")) as copy:
            living.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        _sync(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def before_upgrade(database: Path, version: int) -> Path:
    """A copy in `backups/` beside the database; the last few are kept.

    Args:
        version: the format that the database has until now; the name of the copy says it.
    """
    folder = database.parent / COPIES
    folder.mkdir(mode=0o700, exist_ok=True)
    for leftover in folder.glob(f"{_NEW}*"):  # of a process that was killed
        leftover.unlink(missing_ok=True)
    temporary = folder / f"{_NEW}{secrets.token_hex(8)}"
    copy_database(database, temporary)
    # The file system's own clock: the store knows no other.
    made = datetime.fromtimestamp(temporary.stat().st_mtime, UTC)
    copy = folder / f"vigil-format-{version}-{made:%Y%m%dT%H%M%S%fZ}.db"
    temporary.rename(copy)
    _sync(folder)
    for old in upgrade_copies(database)[:-_KEPT]:
        old.unlink(missing_ok=True)
    return copy


def upgrade_copies(database: Path) -> list[Path]:
    """The copies that were made before upgrades, the oldest first."""
    found = (database.parent / COPIES).glob("vigil-format-*-*.db")
    return sorted(found, key=lambda path: path.name.rsplit("-", 1)[1])


def examine(database: Path) -> Contents:
    """Look through a copy that nobody writes to: is it whole, and what does it hold?

    Raises:
        VigilError: it is no vigil database, or it is damaged.
    """
    try:
        with closing(_opened(database, "ro")) as copy:
            _must_be_whole(copy)
            return _contents(copy)
    except sqlite3.Error as error:
        raise VigilError(f"the database in it cannot be read: {error}") from error


def _must_be_whole(copy: sqlite3.Connection) -> None:
    for check in ("integrity_check(3)", "foreign_key_check"):
        faults = [str(row[0]) for row in copy.execute(f"PRAGMA {check}")]
        if faults not in ([], ["ok"]):
            raise VigilError(f"the database in it is damaged ({faults[0].splitlines()[-1]})")


def _contents(copy: sqlite3.Connection) -> Contents:
    one = "SELECT count(*) FROM "
    asked = {
        "transactions": one + "tx WHERE state IN ('posted', 'pending')",
        "accounts": one + "account",
        "documents": one + "document",
        "alerts": one + "alert",
        "open_alerts": one + "alert WHERE state = 'open'",
        "cases": one + "scam",
        "decisions": one + "decision",
    }
    schema = int(copy.execute("PRAGMA user_version").fetchone()[0])
    counts = {name: int(copy.execute(sql).fetchone()[0]) for name, sql in asked.items()}
    columns = {row[1] for row in copy.execute("PRAGMA table_info(document)")}
    kept = " WHERE dropped_at IS NULL" if "dropped_at" in columns else ""
    documents = frozenset(row[0] for row in copy.execute(f"SELECT sha256 FROM document{kept}"))
    return Contents(schema, counts, documents)


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
