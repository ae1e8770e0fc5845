"""One at a time: a backup must not read documents while retention or a person lets them go.

And the folder in which plain copies lie for a moment; it never outlives its work by long.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from vigil.errors import VigilError

LOCK = "keeping.lock"
WORK = ".keeping"


class BusyError(VigilError):
    """Somebody else is at it."""


@contextlib.contextmanager
def only_keeper(state: Path) -> Iterator[None]:
    """Holds the turn for one state folder; it ends with the process at the latest.

    Raises:
        BusyError: a backup, a restore or a clearing is going on.
    """
    handle = os.open(state / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(
                f"A backup of {state} is being made, or something is being cleared there. "
                "Wait for it to end, then run this again."
            ) from None
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def workshop(state: Path) -> Iterator[Path]:
    """The turn, and an empty private folder in the state folder for its time.

    What a process that was killed left in it is removed first.
    """
    with only_keeper(state):
        folder = state / WORK
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
