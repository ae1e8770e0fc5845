"""Fetches a secret at the moment of use, from where the configuration says that it is kept.

No secret is cached, logged or shown; `Secret.reveal` is the only way to its text.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import NoReturn

from vigil.errors import VigilError
from vigil.settings.paths import Paths
from vigil.settings.values import SecretRef

_KEYRING_SERVICE = "vigil"
_MOST_BYTES = 65_536
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SecretError(VigilError):
    """A secret that cannot be had; the message names the place, never the secret."""


class Secret:
    """A text that shows itself to nobody who does not ask for it by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself: for the library that needs it, never for a text."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(hidden)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


@dataclass(frozen=True, slots=True)
class SecretPlaces:
    """Where references are looked up: the environment, and the paths that files count from."""

    environ: Mapping[str, str]
    paths: Paths


def resolve(reference: SecretRef, places: SecretPlaces) -> Secret:
    """The secret behind a reference.

    Raises:
        SecretError: when it is not there, empty, or readable by others; says what to do.
    """
    if reference.kind == "env":
        text = places.environ.get(reference.name, "")
    elif reference.kind == "credential":
        text = _credential(reference.name, places.environ)
    elif reference.kind == "keyring":
        text = _keyring(reference.name)
    else:
        text = _private_file(places.paths.expand(reference.name))
    if not text.strip():
        raise SecretError(f"the secret {_described(reference)} is empty or not set")
    return Secret(text)


def _described(reference: SecretRef) -> str:
    where = {
        "env": "in the environment variable",
        "credential": "in the systemd credential",
        "keyring": "in the keyring under vigil and",
        "file": "in the file",
    }
    return f"{where[reference.kind]} {reference.name}"


def _private_file(path: Path) -> str:
    text, mode, owner = _read(path)
    if owner not in {os.geteuid(), 0}:
        raise SecretError(f"{path}: belongs to another user; a secret must be your own file")
    if mode & _OTHERS:
        raise SecretError(f"{path}: others may read it; run: chmod 600 '{path}'")
    return text


def _credential(name: str, environ: Mapping[str, str]) -> str:
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise SecretError(
            f"the systemd credential {name} is only there when systemd starts vigil; "
            f"the unit needs LoadCredential={name}:/path"
        )
    return _read(Path(folder) / name)[0]  # systemd guards that folder; its modes are systemd's


def _read(path: Path) -> tuple[str, int, int]:
    """Text without its last line end, mode and owner, all of the one file that was opened."""
    try:
        # Without O_NONBLOCK a pipe in the file's place would hold vigil for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise SecretError(f"{path}: not a file")
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SecretError(f"{path}: cannot be read ({error.strerror})") from None
    if len(content) > _MOST_BYTES:
        raise SecretError(f"{path}: too large for a secret")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise SecretError(f"{path}: not a text in UTF-8") from None
    return text.removesuffix("\n").removesuffix("\r"), found.st_mode, found.st_uid


def _keyring(name: str) -> str:
    try:
        import keyring  # noqa: PLC0415 - an extra that most households do not install
        import keyring.errors  # noqa: PLC0415
    except ImportError:
        raise SecretError(
            "secrets in a keyring need one more package; run: pip install 'vigil-watch[keyring]'"
        ) from None
    try:
        text = keyring.get_password(_KEYRING_SERVICE, name)
    except keyring.errors.KeyringError:
        raise SecretError(
            f"the keyring cannot be asked for {name}; a service without a desktop has none: "
            "use a file or a systemd credential"
        ) from None
    if text is None:
        raise SecretError(f"the keyring has no {name}; run: keyring set {_KEYRING_SERVICE} {name}")
    return str(text)
