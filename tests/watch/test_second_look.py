"""The second reader's word is recorded beside the document; a disagreement is told."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigil import pipeline
from vigil.household import household_of
from vigil.model import Limits, Reading
from vigil.pipeline import World
from vigil.settings.load import default_settings
from vigil.sources.documents import keep
from vigil.sources.intake import Document
from vigil.statements.ofx.second import Agreement
from vigil.store import alerts
from vigil.store.database import open_database
from vigil.watch.second_look import look_again

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OFX = (
    b"OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1"
    b"<ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260101"
    b"<DTEND>20260131<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260105<TRNAMT>-12.50<FITID>1<NAME>SHOP"
    b"</STMTTRN></BANKTRANLIST><LEDGERBAL><BALAMT>1.00<DTASOF>20260131</LEDGERBAL>"
    b"</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A household that has taken one statement."""
    home = World(
        open_database(tmp_path / "vigil.db"),
        household_of(default_settings()),
        tmp_path / "documents",
        Limits(),
    )
    kept = keep([OFX], home.documents)
    assert kept.sha256 == hashlib.sha256(OFX).hexdigest()
    document = Document(kept.sha256, kept.size, "jan.ofx", kept.path, "test")
    pipeline.ingest(home, document, NOW)
    return home


def second(world: World) -> tuple[str, str | None]:
    """What is recorded of the second reading."""
    row = world.db.execute("SELECT second, second_view FROM document").fetchone()
    return row["second"], row["second_view"]


def test_ofxparse_reads_a_new_document_and_agrees(world: World) -> None:
    """The real second reader, in its child process, once for each document."""
    assert second(world) == ("due", None)
    assert look_again(world, NOW) == 1
    assert second(world) == ("agrees", None)
    assert look_again(world, NOW) == 0
    assert alerts.every(world.db, only_open=True) == []


def test_a_disagreement_is_recorded_with_both_views_and_told(world: World) -> None:
    """The scanner's rows stay; a person hears of it."""

    def contrary(_path: Path, _reading: Reading, _limits: Limits) -> Agreement:
        return Agreement(
            agree=False, skipped=None, differences=("row 1: -12.50 here, -1.25 there",)
        )

    look_again(world, NOW, contrary)
    assert second(world) == ("differs", "row 1: -12.50 here, -1.25 there")
    told = alerts.every(world.db, only_open=True)
    assert [one.title for one in told] == ["Two readers disagree on jan.ofx"]
    assert "-1.25 there" in told[0].body
    assert world.db.execute("SELECT amount FROM tx").fetchone()[0] == -1250
