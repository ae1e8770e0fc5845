"""The watch: sources bring documents, one thread writes, one sends, one reads a second time.

Shell. Everything that decides is behind the doors of `pipeline`; here are threads, waiting and
the wall clock. Each thread has a database connection of its own.
"""

import contextlib
import logging
import queue
import signal
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from vigil import pipeline
from vigil.errors import VigilError
from vigil.household import household_of
from vigil.model import Limits, Message
from vigil.pipeline import World
from vigil.settings import Settings
from vigil.settings.paths import RESTORING, Paths, make_private_folder
from vigil.sources.documents import remove_leftovers
from vigil.sources.folder import Arrival, Calls, FolderSettings, FolderSource
from vigil.sources.looking import Formats
from vigil.sources.settle import Rules
from vigil.sources.supervisor import Reports, Source, Supervisor
from vigil.statements.ofx import is_ofx_complete, looks_like_ofx
from vigil.steps import telling
from vigil.steps.telling import Teller
from vigil.store import state
from vigil.store.database import open_database, write
from vigil.watch import alone, sending, workers
from vigil.watch.handling import SOURCE, Handler
from vigil.watch.sending import Channels

_log = logging.getLogger(__name__)
_LONGEST_SLEEP = timedelta(seconds=60)  # after a suspend the wall clock is looked at again
_RETRY = timedelta(seconds=15)  # what failed for want of room or rights is tried again
_EMERGENCY_EVERY = timedelta(hours=1)
_LEFTOVER_AGE = 3600.0


_SENDER, _SECOND = "sender", "second reader"
_REMEDIES = {
    SOURCE: "see that the inbox is there and that vigil may read and write it.",
    _SENDER: "run vigil status and look at the undelivered messages.",
    _SECOND: "look at new statements with care; only one reader checks them for now.",
}


