"""The story that `vigil demo` plays: a made-up household, through the same doors as the daemon.

Nothing leaves the temporary folder, and nothing of it is real.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from vigil import pipeline
from vigil.household import household_of
from vigil.model import Case, Limits, Payment
from vigil.notify import TerminalChannel
from vigil.pipeline import World
from vigil.settings import Settings
from vigil.settings.load import load
from vigil.sources.intake import Document
from vigil.steps.answering import Answer, OpenCase
from vigil.store import alerts, casebook
from vigil.store.database import open_database
from vigil.watch.sending import send_due

_CONFIG = """
[household]
country = "US"
time_zone = "America/New_York"

[people.anna]
channels = ["terminal"]
quiet_hours = "none"

[accounts.visa]
match = "DEMO BANK ...4321"
owners = ["anna"]
instrument = "credit_card"
network = "visa"
provider = "Demo Bank"
phone = "+1 800 555 0100"
"""
_SELLER = "SHENZHEN BRIGHTWAY LED"
# Merchant, usual amount in cents, days between two visits.
_HABITS = (
    ("GREEN GROCER 0412", 6480, 4),
    ("CORNER BAKERY", 870, 3),
    ("CITY TRANSIT", 275, 2),
    ("POWER AND LIGHT CO", 9120, 30),
    ("STREAMFLIX", 1599, 30),
    ("MAIN STREET PHARMACY", 2340, 17),
)


class _Line(NamedTuple):
    day: date
    cents: int
    name: str


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where the demo plays, and how it speaks."""

    world: World
    say: Callable[[str], None]
    folder: Path

    def read(self, name: str, lines: Iterable[_Line], now: datetime) -> None:
        path = self.folder / name
        path.write_text(_ofx(list(lines)), encoding="utf-8")
        content = path.read_bytes()
        document = Document(hashlib.sha256(content).hexdigest(), len(content), name, path, "demo")
        self.say(f"  {pipeline.ingest(self.world, document, now).line()}")

    def tell(self, now: datetime) -> None:
        send_due(self.world.db, self.world.household, {"terminal": TerminalChannel()}, now)


def play(folder: Path, now: datetime, say: Callable[[str], None]) -> None:
    """Play the story in an empty folder.

    Args:
        now: the night of the fraud; the history before it is made to fit.
        say: takes each line of the story; the alerts print themselves.
    """
    stage = _Stage(_world(folder), say, folder)
    today = stage.world.household.today(now)
    paid = today - timedelta(days=24)
    say("1. Anna drops three months of her card into the inbox. It is history: it never rings.")
    stage.read("visa-history.ofx", _history(today, paid), now - timedelta(hours=20))
    stage.tell(now - timedelta(hours=19, minutes=30))
    say("\n2. She was scammed: lamps ordered on a marketplace, paid, never sent. She opens a case.")
    opened = pipeline.act(stage.world, OpenCase(_case(today, paid)), now - timedelta(hours=19))
    for line in opened.lines:
        say(f"  {line}")
    for match in opened.matched:
        say(f"  t{match.transaction}: {match.reason} ({round(match.confidence * 100)}% sure)")
    say("\n3. Four minutes past three at night a new export arrives. The phone rings:\n")
    stage.read("visa-new.ofx", _night(today), now)
    stage.tell(now)
    _answer(stage, now + timedelta(minutes=3))
    say("\n5. Some days later part of the money comes back. A calm message, no alarm:\n")
    later = now + timedelta(days=5)
    stage.read("visa-later.ofx", _later(today), later)
    stage.tell(later)
    say("\nThat was a demo with made-up data; nothing was kept. Yours begins with: vigil init")


def _answer(stage: _Stage, now: datetime) -> None:
    db = stage.world.db
    unknown = [one for one in alerts.every(db, only_open=True) if one.case is None]
    if not unknown:
        return
    worst = min(unknown, key=lambda one: ("urgent", "ask", "digest").index(one.level))
    stage.say(f"\n4. Anna answers: vigil alert answer {worst.public_id} not-mine")
    done = pipeline.act(stage.world, Answer(worst.id, "not-mine", by="anna"), now)
    for line in done.lines:
        stage.say(f"  {line}")
    for row in casebook.every(db):
        stage.say(f"  open: case {row.case.id}, {row.case.title}")


def _world(folder: Path) -> World:
    settings = load(_CONFIG, "the demo's configuration")
    assert isinstance(settings, Settings)  # noqa: S101 - a constant of this file
    db = open_database(folder / "vigil.db")
    return World(db, household_of(settings), folder / "documents", Limits())


def _case(today: date, paid: date) -> Case:
    return Case(
        id=0,
        title="LED lamps that never came",
        kind="marketplace_seller",
        owner="anna",
        opened=today - timedelta(days=1),
        names=(_SELLER, "BRIGHTWAY TRADING"),
        orders=("TA-2210",),
        platform="alibaba",
        instrument="credit_card",
        provider="Demo Bank",
        payments=(Payment(paid, -38309, "USD", "visa"),),
    )


def _history(today: date, paid: date) -> list[_Line]:
    start, lines = today - timedelta(days=95), []
    for number, (name, cents, gap) in enumerate(_HABITS):
        day = start + timedelta(days=number)
        while day < today - timedelta(days=1):
            swing = (day.toordinal() * 7919 + number * 104729) % 21 - 10  # a little life, no chance
            lines.append(_Line(day, -(cents + cents * swing // 100), name))
            day += timedelta(days=gap)
    lines.append(_Line(paid, -38309, f"{_SELLER} TA-2210"))
    return sorted(lines)


def _night(today: date) -> list[_Line]:
    return [
        _Line(today - timedelta(days=1), -6390, "GREEN GROCER 0412"),
        _Line(today - timedelta(days=1), -86, "QX PAYWAVE ONLINE"),
        _Line(today, -48000, "QX PAYWAVE ONLINE"),
        _Line(today, -21500, f"{_SELLER} BALANCE"),
    ]


def _later(today: date) -> list[_Line]:
    return [_Line(today + timedelta(days=4), 5000, f"{_SELLER} REFUND")]


def _ofx(lines: list[_Line]) -> str:
    rows = "".join(
        f"<STMTTRN><TRNTYPE>{'CREDIT' if one.cents > 0 else 'DEBIT'}"
        f"<DTPOSTED>{one.day:%Y%m%d}<TRNAMT>{one.cents / 100:.2f}"
        f"<FITID>{one.day:%Y%m%d}{abs(one.cents)}{number}<NAME>{one.name}</STMTTRN>\n"
        for number, one in enumerate(lines)
    )
    start, end = lines[0].day, lines[-1].day
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n"
        "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<DTSERVER>{end:%Y%m%d}<LANGUAGE>ENG<FI><ORG>DEMO BANK<FID>1</FI></SONRS>"
        "</SIGNONMSGSRSV1><CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>1"
        "<STATUS><CODE>0<SEVERITY>INFO</STATUS><CCSTMTRS><CURDEF>USD"
        "<CCACCTFROM><ACCTID>4000000000004321</CCACCTFROM>"
        f"<BANKTRANLIST><DTSTART>{start:%Y%m%d}<DTEND>{end:%Y%m%d}\n{rows}</BANKTRANLIST>"
        f"<LEDGERBAL><BALAMT>0.00<DTASOF>{end:%Y%m%d}</LEDGERBAL>"
        "</CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>\n"
    )
