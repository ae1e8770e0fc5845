"""Every setting: its type, default, one plain line, what is allowed and an example.

This is the single definition. `load` reads by it, `example` prints it, the tests hold both to it.
It reads nothing and checks nothing itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from vigil.settings import values
from vigil.settings.about import no_tables, said, section
from vigil.settings.places import zones
from vigil.settings.values import AccountMatch, QuietHours, SecretRef, WeeklyTime
from vigil.settings.words import Instrument, LogLevel, Network, Role, WatchMode

TERMINAL = "terminal"  # the channel that is always there
_COUNTRY = "two letters, such as US, UK, DE, FR, CA, AU or IN"
_ZONE = "a name such as America/New_York or Europe/Berlin"
_REFERENCE = '"terminal", or { X = "name" } where X is file, env, credential or keyring'


@dataclass(frozen=True, slots=True)
class Household:
    """Where the household lives."""

    country: str | None = field(
        default=None,
        metadata=said(
            "Country of the household; it decides which rights and last days are shown.",
            '"US"',
            _COUNTRY,
            "not known; last days are then the cautious ones",
            written=str,
            read=values.read_country,
        ),
    )
    time_zone: str = field(
        default="",
        metadata=said(
            "Time zone of the household: its days and nights.",
            '"America/New_York"',
            _ZONE,
            "this machine's time zone",
            written=str,
            read=values.read_zone,
            words=zones,
        ),
    )


@dataclass(frozen=True, slots=True)
class Inbox:
    """The folder into which bank exports are dropped."""

    path: str = field(
        default="~/vigil/inbox",
        metadata=said(
            "The watched folder; it is made when missing.",
            '"~/vigil/inbox"',
            "a folder, written from / or ~/",
            read=values.read_folder,
            written=str,
        ),
    )
    mode: WatchMode = field(
        default="auto",
        metadata=said("How new files are noticed; auto polls on network file systems.", '"auto"'),
    )
    rescan_seconds: int = field(
        default=60,
        metadata=said("The whole folder is looked through this often.", "60", least=1, most=3600),
    )
    max_megabytes: int = field(
        default=50,
        metadata=said("A larger file is refused.", "50", least=1, most=2000),
    )
    incomplete_after_seconds: int = field(
        default=60,
        metadata=said(
            "A file without its end is reported after this time.", "60", least=1, most=86400
        ),
    )


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is told."""

    name: str
    role: Role = field(
        default="owner",
        metadata=said(
            "owner: it is their money. guardian: they watch over somebody else's.", '"owner"'
        ),
    )
    time_zone: str = field(
        default="",
        metadata=said(
            "Time zone of this person.",
            '"America/New_York"',
            _ZONE,
            "the household's",
            written=str,
            read=values.read_zone,
            words=zones,
        ),
    )
    channels: tuple[str, ...] = field(
        default=(),
        metadata=said(
            "The channels that reach this person; every message goes to each of them.",
            '["phone", "terminal"]',
            'a list of names from [channels.*], or ["terminal"]',
            required=True,
            written=tuple[str, ...],
            read=values.read_channels,
        ),
    )
    quiet_hours: QuietHours | None = field(
        default=QuietHours(time(22, 0), time(7, 0)),
        metadata=said(
            "When only urgent alerts ring, by this person's clock; the rest waits for the morning.",
            '"22:00-07:00"',
            'two times such as "22:00-07:00", or "none"',
            "22:00-07:00",
            written=str,
            read=values.read_quiet_hours,
        ),
    )
    digest: WeeklyTime = field(
        default=WeeklyTime(6, time(18, 0)),
        metadata=said(
            "When the weekly summary comes.",
            '"sunday 18:00"',
            'a weekday and a time, such as "sunday 18:00"',
            "sunday 18:00",
            written=str,
            read=values.read_weekly,
        ),
    )


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach a person; `url` is None for the terminal and the log."""

    name: str
    url: SecretRef | None = field(
        default=None,
        metadata=said(
            "Where the address (an Apprise URL) is kept; never the address itself, it is a secret.",
            '{ file = "phone.url" }',
            _REFERENCE,
            required=True,
            written=object,
            read=values.read_address,
        ),
    )


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What the household says of one account; the table's name is its nickname in texts."""

    nickname: str
    match: AccountMatch = field(
        default=AccountMatch(None, ""),
        metadata=said(
            "Institution and last characters of the account number; `vigil account ls` prints it.",
            '"BENCHBANK ...6789"',
            f'such as "BENCHBANK ...6789", with 3 to {values.MOST_LAST_CHARACTERS} last characters',
            required=True,
            written=str,
            read=values.read_match,
        ),
    )
    owners: tuple[str, ...] = field(
        default=(),
        metadata=said(
            "The people who are told of this account.",
            '["anna"]',
            "a list of names from [people.*]",
            "every owner of the household",
            written=tuple[str, ...],
            read=values.read_names,
        ),
    )
    country: str | None = field(
        default=None,
        metadata=said(
            "Country whose rules hold for this account.",
            '"US"',
            _COUNTRY,
            "the household's",
            written=str,
            read=values.read_country,
        ),
    )
    instrument: Instrument | None = field(
        default=None,
        metadata=said(
            "What kind of payment it is.",
            '"credit_card"',
            absent="credit_card for a card account, else not known",
        ),
    )
    network: Network | None = field(
        default=None,
        metadata=said(
            "The network on the card, or the payment service.", '"visa"', absent="not known"
        ),
    )
    provider: str | None = field(
        default=None,
        metadata=said(
            "Name of the bank or card issuer, as texts should say it.",
            '"Bench Bank"',
            "a text of one line, at most 60 characters",
            "not known",
            written=str,
            read=values.read_label,
        ),
    )
    phone: str | None = field(
        default=None,
        metadata=said(
            "The number on the back of the card; alerts name no other number of this provider.",
            '"+1 800 555 0100"',
            "a telephone number, such as +1 800 555 0100",
            "none is named",
            written=str,
            read=values.read_phone,
        ),
    )


