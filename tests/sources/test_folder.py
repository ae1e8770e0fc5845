import contextlib
import os
import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from vigil.sources.folder import Arrival, FolderSettings, FolderSource
from vigil.sources.intake import Document, Filed, file_away, take
from vigil.sources.looking import Formats, look_at
from vigil.sources.opening import opened_folder
from vigil.sources.settle import Incomplete, Refuse, Rules, Take
from vigil.sources.watch import WatchSetting

# Short rests keep the tests fast; the rescan is so rare that only events can explain an arrival.
QUICK = Rules(gap=0.05, quiet=0.1, cut_after=0.4, slow_gap=0.05, max_size=100_000)
PATIENT = Rules(gap=0.05, quiet=0.1, cut_after=3600, slow_gap=0.05, max_size=100_000)


class Running(Protocol):
    """What the fixture `watching` gives."""

    source: FolderSource
    inbox: Path

    def next(self) -> Arrival:
        """The next arrival, waited for."""

    def state(self) -> str | None:
        """The next fault, or None for healthy."""

    def note(self) -> str:
        """The next remark."""


Watching = Callable[[FolderSettings], contextlib.AbstractContextManager[Running]]


@pytest.fixture
def settings(tmp_path: Path) -> FolderSettings:
    return FolderSettings(tmp_path / "inbox", rescan=3600, rules=QUICK, fault_retry=0.05)


def with_rules(settings: FolderSettings, rules: Rules) -> FolderSettings:
    return FolderSettings(settings.inbox, rescan=3600, rules=rules, fault_retry=0.05)


def name_and_verdict(arrival: Arrival) -> tuple[str, str]:
    return arrival.original.name, type(arrival.verdict).__name__


def test_a_missing_inbox_is_made_for_its_owner_only(
    settings: FolderSettings, watching: Watching
) -> None:
    """The first start needs no hand."""
    with watching(settings) as running:
        assert running.inbox.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", ["auto", "native", "poll"])
def test_a_file_copied_in_is_taken_once(
    mode: WatchSetting, tmp_path: Path, watching: Watching, ofx: bytes
) -> None:
    """It arrives when it is whole, and is not said again while it lies there."""
    settings = FolderSettings(tmp_path / "inbox", watch=mode, rescan=3600, poll=0.05, rules=QUICK)
    with watching(settings) as running:
        (running.inbox / "a.ofx").write_bytes(ofx)
        assert name_and_verdict(running.next()) == ("a.ofx", "Take")
        (running.inbox / "b.ofx").write_bytes(ofx)
        assert name_and_verdict(running.next()) == ("b.ofx", "Take")


def test_a_file_moved_in_is_taken(
    settings: FolderSettings, watching: Watching, tmp_path: Path, ofx: bytes
) -> None:
    """Browsers and sync clients rename a finished file into place."""
    with watching(settings) as running:
        (tmp_path / "a.ofx").write_bytes(ofx)
        (tmp_path / "a.ofx").rename(running.inbox / "a.ofx")
        assert name_and_verdict(running.next()) == ("a.ofx", "Take")
        (running.inbox / "b.ofx.part").write_bytes(ofx)
        (running.inbox / "b.ofx.part").rename(running.inbox / "b.ofx")
        assert name_and_verdict(running.next()) == ("b.ofx", "Take")


def test_files_dropped_while_vigil_was_off_are_taken_at_the_start(
    settings: FolderSettings, watching: Watching, ofx: bytes
) -> None:
    """The first rescan finds what raised no event."""
    settings.inbox.mkdir()
    for number in range(5):
        (settings.inbox / f"{number}.ofx").write_bytes(ofx)
    with watching(settings) as running:
        assert {running.next().original.name for _ in range(5)} == {f"{n}.ofx" for n in range(5)}


def test_the_rescan_alone_finds_a_file(tmp_path: Path, watching: Watching, ofx: bytes) -> None:
    """Events are hints: with a watch that tells nothing the file is still taken."""
    settings = FolderSettings(tmp_path / "inbox", watch="poll", poll=3600, rescan=0.05, rules=QUICK)
    with watching(settings) as running:
        (running.inbox / "a.ofx").write_bytes(ofx)
        assert name_and_verdict(running.next()) == ("a.ofx", "Take")


