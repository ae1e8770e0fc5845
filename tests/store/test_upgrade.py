"""Before a database is brought up to date, a copy of it is put aside."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.store.older import older_database

from vigil.errors import VigilError
from vigil.store.database import open_database
from vigil.store.schema import VERSION


def version_of(path: Path) -> int:
    """The format of a database, read without vigil."""
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_an_upgrade_puts_a_copy_aside_and_says_the_way_back(tmp_path: Path) -> None:
    """The copy is the old database, whole, alone and private; its name says format and time."""
    path = tmp_path / "vigil.db"
    older_database(path)
    told: list[str] = []
    open_database(path, told.append).close()
    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name.startswith("vigil-format-1-20")
    assert (version_of(path), version_of(copy)) == (VERSION, 1)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.parent.stat().st_mode & 0o777 == 0o700
    assert len(told) == 1
    assert str(copy) in told[0]
    assert "The way back" in told[0]
    with closing(sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT number FROM account").fetchall() == [("4321",)]


def test_the_way_back_works_as_it_is_said(tmp_path: Path) -> None:
    """The copy, moved over the database without its logs, is the old database again."""
    path = tmp_path / "vigil.db"
    older_database(path)
    told: list[str] = []
    open_database(path, told.append).close()
    for name in ("vigil.db-wal", "vigil.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    next((tmp_path / "backups").iterdir()).rename(path)
    assert version_of(path) == 1
    open_database(path, told.append).close()
    assert version_of(path) == VERSION


def test_neither_a_new_database_nor_one_that_is_up_to_date_is_copied(tmp_path: Path) -> None:
    """There is nothing to go back to."""
    for _ in range(2):
        open_database(tmp_path / "vigil.db").close()
    assert not (tmp_path / "backups").exists()


def test_the_last_three_copies_stay(tmp_path: Path) -> None:
    """Each is as large as the database was; a half one of a killed process goes too."""
    path, folder = tmp_path / "vigil.db", tmp_path / "backups"
    made: list[str] = []
    for _ in range(5):
        path.unlink(missing_ok=True)
        older_database(path)
        open_database(path, lambda _: None).close()
        made += {one.name for one in folder.iterdir()} - set(made)
        (folder / ".new-dead").touch()
    (folder / ".new-dead").unlink()
    assert sorted(one.name for one in folder.iterdir()) == made[2:]


def test_without_a_copy_there_is_no_upgrade(tmp_path: Path) -> None:
    """Where the copy cannot be written the database stays as it was, and that is told."""
    path = tmp_path / "vigil.db"
    older_database(path)
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(VigilError, match="Nothing was changed"):
        open_database(path)
    assert version_of(path) == 1


def test_what_another_process_writes_meanwhile_is_in_the_copy(tmp_path: Path) -> None:
    """A committed row that still lies in the log only is in the copy."""
    path = tmp_path / "vigil.db"
    older_database(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("UPDATE account SET number = '9999'")
        open_database(path, lambda _: None).close()
        (copy,) = (tmp_path / "backups").iterdir()
        with closing(sqlite3.connect(copy)) as db:
            assert db.execute("SELECT number FROM account").fetchall() == [("9999",)]


@pytest.mark.parametrize("command", ["status", "alert"])
def test_a_command_says_where_the_copy_lies(tmp_path: Path, command: str) -> None:
    """One line for the person, also where no log is kept."""
    vigil = Command(tmp_path)
    older_database(tmp_path / "state" / "vigil.db")
    done = vigil(*([command] if command == "status" else [command, "ls"]))
    assert done.stderr.count("\n") == 1
    assert "backups/vigil-format-1-" in done.stderr
