"""The drill by the real commands: back up, wipe, restore, verify. And what a bad file does."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.keeping.conftest import Kept

from vigil.keeping.age import new_pair
from vigil.settings.paths import place
from vigil.store.schema import VERSION
from vigil.watch.alone import only_one

CANARIES = ("c4n4ryTopicOfAnna", "c4n4ryPasswordOfBob", "c4n4ryInTheEnvironment")


def rows(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but when things were last done."""
    with closing(sqlite3.connect(database)) as db:
        names = [
            row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        names.remove("last_done")
        return {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


def documents(state: Path) -> dict[str, bytes]:
    """The copies of documents, by name."""
    return {one.name: one.read_bytes() for one in (state / "documents").glob("*/*")}


def modes(state: Path) -> set[int]:
    """The modes of all files and folders there."""
    return {one.lstat().st_mode & 0o077 for one in (state, *state.rglob("*"))}


@contextmanager
def watching(kept: Kept) -> "Iterator[subprocess.Popen[str]]":
    """The daemon, while it watches."""
    with subprocess.Popen(
        [sys.executable, "-m", "vigil", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=kept.vigil.environment,
        cwd=kept.vigil.folder,
    ) as process:
        assert process.stdout
        assert "vigil watches" in process.stdout.readline()
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def wipe(kept: Kept) -> None:
    """The disk is lost: state and configuration."""
    shutil.rmtree(kept.state)
    shutil.rmtree(kept.vigil.folder / "config")


def test_the_drill(kept: Kept) -> None:
    """Ledger equal row by row, documents and alerts equal, the next start sends nothing new."""
    put_off = kept.vigil("alert", "answer", "a1", "later", "--for", "99d")
    assert put_off.returncode == 0, put_off.stderr
    with watching(kept):
        file = kept.backup()
    assert file.stat().st_mode & 0o777 == 0o600
    before, papers = rows(kept.state / "vigil.db"), documents(kept.state)
    alerts = kept.vigil("alert", "ls", "--all", "--json").stdout
    assert len(alerts.splitlines()) == 1
    config = (kept.vigil.folder / "config/vigil/config.toml").read_text()
    wipe(kept)
    done = kept.vigil("restore", str(file), "--key", str(kept.key))
    assert done.returncode == 0, done.stderr
    assert "54 transactions, 2 accounts, 1 alert (1 open), 1 case, 3 documents" in done.stdout
    after = rows(kept.state / "vigil.db")
    changing = {"source"}  # the daemon that watched while the backup was made has ended since
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert documents(kept.state) == papers
    assert modes(kept.state) == {0}
    assert kept.vigil("alert", "ls", "--all", "--json").stdout == alerts
    assert (kept.vigil.folder / "config/vigil/config.toml").read_text() == config
    with watching(kept):
        until(lambda: _states(kept) >= {"watching"})
    assert rows(kept.state / "vigil.db")["outbox"] == before["outbox"]
    assert not (kept.state / ".restoring").exists()


def _states(kept: Kept) -> set[str]:
    with closing(sqlite3.connect(kept.state / "vigil.db")) as db:
        return {row[0] for row in db.execute("SELECT state FROM source")}


def until(true: Any) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_files_that_were_read_since_are_known_again(kept: Kept) -> None:
    """The same file after the restore changes nothing, and a later one rings."""
    file = kept.made()
    wipe(kept)
    assert kept.vigil("restore", str(file), "--key", str(kept.key)).returncode == 0
    assert "the same bytes" in kept.vigil("ingest", "new.ofx").stdout


def test_the_key_may_come_from_standard_input(kept: Kept) -> None:
    """As from a password manager; and never from the command line, which others see."""
    file = kept.made()
    shutil.rmtree(kept.state)
    words = ("restore", str(file), "--key")
    refused = kept.vigil(*words, kept.key.read_text())
    assert (refused.returncode, "must not stand on the command line" in refused.stderr) == (2, True)
    assert kept.key.read_text() not in refused.stderr
    nobody = kept.vigil(*words[:2])
    assert (nobody.returncode, "--key FILE" in nobody.stderr) == (2, True)
    done = kept.vigil(*words, "-", stdin=kept.key.read_text())
    assert done.returncode == 0, done.stderr


def test_without_vigil_age_tar_and_sqlite_are_enough(kept: Kept, tmp_path: Path) -> None:
    """As docs/keeping.md says it: age -d | tar x, then sha256sum -c and sqlite3."""
    if shutil.which("age") is None:
        pytest.skip("the age program is not installed")
    file, place_ = kept.made(), tmp_path / "opened"
    place_.mkdir()
    subprocess.run(
        ["/bin/sh", "-c", f"age -d -i {kept.key} {file} | tar x -C {place_}"], check=True
    )
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=place_, check=True)
    with closing(sqlite3.connect(f"file:{place_}/vigil.db?mode=ro", uri=True)) as db:
        assert db.execute("SELECT count(*) FROM tx").fetchone() == (54,)
    assert "can be used without vigil" in (place_ / "README.txt").read_text()


def test_a_plain_backup_says_that_it_is_one(kept: Kept) -> None:
    """It needs no key, and whoever made it was told that anybody can read it."""
    done = kept.vigil("backup", "--plain", "--to", str(kept.vigil.folder))
    assert "NOT encrypted" in done.stdout
    (file,) = kept.vigil.folder.glob("vigil-*.tar")
    with tarfile.open(file) as tar:
        assert "vigil.db" in tar.getnames()
    verified = kept.vigil("backup", "verify", str(file), "--json")
    assert json.loads(verified.stdout)["counts"]["transactions"] == 54
    shutil.rmtree(kept.state)
    assert kept.vigil("restore", str(file)).returncode == 0


def test_without_a_key_no_backup_is_made(kept: Kept) -> None:
    """One line says both ways out."""
    kept.vigil.configure("")
    done = kept.vigil("backup")
    assert done.returncode == 1
    assert "vigil backup key" in done.stderr
    assert "--plain" in done.stderr
    assert not (kept.vigil.folder / "vigil").exists()


def test_no_secret_is_in_a_backup(kept: Kept) -> None:
    """Neither what a file, nor what the environment holds; only where they are to be found."""
    home = kept.vigil.folder
    (home / "config/vigil/phone.url").write_text(f"ntfys://ntfy.sh/{CANARIES[0]}")
    (home / "config/vigil/phone.url").chmod(0o600)
    (home / "config/vigil/bob.key").write_text(CANARIES[1])
    config = home / "config/vigil/config.toml"
    config.write_text(
        config.read_text()
        + '[channels.phone]\nurl = { file = "phone.url" }\n[channels.bob]\nurl = { env = "BOB" }\n'
    )
    done = kept.vigil("backup", "--plain", "--to", str(home / "all.tar"), BOB=CANARIES[2])
    assert done.returncode == 0, done.stderr
    content = (home / "all.tar").read_bytes()
    assert b'{ file = "phone.url" }' in content
    for canary in CANARIES:
        assert canary.encode() not in content
    assert kept.key.read_bytes() not in content


def test_a_restore_writes_over_nothing(kept: Kept) -> None:
    """It says what to do, and after that it works; a configuration that is there stays."""
    file = kept.made()
    words = ("restore", str(file), "--key", str(kept.key))
    refused = kept.vigil(*words)
    assert refused.returncode == 1
    assert f"mv '{kept.state}' '{kept.state}.old'" in refused.stderr
    kept.state.rename(f"{kept.state}.old")
    config = kept.vigil.folder / "config/vigil/config.toml"
    config.write_text("# mine\n")
    done = kept.vigil(*words)
    assert done.returncode == 0, done.stderr
    assert config.read_text() == "# mine\n"
    assert "public_key" in (kept.state / "config.from-backup.toml").read_text()


def test_a_configuration_in_the_same_folder_is_no_hindrance(kept: Kept) -> None:
    """On macOS both lie in one; the household's own things are a hindrance there too."""
    config = kept.state / "config.toml"
    shutil.move(kept.vigil.folder / "config/vigil/config.toml", config)
    (kept.state / "phone.url").write_text("secret")
    words = ("--config", str(config), "restore", str(kept.made()), "--key", str(kept.key))
    refused = kept.vigil(*words)
    assert (refused.returncode, "not empty (documents" in refused.stderr) == (1, True)
    (kept.state / "vigil.db").unlink()
    shutil.rmtree(kept.state / "documents")
    done = kept.vigil(*words)
    assert done.returncode == 0, done.stderr
    assert (kept.state / "phone.url").read_text() == "secret"
    gone = kept.vigil("--config", str(config), "forget", "everything", "--yes", "--force")
    assert gone.returncode == 0, gone.stderr
    assert {one.name for one in kept.state.iterdir()} == {"config.toml", "phone.url"}


def test_a_drill_into_another_folder_touches_nothing_else(kept: Kept) -> None:
    """With --to the state folder and the configuration of this machine stay as they are."""
    file = kept.made()
    shutil.rmtree(kept.vigil.folder / "config")
    before = rows(kept.state / "vigil.db")
    elsewhere = kept.vigil.folder / "drill"
    elsewhere.mkdir()
    (elsewhere / "x").touch()
    refused = kept.vigil("restore", str(file), "--to", str(elsewhere))
    assert (refused.returncode, "is not empty" in refused.stderr) == (1, True)
    (elsewhere / "x").unlink()
    done = kept.vigil("restore", str(file), "--key", str(kept.key), "--to", str(elsewhere))
    assert done.returncode == 0, done.stderr
    assert rows(elsewhere / "vigil.db")["tx"] == before["tx"]
    assert rows(kept.state / "vigil.db") == before
    assert (elsewhere / "config.toml").exists()
    assert not (kept.vigil.folder / "config").exists()


def test_a_watching_vigil_is_in_the_way(kept: Kept) -> None:
    """Nobody's state folder is filled under their feet."""
    file = kept.made()
    shutil.rmtree(kept.state)
    paths = place({}, kept.vigil.folder, (kept.vigil.folder, kept.state))
    with only_one(paths):
        done = kept.vigil("restore", str(file), "--key", str(kept.key))
    assert (done.returncode, "already watching" in done.stderr) == (1, True)
    assert {one.name for one in kept.state.iterdir()} <= {"daemon.lock"}


def _flip(place_: float) -> Any:
    def change(content: bytearray) -> bytearray:
        content[int(place_ * (len(content) - 1))] ^= 8
        return content

    return change


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "plain"])
@pytest.mark.parametrize(
    "change",
    [
        *(_flip(place_) for place_ in (0, 0.0004, 0.01, 0.3, 0.5, 0.77, 0.999, 1)),
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content[:50],
        lambda content: content[:0],
        lambda content: content + b"\0" * 512,
        lambda _: bytearray(b"PK\x03\x04 a zip" * 999),
    ],
)
def test_a_bad_file_puts_nothing_in_place(kept: Kept, change: Any, *, sealed: bool) -> None:
    """A flipped byte anywhere, a cut, an addition, another kind of file: one clear line."""
    file = kept.made(sealed=sealed)
    file.write_bytes(change(bytearray(file.read_bytes())))
    shutil.rmtree(kept.state)
    done = kept.vigil("restore", str(file), "--key", str(kept.key))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Nothing was put in place" in done.stderr
    assert {one.name for one in kept.state.iterdir()} <= {"daemon.lock"}


