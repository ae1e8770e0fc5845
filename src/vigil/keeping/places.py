"""Where a backup is written to, and files and folders of which only their owner sees anything."""

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from vigil.errors import VigilError
from vigil.keeping.manifest import is_document

_PART = ".vigil-backup-"
_OLD = 86400.0  # seconds
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF}  # some shares, VFAT


def target_of(to: Path, now: datetime, *, sealed: bool, is_folder: bool) -> Path:
    """The file that a backup becomes: a name with the time in a folder, or the name given.

    Raises:
        VigilError: a file of that name is there, or the folder is not: that of a disk that is not
            mounted would become a file, or a folder on the wrong disk.
    """
    if not is_folder and to.suffix not in {".age", ".tar"}:
        raise VigilError(
            f"{to}: there is no such folder. Is the disk mounted? (A file ends in .age or .tar.)"
        )
    suffix = ".tar.age" if sealed else ".tar"
    target = to / f"vigil-{now:%Y-%m-%dT%H%M%SZ}{suffix}" if is_folder else to
    if target.exists() or target.is_symlink():
        raise VigilError(f"{target} is there already; name another file, or a folder.")
    if not target.parent.is_dir():
        raise VigilError(f"{target.parent}: there is no such folder. Is the disk mounted?")
    return target


@contextlib.contextmanager
def appearing(target: Path) -> Iterator[BinaryIO]:
    """A new file, mode 0600, that stands under its name only when the block ended well.

    It is on the disk before it gets its name, and the caller may read it inside the block.
    """
    temporary = target.parent / f"{_PART}{secrets.token_hex(8)}"
    descriptor = os.open(
        temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
    )
    try:
        with os.fdopen(descriptor, "w+b") as file:
            _remove_leftovers(target.parent, os.fstat(descriptor).st_mtime - _OLD)
            yield file
            on_disk(file)
        temporary.rename(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _remove_leftovers(folder: Path, before: float) -> None:
    """Halves of backups whose process was killed; a younger one may still be written to."""
    for part in folder.glob(f"{_PART}*"):
        with contextlib.suppress(OSError):
            if part.lstat().st_mtime < before:
                part.unlink()


def on_disk(file: BinaryIO) -> None:
    """What was written is on the disk, and not only in memory."""
    file.flush()
    os.fsync(file.fileno())
    if hasattr(os, "posix_fadvise"):  # what is read next should come from there
        with contextlib.suppress(OSError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def sync_folder(folder: Path) -> None:
    """The names in a folder are on the disk; some file systems know no such thing."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(descriptor)


def copies_in(documents: Path) -> list[tuple[str, Path]]:
    """The copies of documents in their folder, as (name in an archive, path), by name."""
    found = (
        (f"documents/{path.parent.name}/{path.name}", path)
        for path in documents.glob("[0-9a-f][0-9a-f]/*")
        if path.is_file() and not path.is_symlink()
    )
    return sorted(pair for pair in found if is_document(pair[0]))


def must_fit(size: int, folder: Path) -> None:
    """Raise VigilError where `size` bytes have no room below a folder."""
    free = shutil.disk_usage(folder).free
    if size > free:
        raise VigilError(f"it needs {readable(size)}, and {folder} has room for {readable(free)}")


def readable(size: int) -> str:
    """A size for people: "3.4 MB"."""
    value = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    return f"{size} bytes" if unit == "bytes" else f"{value:.1f} {unit}"
