"""The inbox as a place: made when it is missing, and told apart from the empty spot of a lost disk.

Nothing here looks at what the inbox holds.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from vigil.sources.opening import opened_folder, plain_error


class InboxLostError(Exception):
    """The inbox cannot be watched now; the text is for a person."""


class Inbox:
    """Opens the inbox, and makes it (again) where that is safe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._device: int | None = None
        self._was_mount = False

    @contextlib.contextmanager
    def opened(self) -> Iterator[int]:
        """The open inbox.

        Raises:
            InboxLostError: it is missing and cannot be made, may not be read, or lost its disk.
        """
        with contextlib.ExitStack() as stack:
            try:
                descriptor = stack.enter_context(self._open())
            except OSError as error:
                raise InboxLostError(
                    f"The inbox {self.path} cannot be read: {plain_error(error)}."
                ) from error
            yield descriptor

    @contextlib.contextmanager
    def _open(self) -> Iterator[int]:
        self._make()
        with opened_folder(self.path) as descriptor:
            mount = os.path.ismount(self.path)
            if self._was_mount and not mount:
                # What lies here now is the empty folder below the mount point.
                raise InboxLostError(f"The disk or share of the inbox {self.path} is not mounted.")
            self._was_mount = mount
            self._device = os.fstat(descriptor).st_dev
            yield descriptor

    def _make(self) -> None:
        if self.path.is_dir():
            return
        if self._device is None:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            return
        # It was there before. On another device its disk or share is gone, and a folder made
        # here would hide that.
        parent = self.path.parent
        if not parent.is_dir() or parent.stat().st_dev != self._device:
            raise InboxLostError(
                f"The inbox {self.path} is gone, and so is the folder or disk around it."
            )
        self.path.mkdir(mode=0o700, exist_ok=True)
