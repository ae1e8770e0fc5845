"""The five questions of `vigil init`, and the configuration that their answers make. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlsplit

from vigil.settings.example import config_text, toml_text
from vigil.settings.places import country_zone, zone_country
from vigil.settings.schema import TERMINAL
from vigil.settings.values import (
    plain_name,
    read_country,
    read_folder,
    read_quiet_hours,
    read_zone,
)
from vigil.settings.words import Role

PUBLIC_SERVER = "https://ntfy.sh"
PHONE_FILE = "phone.url"
_UNKNOWN = "unknown"
_PHONE = "phone"
_HEAD = """\
The configuration of vigil, written by `vigil init`. Change it as you like.
To switch a setting on, take away the "#" in front of it and in front of the [table] above it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a household answered; `server` is None where the terminal is enough."""

    country: str | None
    time_zone: str
    inbox: str
    server: str | None
    quiet_hours: str
    name: str
    role: str


Parts = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        keys: what the answer gives; a command line's flags use the same words.
        text: the question.
        default: the answer to an empty line.
        read: the parts of an answer; a ValueError says why it will not do.
    """

    keys: tuple[str, ...]
    text: str
    default: str
    read: Callable[[str], Parts]


def questions(system_zone: str | None, user_name: str) -> tuple[Question, ...]:
    """The five questions, with defaults from this machine's time zone and the user's name."""
    zone = system_zone or "UTC"
    name = user_name if plain_name(user_name) and user_name != "root" else "me"
    return (
        Question(
            ("country", "time_zone"),
            "1/5 Which country (two letters) and time zone do you live in?",
            f"{zone_country(zone) or _UNKNOWN} {zone}",
            lambda answer: read_place(answer, zone),
        ),
        Question(
            ("inbox",),
            "2/5 Into which folder will you drop your bank's exports?",
            "~/vigil/inbox",
            _read_inbox,
        ),
        Question(
            ("tell",),
            "3/5 How shall I tell you? phone (the free ntfy app), the address of your own ntfy\n"
            "    server, or terminal",
            _PHONE,
            read_tell,
        ),
        Question(
            ("quiet_hours",),
            "4/5 When shall only urgent alerts ring? Two times, or none",
            "22:00-07:00",
            _read_quiet,
        ),
        Question(
            ("name", "role"),
            "5/5 Whose money is it? Your name, and owner if it is yours or guardian if you\n"
            "    watch over somebody else's",
            f"{name} owner",
            lambda answer: read_who(answer, name),
        ),
    )


def read_place(answer: str, zone: str) -> Parts:
    """Country and time zone of "US America/New_York", of one of the two, or of "unknown UTC"."""
    words = answer.split()
    names = [word for word in words if "/" in word or word == "UTC"]
    codes = [word for word in words if word not in names]
    if not words or len(names) > 1 or len(codes) > 1:
        raise ValueError("give one country and one time zone, such as US America/New_York")
    given = _zone(names[0]) if names else None
    if not codes:
        country = zone_country(given) if given else None
    else:
        country = None if codes[0] == _UNKNOWN else _country(codes[0])
    if given is None:
        at_home = country is None or zone_country(zone) == country
        given = zone if at_home or country is None else country_zone(country) or zone
    return {"country": country, "time_zone": given}


def _country(word: str) -> str:
    try:
        return read_country(word)
    except ValueError:
        raise ValueError("the country must be two letters, such as US, UK, DE or IN") from None


def _zone(word: str) -> str:
    try:
        return read_zone(word)
    except ValueError:
        raise ValueError("the time zone must be a name such as Europe/Berlin") from None


def _read_inbox(answer: str) -> Parts:
    try:
        return {"inbox": read_folder(answer)}
    except ValueError:
        raise ValueError("write the folder in full, from / or ~/ on") from None


def _read_quiet(answer: str) -> Parts:
    try:
        read_quiet_hours(answer)
    except ValueError as error:
        raise ValueError(f"{error}; write two times such as 22:00-07:00, or none") from None
    return {"quiet_hours": answer}


def read_tell(answer: str) -> Parts:
    """The ntfy server to use: the public one for "phone", none for "terminal"."""
    if answer in {_PHONE, TERMINAL}:
        return {"server": PUBLIC_SERVER if answer == _PHONE else None}
    reason = "write phone, terminal, or an address such as https://ntfy.example.org"
    try:
        url = urlsplit(answer.rstrip("/"))
        host, port = url.hostname, url.port
    except ValueError:
        raise ValueError(reason) from None
    plain = not (url.path or url.query or url.fragment or url.username or url.password)
    if url.scheme not in {"http", "https"} or not host or not plain or not _host_like(host):
        raise ValueError(reason)
    return {"server": f"{url.scheme}://{host}{f':{port}' if port else ''}"}


def _host_like(host: str) -> bool:
    return host.isascii() and host.replace("-", "").replace(".", "").isalnum()


def read_who(answer: str, name: str) -> Parts:
    """Name and role of "anna guardian"; without a role it is owner, without a name `name`."""
    words = answer.split()
    role = words.pop() if words and words[-1] in get_args(Role) else "owner"
    found = " ".join(words) or name
    if not plain_name(found):
        raise ValueError(
            "a name has letters, digits, spaces, - and _; at most 32 characters, no long number"
        )
    return {"name": found, "role": role}


def answers_of(parts: Mapping[str, str | None]) -> Answers:
    """The answers of all five questions together."""
    return Answers(
        country=parts["country"],
        time_zone=parts["time_zone"] or "UTC",
        inbox=parts["inbox"] or "",
        server=parts["server"],
        quiet_hours=parts["quiet_hours"] or "",
        name=parts["name"] or "",
        role=parts["role"] or "",
    )


def configuration(answers: Answers, public_key: str | None = None) -> str:
    """The commented configuration; it holds no secret, the phone's address is in PHONE_FILE.

    Args:
        public_key: the half of the key for backups that locks them.
    """
    channels = [TERMINAL] if answers.server is None else [_PHONE, TERMINAL]
    person = {
        "role": toml_text(answers.role),
        "channels": f"[{', '.join(toml_text(name) for name in channels)}]",
        "quiet_hours": toml_text(answers.quiet_hours),
    }
    household = {"time_zone": toml_text(answers.time_zone)}
    if answers.country:
        household["country"] = toml_text(answers.country)
    given: dict[tuple[str, ...], Mapping[str, str]] = {
        ("household",): household,
        ("inbox",): {"path": toml_text(answers.inbox)},
        ("people", answers.name): person,
    }
    if public_key:
        given["backup",] = {"public_key": toml_text(public_key)}
    if answers.server is not None:
        given["channels", _PHONE] = {"url": f"{{ file = {toml_text(PHONE_FILE)} }}"}
    return config_text(given, _HEAD)
