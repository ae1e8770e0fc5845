import errno
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigil.sources.filing import Filed, NotFiled, file_away
from vigil.sources.intake import Document, original_at, take

NOW = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
HASH = "3fa9c2d1" + "0" * 56


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "July.ofx").write_bytes(b"bytes")
    return folder


def across_mounts(source: str, target: str, /, *, src_dir_fd: int, dst_dir_fd: int) -> None:
    """A rename as it answers on the border of two mounts."""
    del source, target, src_dir_fd, dst_dir_fd
    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


def test_a_taken_original_goes_to_done_by_year_and_hash(inbox: Path) -> None:
    """The person finds it under its name and a short hash."""
    filed = file_away(original_at(inbox / "July.ofx"), HASH, NOW)
    assert filed == Filed(inbox / "done" / "2026" / "July.3fa9c2d1.ofx")
    assert filed.path.read_bytes() == b"bytes"
    assert not (inbox / "July.ofx").exists()


def test_a_refused_original_goes_to_rejected_with_the_reason_beside_it(inbox: Path) -> None:
    """The reason is a plain text under the same name."""
    filed = file_away(original_at(inbox / "July.ofx"), HASH, NOW, why="It is a PDF.")
    assert filed == Filed(inbox / "rejected" / "July.3fa9c2d1.ofx")
    text = (inbox / "rejected" / "July.3fa9c2d1.ofx.why.txt").read_text(encoding="utf-8")
    assert text == "July.ofx\nvigil did not take it. It is a PDF.\n"


@pytest.mark.parametrize("why", [None, "It is a PDF."])
def test_nothing_is_overwritten(inbox: Path, why: str | None) -> None:
    """The same file dropped three times lies there three times."""
    paths = []
    for _ in range(3):
        (inbox / "July.ofx").write_bytes(b"bytes")
        filed = file_away(original_at(inbox / "July.ofx"), HASH, NOW, why)
        assert isinstance(filed, Filed)
        paths.append(filed.path)
    assert [path.name for path in paths] == [
        "July.3fa9c2d1.ofx",
        "July.3fa9c2d1-2.ofx",
        "July.3fa9c2d1-3.ofx",
    ]
    assert all(path.read_bytes() == b"bytes" for path in paths)


def test_across_mounts_the_original_is_copied_then_removed(inbox: Path) -> None:
    """Bytes and time of change arrive where a rename cannot go."""
    os.utime(inbox / "July.ofx", ns=(1, 1_700_000_000_000_000_000))
    filed = file_away(original_at(inbox / "July.ofx"), HASH, NOW, rename=across_mounts)
    assert isinstance(filed, Filed)
    assert filed.path.read_bytes() == b"bytes"
    assert filed.path.stat().st_mtime_ns == 1_700_000_000_000_000_000
    assert not (inbox / "July.ofx").exists()


@pytest.mark.parametrize("why", [None, "It is a link."])
def test_a_link_is_moved_itself_and_never_followed(inbox: Path, why: str | None) -> None:
    """What it points to is neither read nor touched."""
    secret = inbox.parent / "secret"
    secret.write_bytes(b"secret")
    (inbox / "link.ofx").symlink_to(secret)
    filed = file_away(original_at(inbox / "link.ofx"), None, NOW, why)
    assert isinstance(filed, Filed)
    assert filed.path.is_symlink()
    assert secret.read_bytes() == b"secret"