def test_a_key_that_is_not_the_right_one_puts_nothing_in_place(kept: Kept) -> None:
    """Another key, and the right one with a slip, are told apart."""
    file = kept.made()
    shutil.rmtree(kept.state)
    right = kept.key.read_text()
    slip = right[:50] + ("Q" if right[50] != "Q" else "P") + right[51:]
    other = new_pair().private.reveal()
    for key, said in ((other, "does not open it"), (slip, "not quite a private key")):
        kept.key.write_text(key)
        done = kept.vigil("restore", str(file), "--key", str(kept.key))
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr
        assert key not in done.stderr
        assert not kept.state.exists() or {x.name for x in kept.state.iterdir()} <= {"daemon.lock"}


def test_a_backup_of_a_newer_vigil_is_refused(kept: Kept) -> None:
    """It says what to install."""
    file = kept.made(sealed=False)
    content = file.read_bytes()
    wanted = f'"schema": {VERSION}'.encode()
    newer = content.replace(wanted, f'"schema": {VERSION + 1}'.encode())
    assert newer != content
    file.write_bytes(newer)
    shutil.rmtree(kept.state)
    done = kept.vigil("restore", str(file))
    assert (done.returncode, "newer vigil" in done.stderr) == (1, True)


def test_the_given_private_key_is_tried(kept: Kept) -> None:
    """With --key the new backup is opened as the person would; another key makes none."""
    done = kept.vigil("backup", "--to", str(kept.vigil.folder), "--key", str(kept.key), "--json")
    said = json.loads(done.stdout)
    assert (said["sealed"], said["read_back"], said["opened_with_own_key"]) == (True, True, True)
    kept.key.write_text(new_pair().private.reveal())
    (kept.vigil.folder / "other").mkdir()
    other = kept.vigil("backup", "--to", str(kept.vigil.folder / "other"), "--key", str(kept.key))
    assert (other.returncode, "not the other half" in other.stderr) == (1, True)
    assert list((kept.vigil.folder / "other").iterdir()) == []


