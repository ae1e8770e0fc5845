"""Bringing a backup back into an empty place: all of it, or nothing.

Shell. Everything is read, checked and brought up to date in a folder of its own inside the place;
then the documents get their name and last the database. Before that last rename there is no
database there, and a folder that says why; after it there is the whole one.
"""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vigil.errors import VigilError
from vigil.keeping.archive import Sink, Take, unpack
from vigil.keeping.manifest import CONFIG, DATABASE, Entry, Manifest, is_document
from vigil.keeping.places import must_fit, on_disk, sync_folder
from vigil.keeping.unpacking import opened_archive, refuse_newer, same_counts, told
from vigil.settings.paths import RESTORING, Paths
from vigil.settings.secrets import Secret
from vigil.store.database import open_database, write
from vigil.store.snapshot import COPIES

# What may lie in a place that counts as empty: the marks of processes, and what a restore that
# was cut off has left behind.
_MARKS = frozenset(("daemon.lock", "daemon.sock", "keeping.lock"))
CONFIG_KEPT = "config.from-backup.toml"
# What is a household's own, wherever the configuration lies.
_OWN = frozenset((DATABASE, f"{DATABASE}-wal", "documents", COPIES, CONFIG_KEPT, RESTORING))

# Puts the restored ledger into its new time; told the database, the manifest and the folder in
# which the configuration of the backup lies.
Settle = Callable[[sqlite3.Connection, Manifest, Path], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back.

    Attributes:
        config: where the configuration of the backup lies now; None where there was none in it.
        in_use: True when that is the place where vigil reads it.
    """

    manifest: Manifest
    config: Path | None
    in_use: bool


def refuse_used(paths: Paths) -> None:
    """Raise VigilError where the place is not empty, and say what to do.

    Where the configuration lies in the same folder (macOS), it and its secrets are no hindrance.
    """
    state = paths.state
    if not state.exists():
        return
    found = {one.name for one in state.iterdir()} - _MARKS
    if paths.config.parent == state:
        found &= _OWN
    if _was_cut_off(state):
        found -= {RESTORING, "documents"}
    if found:
        raise VigilError(
            f"{state} is not empty ({', '.join(sorted(found)[:4])}). A restore never writes over "
            f"what is there. Move it away first: mv '{state}' '{state}.old'"
        )


def _was_cut_off(state: Path) -> bool:
    return (state / RESTORING).exists() and not (state / DATABASE).exists()


def restore(source: Path, keys: Sequence[Secret], paths: Paths, settle: Settle) -> Restored:
    """Bring a backup back; the caller holds the daemon's place.

    Args:
        keys: private keys for a sealed backup, none for a plain one.
        paths: where it goes; the configuration is put in place only where there is none.

    Raises:
        VigilError: it does not open, anything in it is not as it was, or the place is not empty.
        OSError: the disk takes no more. In every case nothing was put in place.
    """
    refuse_used(paths)
    with _workshop(paths.state) as work, told(source):
        with source.open("rb") as file, opened_archive(file, keys) as plain:
            manifest = unpack(plain, lambda found: _sinks(found, work))
        _bring_up_to_date(manifest, work, settle)
        _sync_all(work)
        config = _put_in_place(work, paths)
    return Restored(manifest, config, in_use=config == paths.config)


@contextlib.contextmanager
def _workshop(state: Path) -> Iterator[Path]:
    """The folder in which a restore is prepared; what an older one left is removed first."""
    work = state / RESTORING
    if work.exists():
        # The folder goes last: while it is there, what lies around it is known to be a part.
        shutil.rmtree(state / "documents", ignore_errors=True)
        shutil.rmtree(work)
    work.mkdir(mode=0o700)
    try:
        yield work
    except BaseException:
        if not (state / DATABASE).exists():
            shutil.rmtree(state / "documents", ignore_errors=True)
        shutil.rmtree(work, ignore_errors=True)
        raise
    shutil.rmtree(work)


def _sinks(manifest: Manifest, work: Path) -> Take:
    refuse_newer(manifest)
    must_fit(manifest.size, work)
    (work / "documents").mkdir(mode=0o700)

    @contextlib.contextmanager
    def take(entry: Entry) -> Iterator[Sink]:
        target = work / entry.path
        target.parent.mkdir(mode=0o700, exist_ok=True)
        mode = 0o400 if is_document(entry.path) else 0o600
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            on_disk(file)

    return take


def _bring_up_to_date(manifest: Manifest, work: Path, settle: Settle) -> None:
    same_counts(manifest, work / DATABASE)
    # The archive itself is the copy from before; the one that opening makes is not wanted here.
    db = open_database(work / DATABASE, told=lambda _: None)
    try:
        with write(db):
            settle(db, manifest, work)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()


def _sync_all(work: Path) -> None:
    for folder in (*(work / "documents").iterdir(), work / "documents", work):
        sync_folder(folder)


def _put_in_place(work: Path, paths: Paths) -> Path | None:
    """Documents, configuration, and last the database; where the configuration went."""
    (work / "documents").rename(paths.documents)
    config = _put_config(work / CONFIG, paths)
    try:
        sync_folder(paths.state)
        (work / DATABASE).rename(paths.database)
    except BaseException:
        if config:
            config.unlink(missing_ok=True)
        raise
    sync_folder(paths.state)
    return config


def _put_config(config: Path, paths: Paths) -> Path | None:
    """The configuration where vigil reads it, or beside the database where there is one already."""
    if not config.exists():
        return None
    if not paths.config.exists():
        with contextlib.suppress(OSError):
            paths.config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _copy(config, paths.config)
            return paths.config
    kept = paths.state / CONFIG_KEPT
    kept.unlink(missing_ok=True)
    _copy(config, kept)
    return kept


def _copy(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(source.read_bytes())
        on_disk(file)
    sync_folder(target.parent)
