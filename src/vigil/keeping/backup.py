"""Making a backup: a copy of the living database, the documents, the configuration, as one file.

Shell. The file appears under its name only after it was read back whole. No secret is read here:
the configuration holds references, and what they refer to is left where it is.
"""

import hashlib
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import vigil
from vigil.errors import VigilError
from vigil.keeping import age
from vigil.keeping.archive import ChangedError, DamagedError, Source, pack, unpack
from vigil.keeping.manifest import ABOUT, CONFIG, DATABASE, READ_ME, Entry, Manifest
from vigil.keeping.places import appearing, copies_in, must_fit, on_disk
from vigil.keeping.turn import workshop
from vigil.keeping.unpacking import opened_archive, to_nowhere
from vigil.settings.paths import Paths
from vigil.settings.secrets import Secret
from vigil.store.snapshot import Contents, copy_database, examine

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Order:
    """What to back up, and to where.

    Attributes:
        target: the new file.
        public_key: who can open it; None for a plain one.
        private: keys to open it with afterwards, as a person would.
    """

    paths: Paths
    target: Path
    public_key: str | None
    private: tuple[Secret, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made.

    Attributes:
        sha256: of the file as it lies there.
        damaged: hashes of documents whose copy has other bytes than it was taken with.
        with_own_key: it was opened with the private key of the person.
    """

    target: Path
    size: int
    sha256: str
    manifest: Manifest
    damaged: tuple[str, ...]
    with_own_key: bool


def make(order: Order) -> Made:
    """Make a backup, read it back and compare it, and give it its name.

    Raises:
        VigilError: it could not be made; no file of that name is left.
        OSError: a disk takes no more, or a folder may not be written to.
    """
    if order.public_key is not None:
        age.check_public(order.public_key)
        _must_belong(order)
    with workshop(order.paths.state) as work:
        contents = _copied(order.paths, work / DATABASE)
        (work / READ_ME).write_text(ABOUT, encoding="utf-8")
        places = _places(order.paths, work)
        manifest = _manifest(order, contents, places)
        return _written(order, manifest, places)


def _must_belong(order: Order) -> None:
    halves = {age.public_of(one) for one in order.private}
    if halves and order.public_key not in halves:
        raise VigilError(
            "The private key given is not the other half of public_key in the configuration. "
            "No backup was made."
        )


def _copied(paths: Paths, copy: Path) -> Contents:
    """A whole copy of the living database, and what it holds."""
    try:
        must_fit(paths.database.stat().st_size, copy.parent)
    except VigilError as error:
        raise VigilError(f"No backup was made: {error}.") from None
    copy_database(paths.database, copy)
    try:
        return examine(copy)
    except VigilError as error:
        raise VigilError(
            f"No backup was made: {error}. Keep your older backups, copy the folder {paths.state} "
            "as it is, and restore the newest good backup into an empty one."
        ) from None


def _places(paths: Paths, work: Path) -> dict[str, Path]:
    """Name in the archive: where its bytes are. The read-me first, for whoever opens it."""
    places = {READ_ME: work / READ_ME, DATABASE: work / DATABASE}
    if paths.config.is_file():
        places[CONFIG] = paths.config
    return places | dict(copies_in(paths.documents))


def _manifest(order: Order, contents: Contents, places: dict[str, Path]) -> Manifest:
    entries = tuple(_entry(name, path) for name, path in places.items())
    kept = {name.rpartition("/")[2] for name in places}
    return Manifest(
        vigil.__version__,
        contents.schema,
        order.now.replace(microsecond=0),
        contents.counts,
        tuple(sorted(contents.documents - kept)),
        entries,
    )


def _entry(name: str, path: Path) -> Entry:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return Entry(name, file.tell(), digest.hexdigest())


def _written(order: Order, manifest: Manifest, places: dict[str, Path]) -> Made:
    def opened(entry: Entry) -> AbstractContextManager[Source]:
        return places[entry.path].open("rb")

    # A second key that lives for this run only: the file can be read back whole with it, although
    # the person's private key is not on this machine. Who could take it out of the memory of this
    # process could read the plain data there as well.
    passing = age.new_pair() if order.public_key else None
    with appearing(order.target) as file:
        pieces = pack(manifest, opened)
        try:
            if order.public_key and passing:
                age.seal(pieces, file, [order.public_key, passing.public])
            else:
                for piece in pieces:
                    file.write(piece)
        except (ChangedError, FileNotFoundError) as error:
            raise VigilError(
                f"No backup was made: {error} changed meanwhile. Run this again."
            ) from None
        on_disk(file)
        keys: list[tuple[Secret, ...]] = [(passing.private,)] if passing else [()]
        if order.private and passing:
            keys.append(order.private)
        for some in keys:
            _read_back(file, some, manifest)
        size, sha256 = _whole(file)
    damaged = tuple(name for name, entry in manifest.documents.items() if name != entry.sha256)
    return Made(order.target, size, sha256, manifest, damaged, with_own_key=len(keys) == 2)


def _read_back(file: BinaryIO, keys: tuple[Secret, ...], manifest: Manifest) -> None:
    """Read the file from its first byte to its last; every hash must be the manifest's."""
    file.seek(0)
    try:
        with opened_archive(file, keys) as plain:
            found = unpack(plain, to_nowhere)
    except (VigilError, DamagedError) as error:
        raise VigilError(
            f"The backup was written and could not be read back ({error}); it was removed. "
            "The disk may be failing: try another one."
        ) from None
    if found.files != manifest.files:
        raise VigilError("The backup does not hold what it should; it was removed.")


def _whole(file: BinaryIO) -> tuple[int, str]:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(_CHUNK):
        digest.update(piece)
    return os.fstat(file.fileno()).st_size, digest.hexdigest()
