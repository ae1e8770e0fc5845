"""Takes a file that has settled: reads it once, whole, and keeps a copy by its hash.

The original stays where it is until the ledger has committed; then the caller files it away
(`filing`). Follows no link, executes nothing, never blocks on what is no regular file.
"""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vigil.sources.documents import keep
from vigil.sources.filing import Filed, NotFiled, file_away
from vigil.sources.opening import (
    Original,
    identity_of,
    kind_of,
    opened_file,
    opened_folder,
    plain_error,
    status_of,
)
from vigil.sources.settle import UNREADABLE, Refuse, too_big

__all__ = [
    "Changed",
    "Document",
    "Failed",
    "Filed",
    "NotFiled",
    "Taken",
    "file_away",
    "original_at",
    "take",
]

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes as received, already on the disk under their hash.

    Attributes:
        size: bytes.
        name: the original's name as the system gives it; show it with `names.shown_name`.
        path: the copy in the documents folder; read this one.
        origin: "folder", or the word of another source.
        original: what to file away after the commit; None when nothing is to be moved.
        new: False when the same bytes were kept before.
    """

    sha256: str
    size: int
    name: str
    path: Path
    origin: str
    original: Original | None = None
    new: bool = True


@dataclass(frozen=True, slots=True)
class Changed:
    """The file changed, was replaced or went away while it was read: let it settle again."""


@dataclass(frozen=True, slots=True)
class Failed:
    """vigil could not keep a copy (disk full, permission lost): tell it, and try again later."""

    why: str


Taken = Document | Refuse | Changed | Failed


class _ReadError(Exception):
    """The original cannot be read on; apart from OSError, which then means the copy."""


class _TooBigError(Exception):
    """The file grew beyond the limit while it was read."""


def original_at(path: Path) -> Original:
    """The entry at a path, as a command gets it from a person. Raises OSError."""
    status = path.lstat()
    return Original(path.parent, path.name, kind_of(status), identity_of(status))


def take(original: Original, documents: Path, max_size: int, origin: str = "folder") -> Taken:
    """Copy an original into the documents folder.

    Args:
        original: the entry as it was when it was found settled.
        documents: the folder of documents in the state folder.
        max_size: bytes; a larger file is refused without being read to its end.
        origin: the source's word, for the document.
    """
    try:
        with (
            opened_folder(original.folder) as folder_fd,
            opened_file(folder_fd, original.name) as file_fd,
        ):
            return _copy(original, folder_fd, file_fd, _Aim(documents, max_size, origin))
    except PermissionError:
        return Refuse(UNREADABLE)
    except (OSError, _ReadError) as error:
        if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
            return Failed(f"vigil cannot open more files: {plain_error(error)}")
        # Gone, turned into a link, or unreadable for now: the source looks at it again.
        return Changed()


@dataclass(frozen=True, slots=True)
class _Aim:
    documents: Path
    max_size: int
    origin: str


def _copy(original: Original, folder_fd: int, file_fd: int, aim: _Aim) -> Taken:
    size = os.fstat(file_fd).st_size
    if size > aim.max_size:
        return Refuse(too_big(size, aim.max_size))
    if not _is_still(original, os.fstat(file_fd)):
        return Changed()
    try:
        kept = keep(_chunks(file_fd, aim.max_size), aim.documents)
        # The name must still lead to what was read: a replaced file is another document.
        still = _is_still(original, status_of(folder_fd, original.name))
    except (_TooBigError, FileNotFoundError):
        return Changed()
    except OSError as error:
        return Failed(f"No copy could be kept in {aim.documents}: {plain_error(error)}.")
    if not still or kept.size != original.identity.size:
        return Changed()
    return Document(
        kept.sha256, kept.size, original.name, kept.path, aim.origin, original, kept.new
    )


def _is_still(original: Original, status: os.stat_result) -> bool:
    return identity_of(status) == original.identity


def _chunks(descriptor: int, max_size: int) -> Iterator[bytes]:
    size = 0
    while True:
        try:
            chunk = os.read(descriptor, _CHUNK)
        except OSError as error:
            raise _ReadError from error
        if not chunk:
            return
        size += len(chunk)
        if size > max_size:
            raise _TooBigError
        yield chunk
