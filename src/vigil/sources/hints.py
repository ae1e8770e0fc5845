"""Events of the file system, as hints: they wake the source early and are never relied on.

A hint says "look at this name", and whether a writer has closed it or it was moved in. The
watchdog library brings them; nothing here opens, moves or judges a file.
"""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

WatchMode = Literal["native", "poll"]
# name, whether it was closed or moved in; None: something happened to the folder itself
Hint = Callable[[str | None, bool], None]

if sys.platform == "linux":
    from watchdog.observers.inotify import InotifyFullEmitter
    from watchdog.observers.inotify_c import InotifyConstants, InotifyFD, Mask

    class _ArrivalEmitter(InotifyFullEmitter):
        """Asks inotify for arrivals only.

        Without MOVED_FROM: watchdog holds back all that follows such an event for half a second
        in search of its other half, and vigil itself moves each file it has taken. The "full"
        emitter tells a file moved in (whole) from one just created (not yet).
        """

        def get_event_mask_from_filter(self) -> Mask:
            """The kernel's events that vigil needs."""
            return Mask(
                InotifyConstants.IN_CREATE
                | InotifyConstants.IN_MOVED_TO
                | InotifyConstants.IN_CLOSE_WRITE
                | InotifyConstants.IN_DELETE_SELF
                | InotifyConstants.IN_ONLYDIR
            )

    class _NativeObserver(BaseObserver):
        """An observer with an inotify reader of its own, so that the reader's death shows too."""

        def __init__(self) -> None:
            self._reader = InotifyFD()
            super().__init__(_ArrivalEmitter, inotify_fd=self._reader)

        def on_thread_start(self) -> None:
            """Start the reader, then the emitters; none is left behind when one fails."""
            self._reader.start()
            try:
                super().on_thread_start()
            except BaseException:
                self._reader.stop()
                raise

        def on_thread_stop(self) -> None:
            """Stop the emitters, then the reader."""
            super().on_thread_stop()
            self._reader.stop()

        def is_alive(self) -> bool:
            """Whether both threads run; before the start, as watchdog asks it, False."""
            return super().is_alive() and self._reader.is_alive()

    def _native_observer() -> BaseObserver:
        return _NativeObserver()

else:
    from watchdog.observers import Observer

    def _native_observer() -> BaseObserver:
        return Observer()


class _Handler(FileSystemEventHandler):
    def __init__(self, hint: Hint) -> None:
        self._hint = hint

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Pass the hint on; an exception here would end watchdog's thread without a word."""
        if isinstance(event, DirDeletedEvent):
            self._hint(None, False)
        elif isinstance(event, FileMovedEvent | DirMovedEvent):
            self._hint(_last_part(event.dest_path), True)
        elif isinstance(event, FileClosedEvent):
            self._hint(_last_part(event.src_path), True)
        elif isinstance(event, FileCreatedEvent | DirCreatedEvent | FileModifiedEvent):
            self._hint(_last_part(event.src_path), False)


def _last_part(path: bytes | str) -> str:
    return Path(os.fsdecode(path)).name


class Hints:
    """A running observer of one folder; it is thrown away and made anew, never mended.

    Args:
        folder: the folder, which must exist.
        mode: "native" for the system's events, "poll" to look every `poll_seconds`.
        hint: called on another thread; it must return at once and raise nothing.
    """

    def __init__(self, folder: Path, mode: WatchMode, hint: Hint, poll_seconds: float) -> None:
        self.mode = mode
        self._folder = str(folder.resolve())  # inotify is told not to follow a link
        self._handler = _Handler(hint)
        self._poll_seconds = poll_seconds
        self._observer: BaseObserver | None = None

    def start(self) -> None:
        """Begin to watch.

        Raises:
            OSError: the folder is gone, or (native) the system's limit of watches is reached.
        """
        polling = self.mode == "poll"
        observer = PollingObserver(timeout=self._poll_seconds) if polling else _native_observer()
        observer.schedule(self._handler, self._folder, recursive=False)
        observer.start()
        self._observer = observer

    def alive(self) -> bool:
        """Whether every thread of the observer still runs."""
        observer = self._observer
        if observer is None or not observer.is_alive():
            return False
        emitters = list(observer.emitters)
        return bool(emitters) and all(each.is_alive() for each in emitters)

    def stop(self) -> None:
        """End the observer; waits a short while for its thread."""
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            with contextlib.suppress(RuntimeError):  # never started
                observer.join(2)