def test_a_slow_writer_is_waited_for(
    settings: FolderSettings, watching: Watching, ofx: bytes
) -> None:
    """Pieces of a file are not taken; the whole is, though its writer never closes it."""
    with (
        watching(with_rules(settings, PATIENT)) as running,
        (running.inbox / "slow.ofx").open("wb", buffering=0) as writer,
    ):
        for piece in (ofx[:5], ofx[5:20], ofx[20:30]):
            writer.write(piece)
            # Another file that comes and goes proves that the source looked meanwhile.
            (running.inbox / "other.ofx").write_bytes(ofx)
            assert running.next().original.name == "other.ofx"
            (running.inbox / "other.ofx").unlink()
        writer.write(ofx[30:])
        arrival = running.next()
        assert name_and_verdict(arrival) == ("slow.ofx", "Take")
        assert arrival.original.identity.size == len(ofx)


def test_a_file_written_in_two_closed_parts_is_taken_whole(
    settings: FolderSettings, watching: Watching, ofx: bytes
) -> None:
    """Closing a cut file is not its end."""
    with watching(with_rules(settings, PATIENT)) as running:
        (running.inbox / "a.ofx").write_bytes(ofx[:20])
        with (running.inbox / "a.ofx").open("ab") as file:
            file.write(ofx[20:])
        assert running.next().original.identity.size == len(ofx)


def test_a_cut_file_is_told_and_taken_again_once_complete(
    settings: FolderSettings, watching: Watching, ofx: bytes
) -> None:
    """A killed download is reported; when it is completed after all, the whole is taken."""
    with watching(settings) as running:
        (running.inbox / "a.ofx").write_bytes(ofx[:20])
        arrival = running.next()
        assert isinstance(arrival.verdict, Incomplete)
        assert arrival.original.identity.size == 20
        (running.inbox / "a.ofx").write_bytes(ofx)
        assert isinstance(running.next().verdict, Take)


def test_a_format_without_an_end_mark_is_taken_once_it_rests(
    settings: FolderSettings, watching: Watching
) -> None:
    """Its reader says later whether it is a statement."""
    with watching(settings) as running:
        (running.inbox / "a.csv").write_bytes(b"date,amount\n")
        assert name_and_verdict(running.next()) == ("a.csv", "Take")


def test_a_file_replaced_after_it_was_taken_is_taken_again(
    settings: FolderSettings, watching: Watching, tmp_path: Path, ofx: bytes
) -> None:
    """Other bytes under the same name are another document."""
    with watching(settings) as running:
        (running.inbox / "a.ofx").write_bytes(ofx)
        first = running.next()
        (tmp_path / "new").write_bytes(b"\n" + ofx)
        (tmp_path / "new").replace(running.inbox / "a.ofx")
        second = running.next()
        assert first.original.identity.inode != second.original.identity.inode


def test_a_caller_can_ask_for_a_file_again(
    settings: FolderSettings, watching: Watching, ofx: bytes
) -> None:
    """After a full disk the very same file is offered once more."""
    with watching(settings) as running:
        (running.inbox / "a.ofx").write_bytes(ofx)
        first = running.next()
        running.source.again("a.ofx")
        assert running.next() == first


@pytest.mark.parametrize("kind", ["symlink", "fifo", "socket", "folder", "empty", "big"])
def test_what_cannot_be_a_statement_is_refused_without_being_touched(
    kind: str, settings: FolderSettings, watching: Watching, ofx: bytes
) -> None:
    """Each has its reason, nothing blocks, and the next file is taken as ever."""
    with watching(settings) as running, contextlib.ExitStack() as stack:
        path = running.inbox / "odd.ofx"
        if kind == "symlink":
            path.symlink_to("/dev/zero")
        elif kind == "fifo":
            os.mkfifo(path)
        elif kind == "socket":
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            stack.enter_context(contextlib.chdir(running.inbox))  # a socket's path is short
            server.bind("odd.ofx")
        elif kind == "folder":
            path.mkdir()
        else:
            with path.open("wb") as file:
                file.truncate(0 if kind == "empty" else 5_000_000_000)
        arrival = running.next()
        assert arrival.original.name == "odd.ofx"
        assert isinstance(arrival.verdict, Refuse)
        assert arrival.verdict.why.endswith(".")
        (running.inbox / "good.ofx").write_bytes(ofx)
        assert name_and_verdict(running.next()) == ("good.ofx", "Take")


def test_a_device_is_looked_at_and_never_opened(formats: Formats) -> None:
    """/dev/zero would be read for ever."""
    with opened_folder("/dev") as folder_fd:
        found = look_at(folder_fd, "zero", formats, 100)
    assert found is not None
    assert found[0].kind == "device"


