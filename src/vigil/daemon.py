"""The watch: sources bring documents, one thread writes, one sends, one reads a second time.

Shell. Everything that decides is behind the doors of `pipeline`; here are threads, waiting and
the wall clock. Each thread has a database connection of its own.
"""

import contextlib
import fcntl
import logging
import os
import queue
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from vigil import pipeline, sending, telling
from vigil.errors import VigilError
from vigil.handling import SOURCE, Handler
from vigil.household import Household, household_of
from vigil.model import Limits, Message
from vigil.pipeline import World
from vigil.sending import Channels
from vigil.settings import Settings
from vigil.settings.paths import Paths, make_private_folder
from vigil.sources.documents import remove_leftovers
from vigil.sources.folder import Arrival, Calls, FolderSettings, FolderSource
from vigil.sources.looking import Formats
from vigil.sources.settle import Rules
from vigil.sources.supervisor import Reports, Supervisor
from vigil.statements.ofx import is_ofx_complete, looks_like_ofx
from vigil.store import outbox, state
from vigil.store.database import open_database, write
from vigil.telling import Teller

_log = logging.getLogger(__name__)
_LONGEST_SLEEP = timedelta(seconds=60)  # after a suspend the wall clock is looked at again
_RETRY = timedelta(seconds=15)  # what failed for want of room or rights is tried again
_EMERGENCY_EVERY = timedelta(hours=1)
_LEFTOVER_AGE = 3600.0


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
    return Setup(settings, paths, Limits(size=size))


def open_world(setup: Setup) -> World:
    """The database and what the pipeline needs beside it, for one thread."""
    make_private_folder(setup.paths.state)
    db = open_database(setup.paths.database)
    return World(db, household_of(setup.settings), setup.paths.documents, setup.limits)


@contextlib.contextmanager
def only_one(paths: Paths) -> Iterator[None]:
    """Holds the place of the one daemon.

    Raises:
        VigilError: another daemon runs on the same state folder.
    """
    make_private_folder(paths.state)
    handle = os.open(paths.state / "daemon.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise VigilError(
                f"A vigil is already watching with the state folder {paths.state}. "
                "`vigil status` shows it; stop it before you start another."
            ) from None
        yield
    finally:
        os.close(handle)


def daemon_runs(paths: Paths) -> bool:
    """True while a daemon watches with this state folder."""
    try:
        with only_one(paths):
            return False
    except VigilError:
        return True


def poke(paths: Paths) -> None:
    """Tell a running daemon that a command changed something; without one, nothing happens."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"changed", str(_socket_path(paths)))


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
        self._send_now = threading.Event()
        self._read_now = threading.Event()
        self._stopping = threading.Event()
        self._next_emergency = datetime.min.replace(tzinfo=UTC)
        self._channels: Channels = sending.open_channels(setup.settings, setup.paths)

    def run(self) -> None:
        """Watch until a signal or `stop` ends it.

        Raises:
            VigilError: another daemon runs, or the database cannot be opened.
        """
        with only_one(self._setup.paths), _told_by_commands(self._setup.paths, self._queue):
            self._watch(open_world(self._setup))

    def stop(self) -> None:
        """End `run` soon; may be called from a signal handler."""
        self._queue.put(Note("stop"))

    def _watch(self, world: World) -> None:
        remove_leftovers(world.documents, datetime.now(UTC).timestamp() - _LEFTOVER_AGE)
        folder = FolderSource(_folder_settings(self._setup), _FORMATS, self._calls())
        self._supervisor = Supervisor(
            {SOURCE: folder},
            Reports(
                down=lambda name, error, _: self._queue.put(Note("down", name, error)),
                up=lambda name: self._queue.put(Note("up", name)),
            ),
        )
        handler = Handler(world, folder.again, self._send_now.set, _now)
        threads = [
            threading.Thread(target=self._send_loop, name="sender", daemon=True),
            threading.Thread(target=self._second_loop, name="second reader", daemon=True),
        ]
        for thread in threads:
            thread.start()
        self._supervisor.start()
        self._ready()
        try:
            self._loop(world, handler)
        finally:
            self._stopping.set()
            self._send_now.set()
            self._read_now.set()
            self._supervisor.stop()
            for thread in threads:
                thread.join(2.0)
            self._note_source(world, "stopped", None)
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
        self._read_now.set()
        while True:
            self._guarded(lambda: pipeline.tick(world, _now()))
            self._note_states(world)
            self._send_now.set()
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
        self._send_now.set()
        self._read_now.set()

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
                f"vigil cannot watch the {note.name}",
                note.text,
                (
                    "First: see that the folder is there and that vigil may read and write it. "
                    "It tries again by itself."
                ),
            )
            telling.tell_self(teller, subject, "ask", text)
        return True

    def _note_states(self, world: World) -> None:
        for one in self._supervisor.states():
            self._note_source(world, one.state, one.error)

    def _note_source(self, world: World, word: str, error: str | None) -> None:
        known = {one.name: (one.state, one.error) for one in state.sources(world.db)}
        if known.get(SOURCE) != (word, error):
            with contextlib.suppress(sqlite3.Error), write(world.db) as db:
                state.source(db, SOURCE, word, error, _now())

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

    # --- the other threads ------------------------------------------------------------------------

    def _send_loop(self) -> None:
        db = open_database(self._setup.paths.database)
        household = household_of(self._setup.settings)
        while not self._stopping.is_set():
            self._send_now.wait(_seconds_until(outbox.next_due(db)))
            self._send_now.clear()
            self._guarded(lambda: _send(db, household, self._channels))
        db.close()

    def _second_loop(self) -> None:
        from vigil.second_look import look_again  # noqa: PLC0415 - not before a document came

        world = open_world(self._setup)
        while not self._stopping.is_set():
            self._read_now.wait()
            self._read_now.clear()
            if self._guarded(lambda: look_again(world, _now())):
                self._queue.put(Note("poke"))
        world.db.close()


_FORMATS = Formats(looks_like_ofx, is_ofx_complete)


def stop_on_signals(daemon: Daemon) -> None:
    """SIGTERM and SIGINT end the watch with nothing half done."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: daemon.stop())


def _send(db: sqlite3.Connection, household: Household, channels: Channels) -> None:
    while sending.send_due(db, household, channels.by_name, _now()):
        pass


def _folder_settings(setup: Setup) -> FolderSettings:
    inbox = setup.settings.inbox
    rules = Rules(cut_after=float(inbox.incomplete_after_seconds), max_size=setup.limits.size)
    return FolderSettings(
        setup.inbox, watch=inbox.mode, rescan=float(inbox.rescan_seconds), rules=rules
    )


def _seconds_until(due: datetime | None) -> float | None:
    return max(0.0, (due - _now()).total_seconds()) if due else None


def _now() -> datetime:
    return datetime.now(UTC)


def _socket_path(paths: Paths) -> Path:
    return paths.state / "daemon.sock"


@contextlib.contextmanager
def _told_by_commands(paths: Paths, told: "queue.SimpleQueue[Arrival | Note]") -> Iterator[None]:
    """Listens for `poke`; the thread sleeps in the kernel until one comes."""
    path = _socket_path(paths)
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(path))
        path.chmod(0o600)

        def listen() -> None:
            with contextlib.suppress(OSError):
                while listener.recv(16) != b"stop":
                    told.put(Note("poke"))

        thread = threading.Thread(target=listen, name="commands", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                listener.sendto(b"stop", str(path))
            thread.join(1.0)
            path.unlink(missing_ok=True)
