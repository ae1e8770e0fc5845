"""Work beside the main thread: sending, and reading a second time. Each is run by the supervisor.

Both sleep in the kernel until they are woken or something is due.
"""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from vigil.pipeline import World
from vigil.store import documents, outbox
from vigil.watch.sending import Channels, send_due


@dataclass(slots=True)
class Worker:
    """A loop that the supervisor can start, stop and start again.

    Attributes:
        open_world: opens a database connection for the worker's own thread.
        work: what to do when woken.
        due: when to wake without being woken; None for never.
        healthy: says that the loop runs.
    """

    open_world: Callable[[], World]
    work: Callable[[World], object]
    due: Callable[[sqlite3.Connection], datetime | None]
    healthy: Callable[[], None]
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopping: bool = False

    def run(self) -> None:
        """Work until `stop`; what is raised ends it, and the supervisor starts it again."""
        world = self.open_world()
        self.healthy()
        try:
            while not self._stopping:
                self.work(world)
                self._wake.wait(_seconds_until(self.due(world.db)))
                self._wake.clear()
        finally:
            world.db.close()

    def stop(self) -> None:
        """End `run` soon; from another thread."""
        self._stopping = True
        self._wake.set()

    def wake(self) -> None:
        """There may be something to do; from another thread."""
        self._wake.set()


def sender(
    open_world: Callable[[], World], channels: Channels, healthy: Callable[[], None]
) -> Worker:
    """Sends what is due, until nothing is."""

    def work(world: World) -> None:
        while send_due(world.db, world.household, channels.by_name, datetime.now(UTC)):
            pass

    return Worker(open_world, work, outbox.next_due, healthy)


def second_reader(
    open_world: Callable[[], World], told: Callable[[], None], healthy: Callable[[], None]
) -> Worker:
    """Reads new documents with the second reader; `told` is called when it read some."""

    def work(world: World) -> None:
        if not documents.awaiting_second_reading(world.db):
            return
        from vigil.watch.second_look import look_again  # noqa: PLC0415 - not before a document came

        if look_again(world, datetime.now(UTC)):
            told()

    return Worker(open_world, work, lambda _: None, healthy)


def _seconds_until(due: datetime | None) -> float | None:
    return max(0.0, (due - datetime.now(UTC)).total_seconds()) if due else None
