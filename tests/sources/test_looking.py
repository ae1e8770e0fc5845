from pathlib import Path

import pytest

from vigil.sources.looking import Formats, look_at
from vigil.sources.opening import opened_folder


@pytest.fixture
def path(tmp_path: Path, ofx: bytes) -> Path:
    (tmp_path / "a.ofx").write_bytes(ofx)
    return tmp_path / "a.ofx"


def test_a_whole_file_is_seen_to_end(path: Path, formats: Formats) -> None:
    """Head and tail are read, whatever lies between them."""
    path.write_bytes(b"OFXHEADER" + b"x" * 100_000 + b"</OFX>\n")
    with opened_folder(path.parent) as folder_fd:
        found = look_at(folder_fd, "a.ofx", formats, 200_000)
    assert found is not None
    assert (found[0].ofx, found[0].ends_whole, found[0].size) == (True, True, 100_016)


def test_a_file_that_grows_under_the_look_does_not_end(path: Path, formats: Formats) -> None:
    """What was its tail a moment ago is no longer its end."""

    def always(tail: bytes) -> bool:
        del tail
        return True

    def looks_like_ofx(head: bytes) -> bool:
        with path.open("ab") as file:
            file.write(b"more")
        return bool(head)

    with opened_folder(path.parent) as folder_fd:
        found = look_at(
            folder_fd,
            "a.ofx",
            formats._replace(looks_like_ofx=looks_like_ofx, is_ofx_complete=always),
            200_000,
        )
    assert found is not None
    assert found[0].ends_whole is False


def test_a_known_file_is_not_opened_again(path: Path, formats: Formats) -> None:
    """What was told costs one stat a look."""

    def opened(_: bytes) -> bool:
        pytest.fail("it was opened")

    with opened_folder(path.parent) as folder_fd:
        first = look_at(folder_fd, "a.ofx", formats, 200_000)
        assert first is not None
        blind = Formats(opened, opened)
        assert look_at(folder_fd, "a.ofx", blind, 200_000, known=first[0]) == first


def test_a_file_that_is_gone_is_nothing(path: Path, formats: Formats) -> None:
    """It was moved away between the event and the look."""
    path.unlink()
    with opened_folder(path.parent) as folder_fd:
        assert look_at(folder_fd, "a.ofx", formats, 200_000) is None