def test_a_move_that_fails_otherwise_is_not_turned_into_a_copy(inbox: Path) -> None:
    """Only the border of two mounts asks for a copy; the file stays and is tried again."""

    def denied(source: str, target: str, /, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        del source, target, src_dir_fd, dst_dir_fd
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    result = file_away(original_at(inbox / "July.ofx"), HASH, NOW, rename=denied)
    assert isinstance(result, NotFiled)
    assert result.reason == "failed"
    assert (inbox / "July.ofx").exists()
    assert list((inbox / "done" / "2026").iterdir()) == []


def test_a_link_that_cannot_be_renamed_is_left_with_a_reason(inbox: Path) -> None:
    """Across mounts only files are copied; no explanation is left without its file."""
    (inbox / "link.ofx").symlink_to("/nowhere")
    result = file_away(original_at(inbox / "link.ofx"), None, NOW, "No.", across_mounts)
    assert isinstance(result, NotFiled)
    assert result.reason == "failed"
    assert list((inbox / "rejected").iterdir()) == []


def test_a_file_changed_since_it_was_read_stays(inbox: Path) -> None:
    """Its new bytes are not hidden in done/: the source looks again."""
    original = original_at(inbox / "July.ofx")
    (inbox / "July.ofx").write_bytes(b"bytes and more")
    result = file_away(original, HASH, NOW)
    assert isinstance(result, NotFiled)
    assert result.reason == "changed"
    assert (inbox / "July.ofx").read_bytes() == b"bytes and more"


def test_a_file_replaced_in_the_very_moment_of_the_move_is_put_back(inbox: Path) -> None:
    """Bytes that were never read come back into the inbox."""

    def replaced_first(source: str, target: str, /, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        if source == "July.ofx":
            (inbox / "other").write_bytes(b"other bytes")
            (inbox / "other").replace(inbox / "July.ofx")
        os.rename(source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    result = file_away(original_at(inbox / "July.ofx"), HASH, NOW, rename=replaced_first)
    assert isinstance(result, NotFiled)
    assert result.reason == "changed"
    assert (inbox / "July.ofx").read_bytes() == b"other bytes"
    assert list((inbox / "done" / "2026").iterdir()) == []


def test_a_file_replaced_while_it_is_copied_across_mounts_stays(inbox: Path) -> None:
    """The copy is given up; the new bytes are not deleted."""

    def replaced_first(source: str, target: str, /, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        (inbox / "other").write_bytes(b"other bytes")
        (inbox / "other").replace(inbox / "July.ofx")
        across_mounts(source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    result = file_away(original_at(inbox / "July.ofx"), HASH, NOW, rename=replaced_first)
    assert isinstance(result, NotFiled)
    assert result.reason == "changed"
    assert (inbox / "July.ofx").read_bytes() == b"other bytes"
    assert list((inbox / "done" / "2026").iterdir()) == []


def test_an_original_that_somebody_took_away_is_said_to_be_gone(inbox: Path) -> None:
    """Nothing is left to do."""
    original = original_at(inbox / "July.ofx")
    (inbox / "July.ofx").unlink()
    result = file_away(original, HASH, NOW)
    assert isinstance(result, NotFiled)
    assert result.reason == "gone"


@pytest.mark.parametrize("obstacle", ["link", "file"])
def test_a_done_that_is_no_folder_is_not_used(inbox: Path, obstacle: str) -> None:
    """A link planted as done/ leads nowhere."""
    elsewhere = inbox.parent / "elsewhere"
    elsewhere.mkdir()
    if obstacle == "link":
        (inbox / "done").symlink_to(elsewhere)
    else:
        (inbox / "done").write_bytes(b"")
    result = file_away(original_at(inbox / "July.ofx"), HASH, NOW)
    assert isinstance(result, NotFiled)
    assert result.reason == "failed"
    assert (inbox / "July.ofx").exists()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("raw", [b"a\nb\x1b[31m.ofx", b"\xff\xfe.ofx", b"x" * 255, b"-rf"])
def test_an_odd_name_is_filed_under_a_safe_one(inbox: Path, raw: bytes) -> None:
    """The moved file and its explanation have names that any program can handle."""
    path = inbox / os.fsdecode(raw)
    path.write_bytes(b"bytes")
    filed = file_away(original_at(path), HASH, NOW, why="No.")
    assert isinstance(filed, Filed)
    assert filed.path.name.isprintable()
    assert filed.path.read_bytes() == b"bytes"
    assert filed.path.with_name(filed.path.name + ".why.txt").exists()


def test_an_inbox_that_cannot_be_written_keeps_the_document_and_says_so(
    open_folder: Path, as_nobody: Callable[..., str]
) -> None:
    """The copy is there, the failure is a value, and a later try succeeds."""
    inbox = open_folder / "inbox"
    inbox.mkdir()
    (inbox / "July.ofx").write_bytes(b"bytes")
    (inbox / "July.ofx").chmod(0o444)
    inbox.chmod(0o555)
    code = """
with tempfile.TemporaryDirectory() as state:
    document = take(original_at(Path(sys.argv[1])), Path(state), 99)
    print(document.path.read_bytes())
    print(file_away(document.original, document.sha256, datetime(2026, 1, 1, tzinfo=UTC)))
"""
    said = as_nobody(code, str(inbox / "July.ofx"))
    assert "b'bytes'" in said
    assert "July.ofx cannot be moved to done/: permission is missing." in said
    inbox.chmod(0o755)
    document = take(original_at(inbox / "July.ofx"), open_folder / "documents", 99)
    assert isinstance(document, Document)
    assert document.original is not None
    assert isinstance(file_away(document.original, document.sha256, NOW), Filed)
