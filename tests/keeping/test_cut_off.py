"""Backup and restore are killed before each of their steps on the disk: all of it, or nothing."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.keeping.conftest import Kept

# `make kill` tries every step.
STRIDE = 1 if int(os.environ.get("VIGIL_KILLS", "0")) >= 100 else 5

# Kills its own process before the Nth thing that it does to the disk below the home folder: makes,
# renames, removes, or opens for writing.
PROGRAM = """
import os, signal, sys
home, last, count = os.environ["HOME"], int(os.environ["KILL_AT"]), 0
EVENTS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "sqlite3.connect"}

def hook(event, args):
    global count
    if event in EVENTS or (event == "open" and isinstance(args[2], int) and args[2] & 3):
        if home in str(args[0]):
            count += 1
            if count == last:
                os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
sys.argv[0] = "vigil"
from vigil.cli import main
main()
"""


def killed_at(kept: Kept, number: int, *words: str) -> int:
    """Run a command that is killed before its Nth step; its exit code."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        capture_output=True,
        check=False,
        cwd=kept.vigil.folder,
        env={**kept.vigil.environment, "KILL_AT": str(number)},
        timeout=60,
    )
    assert done.returncode in (0, -9), done.stderr
    return done.returncode


@pytest.mark.kill
def test_a_restore_that_is_killed_leaves_nothing_or_all(kept: Kept) -> None:
    """Until the database is in place there is none, commands say so, and a new try works."""
    shutil.rmtree(kept.state)
    config = kept.vigil.folder / "config"
    words = ("restore", str(kept.made()), "--key", str(kept.key))
    whole, steps = 0, 0
    for number in range(STRIDE, 200, STRIDE):
        shutil.rmtree(kept.state, ignore_errors=True)
        shutil.rmtree(config, ignore_errors=True)
        code = killed_at(kept, number, *words)
        steps += 1
        if not (kept.state / "vigil.db").exists():
            assert code == -9
            if (kept.state / ".restoring").exists():
                said = kept.vigil("alert", "ls")
                assert (said.returncode, "cut off" in said.stderr) == (1, True)
                assert not (kept.state / "vigil.db").exists()
            again = kept.vigil(*words)
            assert again.returncode == 0, again.stderr
        whole += is_whole(kept)
        if code == 0:
            break
    assert whole == steps > 20 // STRIDE


def is_whole(kept: Kept) -> bool:
    """The database is sound and every document that it knows is there."""
    with closing(sqlite3.connect(kept.state / "vigil.db")) as db:
        sound = db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        known = {row[0] for row in db.execute("SELECT sha256 FROM document")}
        count = db.execute("SELECT count(*) FROM tx").fetchone()
    there = {one.name for one in (kept.state / "documents").glob("*/*")}
    return sound and known == there and count == (54,)


@pytest.mark.kill
def test_a_backup_that_is_killed_leaves_no_half_one(kept: Kept) -> None:
    """Under its name stands a whole one or none; what was plain is gone with the next backup."""
    folder = kept.vigil.folder / "kept"
    folder.mkdir()
    steps = 0
    for number in range(STRIDE, 200, STRIDE):
        code = killed_at(kept, number, "backup", "--to", str(folder / f"{number}.age"))
        steps += 1
        if code == 0:
            break
    assert steps > 10 // STRIDE
    for made in folder.glob("*.age"):
        done = kept.vigil("backup", "verify", str(made), "--key", str(kept.key))
        assert done.returncode == 0, done.stderr
    assert not (kept.state / ".keeping").exists()
    (folder / ".vigil-backup-0").touch()
    for one in folder.glob(".*"):
        os.utime(one, (0, 0))
    assert kept.vigil("backup", "--to", str(folder)).returncode == 0
    assert list(folder.glob(".*")) == []


def test_what_an_interrupted_restore_left_is_no_hindrance(kept: Kept) -> None:
    """But what somebody else put there meanwhile is."""
    shutil.rmtree(kept.state)
    (kept.state / ".restoring" / "documents").mkdir(parents=True)
    (kept.state / "documents").mkdir()
    (kept.state / "mine.txt").touch()
    words = ("restore", str(kept.made()), "--key", str(kept.key))
    refused = kept.vigil(*words)
    assert (refused.returncode, "mine.txt" in refused.stderr) == (1, True)
    (kept.state / "mine.txt").unlink()
    assert kept.vigil(*words).returncode == 0
    assert is_whole(kept)


def test_paths_are_what_the_hook_expects(tmp_path: Path) -> None:
    """The killer sees a rename, so that a run without one would be noticed."""
    (tmp_path / "a").touch()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAM.partition("sys.argv[0]")[0] + f"os.rename('{tmp_path}/a', '{tmp_path}/b')",
        ],
        env={**os.environ, "HOME": str(tmp_path), "KILL_AT": "1"},
        check=False,
    )
    assert done.returncode == -9
    assert (tmp_path / "a").exists()
