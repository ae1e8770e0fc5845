"""A made-up household for tests: a real database in a temporary folder, fed with OFX files."""

import hashlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from vigil import pipeline
from vigil.household import household_of
from vigil.model import Finding, Level, Limits, Transaction
from vigil.pipeline import History, Outcome, World
from vigil.settings import Settings
from vigil.settings.load import load
from vigil.sources.intake import Document
from vigil.steps.answering import Action, Answered
from vigil.steps.ringing import Teller
from vigil.steps.telling import tell_findings
from vigil.store import alerts, ledger
from vigil.store.alerts import AlertRow
from vigil.store.database import open_database, write

CARD = "4000123456784321"
GIRO = "99887766551111"
CONFIG = """
[household]
country = "US"
time_zone = "America/New_York"
[people.anna]
channels = ["terminal"]
[people.bob]
channels = ["terminal"]
time_zone = "Europe/Berlin"
[people.gus]
role = "guardian"
channels = ["terminal"]
[accounts.visa]
match = "DEMO BANK ...4321"
owners = ["anna"]
instrument = "credit_card"
network = "visa"
provider = "Demo Bank"
phone = "+1 800 555 0100"
[accounts.giro]
match = "DEMO BANK ...1111"
owners = ["bob"]
"""
NOON = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)  # 12:00 in New York, 18:00 in Berlin
NIGHT = datetime(2026, 11, 3, 8, 4, tzinfo=UTC)  # 03:04 in New York


class Line(NamedTuple):
    """One row of a statement; `cents` is negative for money out."""

    day: date
    cents: int
    name: str


def ofx(lines: Sequence[Line], number: str = CARD, *, bank: bool = False) -> str:
    """A statement of DEMO BANK."""
    rows = "".join(
        f"<STMTTRN><TRNTYPE>{'CREDIT' if one.cents > 0 else 'DEBIT'}<DTPOSTED>{one.day:%Y%m%d}"
        f"<TRNAMT>{one.cents / 100:.2f}<FITID>{one.day:%Y%m%d}{one.cents}{place}"
        f"<NAME>{one.name}</STMTTRN>\n"
        for place, one in enumerate(lines)
    )
    start, end = min(one.day for one in lines), max(one.day for one in lines)
    listed = (
        f"<BANKTRANLIST><DTSTART>{start:%Y%m%d}<DTEND>{end:%Y%m%d}\n{rows}</BANKTRANLIST>"
        f"<LEDGERBAL><BALAMT>0.00<DTASOF>{end:%Y%m%d}</LEDGERBAL>"
    )
    body = (
        "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS>"
        f"<CURDEF>USD<BANKACCTFROM><BANKID>123<ACCTID>{number}<ACCTTYPE>CHECKING</BANKACCTFROM>"
        f"{listed}</STMTRS></STMTTRNRS></BANKMSGSRSV1>"
        if bank
        else "<CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<CCSTMTRS><CURDEF>USD<CCACCTFROM><ACCTID>{number}</CCACCTFROM>{listed}"
        "</CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1>"
    )
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n"
        "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<DTSERVER>{end:%Y%m%d}<LANGUAGE>ENG<FI><ORG>DEMO BANK<FID>1</FI></SONRS>"
        f"</SIGNONMSGSRSV1>{body}</OFX>\n"
    )


class Home:
    """The household and its doors; what is given a `now` happens then."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        settings = load(config, "the test's configuration")
        assert isinstance(settings, Settings), settings
        self.folder = folder
        self.settings = settings
        self.db = open_database(folder / "vigil.db")
        self.world = World(self.db, household_of(settings), folder / "documents", Limits())
        self._files = 0

    def teller(self, now: datetime) -> Teller:
        """What telling needs."""
        return Teller(self.db, self.world.household, now)

    def read(
        self, *lines: Line, now: datetime = NOON, history: History = "none", number: str = CARD
    ) -> Outcome:
        """Take a statement with these rows."""
        self._files += 1
        path = self.folder / f"{self._files}.ofx"
        path.write_text(ofx(lines, number, bank=number != CARD), encoding="cp1252")
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        document = Document(digest, len(content), path.name, path, "test")
        return pipeline.ingest(self.world, document, now, history=history)

    def transaction(self, name: str) -> Transaction:
        """The newest row with this name."""
        row = self.db.execute("SELECT max(id) FROM tx WHERE payee = ?", (name,)).fetchone()
        return ledger.transactions(self.db, [row[0]])[0]

    def find(
        self, name: str, level: Level = "urgent", rule: str = "card_testing", now: datetime = NOON
    ) -> AlertRow:
        """Tell a pattern's finding on the newest row with this name."""
        score = {"urgent": 4.2, "ask": 3.2, "digest": 2.2}[level]
        one = self.transaction(name)
        finding = Finding(rule, one.id, level, score, f"{abs(one.amount) / 100:.2f}; for a test")
        with write(self.db):
            return tell_findings(self.teller(now), [finding])[0]

    def act(self, action: Action, now: datetime = NOON) -> Answered:
        """A person decides."""
        return pipeline.act(self.world, action, now)

    def tick(self, now: datetime) -> None:
        """Time passes."""
        pipeline.tick(self.world, now)

    def alert(self, number: int) -> AlertRow:
        """The alert as it stands."""
        return alerts.get(self.db, number)

    def open(self) -> list[AlertRow]:
        """The open alerts, the newest first."""
        return alerts.every(self.db, only_open=True)

    def letters(self, **where: object) -> list[sqlite3.Row]:
        """Outbox rows with these values, the oldest first."""
        test = " AND ".join(f"{name} = ?" for name in where) or "1"
        query = f"SELECT * FROM outbox WHERE {test} ORDER BY id"
        return self.db.execute(query, tuple(where.values())).fetchall()