def test_a_file_without_read_permission_is_refused_with_a_reason(
    open_folder: Path, as_nobody: Callable[..., str], ofx: bytes
) -> None:
    """It is said, and the next file is taken as ever."""
    (open_folder / "a.ofx").write_bytes(ofx)
    (open_folder / "a.ofx").chmod(0)
    (open_folder / "b.ofx").write_bytes(ofx)
    code = """
arrivals = queue.Queue()
formats = Formats(lambda head: head.startswith(b"OFX"), lambda tail: b"</OFX>" in tail)
calls = Calls(arrivals.put, print, lambda: None, print)
source = FolderSource(FolderSettings(Path(sys.argv[1])), formats, calls)
thread = threading.Thread(target=source.run)
thread.start()
for _ in range(2):
    arrival = arrivals.get(timeout=20)
    print(arrival.original.name, arrival.verdict)
source.stop()
thread.join()
"""
    said = as_nobody(code, str(open_folder))
    assert "a.ofx Refuse(why='vigil has no permission to read it." in said
    assert "b.ofx Take()" in said


def test_temporary_names_are_passed_over_in_silence(
    settings: FolderSettings, watching: Watching, ofx: bytes
) -> None:
    """The first thing that is said is about the real file."""
    with watching(settings) as running:
        for name in (".DS_Store", "Thumbs.db", "a.ofx.part", "b.crdownload", "~$c.ofx"):
            (running.inbox / name).write_bytes(ofx)
        (running.inbox / "done").mkdir()
        (running.inbox / "rejected").mkdir()
        (running.inbox / "real.csv").write_bytes(b"rests longest")
        assert running.next().original.name == "real.csv"


@pytest.mark.parametrize("raw", [b"a\nb\x1b[31m.ofx", b"\xff\xfe.ofx", b"x" * 251 + b".ofx"])
def test_a_file_with_an_odd_name_goes_all_the_way(
    raw: bytes, settings: FolderSettings, watching: Watching, tmp_path: Path, ofx: bytes
) -> None:
    """From the event to done/ the name is data."""
    with watching(settings) as running:
        (running.inbox / os.fsdecode(raw)).write_bytes(ofx)
        arrival = running.next()
        document = take(arrival.original, tmp_path / "documents", 10_000)
        assert isinstance(document, Document)
        filed = file_away(arrival.original, document.sha256, datetime(2026, 1, 1, tzinfo=UTC))
        assert isinstance(filed, Filed)
        assert filed.path.read_bytes() == ofx


@pytest.mark.parametrize("who", ["vigil", "somebody"])
def test_an_inbox_deleted_and_made_again_is_watched_again(
    who: str, settings: FolderSettings, watching: Watching, ofx: bytes
) -> None:
    """Sync clients do that; events come from the new folder, whoever made it."""
    with watching(settings) as running:
        shutil.rmtree(running.inbox)
        if who == "somebody":
            running.inbox.mkdir(exist_ok=True)
        assert "started again" in running.note()
        (running.inbox / "a.ofx").write_bytes(ofx)
        assert name_and_verdict(running.next()) == ("a.ofx", "Take")


def test_an_inbox_swapped_for_another_folder_is_watched_at_its_path(
    settings: FolderSettings, watching: Watching, tmp_path: Path, ofx: bytes
) -> None:
    """The old folder lives on elsewhere, and so does its watch: the path decides."""
    with watching(settings) as running:
        running.inbox.rename(tmp_path / "old")
        running.inbox.mkdir()
        running.source.again("look")
        assert "another folder" in running.note()
        (tmp_path / "old" / "stray.ofx").write_bytes(ofx)
        (running.inbox / "a.ofx").write_bytes(ofx)
        assert name_and_verdict(running.next()) == ("a.ofx", "Take")


def test_an_inbox_that_vanished_with_its_surroundings_is_a_fault_until_it_is_back(
    tmp_path: Path, watching: Watching, ofx: bytes
) -> None:
    """A folder made on the wrong disk would hide the loss; it is waited for instead."""
    around = tmp_path / "share"
    settings = FolderSettings(around / "inbox", rescan=3600, rules=QUICK, fault_retry=0.05)
    with watching(settings) as running:
        around.rename(tmp_path / "away")
        running.source.again("look")
        fault = running.state()
        assert fault is not None
        assert "is gone" in fault
        (tmp_path / "away").rename(around)
        assert running.state() is None
        (running.inbox / "a.ofx").write_bytes(ofx)
        assert name_and_verdict(running.next()) == ("a.ofx", "Take")


