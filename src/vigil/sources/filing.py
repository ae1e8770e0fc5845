"""Moves an original out of the way once the ledger holds it: to `done/` or to `rejected/`.

Both lie inside the inbox, so that a person finds the file where it was dropped. Nothing is ever
overwritten or deleted, no link is followed, and a failure is a value: it becomes an alert, and
the caller tries again.
"""

import contextlib
import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from vigil.sources.names import DONE, REJECTED, safe_name, shown_name
from vigil.sources.opening import (
    Original,
    identity_of,
    opened_file,
    opened_folder,
    plain_error,
    status_of,
)

WHY = ".why.txt"
_CHUNK = 1024 * 1024
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Rename(Protocol):
    """What `os.rename` does; tests give another to stand on the border of two mounts."""

    def __call__(self, source: str, target: str, /, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        """Raise OSError when the entry cannot be renamed."""


@dataclass(frozen=True, slots=True)
class Filed:
    """Where the original lies now."""

    path: Path


@dataclass(frozen=True, slots=True)
class NotFiled:
    """The original is still in the inbox, or went away.

    Attributes:
        why: a sentence for a person.
        reason: "changed": other bytes lie under the name now, let the source look again;
            "gone": somebody took it, nothing is left to do; "failed": try again later.
    """

    why: str
    reason: Literal["changed", "gone", "failed"]


def file_away(
    original: Original,
    sha256: str | None,
    now: datetime,
    why: str | None = None,
    rename: Rename = os.rename,
) -> Filed | NotFiled:
    """Move an original to `done/<year>/<stem>.<short hash><suffix>`, or to `rejected/`.

    Args:
        original: what was taken or refused; it is moved only while it is still the same.
        sha256: the document's hash, None for what was never read.
        now: its year names the folder below `done/`.
        why: for a refused one: the reason, written to `<name>.why.txt` beside it.
        rename: `os.rename`, or a stand-in at the border.
    """
    shown = shown_name(original.name)
    trail = (DONE, f"{now.year:04}") if why is None else (REJECTED,)
    try:
        with (
            opened_folder(original.folder) as inbox_fd,
            _below(inbox_fd, trail) as target_fd,
        ):
            _must_be_still(original, status_of(inbox_fd, original.name))
            name = _free(target_fd, safe_name(original.name, (sha256 or "")[:8]))
            with _explained(target_fd, name, why and f"{shown}\nvigil did not take it. {why}\n"):
                _move(_Move(original, name, inbox_fd, target_fd, rename))
    except _ChangedError:
        return NotFiled(f"{shown} was changed after it was read.", "changed")
    except FileNotFoundError:
        return NotFiled(f"{shown} is no longer in the inbox.", "gone")
    except OSError as error:
        return NotFiled(f"{shown} cannot be moved to {trail[0]}/: {plain_error(error)}.", "failed")
    return Filed(original.folder.joinpath(*trail, name))


class _ChangedError(Exception):
    """Other bytes than those that were read lie under the name."""


@dataclass(frozen=True, slots=True)
class _Move:
    original: Original
    name: str
    inbox_fd: int
    target_fd: int
    rename: Rename


def _is_still(original: Original, status: os.stat_result) -> bool:
    found = identity_of(status)
    if original.kind == "regular":
        return found == original.identity
    return found[:2] == original.identity[:2]


def _must_be_still(original: Original, status: os.stat_result) -> None:
    if not _is_still(original, status):
        raise _ChangedError


@contextlib.contextmanager
def _below(parent_fd: int, trail: tuple[str, ...]) -> Iterator[int]:
    """The folder at the end of a trail, made where it is missing; no link is followed."""
    with contextlib.ExitStack() as stack:
        for name in trail:
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, 0o700, dir_fd=parent_fd)
            parent_fd = stack.enter_context(opened_folder(name, parent_fd))
        yield parent_fd


def _exists(folder_fd: int, name: str) -> bool:
    try:
        status_of(folder_fd, name)
    except FileNotFoundError:
        return False
    return True


def _free(folder_fd: int, name: str) -> str:
    """The name, or the first of "name-2", "name-3"... that is not in use."""
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    candidate, number = name, 1
    while _exists(folder_fd, candidate) or _exists(folder_fd, candidate + WHY):
        number += 1
        candidate = f"{stem}-{number}{dot}{suffix}"
    return candidate


@contextlib.contextmanager
def _explained(folder_fd: int, name: str, text: str | None) -> Iterator[None]:
    """Write the reason before the move, so that a full disk leaves the file where it was."""
    if text is None:
        yield
        return
    # Readable for others: the service may run as another user than the person who reads this.
    descriptor = os.open(name + WHY, _NEW, 0o644, dir_fd=folder_fd)
    try:
        try:
            _write(descriptor, text.encode(errors="replace"))
        finally:
            os.close(descriptor)
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name + WHY, dir_fd=folder_fd)
        raise


def _move(move: _Move) -> None:
    """Move the original. Raises _ChangedError when it is not what was read any more."""
    source = move.original.name
    try:
        move.rename(source, move.name, src_dir_fd=move.inbox_fd, dst_dir_fd=move.target_fd)
    except OSError as error:
        if error.errno != errno.EXDEV or move.original.kind != "regular":
            raise
        _copy_over(move)
        return
    if not _is_still(move.original, status_of(move.target_fd, move.name)):
        # Replaced between the check and the move: these bytes were never read, back with them.
        back = _free(move.inbox_fd, source)
        move.rename(move.name, back, src_dir_fd=move.target_fd, dst_dir_fd=move.inbox_fd)
        raise _ChangedError


def _copy_over(move: _Move) -> None:
    """Across two mounts: copy, fsync, and only then unlink the original."""
    original = move.original
    with opened_file(move.inbox_fd, original.name) as source_fd:
        target_fd = os.open(move.name, _NEW, 0o600, dir_fd=move.target_fd)
        try:
            try:
                _copy_bytes(source_fd, target_fd)
            finally:
                os.close(target_fd)
            for status in (os.fstat(source_fd), status_of(move.inbox_fd, original.name)):
                _must_be_still(original, status)
            os.fsync(move.target_fd)
        except BaseException:
            os.unlink(move.name, dir_fd=move.target_fd)
            raise
    os.unlink(original.name, dir_fd=move.inbox_fd)


def _copy_bytes(source_fd: int, target_fd: int) -> None:
    while chunk := os.read(source_fd, _CHUNK):
        _write(target_fd, chunk)
    status = os.fstat(source_fd)
    os.utime(target_fd, ns=(status.st_atime_ns, status.st_mtime_ns))
    os.fsync(target_fd)


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
