"""One look at one entry of the inbox: its kind, size and time, and both ends of a regular file.

At most 16 KiB of a file are read, and nothing is opened that is no regular file.
"""

import os
from collections.abc import Callable
from typing import NamedTuple

from vigil.sources.opening import Identity, identity_of, kind_of, opened_file, status_of
from vigil.sources.settle import Look

_END = 8192  # bytes of head and tail


class Formats(NamedTuple):
    """How to tell an OFX and its end; the readers of statements give both.

    Attributes:
        looks_like_ofx: told from the first bytes of a file.
        is_ofx_complete: told from the last bytes of a file.
    """

    looks_like_ofx: Callable[[bytes], bool]
    is_ofx_complete: Callable[[bytes], bool]


def look_at(
    folder_fd: int, name: str, formats: Formats, max_size: int, known: Look | None = None
) -> tuple[Look, Identity] | None:
    """Look at an entry; None when it is gone.

    Args:
        folder_fd: the open inbox.
        name: the entry.
        formats: how to tell an OFX and its end.
        max_size: bytes; a larger file is not opened.
        known: an earlier look that need not be repeated while size, time and inode are the same.

    Raises:
        OSError: the disk or the network fails.
    """
    try:
        status = status_of(folder_fd, name)
        look = _outside(name, status)
        if known is not None and known[:5] == look[:5]:
            return known, identity_of(status)
        if look.kind == "regular" and 0 < look.size <= max_size:
            return _inside(folder_fd, name, formats)
    except FileNotFoundError:
        return None
    except PermissionError:
        return look._replace(readable=False), identity_of(status)
    return look, identity_of(status)


def _outside(name: str, status: os.stat_result) -> Look:
    return Look(
        name, kind_of(status), status.st_size, status.st_mtime_ns, status.st_ino, None, ofx=False
    )


def _inside(folder_fd: int, name: str, formats: Formats) -> tuple[Look, Identity]:
    with opened_file(folder_fd, name) as file_fd:
        before = os.fstat(file_fd)
        ofx = formats.looks_like_ofx(os.pread(file_fd, _END, 0))
        tail = os.pread(file_fd, _END, max(0, before.st_size - _END)) if ofx else b""
        after = os.fstat(file_fd)
    still = identity_of(before) == identity_of(after)
    look = _outside(name, after)
    if not ofx:
        return look, identity_of(after)
    # The tail of a file that grew meanwhile is not its end.
    ends = still and formats.is_ofx_complete(tail)
    return look._replace(ofx=True, ends_whole=ends), identity_of(after)
