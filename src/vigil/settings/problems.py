"""What is wrong with a configuration, in words that never hold a value of it.

Keys are named, for a person must find the place; a key that does not look like a plain name is not.
"""

import difflib
import re
from collections.abc import Iterable
from datetime import date, time
from typing import NamedTuple

from vigil.errors import VigilError
from vigil.settings.values import plain_name

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
HIDDEN = "?"


class ConfigProblem(NamedTuple):
    """One thing that a person has to mend.

    Attributes:
        source: name of the file.
        path: the place, such as "people.anna.role" or "line 12".
        what: what is wrong.
        allowed: what may stand there; empty where `what` says it all.
        nearest: the known name that was probably meant.
    """

    source: str
    path: str
    what: str
    allowed: str = ""
    nearest: str | None = None

    @property
    def text(self) -> str:
        """The whole problem in one line."""
        allowed = f"; allowed: {self.allowed}" if self.allowed else ""
        nearest = f'; did you mean "{self.nearest}"?' if self.nearest else ""
        return f"{self.source}: {self.path}: {self.what}{allowed}{nearest}"


class ConfigError(VigilError):
    """A configuration that cannot be used; `problems` holds every one of its faults."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.text for problem in self.problems))


def join_path(*keys: str) -> str:
    """The keys as TOML would write them; a key that may hide a secret becomes "?"."""
    return ".".join(_shown(key) for key in keys)


def _shown(key: str) -> str:
    if not plain_name(key):
        return HIDDEN
    return key if _BARE_KEY.fullmatch(key) else f'"{key}"'


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The known word that looks most like a mistyped one; None when none does, or it is known."""
    if not isinstance(word, str) or len(word) > 60:
        return None
    by_fold = {name.casefold(): name for name in known}
    if word in by_fold.values():
        return None
    close = difflib.get_close_matches(word.strip().casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (str, "a text"),
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a decimal number"),
    (list, "a list"),
    (dict, "a table"),
    ((date, time), "a date or time"),
)


def kind_of(value: object) -> str:
    """What TOML calls a value, in plain words."""
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "something else")
