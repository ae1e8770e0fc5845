"""A household with something to keep, and its commands run for real."""

import os
import pty
import select
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.home import CONFIG, GIRO, Line

from vigil.keeping.age import new_pair

TODAY = datetime.now(UTC).date()
SELLER = "SHENZHEN BRIGHTWAY LED"


@dataclass(frozen=True, slots=True)
class Kept:
    """A household, and the private key of its backups in a file outside of everything."""

    vigil: Command
    key: Path

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.vigil.folder / "state"

    def made(self, *, sealed: bool = True) -> Path:
        """A backup that was made before."""
        return self.key.parent / ("sealed.age" if sealed else "plain.tar")

    def backup(self, *words: str) -> Path:
        """Make a backup in a folder of its own; its file."""
        folder = self.vigil.folder / "kept"
        folder.mkdir(exist_ok=True)
        before = set(folder.iterdir())
        done = self.vigil("backup", "--to", str(folder), *words)
        assert done.returncode == 0, done.stderr
        (made,) = set(folder.iterdir()) - before
        return made


def furnish(vigil: Command, public_key: str) -> None:
    """History on two accounts, an open case, a new charge that rang, and an answer."""
    vigil.configure(f'{CONFIG}[backup]\npublic_key = "{public_key}"\n')
    paid = TODAY - timedelta(days=40)
    history = [Line(TODAY - timedelta(days=60 - n), -1000 - n, "GREEN GROCER") for n in range(50)]
    vigil.statement("old.ofx", *history, Line(paid, -38309, SELLER))
    vigil.statement("giro.ofx", Line(paid, -99, "MOON BAKERY"), number=GIRO)
    assert vigil("ingest", "--history", "old.ofx", "giro.ofx").returncode == 0
    words = ("--opened", str(TODAY - timedelta(days=9)), "--paid", f"{paid} 383.09 USD")
    opened = vigil("case", "open", "--title", "Lamps", "--name", SELLER, *words)
    assert opened.returncode == 0, opened.stderr
    vigil.statement("new.ofx", Line(TODAY, -21500, SELLER), Line(TODAY, -700, "CORNER BAKERY"))
    assert "alerts a" in vigil("ingest", "new.ofx").stdout


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the household, made once; tests work on copies."""
    folder = tmp_path_factory.mktemp("household")
    pair = new_pair()
    (folder / "paper.key").write_text(pair.private.reveal(), encoding="utf-8")
    home = folder / "home"
    home.mkdir()
    vigil = Command(home)
    furnish(vigil, pair.public)
    for name, words in (("sealed.age", ()), ("plain.tar", ("--plain",))):
        done = vigil("backup", "--to", str(folder / name), *words)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def kept(furnished: Path, tmp_path: Path) -> Kept:
    """A household of the test's own."""
    home = tmp_path / "home"
    shutil.copytree(furnished / "home", home)
    key = tmp_path / "paper.key"
    for name in ("paper.key", "sealed.age", "plain.tar"):
        shutil.copy(furnished / name, tmp_path / name)
    return Kept(Command(home), key)


@pytest.fixture
def vigil(tmp_path: Path) -> Command:
    """The command in an empty home."""
    return Command(tmp_path)


def converse(vigil: Command, words: list[str], answers: Mapping[str, list[str]]) -> tuple[str, int]:
    """Run a command on a terminal.

    Args:
        answers: by the end of a question, what the person types for it, one after the other.

    Returns:
        What it showed, and its exit code.
    """
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - becomes the command
        os.chdir(vigil.folder)
        command = [sys.executable, "-m", "vigil", *words]
        os.execve(sys.executable, command, vigil.environment)  # noqa: S606
    said, answered = b"", 0
    waiting = {question.encode(): list(typed) for question, typed in answers.items()}
    while True:
        ready, _, _ = select.select([terminal], [], [], 60)
        try:
            heard = os.read(terminal, 4096) if ready else b""
        except OSError:  # Linux ends a terminal whose process is gone with EIO
            heard = b""
        if not heard:
            break
        said += heard
        for question, typed in waiting.items():
            if said[answered:].rstrip(b" ").endswith(question) and typed:
                answered = len(said)
                line = typed.pop(0)
                if line == "KEY ENDS":
                    line = key_shown(said.decode("utf-8", "replace"))[-6:]
                os.write(terminal, f"{line}\n".encode())
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return said.decode("utf-8", "replace"), os.waitstatus_to_exitcode(status)


def key_shown(said: str) -> str:
    """The private key in what a command showed."""
    lines = said.replace("\r", "").split("\n")
    start = next(n for n, line in enumerate(lines) if line.strip() == "AGE-SECRET-KEY-1")
    return "".join("".join(lines[start : start + 4]).split())
