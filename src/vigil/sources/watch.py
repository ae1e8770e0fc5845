"""Keeps a living observer on the folder that the inbox's path leads to now.

It chooses between the system's events and polling, and falls back to polling where the system
gives no more watches. It opens and judges no file.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

from vigil.sources.hints import Hint, Hints, WatchMode
from vigil.sources.mounts import file_system_of, is_remote
from vigil.sources.opening import plain_error

WatchSetting = Literal["auto", "native", "poll"]


class Told(NamedTuple):
    """Who hears of events, and of remarks for the log and `status`."""

    hint: Hint
    note: Callable[[str], None]


class Watch:
    """An observer that is made anew when a thread of it ended, or the folder is another one.

    Args:
        inbox: the folder.
        setting: "auto" polls on network file systems.
        poll_seconds: between two looks where there are no events.
        told: who hears of events and remarks.
    """

    def __init__(self, inbox: Path, setting: WatchSetting, poll_seconds: float, told: Told) -> None:
        self._inbox = inbox
        self._setting = setting
        self._poll_seconds = poll_seconds
        self._told = told
        self._hints: Hints | None = None
        self._place: tuple[int, int] | None = None

    @property
    def active(self) -> bool:
        """Whether an observer is in place."""
        return self._hints is not None

    def keep(self, folder_fd: int) -> bool:
        """Have an observer on the open inbox; True when it was (re)started.

        Raises:
            OSError: the folder cannot be watched at all.
        """
        status = os.fstat(folder_fd)
        place = (status.st_dev, status.st_ino)
        if self._place not in {None, place}:
            self._told.note("The inbox is another folder than before; its watch was started again.")
        elif self._hints is not None:
            if self._hints.alive():
                return False
            self._told.note("The watch on the inbox had ended; it was started again.")
        self.stop()
        self._hints = self._started(self._mode())
        self._place = place
        return True

    def stop(self) -> None:
        """End the observer, if there is one."""
        hints, self._hints = self._hints, None
        if hints is not None:
            hints.stop()

    def _mode(self) -> WatchMode:
        if self._setting != "auto":
            return self._setting
        kind = file_system_of(self._inbox)
        if kind is None or not is_remote(kind):
            return "native"
        self._told.note(
            f"The inbox lies on a network file system ({kind}), which does not tell of changes: "
            f"vigil looks every {self._poll_seconds:g} seconds."
        )
        return "poll"

    def _started(self, mode: WatchMode) -> Hints:
        hints = Hints(self._inbox, mode, self._told.hint, self._poll_seconds)
        try:
            hints.start()
        except OSError as error:
            if mode == "poll" or isinstance(error, FileNotFoundError):
                raise
            self._told.note(
                f"The system gives no events for the inbox ({plain_error(error)}): "
                f"vigil looks every {self._poll_seconds:g} seconds."
            )
            return self._started("poll")
        return hints
