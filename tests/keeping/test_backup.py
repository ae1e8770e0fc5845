"""Making a backup where the disk does not keep what it was given."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigil.errors import VigilError
from vigil.keeping.age import new_pair
from vigil.keeping.backup import Made, Order, make
from vigil.keeping.places import readable
from vigil.settings.paths import Paths, place
from vigil.sources.documents import keep
from vigil.store.database import open_database

NOW = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)
PAIR = new_pair()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A small household."""
    paths = place({}, tmp_path, (tmp_path / "config", tmp_path / "state"))
    open_database(paths.database).close()
    keep([b"<OFX>" * 40_000], paths.documents)
    return paths


def made(paths: Paths, public_key: str | None) -> Made:
    """A backup of it."""
    return make(Order(paths, paths.home / "b.age", public_key, (), NOW))


@pytest.mark.parametrize("public_key", [PAIR.public, None], ids=["sealed", "plain"])
def test_a_disk_that_loses_a_bit_makes_no_backup(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, public_key: str | None
) -> None:
    """What is read back differs from what was written: it is told, and nothing is left."""
    assert made(paths, public_key).size > 200_000
    (paths.home / "b.age").unlink()
    real = os.fsync

    def bad_disk(descriptor: int) -> None:
        real(descriptor)
        if os.fstat(descriptor).st_size > 400_000:  # the archive, and not the database in it
            byte = os.pread(descriptor, 1, 300_000)
            os.pwrite(descriptor, bytes([byte[0] ^ 1]), 300_000)

    monkeypatch.setattr(os, "fsync", bad_disk)
    with pytest.raises(VigilError, match="could not be read back"):
        made(paths, public_key)
    assert {one.name for one in paths.home.iterdir()} == {"state"}


def test_a_full_disk_leaves_no_half_backup(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault comes through as it is, and the folder is as it was."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        made(paths, PAIR.public)
    assert {one.name for one in paths.home.iterdir()} == {"state"}
    assert not (paths.state / ".keeping").exists()


def test_each_backup_has_a_key_of_its_own(paths: Paths) -> None:
    """Two backups of the same data share no byte of their bodies."""
    first = made(paths, PAIR.public)
    content = (paths.home / "b.age").read_bytes()
    (paths.home / "b.age").unlink()
    second = made(paths, PAIR.public)
    assert first.manifest == second.manifest
    assert content[-1000:] != (paths.home / "b.age").read_bytes()[-1000:]


def test_sizes_are_readable() -> None:
    """For people."""
    sizes = (0, 999, 1000, 215_496, 3_400_000, 7_200_000_000, 7_200_000_000_000)
    assert [readable(one) for one in sizes] == [
        "0 bytes", "999 bytes", "1.0 kB", "215.5 kB", "3.4 MB", "7.2 GB", "7200.0 GB",
    ]  # fmt: skip
