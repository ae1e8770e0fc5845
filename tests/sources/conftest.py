"""What the tests of the sources share: a toy OFX, a running source, a child of another user."""

import contextlib
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from vigil.sources.folder import Arrival, Calls, FolderSettings, FolderSource
from vigil.sources.looking import Formats

PATIENCE = 20.0  # seconds until a test gives up; never a measure of speed
_BECOME_NOBODY = """
import ctypes, os, queue, resource, sys, tempfile, threading
from datetime import UTC, datetime
from pathlib import Path
from vigil.sources.folder import Calls, FolderSettings, FolderSource
from vigil.sources.intake import file_away, original_at, take
from vigil.sources.looking import Formats
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
"""


def looks_like_ofx(head: bytes) -> bool:
    return b"OFXHEADER" in head


def is_ofx_complete(tail: bytes) -> bool:
    return tail.rstrip().endswith(b"</OFX>")


@dataclass
class Running:
    """A folder source on a thread of its own, and what it said."""

    source: FolderSource
    inbox: Path
    arrivals: "queue.Queue[Arrival]"
    states: "queue.Queue[str | None]"
    notes: "queue.Queue[str]"

    def next(self) -> Arrival:
        """The next arrival, waited for."""
        return self.arrivals.get(timeout=PATIENCE)

    def state(self) -> str | None:
        """The next fault, or None for healthy."""
        return self.states.get(timeout=PATIENCE)

    def note(self) -> str:
        """The next remark."""
        return self.notes.get(timeout=PATIENCE)


@pytest.fixture
def formats() -> Formats:
    return Formats(looks_like_ofx, is_ofx_complete)


@pytest.fixture
def ofx() -> bytes:
    return b"OFXHEADER:100\n<OFX><STMTTRN>...</OFX>\n"


Watching = Callable[[FolderSettings], contextlib.AbstractContextManager[Running]]


@pytest.fixture
def watching(formats: Formats) -> Watching:
    """Start a source on an inbox, wait until it watches, and stop it in the end."""

    @contextlib.contextmanager
    def start(settings: FolderSettings) -> Iterator[Running]:
        arrivals: queue.Queue[Arrival] = queue.Queue()
        states: queue.Queue[str | None] = queue.Queue()
        notes: queue.Queue[str] = queue.Queue()
        calls = Calls(arrivals.put, states.put, lambda: states.put(None), notes.put)
        source = FolderSource(settings, formats, calls)
        said = Running(source, settings.inbox, arrivals, states, notes)
        thread = threading.Thread(target=source.run)
        thread.start()
        try:
            assert said.state() is None
            yield said
        finally:
            source.stop()
            thread.join(PATIENCE)
            assert not thread.is_alive()

    return start


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach; pytest's own lies below one that only its owner can."""
    with tempfile.TemporaryDirectory(prefix="vigil-test-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def as_nobody() -> Callable[..., str]:
    """Run Python as a user whom mode bits bind: root passes by them, everybody else stays.

    The child imports first and gives up root then: the interpreter may lie in root's home.
    """

    def run(code: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", _BECOME_NOBODY + code, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
