"""Starts the sources' threads, starts them again when they end, and says when one stays down.

Generic: it knows no folder and no mailbox. No source ends silently. The decisions are in
`supervision`; here are only the threads.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from vigil.sources import supervision
from vigil.sources.supervision import Action, Moment, Record, SourceState, State

__all__ = ["Clock", "Reports", "Source", "SourceState", "State", "Supervisor"]

_log = logging.getLogger(__name__)


class Source(Protocol):
    """Something that brings documents on a thread of its own.

    Its owner tells the supervisor `healthy`, `faulty` and `happened`; a source that does not say
    that it is healthy within a minute counts as down.
    """

    def run(self) -> None:
        """Work until `stop`; may be called again after it ended or raised."""

    def stop(self) -> None:
        """Make `run` return soon; called from another thread."""


def _wall() -> datetime:
    return datetime.now(UTC)


def _wait(condition: threading.Condition, seconds: float | None) -> None:
    condition.wait(seconds)


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the time comes from.

    Attributes:
        now: the wall clock, aware and in UTC.
        monotonic: seconds that never go back.
        wait: waits on a held condition for so many seconds, None for as long as it takes.
    """

    now: Callable[[], datetime] = _wall
    monotonic: Callable[[], float] = time.monotonic
    wait: Callable[[threading.Condition, float | None], None] = _wait


@dataclass(frozen=True, slots=True)
class Reports:
    """Whom the supervisor tells, on its own thread.

    Attributes:
        down: name, latest error, since when; once when a source stays down for a minute.
        up: name; once when such a source was healthy again for a minute.
    """

    down: Callable[[str, str, datetime], None]
    up: Callable[[str], None]


class Supervisor:
    """Runs sources until `stop`.

    Args:
        sources: by the name that states and reports use.
        reports: whom to tell.
        clock: where the time comes from.
    """

    def __init__(
        self, sources: Mapping[str, Source], reports: Reports, clock: Clock | None = None
    ) -> None:
        self._sources = dict(sources)
        self._reports = reports
        self._clock = clock or Clock()
        self._condition = threading.Condition()
        self._stopping = False
        self._threads: dict[str, threading.Thread] = {}
        moment = self._moment()
        self._records = {name: supervision.new_record(name, moment) for name in self._sources}
        self._thread = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start all sources."""
        self._thread.start()

    def states(self) -> tuple[SourceState, ...]:
        """How each source is; may be called from any thread."""
        with self._condition:
            return tuple(record.shown for record in self._records.values())

    def alive(self) -> bool:
        """Whether the supervisor's own thread runs."""
        return self._thread.is_alive()

    def healthy(self, name: str) -> None:
        """A source says that it watches."""
        self._change(name, supervision.healthy)

    def faulty(self, name: str, error: str) -> None:
        """A source says that it runs, and cannot watch; `error` is a sentence for a person."""
        self._change(name, lambda record, moment: supervision.faulty(record, error, moment))

    def happened(self, name: str) -> None:
        """Something arrived through a source."""
        self._change(name, supervision.happened)

    def stop(self, seconds: float = 5.0) -> tuple[str, ...]:
        """Stop everything; the names of sources whose threads did not end in time."""
        with self._condition:
            self._stopping = True
            moment = self._moment()
            for name, record in self._records.items():
                self._records[name] = supervision.stopped(record, moment)
            self._condition.notify_all()
            threads = dict(self._threads)
        for name, source in self._sources.items():
            try:
                source.stop()
            except Exception:  # noqa: BLE001 - one source's fault must not keep the others running
                _log.warning("The source %s raised while it was stopped.", name, exc_info=True)
        deadline = time.monotonic() + seconds
        for thread in (self._thread, *threads.values()):
            if thread.ident is not None and thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))
        return tuple(name for name, thread in threads.items() if thread.is_alive())

    def _moment(self) -> Moment:
        return Moment(self._clock.monotonic(), self._clock.now())

    def _change(self, name: str, change: Callable[[Record, Moment], Record]) -> None:
        with self._condition:
            self._records[name] = change(self._records[name], self._moment())
            self._condition.notify_all()

    def _supervise(self) -> None:
        while True:
            with self._condition:
                if self._stopping:
                    return
                todo = self._due()
                if not todo:
                    self._clock.wait(self._condition, self._pause())
                    continue
            for record, action in todo:
                self._act(record, action)

    def _due(self) -> list[tuple[Record, Action]]:
        todo: list[tuple[Record, Action]] = []
        moment = self._moment()
        for name, record in self._records.items():
            before = record
            self._records[name], actions = supervision.step(record, moment)
            todo += [(self._records[name] if each == "start" else before, each) for each in actions]
        return todo

    def _pause(self) -> float | None:
        times = [supervision.next_due(record) for record in self._records.values()]
        due = min((each for each in times if each is not None), default=None)
        return None if due is None else max(0.0, due - self._clock.monotonic())

    def _act(self, record: Record, action: Action) -> None:
        name = record.shown.name
        if action == "start":
            self._start_source(name)
            return
        try:
            if action == "up":
                self._reports.up(name)
            else:
                since = record.ill_from or record.shown.since
                self._reports.down(name, record.shown.error or "", since)
        except Exception:  # noqa: BLE001 - a report that fails must not end the supervision
            _log.warning("Telling that %s is %s failed.", name, action, exc_info=True)
            if action == "down":
                self._change(name, supervision.retell)

    def _start_source(self, name: str) -> None:
        thread = threading.Thread(
            target=self._run_source, args=(name,), name=f"source {name}", daemon=True
        )
        with self._condition:
            if self._stopping:
                return
            self._threads[name] = thread
            thread.start()

    def _run_source(self, name: str) -> None:
        error = "It ended by itself."
        try:
            self._sources[name].run()
        except (Exception, SystemExit) as fault:  # noqa: BLE001 - the fence: all that ends a source
            error = f"{type(fault).__name__}: {fault}"
            _log.debug("The source %s ended.", name, exc_info=True)
        finally:
            self._change(name, lambda record, moment: supervision.ended(record, error, moment))
