"""How a private key reaches a command: from a file, from standard input, or typed; never as a word.

What stands on the command line is seen by every program of the machine.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from vigil.errors import VigilError

if TYPE_CHECKING:
    from vigil.settings.secrets import Secret

HELP = "File with the private key; - reads it from standard input."
_MOST = 65_536


def given_keys(where: Optional[str]) -> "tuple[Secret, ...]":
    """The keys that `--key` names; none without it.

    Raises:
        VigilError: there is no such file, or no key in it.
    """
    from vigil.keeping.age import read_private

    if where is None:
        return ()
    if where.upper().startswith("AGE-SECRET-KEY"):
        raise VigilError(
            "The key itself must not stand on the command line, where other programs see it. "
            "Leave --key out and type it when you are asked, or name a file.",
            2,
        )
    if where == "-":
        return tuple(read_private(sys.stdin.read(_MOST)))
    try:
        with Path(where).open(encoding="utf-8", errors="replace") as file:
            return tuple(read_private(file.read(_MOST)))
    except OSError as error:
        raise VigilError(f"{where}: cannot be read ({error.strerror}).") from None
    except VigilError as error:
        raise VigilError(f"{where}: {error}") from None


def asked_keys(where: Optional[str]) -> "tuple[Secret, ...]":
    """The keys that `--key` names, or that the person types, as often as it takes.

    Raises:
        VigilError: there is nobody to ask, or nothing was typed.
    """
    from vigil.keeping.age import read_private

    if where is not None:
        return given_keys(where)
    if not sys.stdin.isatty():
        raise VigilError(
            "This backup is locked. Give the file with the private key (--key FILE), or run this "
            "on a terminal and type the key from your paper.",
            2,
        )
    print("This backup is locked. Type the key from your paper; spaces and small letters are fine.")
    print("It may take several lines: an empty line ends it.")
    while True:
        lines: list[str] = []
        while line := input("> ").strip():
            lines.append(line)
        if not lines:
            raise VigilError("No key was typed; nothing was done.")
        try:
            return tuple(read_private("\n".join(lines)))
        except VigilError as error:
            print(f"    {error}")
