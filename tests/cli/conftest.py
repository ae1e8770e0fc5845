"""Commands run for real, each test with its own home and state folder."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.home import CARD, CONFIG, Line, ofx

PROXY = {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


@dataclass(frozen=True, slots=True)
class Command:
    """A home in which `vigil` is called."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the command may know of this machine."""
        return {
            "HOME": str(self.folder),
            "STATE_DIRECTORY": str(self.folder / "state"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "PATH": os.environ["PATH"],
            "USER": "anna",
            "LC_ALL": "C.UTF-8",
            **PROXY,
        }

    def __call__(
        self, *words: str, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `vigil` with these words; no traceback ever."""
        done = subprocess.run(
            [sys.executable, "-m", "vigil", *words],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            cwd=self.folder,
            env={**self.environment, **environment},
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert "something inside vigil failed" not in done.stderr, done.stderr
        return done

    def configure(self, text: str = CONFIG) -> None:
        """Write the configuration."""
        place = self.folder / "config" / "vigil" / "config.toml"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def statement(self, name: str, *lines: Line, number: str = CARD) -> str:
        """Write a statement file; its name."""
        (self.folder / name).write_text(ofx(lines, number, bank=number != CARD), "cp1252")
        return name


@pytest.fixture
def vigil(tmp_path: Path) -> Command:
    """The command in an empty home."""
    return Command(tmp_path)
