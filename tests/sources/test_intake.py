import contextlib
import hashlib
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from vigil.sources.intake import Changed, Document, Failed, original_at, take
from vigil.sources.settle import Refuse

LIMIT = 50 * 1024 * 1024


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return tmp_path / "documents"


def test_a_document_is_kept_and_its_original_left_alone(inbox: Path, documents: Path) -> None:
    """Until the ledger has committed the file stays where the person dropped it."""
    path = inbox / "a.ofx"
    path.write_bytes(b"bytes")
    document = take(original_at(path), documents, LIMIT)
    assert isinstance(document, Document)
    assert document.sha256 == hashlib.sha256(b"bytes").hexdigest()
    assert document.path.read_bytes() == path.read_bytes() == b"bytes"
    assert (document.name, document.size, document.origin) == ("a.ofx", 5, "folder")
    assert document.new


def test_the_same_bytes_are_one_document(inbox: Path, documents: Path) -> None:
    """Another name for the same bytes leads to the same copy, and says so."""
    for name in ("a.ofx", "b.ofx"):
        (inbox / name).write_bytes(b"bytes")
    first = take(original_at(inbox / "a.ofx"), documents, LIMIT)
    second = take(original_at(inbox / "b.ofx"), documents, LIMIT)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert first.path == second.path
    assert (first.new, second.new) == (True, False)


def test_a_hard_link_is_a_file_like_any_other(inbox: Path, documents: Path) -> None:
    """Some programs link a finished file into the folder."""
    (inbox.parent / "elsewhere").write_bytes(b"bytes")
    (inbox / "a.ofx").hardlink_to(inbox.parent / "elsewhere")
    assert isinstance(take(original_at(inbox / "a.ofx"), documents, LIMIT), Document)


@pytest.mark.parametrize("kind", ["symlink", "fifo", "socket", "folder"])
def test_what_is_no_file_is_not_opened(kind: str, inbox: Path, documents: Path) -> None:
    """A link, pipe, socket or folder in a file's place gives no document, and nothing hangs."""
    path = inbox / "a.ofx"
    path.write_bytes(b"bytes")
    original = original_at(path)
    path.unlink()
    with contextlib.ExitStack() as stack:
        if kind == "symlink":
            (inbox.parent / "secret").write_bytes(b"bytes")
            path.symlink_to(inbox.parent / "secret")
        elif kind == "fifo":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        else:
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            stack.enter_context(contextlib.chdir(inbox))  # a socket's path is short
            server.bind("a.ofx")
        assert take(original, documents, LIMIT) == Changed()
    assert not documents.exists()


@pytest.mark.parametrize("change", ["grown", "replaced", "gone"])
def test_a_file_that_changed_since_it_settled_starts_again(
    change: str, inbox: Path, documents: Path
) -> None:
    """Only the bytes that had settled are taken."""
    path = inbox / "a.ofx"
    path.write_bytes(b"bytes")
    original = original_at(path)
    if change == "grown":
        path.write_bytes(b"bytes and more")
    elif change == "replaced":
        (inbox / "new").write_bytes(b"BYTES")
        (inbox / "new").replace(path)
    else:
        path.unlink()
    assert take(original, documents, LIMIT) == Changed()


def test_a_file_replaced_while_it_is_read_is_never_taken_mixed(
    inbox: Path, documents: Path
) -> None:
    """Under a stream of replacements each document is one version, whole."""
    path, versions = inbox / "a.ofx", (b"A" * 3_000_000, b"B" * 3_000_000)
    path.write_bytes(versions[0])
    stop = threading.Event()

    def replace() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            (inbox / "new").write_bytes(versions[turn % 2])
            (inbox / "new").replace(path)

    thread = threading.Thread(target=replace)
    thread.start()
    try:
        results = [take(original_at(path), documents, LIMIT) for _ in range(40)]
    finally:
        stop.set()
        thread.join()
    for result in results:
        assert isinstance(result, Document | Changed)
        if isinstance(result, Document):
            assert result.path.read_bytes() in versions


