"""Looking at and opening entries of a folder that anybody may write into.

Everything is relative to an open folder, follows no link, and never blocks: an entry that is not
a regular file is looked at, never opened.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from vigil.sources.settle import Kind

# NONBLOCK: an entry that turned into a FIFO between look and open must not hang the thread.
# NOCTTY: nor may a terminal become ours.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class Identity(NamedTuple):
    """Tells one state of one file from another."""

    device: int
    inode: int
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Original:
    """An entry of the inbox as it was seen.

    Attributes:
        folder: the inbox.
        name: as the operating system gives it; show it with `names.shown_name`.
    """

    folder: Path
    name: str
    kind: Kind
    identity: Identity


def identity_of(status: os.stat_result) -> Identity:
    """The identity in a stat result."""
    return Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def kind_of(status: os.stat_result) -> Kind:
    """The kind of entry in a stat result."""
    kinds: dict[int, Kind] = {
        stat.S_IFREG: "regular",
        stat.S_IFLNK: "symlink",
        stat.S_IFIFO: "fifo",
        stat.S_IFDIR: "folder",
        stat.S_IFSOCK: "socket",
    }
    return kinds.get(stat.S_IFMT(status.st_mode), "device")


def status_of(folder_fd: int, name: str) -> os.stat_result:
    """The entry itself, no link followed. Raises OSError."""
    return os.stat(name, dir_fd=folder_fd, follow_symlinks=False)


@contextlib.contextmanager
def opened_folder(path: Path | str, parent_fd: int | None = None) -> Iterator[int]:
    """An open folder; below `parent_fd` no link is followed. Raises OSError.

    The inbox itself may be a link: that is the person's own choice.
    """
    flags = _FOLDER if parent_fd is None else _FOLDER | os.O_NOFOLLOW
    descriptor = os.open(path, flags, dir_fd=parent_fd)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def opened_file(folder_fd: int, name: str) -> Iterator[int]:
    """A regular file, open for reading. Hard links are fine.

    Raises:
        OSError: as the system gives it; also when the entry is no regular file.
    """
    if kind_of(status_of(folder_fd, name)) != "regular":
        raise OSError("not a regular file")
    descriptor = os.open(name, _READ, dir_fd=folder_fd)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        yield descriptor
    finally:
        os.close(descriptor)


_PLAIN = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the system allows no larger file",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission is missing",
    errno.EPERM: "permission is missing",
    errno.ENOENT: "it is no longer there",
    errno.EEXIST: "something else lies in its place",
    errno.ENOTDIR: "something else lies in its place",
    errno.ELOOP: "a link lies in its place",
    errno.EIO: "the disk reports a read or write error",
}


def plain_error(error: OSError) -> str:
    """A system error as a clause for a person: "the disk is full"."""
    known = _PLAIN.get(error.errno or 0)
    return known or (error.strerror or str(error)).lower()
