"""The folder of documents: bytes as received, each under its own hash, written once.

A copy is on the disk, and its name too, before anybody is told of it. Nothing here decides what
the bytes mean, and nothing here deletes a document.
"""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_LEFTOVER = ".new-"


class Kept(NamedTuple):
    """A copy in the folder; `new` is False when the same bytes were there before."""

    sha256: str
    size: int
    path: Path
    new: bool


def path_of(documents: Path, sha256: str) -> Path:
    """Where the document with that hash lies."""
    return documents / sha256[:2] / sha256


def keep(chunks: Iterable[bytes], documents: Path) -> Kept:
    """Copy bytes by their hash to `documents/<two hex>/<sha256>`, durably (tmp, fsync, rename).

    Raises:
        OSError: nothing was kept (disk full, permission lost); what `chunks` raises passes through.
    """
    documents.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = documents / f"{_LEFTOVER}{secrets.token_hex(8)}"
    descriptor = os.open(
        temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
    )
    try:
        try:
            sha256, size = _write(descriptor, chunks)
            path = path_of(documents, sha256)
            if _holds(path, size):
                _sync_folder(path.parent)
                return Kept(sha256, size, path, new=False)
            os.fchmod(descriptor, 0o400)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _put(temporary, path)
        return Kept(sha256, size, path, new=True)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def remove_leftovers(documents: Path, before: float) -> int:
    """Remove half-written copies of a process that was killed, and say how many.

    Args:
        documents: the folder.
        before: POSIX time; younger ones may belong to a command that runs now.
    """
    removed = 0
    for leftover in documents.glob(f"{_LEFTOVER}*"):
        if leftover.lstat().st_mtime < before:
            leftover.unlink(missing_ok=True)
            removed += 1
    return removed


def _write(descriptor: int, chunks: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    return digest.hexdigest(), size


def _holds(path: Path, size: int) -> bool:
    """Whether the copy is there; one of another size was damaged and is written again."""
    try:
        return path.lstat().st_size == size
    except FileNotFoundError:
        return False


def _put(temporary: Path, path: Path) -> None:
    folder = path.parent
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        _sync_folder(folder.parent)
    temporary.rename(path)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
