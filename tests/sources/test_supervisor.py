import queue
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vigil.sources.folder import Arrival, Calls, FolderSettings, FolderSource
from vigil.sources.looking import Formats
from vigil.sources.supervisor import Clock, Reports, Supervisor

PATIENCE = 20.0
START = datetime(2026, 1, 1, tzinfo=UTC)


class HandClock:
    """Time goes on only when the test says so."""

    def __init__(self) -> None:
        self.at = 0.0
        self.waits: queue.Queue[float | None] = queue.Queue()
        self._condition: threading.Condition | None = None

    def clock(self) -> Clock:
        """What the supervisor is given."""
        return Clock(lambda: START + timedelta(seconds=self.at), lambda: self.at, self._wait)

    def _wait(self, condition: threading.Condition, seconds: float | None) -> None:
        self._condition = condition
        self.waits.put(seconds)
        condition.wait()

    def idle(self, wanted: Callable[[float | None], bool] = lambda _: True) -> None:
        """Wait until the supervisor sleeps, and for as long as wanted."""
        while not wanted(self.waits.get(timeout=PATIENCE)):
            pass

    def forward(self, seconds: float) -> None:
        """Let time pass, and wake who waits."""
        assert self._condition is not None
        with self._condition:
            self.at += seconds
            self._condition.notify_all()


class Puppet:
    """A source that does what the test tells it."""

    def __init__(self) -> None:
        self.started: queue.Queue[int] = queue.Queue()
        self.orders: queue.Queue[BaseException | None] = queue.Queue()
        self.deaf = False
        self._runs = 0

    def run(self) -> None:
        """Say that it runs, then obey one order."""
        self._runs += 1
        self.started.put(self._runs)
        order = self.orders.get()
        if order is not None:
            raise order

    def stop(self) -> None:
        """End, unless it is deaf."""
        if not self.deaf:
            self.orders.put(None)


class Stage:
    """A supervisor of one puppet, on a clock moved by hand."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.puppet = Puppet()
        self.told: queue.Queue[tuple[str, str, str]] = queue.Queue()
        reports = Reports(
            lambda name, error, since: self.told.put((name, error, since.isoformat())),
            lambda name: self.told.put((name, "up", "")),
        )
        self.supervisor = Supervisor({"folder": self.puppet}, reports, self.clock.clock())


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    made.supervisor.start()
    assert made.puppet.started.get(timeout=PATIENCE) == 1
    yield made
    made.supervisor.stop(PATIENCE)


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (None, "It ended by itself."),
        (ValueError("broke"), "ValueError: broke"),
        (SystemExit(3), "SystemExit: 3"),
    ],
)
def test_a_source_that_ends_is_started_again(
    stage: Stage, order: BaseException | None, error: str
) -> None:
    """However it ends, its state says so and a second later it runs again."""
    stage.puppet.orders.put(order)
    stage.clock.idle(lambda seconds: seconds == 1)
    (state,) = stage.supervisor.states()
    assert (state.state, state.error) == ("failed", error)
    stage.clock.forward(1)
    assert stage.puppet.started.get(timeout=PATIENCE) == 2
    (state,) = stage.supervisor.states()
    assert (state.state, state.restarts) == ("starting", 1)


def test_people_are_told_once_that_a_source_is_down_and_once_that_it_is_back(
    stage: Stage,
) -> None:
    """A fault that lasts a minute is told with its beginning, a minute of health ends it."""
    stage.supervisor.healthy("folder")
    stage.clock.idle(lambda seconds: seconds == 60)
    stage.supervisor.faulty("folder", "The inbox is gone.")
    stage.clock.idle(lambda seconds: seconds == 60)
    stage.clock.forward(60)
    told = stage.told.get(timeout=PATIENCE)
    assert told == ("folder", "The inbox is gone.", START.isoformat())
    stage.supervisor.healthy("folder")
    stage.clock.idle(lambda seconds: seconds == 60)
    stage.clock.forward(60)
    assert stage.told.get(timeout=PATIENCE) == ("folder", "up", "")
    stage.clock.idle(lambda seconds: seconds is None)
    assert stage.told.empty()


def test_a_report_that_raises_does_not_end_the_supervision() -> None:
    """The telling is tried again, and sources are still restarted."""
    clock, puppet = HandClock(), Puppet()
    tries: queue.Queue[str] = queue.Queue()

    def down(name: str, _error: str, _since: datetime) -> None:
        tries.put(name)
        raise OSError("the disk is full")

    supervisor = Supervisor({"folder": puppet}, Reports(down, tries.put), clock.clock())
    supervisor.start()
    for _ in range(2):
        clock.idle(lambda seconds: seconds == 60)
        clock.forward(60)
        assert tries.get(timeout=PATIENCE) == "folder"
    assert supervisor.alive()
    assert supervisor.stop(PATIENCE) == ()


def test_stop_ends_all_threads(stage: Stage) -> None:
    """Nothing runs on, and the state says stopped."""
    assert stage.supervisor.stop(PATIENCE) == ()
    assert [state.state for state in stage.supervisor.states()] == ["stopped"]
    assert not stage.supervisor.alive()


def test_a_source_that_does_not_stop_is_named_and_not_waited_for(stage: Stage) -> None:
    """The end of vigil does not hang on one thread."""
    stage.puppet.deaf = True
    assert stage.supervisor.stop(0.05) == ("folder",)
    stage.puppet.orders.put(None)


def test_a_folder_source_whose_daemon_call_raises_is_restarted_and_offers_the_file_again(
    tmp_path: Path, ofx: bytes, formats: Formats
) -> None:
    """A fault on the way to the queue loses no file."""
    tries: queue.Queue[Arrival] = queue.Queue()

    def arrived(arrival: Arrival) -> None:
        tries.put(arrival)
        if tries.qsize() == 1:
            raise RuntimeError("queue")

    clock = HandClock()
    source = FolderSource(
        FolderSettings(tmp_path / "inbox"),
        formats,
        Calls(
            arrived,
            lambda text: supervisor.faulty("folder", text),
            lambda: supervisor.healthy("folder"),
            print,
        ),
    )
    supervisor = Supervisor({"folder": source}, Reports(print, print), clock.clock())
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.ofx").write_bytes(ofx)
    supervisor.start()
    clock.idle(lambda seconds: seconds == 1)
    clock.forward(1)
    while tries.qsize() < 2:
        threading.Event().wait(0.01)
    assert supervisor.stop(PATIENCE) == ()
