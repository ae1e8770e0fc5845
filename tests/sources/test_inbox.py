from pathlib import Path

import pytest

from vigil.sources.inbox import Inbox, InboxLostError


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "a" / "inbox")


def test_an_inbox_is_made_at_first_and_again_when_it_was_deleted(inbox: Inbox) -> None:
    """Both times without a hand."""
    for _ in range(2):
        with inbox.opened():
            pass
        inbox.path.rmdir()


def test_an_inbox_is_not_made_on_another_disk_than_it_was(inbox: Inbox) -> None:
    """Its share is gone: a folder made below the mount point would take files unseen."""
    with inbox.opened():
        pass
    inbox.path.rmdir()
    inbox._device = -1  # as if it had been on a disk that went away
    with pytest.raises(InboxLostError, match="is gone"), inbox.opened():
        pass
    assert not inbox.path.exists()


def test_an_inbox_that_was_a_mount_and_is_none_is_lost(inbox: Inbox) -> None:
    """What shows then is the empty folder below the mount point."""
    with inbox.opened():
        pass
    inbox._was_mount = True  # as if a share had been mounted on the inbox itself
    with pytest.raises(InboxLostError, match="not mounted"), inbox.opened():
        pass


def test_a_file_in_the_place_of_the_inbox_is_said(tmp_path: Path) -> None:
    """The sentence tells what is wrong."""
    (tmp_path / "inbox").write_bytes(b"")
    with (
        pytest.raises(InboxLostError, match="something else lies"),
        Inbox(tmp_path / "inbox").opened(),
    ):
        pass