def test_a_file_rewritten_in_place_while_it_is_read_is_never_taken_mixed(
    inbox: Path, documents: Path
) -> None:
    """Size and name stay the same here: only the look after the read can tell."""
    path, versions = inbox / "a.ofx", (b"A" * 8_000_000, b"B" * 8_000_000)
    path.write_bytes(versions[0])
    stop = threading.Event()

    def rewrite() -> None:
        with path.open("r+b", buffering=0) as file:
            turn = 0
            while not stop.is_set():
                turn += 1
                file.seek(0)
                file.write(versions[turn % 2])

    thread = threading.Thread(target=rewrite)
    thread.start()
    try:
        results = [take(original_at(path), documents, LIMIT) for _ in range(15)]
    finally:
        stop.set()
        thread.join()
    for result in results:
        assert isinstance(result, Document | Changed)
        if isinstance(result, Document):
            assert result.path.read_bytes() in versions


def test_a_file_beyond_the_limit_is_refused_unread(inbox: Path, documents: Path) -> None:
    """A sparse file of 5 GB costs nothing but a sentence."""
    path = inbox / "huge.ofx"
    with path.open("wb") as file:
        file.truncate(5_000_000_000)
    refused = take(original_at(path), documents, LIMIT)
    assert isinstance(refused, Refuse)
    assert "50.0 MB" in refused.why
    assert not documents.exists()


def test_a_name_of_odd_bytes_is_taken_as_it_is(inbox: Path, documents: Path) -> None:
    """The name is data: newline, escape code and bytes that are no UTF-8 do no harm."""
    for raw in (b"a\nb\x1b[31m.ofx", b"\xff\xfe.ofx", b"x" * 255):
        path = inbox / os.fsdecode(raw)
        path.write_bytes(raw)
        document = take(original_at(path), documents, LIMIT)
        assert isinstance(document, Document)
        assert document.path.read_bytes() == raw


def test_a_file_without_read_permission_is_refused(
    open_folder: Path, as_nobody: Callable[..., str]
) -> None:
    """The reason says what to do; nothing is raised."""
    (open_folder / "a.ofx").write_bytes(b"bytes")
    (open_folder / "a.ofx").chmod(0)
    code = """
with tempfile.TemporaryDirectory() as state:
    print(take(original_at(Path(sys.argv[1])), Path(state) / "documents", 99))
"""
    assert "Refuse(why='vigil has no permission" in as_nobody(code, str(open_folder / "a.ofx"))


def test_a_full_disk_fails_cleanly_and_the_next_try_succeeds(
    open_folder: Path, as_nobody: Callable[..., str]
) -> None:
    """The original stays, no half copy is left, and with room again the same file is taken."""
    (open_folder / "a.ofx").write_bytes(b"b" * 100_000)
    code = """
path = Path(sys.argv[1])
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
with tempfile.TemporaryDirectory() as state:
    documents = Path(state) / "documents"
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    print(type(take(original_at(path), documents, 1_000_000)).__name__)
    print([each.name for each in documents.rglob("*")])
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    print(take(original_at(path), documents, 1_000_000).size)
"""
    assert as_nobody(code, str(open_folder / "a.ofx")).split("\n")[:3] == ["Failed", "[]", "100000"]


def test_a_documents_folder_that_cannot_be_written_is_a_failure_not_a_refusal(
    inbox: Path, tmp_path: Path
) -> None:
    """The file is not to blame: it stays, and is tried again."""
    (inbox / "a.ofx").write_bytes(b"bytes")
    (tmp_path / "in the way").write_bytes(b"")
    failed = take(original_at(inbox / "a.ofx"), tmp_path / "in the way" / "documents", LIMIT)
    assert isinstance(failed, Failed)
    assert "something else lies in its place" in failed.why