def test_an_inbox_that_may_not_be_read_any_more_is_a_fault(
    open_folder: Path, as_nobody: Callable[..., str]
) -> None:
    """Permission lost is said, and healed without a restart."""
    open_folder.chmod(0o777)
    code = """
states = queue.Queue()
inbox = Path(sys.argv[1]) / "inbox"
calls = Calls(print, states.put, lambda: states.put("healthy"), print)
formats = Formats(lambda head: False, lambda tail: False)
source = FolderSource(FolderSettings(inbox, fault_retry=0.05), formats, calls)
thread = threading.Thread(target=source.run)
thread.start()
print(states.get(timeout=20))
inbox.chmod(0)
source.again("look")
print(states.get(timeout=20))
inbox.chmod(0o700)
print(states.get(timeout=20))
source.stop()
thread.join()
"""
    said = as_nobody(code, str(open_folder)).splitlines()
    assert (said[0], said[2]) == ("healthy", "healthy")
    assert "permission is missing" in said[1]


@pytest.mark.parametrize("part", ["observer", "emitter"])
def test_a_killed_observer_is_started_again(
    part: str, settings: FolderSettings, watching: Watching, ofx: bytes
) -> None:
    """Its death is noticed at the next look, told, and events come again."""
    with watching(settings) as running:
        hints = running.source._watch._hints
        assert hints is not None
        observer = hints._observer
        assert observer is not None
        if part == "observer":
            observer.stop()
            observer.join()
        else:
            for emitter in list(observer.emitters):
                emitter.stop()
                emitter.join()
        running.source.again("look")
        assert "had ended; it was started again" in running.note()
        (running.inbox / "a.ofx").write_bytes(ofx)
        assert name_and_verdict(running.next()) == ("a.ofx", "Take")


@pytest.mark.skipif(not Path("/proc/sys/fs/inotify").exists(), reason="inotify is Linux only")
def test_without_room_for_a_watch_the_folder_is_polled(
    open_folder: Path, as_nobody: Callable[..., str], ofx: bytes
) -> None:
    """The system's limit of watches costs seconds, not files, and is noted."""
    open_folder.chmod(0o755)
    (open_folder / "a.ofx").write_bytes(ofx)
    code = """
libc = ctypes.CDLL(None)
while libc.inotify_init() >= 0:
    pass
notes, arrivals = queue.Queue(), queue.Queue()
calls = Calls(arrivals.put, print, lambda: None, notes.put)
formats = Formats(lambda head: False, lambda tail: False)
source = FolderSource(FolderSettings(Path(sys.argv[1]), watch="native"), formats, calls)
thread = threading.Thread(target=source.run)
thread.start()
print(notes.get(timeout=20))
print(arrivals.get(timeout=20).original.name)
source.stop()
thread.join()
"""
    said = as_nobody(code, str(open_folder))
    assert "looks every 5 seconds" in said
    assert "a.ofx" in said


def test_an_inbox_behind_a_link_is_watched(
    settings: FolderSettings, watching: Watching, tmp_path: Path, ofx: bytes
) -> None:
    """The person may point the inbox to a synced folder."""
    (tmp_path / "real").mkdir()
    settings.inbox.symlink_to(tmp_path / "real")
    with watching(settings) as running:
        (tmp_path / "real" / "a.ofx").write_bytes(ofx)
        assert name_and_verdict(running.next()) == ("a.ofx", "Take")


def test_an_inbox_with_too_many_files_is_told_and_still_worked_on(
    tmp_path: Path, watching: Watching, ofx: bytes
) -> None:
    """Memory and time of a look stay bounded; what is taken makes room for the rest."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(5):
        (inbox / f"{number}.ofx").write_bytes(ofx)
    settings = FolderSettings(inbox, rescan=0.05, max_entries=5, rules=QUICK)
    with watching(settings) as running:
        names = {running.next().original.name for _ in range(5)}
        (inbox / "6.ofx").write_bytes(ofx)
        told = running.state()
        assert told is not None
        assert "more than 5 files" in told
        for name in names:
            (inbox / name).unlink()
        assert running.next().original.name == "6.ofx"
        assert running.state() is None


def test_a_source_ends_when_another_thread_stops_it(
    settings: FolderSettings, watching: Watching
) -> None:
    """Stop from another thread ends the run at once, whatever it waits for."""
    with watching(settings) as running:
        running.source.stop()