@dataclass(frozen=True, slots=True)
class Backup:
    """Where backups go, and who can open them."""

    public_key: str | None = field(
        default=None,
        metadata=said(
            "The half of the key that locks backups; the half that opens them is on your paper.",
            '"age1exampleexampleexampleexampleexampleexampleexampleexampleex"',
            "what vigil backup key or age-keygen gives, age1 and 58 characters",
            "none; vigil backup then wants --plain",
            written=str,
            read=values.read_public_key,
        ),
    )
    folder: str = field(
        default="~/vigil/backups",
        metadata=said(
            "The folder for backups; one on another disk survives this one.",
            '"/media/usb/vigil"',
            "a folder, written from / or ~/",
            read=values.read_folder,
            written=str,
        ),
    )


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept."""

    documents_days: int = field(
        default=0,
        metadata=said(
            "Copies of the bank's files are let go after this many days; what a case or an open"
            " alert speaks of stays, and so does every transaction.",
            "800",
            f"0 for ever, or from {values.FEWEST_KEEP_DAYS} to 36500",
            "0, for ever",
            least=0,
            most=36500,
            read=values.read_keep_days,
        ),
    )


@dataclass(frozen=True, slots=True)
class Log:
    """What the log says."""

    level: LogLevel = field(default="info", metadata=said("How much the log tells.", '"info"'))


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration; `default_settings()` and `load()` fill in people and zones.

    Attributes:
        people: by name, never empty once loaded.
        channels: by name; "terminal" is always there once loaded.
        accounts: by nickname.
    """

    household: Household = field(
        default_factory=Household, metadata=section(Household, "The household.")
    )
    inbox: Inbox = field(
        default_factory=Inbox,
        metadata=section(Inbox, "The folder into which bank exports are dropped."),
    )
    people: Mapping[str, Person] = field(
        default_factory=no_tables,
        metadata=section(Person, "Somebody who is told; one table for each.", "anna"),
    )
    channels: Mapping[str, Channel] = field(
        default_factory=no_tables,
        metadata=section(Channel, "A way to reach people; the terminal needs no table.", "phone"),
    )
    accounts: Mapping[str, AccountSettings] = field(
        default_factory=no_tables,
        metadata=section(AccountSettings, "An account; its name is the nickname in texts.", "visa"),
    )
    backup: Backup = field(
        default_factory=Backup,
        metadata=section(Backup, "Backups: where `vigil backup` puts them, and who can open them."),
    )
    retention: Retention = field(
        default_factory=Retention, metadata=section(Retention, "How long things are kept.")
    )
    log: Log = field(default_factory=Log, metadata=section(Log, "The log."))
