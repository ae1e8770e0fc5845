"""Values that stand in the configuration as a short text, and the functions that read them.

A reading function raises ValueError with plain words and never with the text that it was given:
the text may be a secret that was put in the wrong place.
"""

import re
from dataclasses import dataclass, field
from datetime import time
from typing import Literal, NamedTuple

from vigil.settings.places import countries, country_code, zones

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FEWEST_KEEP_DAYS = 90
MOST_LAST_CHARACTERS = 8  # more of an account number has no place in a file that people paste

_CLOCK = r"([01]?[0-9]|2[0-3]):([0-5][0-9])"
_QUIET = re.compile(rf"{_CLOCK}\s*[-–]\s*{_CLOCK}")
_WEEKLY = re.compile(rf"([a-z]+)\s+{_CLOCK}")
_MATCH = re.compile(r"(?:(?P<institution>\w.{0,80}?)\s*)?(?:\.{3}|…)\s*(?P<last>\w[\w -]*)")
_PHONE = re.compile(r"\+?[0-9(][0-9 ()./-]*[0-9](?: ?(?:ext\.?|x) ?[0-9]{1,6})?")
_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_PLAIN_NAME = re.compile(r"[^\W_](?:[\w '-]{0,30}\w)?")
_PUBLIC_KEY = re.compile(r"age1[02-9ac-hj-np-z]{58}")  # the letters of Bech32 (BIP 173)
_LONG_NUMBER = re.compile(r"[0-9]{6}")
_WHOLE_NUMBER = re.compile(r"(?:[0-9][ -]?){9}")


class QuietHours(NamedTuple):
    """The hours of the night, by the person's own clock; `end` may be on the next day."""

    start: time
    end: time


class WeeklyTime(NamedTuple):
    """A weekday (Monday is 0) and a time of day, by the person's own clock."""

    weekday: int
    at: time


class AccountMatch(NamedTuple):
    """How an account is known again: its institution, where given, and its last characters."""

    institution: str | None
    last: str


SecretKind = Literal["file", "env", "credential", "keyring"]
SECRET_KINDS: tuple[SecretKind, ...] = ("file", "env", "credential", "keyring")


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret is kept. It holds no secret, yet its name is kept out of every repr."""

    kind: SecretKind
    name: str = field(repr=False)


def plain_name(text: str) -> bool:
    """True for a name that texts and commands can carry: no markup, no account number."""
    return _PLAIN_NAME.fullmatch(text) is not None and _LONG_NUMBER.search(text) is None


def read_quiet_hours(text: str) -> QuietHours | None:
    """The hours of "22:00-07:00"; None for "none"."""
    if text.strip().lower() == "none":
        return None
    found = _QUIET.fullmatch(text.strip())
    if not found:
        raise ValueError("not a span of two times")
    numbers = [int(part) for part in found.groups()]
    hours = QuietHours(time(numbers[0], numbers[1]), time(numbers[2], numbers[3]))
    if hours.start == hours.end:
        raise ValueError("starts and ends at the same time")
    return hours


def read_weekly(text: str) -> WeeklyTime:
    """The weekday and time of "sunday 18:00"."""
    found = _WEEKLY.fullmatch(text.strip().lower())
    if not found or found[1] not in WEEKDAYS:
        raise ValueError("not a weekday and a time")
    return WeeklyTime(WEEKDAYS.index(found[1]), time(int(found[2]), int(found[3])))


def read_country(text: str) -> str:
    """The country's two letters; GB becomes UK, the word of the rights packs."""
    code = country_code(text)
    if code not in countries():
        raise ValueError("not a country code")
    return code


def read_zone(text: str) -> str:
    """The name of a time zone of the IANA database."""
    if text not in zones():
        raise ValueError("not a time zone")
    return text


def read_folder(text: str) -> str:
    """A folder, written from the root or from the home folder."""
    if not text.isprintable() or not (text.startswith(("/", "~/")) and text.strip("/~ ")):
        raise ValueError("not a folder written in full")
    return text


def read_match(text: str) -> AccountMatch:
    """The institution and last characters of "BENCHBANK ...6789"."""
    if not text.isprintable() or _WHOLE_NUMBER.search(text):
        raise ValueError("too much of the account number: give its last characters only")
    found = _MATCH.fullmatch(text.strip())
    if not found:
        raise ValueError("not an institution and the last characters of an account number")
    letters = sum(character.isalnum() for character in found["last"])
    if not 3 <= letters <= MOST_LAST_CHARACTERS:
        raise ValueError("too few or too many last characters")
    return AccountMatch(found["institution"], found["last"])


def read_phone(text: str) -> str:
    """A telephone number as people write it; ITU-T E.164 allows 15 digits, short codes have 3."""
    number = text.strip()
    digits = sum(character.isdigit() for character in re.split(r"ext|x", number)[0])
    if not _PHONE.fullmatch(number) or not 3 <= digits <= 15:
        raise ValueError("not a telephone number")
    return number


def read_label(text: str) -> str:
    """A short text of one line that may stand in an alert."""
    label = text.strip()
    if not label or len(label) > 60 or not label.isprintable():
        raise ValueError("not a short text of one line")
    return label


def read_public_key(text: str) -> str:
    """The public half of an age key; its check digits are looked at when it is used."""
    key = text.strip()
    if key.upper().startswith("AGE-SECRET-KEY"):
        raise ValueError(
            "this is the private half, which opens your backups; it belongs on paper only. "
            "Take it out of this file and make a new key with vigil backup key"
        )
    if not _PUBLIC_KEY.fullmatch(key):
        raise ValueError("not a public key of age")
    return key


def read_keep_days(days: int) -> int:
    """For how many days copies are kept; 0 is for ever."""
    if 0 < days < FEWEST_KEEP_DAYS:
        raise ValueError("too short: a late statement is put in order with the copies around it")
    return days


def read_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names in the order given, each once: a name given twice would be told twice."""
    return tuple(dict.fromkeys(names))


def read_channels(names: tuple[str, ...]) -> tuple[str, ...]:
    """The channels of a person; there must be one, else nobody would hear."""
    if not names:
        raise ValueError("an empty list reaches nobody")
    return read_names(names)


def read_address(value: object) -> SecretRef | None:
    """Where a channel's address is kept; None for the word "terminal"."""
    if value == "terminal":
        return None
    if isinstance(value, str):
        raise ValueError(  # noqa: TRY004 - every reading function speaks through ValueError
            "an address is a secret and is never written here: put it in a file and name the file"
        )
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError("not one reference")
    ((kind, name),) = value.items()
    for known in SECRET_KINDS:
        if kind == known:
            return SecretRef(known, _reference_name(known, name))
    raise ValueError("not a kind of reference that is known here")


def _reference_name(kind: SecretKind, name: object) -> str:
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise ValueError(f"the reference by {kind} has no name")
    if "://" in name:
        raise ValueError(f"the reference by {kind} holds an address instead of a name")
    if kind == "env" and not _ENVIRONMENT_NAME.fullmatch(name):
        raise ValueError("not the name of an environment variable")
    if kind == "credential" and ("/" in name or name in {".", ".."}):
        raise ValueError("not the name of a systemd credential")
    return name