def test_a_public_key_with_a_slip_locks_nothing(kept: Kept) -> None:
    """The example of the example configuration is no key either."""
    kept.vigil.configure(f'[backup]\npublic_key = "age1{("example" * 9)[:58]}"\n')
    done = kept.vigil("backup")
    assert (done.returncode, "wrong or missing character" in done.stderr) == (1, True)
    assert list(kept.vigil.folder.glob("vigil/backups/*")) == []


def test_documents_that_are_gone_or_have_changed_are_told(kept: Kept) -> None:
    """The backup is made all the same, with what is there, and says so."""
    gone, changed, *_ = sorted((kept.state / "documents").glob("*/*"))
    gone.unlink()
    changed.chmod(0o600)
    changed.write_bytes(b"rot")
    done = kept.vigil("backup", "--to", str(kept.vigil.folder), "--json")
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert said["missing"] == [gone.name]
    assert len(said["problems"]) == 2
    assert "copies of 1 document are gone" in done.stderr


def test_a_damaged_database_makes_no_backup(kept: Kept) -> None:
    """A bad backup must not stand where a good one is expected."""
    database = kept.state / "vigil.db"
    content = bytearray(database.read_bytes())
    for start in range(len(content) // 2, len(content) - 5000, 4096):
        content[start : start + 64] = b"\xff" * 64
    database.write_bytes(bytes(content))
    done = kept.vigil("backup", "--to", str(kept.vigil.folder))
    assert done.returncode == 1
    assert list(kept.vigil.folder.glob("*.age")) == []
    assert not (kept.state / ".keeping").exists()


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("there.tar", "is there already"),
        ("nowhere/a.age", "no such folder"),
        ("usb", "Is the disk mounted?"),
        ("/proc/x.age", "/proc"),
    ],
)
def test_a_place_that_will_not_do_is_told(kept: Kept, to: str, said: str) -> None:
    """No file is written over, and no half one stays."""
    (kept.vigil.folder / "there.tar").write_text("mine")
    done = kept.vigil("backup", "--to", to)
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert (kept.vigil.folder / "there.tar").read_text() == "mine"
    assert not list(kept.vigil.folder.glob(".vigil-backup*"))


