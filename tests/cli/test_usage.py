"""Exit codes, one clear line for what is wrong, and quick starts."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Command


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("alert", "show"), 2, "Missing argument 'alert'"),
        (("alert", "show", "zzz"), 2, "'zzz' is no alert"),
        (("alert", "show", "a99"), 1, "There is no alert a99"),
        (("alert", "answer", "a1", "later", "--for", "soon"), 2, "'soon' is no length of time"),
        (("bogus",), 2, "No such command 'bogus'"),
        (("undo",), 1, "nothing to undo"),
        (("case", "show", "9"), 1, "There is no case 9"),
        (("case", "open"), 2, "nothing was given"),
        (("case", "open", "--title", "x", "--opened", "2026-13-01"), 2, "is no day"),
        (("case", "open", "--transaction", "t9"), 1, "not in the ledger"),
        (("case", "open", "--json", "nowhere.json"), 1, "No such file"),
        (("read", "."), 1, "is a folder"),
        (("ingest", "nowhere.ofx"), 1, "No such file"),
        (("--config", "nowhere.toml", "status"), 2, "there is no such file"),
    ],
)
def test_what_is_wrong_is_one_line_and_an_exit_code(
    vigil: Command, words: tuple[str, ...], code: int, said: str
) -> None:
    """1 for what failed, 2 for wrong usage; the line says what to do."""
    done = vigil(*words)
    assert done.returncode == code
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_a_configuration_is_refused_with_all_its_problems(vigil: Command) -> None:
    """One line each, with its place."""
    vigil.configure('[household]\ncountry = "XX"\n[people.anna]\nchanels = ["terminal"]\n')
    done = vigil("alert", "ls")
    assert done.returncode == 1
    assert "household.country" in done.stderr
    assert 'did you mean "channels"' in done.stderr


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"[household"])
def test_an_unreadable_configuration_is_told(vigil: Command, raw: bytes) -> None:
    """Neither bytes nor broken TOML end in a traceback."""
    vigil.configure()
    (vigil.folder / "config" / "vigil" / "config.toml").write_bytes(raw)
    done = vigil("alert", "ls")
    assert done.returncode == 1
    assert "config.toml" in done.stderr


def test_a_state_folder_that_cannot_be_made_is_told(vigil: Command) -> None:
    """A file stands where the folder belongs."""
    blocked = vigil.folder / "blocked"
    blocked.write_text("x")
    done = vigil("alert", "ls", STATE_DIRECTORY=str(blocked / "state"))
    assert done.returncode == 1
    assert "blocked" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_damaged_database_is_told(vigil: Command) -> None:
    """It is no vigil database, and stays as it is."""
    (vigil.folder / "state").mkdir()
    (vigil.folder / "state" / "vigil.db").write_bytes(b"not a database" * 99)
    done = vigil("alert", "ls")
    assert done.returncode == 1
    assert "vigil.db" in done.stderr


def test_help_and_version_load_no_heavy_library() -> None:
    """Not one of the commands' own --help either: they are asked for all the time."""
    program = """
import sys
from vigil.cli import _register, app
_register()
groups = [[], *([one.name] for one in app.registered_groups)]
words = [["--version"], ["--help"]]
for group in app.registered_groups:
    words.append([group.name, "--help"])
    words += [[group.name, c.name or c.callback.__name__, "--help"] for c in group.typer_instance.registered_commands]
words += [[c.name or c.callback.__name__, "--help"] for c in app.registered_commands]
for one in words:
    app(one, standalone_mode=False)
heavy = [m for m in ("apprise", "ofxparse", "sqlite_utils", "rapidfuzz", "watchdog", "pyrage") if m in sys.modules]
assert not heavy, heavy
assert len(words) > 20, words
print("done")
"""  # noqa: E501 - a program
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("done")


def test_every_command_is_there(vigil: Command) -> None:
    """People and outside checks script them."""
    shown = vigil("--help").stdout
    for name in (
        "init run demo status ingest read replay undo account alert case notify backup restore"
        " export forget"
    ).split():
        assert f"\n  {name} " in shown
    assert "source" in shown
    assert vigil("--version").stdout.startswith("vigil ")


@pytest.mark.parametrize("words", [("--help",), ("demo",)])
def test_a_reader_that_goes_away_ends_a_command_in_silence(
    vigil: Command, words: tuple[str, ...]
) -> None:
    """As in `vigil demo | head -1`."""
    with subprocess.Popen(
        [sys.executable, "-m", "vigil", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=vigil.environment,
        cwd=vigil.folder,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


def test_nothing_is_written_outside_of_its_folders(vigil: Command) -> None:
    """A command that only lists makes the state folder and nothing else."""
    vigil("alert", "ls")
    assert {one.name for one in Path(vigil.folder).iterdir()} <= {"state"}
