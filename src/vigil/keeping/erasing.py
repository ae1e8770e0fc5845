"""Removing files of the state folder: copies of documents, copies from before upgrades, all of it.

Only what vigil itself makes there is ever removed, by its name; a folder that holds anything else
stays. Bytes that a disk keeps after a file is removed are not vigil's to reach.
"""

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from vigil.keeping.restore import CONFIG_KEPT
from vigil.keeping.turn import LOCK, WORK
from vigil.settings.paths import RESTORING, Paths
from vigil.sources.documents import path_of
from vigil.store.snapshot import COPIES, upgrade_copies

# The database goes first, so that what is left after a power cut is no household any more; the
# marks of processes go last.
_FILES = ("vigil.db", "vigil.db-wal", "vigil.db-shm", "vigil.db-journal", CONFIG_KEPT)
_FOLDERS = ("documents", COPIES, WORK, RESTORING)
_MARKS = (LOCK, "daemon.sock", "daemon.lock")


def erase_copies(documents: Path, hashes: Iterable[str]) -> None:
    """Remove the copies of these documents."""
    for sha256 in hashes:
        path_of(documents, sha256).unlink(missing_ok=True)


def erase_upgrade_copies(database: Path) -> int:
    """Remove the copies of the database from before upgrades; how many there were."""
    copies = upgrade_copies(database)
    for copy in copies:
        copy.unlink(missing_ok=True)
    return len(copies)


def erase_everything(paths: Paths) -> list[str]:
    """Remove what vigil keeps; the names of what lies in the state folder and is not vigil's."""
    state = paths.state
    for name in _FILES:
        (state / name).unlink(missing_ok=True)
    for name in _FOLDERS:
        folder = state / name
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            shutil.rmtree(folder)
    for name in _MARKS:
        (state / name).unlink(missing_ok=True)
    left = sorted(one.name for one in state.iterdir())
    if not left:
        with contextlib.suppress(OSError):  # systemd's StateDirectory belongs to systemd
            state.rmdir()
    return left