def test_the_folder_of_a_disk_that_is_not_there_is_not_made(kept: Kept) -> None:
    """The backup would lie on the disk that it is to outlive; vigil's own folder is made."""
    config = kept.vigil.folder / "config/vigil/config.toml"
    text = config.read_text()
    config.write_text(f'{text}folder = "~/usb/vigil"\n')
    (kept.vigil.folder / "usb").mkdir()
    done = kept.vigil("backup")
    assert (done.returncode, "Is the disk mounted?" in done.stderr) == (1, True)
    assert list((kept.vigil.folder / "usb").iterdir()) == []
    config.write_text(text)
    assert kept.vigil("backup").returncode == 0
    made = kept.vigil.folder / "vigil/backups"
    assert made.stat().st_mode & 0o777 == 0o700


def test_a_large_state_folder_needs_little_memory(kept: Kept) -> None:
    """Backup, verify and restore are streams: 150 MB of documents, well below that in memory."""
    zeros = "9dd1ae8dd6c6d7e5d0c3bd2d6a3c2e6c1d8c4d5b6f7a8b9c0d1e2f3a4b5c6d7e"
    large = kept.state / "documents" / zeros[:2] / zeros
    large.parent.mkdir(exist_ok=True)
    with large.open("wb") as file:
        file.truncate(150_000_000)
    program = (
        "import resource, sys; sys.argv[0] = 'vigil'\nfrom vigil.cli import main\n"
        "try: main()\nfinally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )

    def peak(*words: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", program, *words],
            capture_output=True,
            text=True,
            check=True,
            cwd=kept.vigil.folder,
            env=kept.vigil.environment,
        )
        unit = 1 if sys.platform == "darwin" else 1024
        return int(done.stdout.split()[-1]) * unit

    file_ = kept.vigil.folder / "large.age"
    key = ("--key", str(kept.key))
    assert peak("backup", "--to", str(file_), *key) < 100_000_000
    assert peak("backup", "verify", str(file_), *key) < 100_000_000
    into = kept.vigil.folder / "elsewhere"
    assert peak("restore", str(file_), *key, "--to", str(into)) < 100_000_000
    assert (into / "documents" / zeros[:2] / zeros).stat().st_size == 150_000_000


def test_two_at_a_time_are_refused(kept: Kept) -> None:
    """Documents are not let go under the hands of a backup."""
    from vigil.keeping.turn import only_keeper  # noqa: PLC0415 - only here

    with only_keeper(kept.state):
        done = kept.vigil("backup", "--to", str(kept.vigil.folder))
    assert (done.returncode, "is being made" in done.stderr) == (1, True)


def test_status_says_when_the_last_backup_was_made(kept: Kept) -> None:
    """Gently: neither none nor an old one is a reason for exit code 1."""

    def said() -> tuple[str, dict[str, Any], bool]:
        found = json.loads(kept.vigil("status", "--json").stdout)
        return kept.vigil("status").stdout, found["backup"], found["needs_you"]

    with closing(sqlite3.connect(kept.state / "vigil.db", isolation_level=None)) as db:
        db.execute("UPDATE alert SET state = 'closed', again_at = NULL")
        with watching(kept):
            until(lambda: _states(kept) >= {"watching"})
            assert "Last backup: 20" in said()[0]
            db.execute("UPDATE last_done SET at = '2020-01-01T00:00:00.000000Z'")
            text, found, needed = said()
            assert "days ago; vigil backup makes a fresh one" in text
            assert (found["last"], found["days"] > 30) == ("2020-01-01T00:00:00Z", True)
            assert not needed
            db.execute("DELETE FROM last_done")
            text, found, needed = said()
            assert "No backup yet" in text
            assert found == {"last": None, "file": None, "days": None}
            assert not needed
