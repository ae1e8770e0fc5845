"""Opening a backup file, sealed or plain, and reading it whole without putting it anywhere."""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from vigil.errors import VigilError
from vigil.keeping import age
from vigil.keeping.archive import DamagedError, Sink, Source, Take, unpack
from vigil.keeping.manifest import DATABASE, Entry, Manifest
from vigil.keeping.places import must_fit
from vigil.keeping.turn import workshop
from vigil.settings.secrets import Secret
from vigil.store.schema import VERSION
from vigil.store.snapshot import examine


def is_sealed(path: Path) -> bool:
    """True for an encrypted file.

    Raises:
        VigilError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(len(age.MAGIC)) == age.MAGIC
    except OSError as error:
        raise VigilError(f"{path}: cannot be read ({error.strerror}).") from None


@contextlib.contextmanager
def opened_archive(file: BinaryIO, keys: Sequence[Secret]) -> Iterator[Source]:
    """The plain archive in a file; without keys the file is plain already."""
    if not keys:
        yield file
        return
    with age.opened(file, keys) as plain:
        yield plain


class _Nowhere:
    def write(self, _: bytes, /) -> None:
        """Keep nothing."""


def to_nowhere(_: Manifest) -> Take:
    """For reading an archive only to see that it is whole."""
    return lambda _: contextlib.nullcontext(_Nowhere())


def look_through(path: Path, keys: Sequence[Secret], state: Path) -> Manifest:
    """Read a backup whole: every hash, and its database from end to end.

    Args:
        state: the state folder, for a copy of the database meanwhile; where there is none yet,
            that lies in a private folder of the system's.

    Raises:
        VigilError: it does not open, or anything in it is not as it was.
    """
    with workshop(state) if state.is_dir() else _elsewhere() as folder:
        copy = folder / DATABASE

        def begin(manifest: Manifest) -> Take:
            refuse_newer(manifest)
            entry = manifest.entry(DATABASE)
            must_fit(entry.size if entry else 0, copy.parent)

            def take(entry: Entry) -> AbstractContextManager[Sink]:
                if entry.path == DATABASE:
                    return copy.open("xb")
                return contextlib.nullcontext(_Nowhere())

            return take

        with told(path), path.open("rb") as file, opened_archive(file, keys) as plain:
            manifest = unpack(plain, begin)
        with told(path):
            same_counts(manifest, copy)
    return manifest


@contextlib.contextmanager
def _elsewhere() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vigil-verify-") as folder:
        yield Path(folder)


def refuse_newer(manifest: Manifest) -> None:
    """Raise VigilError for a database of a newer vigil."""
    if manifest.schema > VERSION:
        raise VigilError(
            f"it was made by a newer vigil ({manifest.version}, database format {manifest.schema}; "
            f"this one knows {VERSION}); install that version first"
        )


def same_counts(manifest: Manifest, database: Path) -> None:
    """Raise VigilError where the database is damaged, or is not the one that the manifest means."""
    schema, counts, _ = examine(database)
    if (schema, counts) != (manifest.schema, dict(manifest.counts)):
        raise VigilError("the database in it is not the one that it lists")


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """What is wrong with a backup, as one line for a person."""
    try:
        yield
    except (VigilError, DamagedError) as error:
        raise VigilError(f"{path}: {error}. Nothing was put in place.") from None
