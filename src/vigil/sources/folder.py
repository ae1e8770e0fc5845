"""The folder as a source: a thread that says of each file in the inbox when it can be taken.

Events are hints that make it look early; a periodic rescan is the truth, and finds at the start
what was dropped while vigil was off. It hands over names, copies nothing, and knows no database.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from vigil.sources.inbox import Inbox, InboxLostError
from vigil.sources.looking import Formats, look_at
from vigil.sources.names import passed_over, shown_name
from vigil.sources.opening import Original, plain_error
from vigil.sources.settle import (
    Ignore,
    Incomplete,
    Refuse,
    Rules,
    Seen,
    Take,
    Wait,
    decide,
    remember,
)
from vigil.sources.watch import Told, Watch, WatchSetting


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """What a person can set; times in seconds."""

    inbox: Path
    watch: WatchSetting = "auto"
    rescan: float = 30.0
    poll: float = 5.0  # between two looks where the system gives no events
    fault_retry: float = 5.0
    max_entries: int = 10_000  # in the inbox at a time; more are told, and taken later
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something in the inbox that is to be taken, or refused; it is said once."""

    original: Original
    verdict: Take | Incomplete | Refuse


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom the source tells; all are called on its thread and should return at once.

    Attributes:
        arrived: takes an arrival; it is told once, until the file changes or `again` is called.
        fault: the source cannot watch, with a sentence for a person; once for each new text.
        healthy: it watches; once at the start and once after each fault.
        note: a remark for the log and `status`.
    """

    arrived: Callable[[Arrival], None]
    fault: Callable[[str], None]
    healthy: Callable[[], None]
    note: Callable[[str], None]


class FolderSource:
    """Watches one inbox: `run` blocks until `stop`, and may be run again after it ended.

    Args:
        settings: the inbox and the times.
        formats: how to tell an OFX and its end.
        calls: whom to tell.
        clock: seconds that never go back.
    """

    name = "folder"

    def __init__(
        self,
        settings: FolderSettings,
        formats: Formats,
        calls: Calls,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._formats = formats
        self._calls = calls
        self._clock = clock
        self._inbox = Inbox(settings.inbox)
        self._watch = Watch(
            settings.inbox, settings.watch, settings.poll, Told(self._hint, calls.note)
        )
        self._seen: dict[str, Seen] = {}
        self._due: dict[str, float] = {}
        self._next_scan = 0.0
        self._state: str | None = "not said yet"
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopped = False
        self._asked: dict[str, bool] = {}
        self._forget: set[str] = set()

    def run(self) -> None:
        """Watch until `stop` is called."""
        self._next_scan = self._clock()
        try:
            while not self._stopped:
                pause = self._round()
                self._wake.wait(pause)
                self._wake.clear()
        finally:
            self._watch.stop()

    def stop(self) -> None:
        """End `run` soon; may be called from any thread."""
        self._stopped = True
        self._wake.set()

    def again(self, name: str) -> None:
        """Let an entry settle and arrive once more, as after a copy that failed; any thread."""
        with self._lock:
            self._forget.add(name)
            self._asked.setdefault(name, False)
        self._wake.set()

    def _hint(self, name: str | None, closed: bool) -> None:
        with self._lock:
            if name:  # without one the folder itself is meant: waking up is enough
                self._asked[name] = closed or self._asked.get(name, False)
        self._wake.set()

    # --- one round ----------------------------------------------------------------------------

    def _round(self) -> float:
        """Look at what is due; the seconds until something is due again."""
        now = self._clock()
        asked = self._take_asked()
        try:
            with self._inbox.opened() as folder_fd:
                if self._watch.keep(folder_fd):
                    self._next_scan = now  # what came before the watch raised no event
                trouble = self._look_round(folder_fd, asked, now)
        except InboxLostError as error:
            trouble = str(error)
            self._watch.stop()
        except OSError as error:
            trouble = f"The inbox {self._settings.inbox} cannot be watched: {plain_error(error)}."
            self._watch.stop()
        self._say(trouble)
        if not self._watch.active:
            return self._settings.fault_retry
        return max(0.0, min([self._next_scan, *self._due.values()]) - self._clock())

    def _take_asked(self) -> dict[str, bool]:
        with self._lock:
            asked, self._asked = self._asked, {}
            forget, self._forget = self._forget, set()
        for name in forget:
            self._seen.pop(name, None)
        return asked

    def _say(self, trouble: str | None) -> None:
        if trouble == self._state:
            return
        self._state = trouble
        if trouble is None:
            self._calls.healthy()
        else:
            self._calls.fault(trouble)

    # --- looking ------------------------------------------------------------------------------

    def _look_round(self, folder_fd: int, asked: dict[str, bool], now: float) -> str | None:
        """Look at what was hinted and what is due; what went wrong, as a sentence."""
        trouble = None
        names = dict.fromkeys([*asked, *(name for name, due in self._due.items() if due <= now)])
        if now >= self._next_scan:
            listed, trouble = self._listed(folder_fd)
            if trouble is None:  # of a list cut short nothing can be said to be gone
                for name in self._seen.keys() - listed:
                    self._drop(name)
            names.update(dict.fromkeys(listed))
            self._next_scan = now + self._settings.rescan
        for name in names:
            try:
                self._consider(folder_fd, name, asked.get(name, False))
            except OSError as error:
                trouble = f"{shown_name(name)} in the inbox cannot be read: {plain_error(error)}."
                self._due[name] = now + self._settings.fault_retry
        return trouble

    def _listed(self, folder_fd: int) -> tuple[set[str], str | None]:
        names: set[str] = set()
        with os.scandir(folder_fd) as entries:
            for entry in entries:
                if passed_over(entry.name):
                    continue
                if len(names) == self._settings.max_entries:
                    return names, (
                        f"The inbox holds more than {len(names):,} files; vigil takes them bit by "
                        "bit. Move away what is no statement."
                    )
                names.add(entry.name)
        return names, None

    def _consider(self, folder_fd: int, name: str, closed: bool) -> None:
        if passed_over(name):
            return
        rules, previous = self._settings.rules, self._seen.get(name)
        known = previous.look if previous is not None and previous.told else None
        found = look_at(folder_fd, name, self._formats, rules.max_size, known)
        if found is None:
            self._drop(name)
            return
        look, identity = found
        now = self._clock()
        look = look._replace(closed=closed)
        verdict = decide(previous, look, now, rules)
        seen = remember(previous, look, now)
        self._due.pop(name, None)
        if isinstance(verdict, Wait):
            self._due[name] = verdict.until
        elif not isinstance(verdict, Ignore):
            original = Original(self._settings.inbox, name, look.kind, identity)
            self._calls.arrived(Arrival(original, verdict))
            seen = seen._replace(told=True)
        self._seen[name] = seen

    def _drop(self, name: str) -> None:
        self._seen.pop(name, None)
        self._due.pop(name, None)
