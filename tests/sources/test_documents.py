import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from vigil.sources.documents import keep, path_of, remove_leftovers


def files(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


def test_bytes_lie_under_their_hash_for_the_owner_only(tmp_path: Path) -> None:
    """The copy is whole, named by its SHA-256, and nobody else may read it."""
    documents = tmp_path / "state" / "documents"
    kept = keep([b"one ", b"", b"two"], documents)
    assert kept.sha256 == hashlib.sha256(b"one two").hexdigest()
    assert kept.path == documents / kept.sha256[:2] / kept.sha256
    assert kept.path.read_bytes() == b"one two"
    assert (kept.size, kept.new) == (7, True)
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o400
    assert stat.S_IMODE(documents.stat().st_mode) == 0o700
    assert stat.S_IMODE(kept.path.parent.stat().st_mode) == 0o700


def test_the_same_bytes_make_no_second_copy(tmp_path: Path) -> None:
    """The first copy stays as it is, and nothing else is left behind."""
    first = keep([b"same"], tmp_path)
    inode = first.path.stat().st_ino
    second = keep([b"sa", b"me"], tmp_path)
    assert second == first._replace(new=False)
    assert first.path.stat().st_ino == inode
    assert files(tmp_path) == [first.path]


def test_a_damaged_copy_is_replaced_by_the_right_bytes(tmp_path: Path) -> None:
    """A copy that lost its end is made whole when the bytes come again."""
    kept = keep([b"whole"], tmp_path)
    kept.path.chmod(0o600)
    kept.path.write_bytes(b"who")
    keep([b"whole"], tmp_path)
    assert kept.path.read_bytes() == b"whole"


def test_a_reader_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """No half copy is kept when the source of the bytes gives up."""

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        keep(broken(), tmp_path)
    assert files(tmp_path) == []


def test_leftovers_of_a_killed_process_are_removed_and_documents_are_not(tmp_path: Path) -> None:
    """Only half-written copies older than the given time go."""
    kept = keep([b"whole"], tmp_path)
    old, young = tmp_path / ".new-1", tmp_path / ".new-2"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (1000, 1000))
    assert remove_leftovers(tmp_path, before=2000) == 1
    assert set(files(tmp_path)) == {kept.path, young}


def test_the_path_of_a_document_is_known_without_looking(tmp_path: Path) -> None:
    """The hash alone names the place."""
    kept = keep([b"x"], tmp_path)
    assert path_of(tmp_path, kept.sha256) == kept.path
