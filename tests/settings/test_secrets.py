"""Secrets are fetched from where they are kept, and shown to nobody."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest
from keyring.errors import KeyringError

from vigil.settings.paths import place
from vigil.settings.secrets import Secret, SecretError, SecretPlaces, resolve
from vigil.settings.values import SecretKind, SecretRef

CANARY = "ntfys://ntfy.sh/c4n4ryTopicOfNobody"


def places(folder: Path, **environ: str) -> SecretPlaces:
    return SecretPlaces(environ, place({}, folder, (folder, folder)))


def fetch(kind: SecretKind, name: str, where: SecretPlaces) -> str:
    return resolve(SecretRef(kind, name), where).reveal()


def private(path: Path, content: bytes = CANARY.encode()) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_gives_its_text_without_the_last_line_end(tmp_path: Path, end: str) -> None:
    """One line end that an editor adds is taken off; the file may stand beside the config."""
    private(tmp_path / "phone.url", (CANARY + end).encode())
    assert fetch("file", "phone.url", places(tmp_path)) == CANARY
    assert fetch("file", str(tmp_path / "phone.url"), places(tmp_path)) == CANARY
    assert fetch("file", "~/phone.url", places(tmp_path)) == CANARY


def test_only_one_line_end_is_taken_off(tmp_path: Path) -> None:
    """A secret may itself end with an empty line."""
    private(tmp_path / "s", b"x\n\n")
    assert fetch("file", "s", places(tmp_path)) == "x\n"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622, 0o610])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    """The refusal names the file and the command that mends it, and not the secret."""
    private(tmp_path / "phone.url").chmod(mode)
    with pytest.raises(SecretError, match="chmod 600") as caught:
        fetch("file", "phone.url", places(tmp_path))
    assert CANARY not in str(caught.value)


def test_what_is_no_small_text_file_is_refused(tmp_path: Path) -> None:
    """Missing, empty, a folder, a pipe, binary and huge files each have their sentence."""
    where = places(tmp_path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    private(tmp_path / "empty", b" \n")
    private(tmp_path / "binary", b"\xff\xfe")
    private(tmp_path / "huge", b"x" * 70_000)
    for name, words in [
        ("none", "cannot be read"),
        (".", "cannot be read|not a file"),
        ("pipe", "not a file"),
        ("empty", "is empty or not set"),
        ("binary", "not a text"),
        ("huge", "too large"),
    ]:
        with pytest.raises(SecretError, match=words):
            fetch("file", name, where)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_somebody_elses_file_is_refused(tmp_path: Path) -> None:
    """A secret must be a file of the one who runs vigil, or of root."""
    os.chown(private(tmp_path / "s"), 12345, 12345)
    with pytest.raises(SecretError, match="belongs to another user"):
        fetch("file", "s", places(tmp_path))


def test_the_environment_gives_a_secret(tmp_path: Path) -> None:
    """A variable that is unset or empty is an error that names it."""
    assert fetch("env", "URL", places(tmp_path, URL=CANARY)) == CANARY
    for where in (places(tmp_path), places(tmp_path, URL="")):
        with pytest.raises(SecretError, match="environment variable URL is empty or not set"):
            fetch("env", "URL", where)


def test_systemd_gives_a_credential(tmp_path: Path) -> None:
    """The credential is read below CREDENTIALS_DIRECTORY, whatever mode systemd gave it."""
    (tmp_path / "phone").write_text(CANARY + "\n", encoding="utf-8")
    (tmp_path / "phone").chmod(0o440)
    where = places(tmp_path, CREDENTIALS_DIRECTORY=str(tmp_path))
    assert fetch("credential", "phone", where) == CANARY
    with pytest.raises(SecretError, match="LoadCredential=phone:"):
        fetch("credential", "phone", places(tmp_path))


class MemoryKeyring(keyring.backend.KeyringBackend):  # type: ignore[misc]  # keyring is untyped here
    """A real backend of the keyring library that keeps its entries in memory."""

    priority = 1

    def __init__(self, entries: dict[tuple[str, str], str]) -> None:
        super().__init__()
        self.entries = entries

    def get_password(self, service: str, username: str) -> str | None:
        """The entry; "locked" is one that the backend does not give out."""
        if username == "locked":
            raise KeyringError(CANARY)
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keeps an entry."""
        self.entries[service, username] = password


@pytest.fixture
def _memory_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring({("vigil", "phone"): CANARY}))
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("_memory_keyring")
def test_the_keyring_gives_a_secret(tmp_path: Path) -> None:
    """Entries are kept under the service "vigil"; a missing one says how to set it."""
    assert fetch("keyring", "phone", places(tmp_path)) == CANARY
    with pytest.raises(SecretError, match="run: keyring set vigil mail"):
        fetch("keyring", "mail", places(tmp_path))
    with pytest.raises(SecretError, match="cannot be asked") as caught:
        fetch("keyring", "locked", places(tmp_path))
    assert CANARY not in str(caught.value)


def test_without_the_keyring_package_the_way_out_is_said() -> None:
    """Where the extra is not installed, the error names the command that installs it."""
    code = (
        "import sys; sys.modules['keyring'] = None\n"
        "from pathlib import Path\n"
        "from vigil.settings.paths import place\n"
        "from vigil.settings.secrets import *\n"
        "home = Path('/')\n"
        "try: resolve(SecretRef('keyring', 'x'), SecretPlaces({}, place({}, home, (home, home))))\n"
        "except SecretError as error: print(error)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "pip install 'vigil-watch[keyring]'" in out.stdout


def test_a_secret_shows_itself_to_nobody() -> None:
    """No repr, str, format, pickle or container of it holds the text."""
    secret = Secret(CANARY)
    shown = f"{secret} {secret!r} {secret!s} {[secret]} { ({'a': secret}) }"
    assert "c4n4ry" not in shown
    assert secret == Secret(CANARY)
    assert secret != Secret("other")
    assert len({secret, Secret(CANARY)}) == 1
    with pytest.raises(TypeError, match="not written anywhere"):
        pickle.dumps(secret)
