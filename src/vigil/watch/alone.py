"""There is one daemon for a state folder: its lock, and the ear by which commands reach it."""

import contextlib
import fcntl
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from vigil.errors import VigilError
from vigil.settings.paths import Paths, make_private_folder

_log = logging.getLogger(__name__)
_END = b"end"


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


def _socket_path(paths: Paths) -> Path:
    return paths.state / "daemon.sock"


@contextlib.contextmanager
def told_by_commands(paths: Paths, told: Callable[[], None]) -> Iterator[None]:
    """Listens for `poke`; the thread sleeps in the kernel until one comes.

    Where the folder's path is too long for a socket, commands are heard within a minute instead.
    """
    path = _socket_path(paths)
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        try:
            listener.bind(str(path))
            path.chmod(0o600)
        except OSError as error:
            _log.warning("Commands are heard within a minute only: %s", error)
            yield
            return
        thread = threading.Thread(target=_listen, args=(listener, told), name="commands")
        thread.start()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                listener.sendto(_END, str(path))
            thread.join(1.0)
            path.unlink(missing_ok=True)


def _listen(listener: socket.socket, told: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        while listener.recv(16) != _END:
            told()