class Note(NamedTuple):
    """Something for the main thread: a source's state, a word from a command, or the end."""

    kind: Literal["down", "up", "poke", "stop"]
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a watch needs to start."""

    settings: Settings
    paths: Paths
    limits: Limits

    @property
    def inbox(self) -> Path:
        """The watched folder."""
        return self.paths.expand(self.settings.inbox.path)


def setup_of(settings: Settings, paths: Paths) -> Setup:
    """The setup that a configuration describes."""
    size = settings.inbox.max_megabytes * 1024 * 1024
    return Setup(settings, paths, Limits.for_size(size))


def open_world(setup: Setup, told: Callable[[str], None] | None = None) -> World:
    """The database and what the pipeline needs beside it, for one thread.

    Args:
        told: takes the line that an upgrade of the database gives; by default the log does.

    Raises:
        VigilError: the database cannot be opened, or a restore into this place was cut off.
    """
    paths = setup.paths
    make_private_folder(paths.state)
    if (paths.state / RESTORING).exists() and not paths.database.exists():
        raise VigilError(
            f"A backup is being restored into {paths.state}, or that was cut off. "
            "Run the same vigil restore again; it begins anew by itself."
        )
    db = open_database(paths.database, told) if told else open_database(paths.database)
    return World(db, household_of(setup.settings), paths.documents, setup.limits)


class Daemon:
    """Watches until `stop`.

    Args:
        setup: configuration, paths and limits.
        ready: called once when the sources were started.
    """

    def __init__(self, setup: Setup, ready: Callable[[], None] = lambda: None) -> None:
        self._setup = setup
        self._ready = ready
        self._queue: queue.SimpleQueue[Arrival | Note] = queue.SimpleQueue()
        self._retry: list[tuple[datetime, Arrival]] = []
        self._next_emergency = datetime.min.replace(tzinfo=UTC)
        self._channels: Channels = sending.open_channels(setup.settings, setup.paths)
        self._supervisor: Supervisor
        self._sender = workers.sender(
            lambda: open_world(setup), self._channels, lambda: self._supervisor.healthy(_SENDER)
        )
        self._second = workers.second_reader(
            lambda: open_world(setup),
            lambda: self._queue.put(Note("poke")),
            lambda: self._supervisor.healthy(_SECOND),
        )

    def run(self) -> None:
        """Watch until a signal or `stop` ends it.

        Raises:
            VigilError: another daemon runs, or the database cannot be opened.
        """
        with (
            alone.only_one(self._setup.paths),
            alone.told_by_commands(self._setup.paths, lambda: self._queue.put(Note("poke"))),
        ):
            self._watch(open_world(self._setup))

    def stop(self) -> None:
        """End `run` soon; may be called from a signal handler."""
        self._queue.put(Note("stop"))

    def _watch(self, world: World) -> None:
        remove_leftovers(world.documents, datetime.now(UTC).timestamp() - _LEFTOVER_AGE)
        folder = FolderSource(_folder_settings(self._setup), _FORMATS, self._calls())
        handler = Handler(world, folder.again, self._sender.wake, _now)
        sources: dict[str, Source] = {
            SOURCE: folder,
            _SENDER: self._sender,
            _SECOND: self._second,
        }
        reports = Reports(
            down=lambda name, error, _: self._queue.put(Note("down", name, error)),
            up=lambda name: self._queue.put(Note("up", name)),
        )
        self._supervisor = Supervisor(sources, reports)
        self._supervisor.start()
        self._ready()
        try:
            self._loop(world, handler)
        finally:
            self._supervisor.stop()
            self._note_states(world)
            world.db.close()

    def _calls(self) -> Calls:
        return Calls(
            arrived=self._queue.put,
            fault=lambda text: self._supervisor.faulty(SOURCE, text),
            healthy=lambda: self._supervisor.healthy(SOURCE),
            note=lambda text: _log.info("%s", text),
        )

    # --- the main thread: arrivals, ticks, notes ------------------------------------------------

    def _loop(self, world: World, handler: Handler) -> None:
        while True:
            self._guarded(lambda: pipeline.tick(world, _now()))
            self._note_states(world)
            self._sender.wake()
            try:
                thing = self._queue.get(timeout=self._pause(world))
            except queue.Empty:
                thing = None
            if isinstance(thing, Note) and thing.kind == "stop":
                return
            if isinstance(thing, Note):
                self._heed(world, thing)
            elif thing is not None:
                self._arrived(handler, thing)
            for arrival in self._due_retries():
                self._arrived(handler, arrival)

    def _pause(self, world: World) -> float:
        """Seconds until something is due, at most a minute."""
        now = _now()
        dues = [now + _LONGEST_SLEEP, *(due for due, _ in self._retry)]
        due = pipeline.next_due(world.db)
        return max(0.0, (min([*dues, due] if due else dues) - now).total_seconds())

    def _arrived(self, handler: Handler, arrival: Arrival) -> None:
        done = self._guarded(lambda: handler.handle(arrival))
        if not done:
            self._retry.append((_now() + _RETRY, arrival))
        self._supervisor.happened(SOURCE)
        self._sender.wake()
        self._second.wake()

    def _due_retries(self) -> list[Arrival]:
        now = _now()
        due = [arrival for when, arrival in self._retry if when <= now]
        self._retry = [pair for pair in self._retry if pair[0] > now]
        return due

    def _heed(self, world: World, note: Note) -> None:
        if note.kind in ("down", "up"):
            self._guarded(lambda: self._tell_source(world, note))

    def _tell_source(self, world: World, note: Note) -> bool:
        with write(world.db) as db:
            teller = Teller(db, world.household, _now())
            subject = f"source {note.name}"
            if note.kind == "up":
                telling.close_self(teller, subject)
                return True
            text = (
                f"vigil's {note.name} does not work",
                note.text or "It ended, and ended again after each new start.",
                f"First: {_REMEDIES[note.name]} vigil tries again by itself.",
            )
            telling.tell_self(teller, subject, "ask", text)
        return True

    def _note_states(self, world: World) -> None:
        """Keep what `status` shows of the sources; written only when something changed."""
        known = {one.name: (one.state, one.error) for one in state.sources(world.db)}
        for one in self._supervisor.states():
            if known.get(one.name) != (one.state, one.error):
                with contextlib.suppress(sqlite3.Error), write(world.db) as db:
                    state.source(db, one.name, one.state, one.error, _now())

    def _guarded(self, work: Callable[[], object]) -> bool:
        """Do something with the database; a full or broken disk is told and outlived."""
        try:
            return work() is not False
        except (sqlite3.Error, OSError) as error:
            _log.exception("The state folder takes nothing.")
            self._emergency(f"{type(error).__name__}: {error}")
            return False

    def _emergency(self, error: str) -> None:
        """Ring without the database: it is what fails."""
        now = _now()
        if now < self._next_emergency:
            return
        self._next_emergency = now + _EMERGENCY_EVERY
        message = Message(
            "self",
            "vigil cannot write",
            (
                f"The state folder takes nothing ({error}). Nothing is lost: files stay where "
                "they are.\nFirst: make room on the disk. vigil tries again by itself."
            ),
            "high",
        )
        for name, channel in self._channels.by_name.items():
            _log.warning("told on %s: %s", name, channel.send(message))


_FORMATS = Formats(looks_like_ofx, is_ofx_complete)


def stop_on_signals(daemon: Daemon) -> None:
    """SIGTERM and SIGINT end the watch with nothing half done."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: daemon.stop())


def _folder_settings(setup: Setup) -> FolderSettings:
    inbox = setup.settings.inbox
    rules = Rules(cut_after=float(inbox.incomplete_after_seconds), max_size=setup.limits.size)
    return FolderSettings(
        setup.inbox, watch=inbox.mode, rescan=float(inbox.rescan_seconds), rules=rules
    )


def _now() -> datetime:
    return datetime.now(UTC)
