"""The law of the ledger: any order of documents gives the same transactions, links and totals."""

import itertools
import os
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vigil import pipeline
from vigil.household import household_of
from vigil.judge.profile import AccountProfile, decode_account
from vigil.model import Limits
from vigil.pipeline import Outcome, World
from vigil.settings.load import default_settings
from vigil.sources.documents import keep
from vigil.sources.intake import Document
from vigil.steps.judging import learn_anew
from vigil.store.database import open_database, write

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EXAMPLES = int(os.environ.get("VIGIL_LAW", "60"))


class Line(NamedTuple):
    """A row: day of January, cents, name, the bank's id, and whether it waits."""

    day: int
    cents: int
    name: str = "SHOP A"
    fitid: str | None = None
    pending: bool = False
    corrects: str | None = None
    deletes: bool = False


@dataclass(frozen=True)
class Sheet:
    """A statement: first and last day of January, its rows, and when it was made."""

    start: int
    end: int
    lines: tuple[Line, ...]
    made: int = 0

    def ofx(self) -> bytes:
        """The document."""
        posted = "".join(_row("STMTTRN", one) for one in self.lines if not one.pending)
        waiting = "".join(_row("STMTTRNP", one) for one in self.lines if one.pending)
        pending = f"<BANKTRANLISTP><DTASOF>202601{self.end:02}{waiting}</BANKTRANLISTP>"
        return (
            "OFXHEADER:100\n\n<OFX><SIGNONMSGSRSV1><SONRS>"
            f"<DTSERVER>202602{self.made + 1:02}<FI><ORG>LAWBANK</FI></SONRS></SIGNONMSGSRSV1>"
            "<CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>USD<CCACCTFROM><ACCTID>12345678"
            f"</CCACCTFROM><BANKTRANLIST><DTSTART>202601{self.start:02}<DTEND>202601{self.end:02}"
            f"{posted}</BANKTRANLIST>{pending if waiting else ''}"
            "</CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>"
        ).encode()


def _row(tag: str, one: Line) -> str:
    fitid = f"<FITID>{one.fitid}" if one.fitid else ""
    action = "DELETE" if one.deletes else "REPLACE"
    fix = f"<CORRECTFITID>{one.corrects}<CORRECTACTION>{action}" if one.corrects else ""
    return (
        f"<{tag}><TRNTYPE>DEBIT<DTPOSTED>202601{one.day:02}<TRNAMT>-{one.cents / 100:.2f}"
        f"{fitid}{fix}"
        f"<NAME>{one.name}</{tag}>\n"
    )


def new_world(folder: Path) -> World:
    """An empty household on a real database."""
    db = open_database(folder / "vigil.db")
    db.execute("PRAGMA synchronous = OFF")
    return World(db, household_of(default_settings()), folder / "documents", Limits())


def read(world: World, sheet: Sheet, landed_at: datetime = NOW, now: datetime = NOW) -> Outcome:
    """Take a statement as if it had been dropped."""
    kept = keep([sheet.ofx()], world.documents)
    document = Document(kept.sha256, kept.size, "sheet.ofx", kept.path, "test")
    return pipeline.ingest(world, document, now, landed_at=landed_at)


def ledger_after(sheets: Sequence[Sheet]) -> dict[str, object]:
    """What the ledger holds after these documents came in this order."""
    with tempfile.TemporaryDirectory() as folder:
        world = new_world(Path(folder))
        for sheet in sheets:
            read(world, sheet)
        found = _content(world)
        with write(world.db) as db:
            learn_anew(db, 1)
        assert _learnt(world) == found["learnt"]
        world.db.close()
        return found


def _content(world: World) -> dict[str, object]:
    rows = world.db.execute(
        "SELECT day, amount, payee, state, verdict = 'unsure' FROM tx WHERE state <> 'merged'"
    )
    links = world.db.execute(
        "SELECT link.kind, a.day, a.amount, b.day, b.amount FROM link"
        " JOIN tx AS a ON a.id = from_tx JOIN tx AS b ON b.id = to_tx"
    )
    return {
        "rows": sorted(tuple(row) for row in rows),
        "links": sorted(tuple(row) for row in links),
        "learnt": _learnt(world),
    }


def _learnt(world: World) -> object:
    text = world.db.execute("SELECT learnt FROM account").fetchone()[0]
    account = decode_account(text) if text else AccountProfile()
    seen = world.db.execute("SELECT key, seen FROM merchant WHERE seen > 0 ORDER BY key")
    flows = {
        name: (flow.count, flow.total, flow.smallest, flow.largest)
        for name, flow in account.flows.items()
    }
    return account.count, account.first, account.last, flows, [tuple(row) for row in seen]


def rows_after(*sheets: Sheet) -> list[tuple[object, ...]]:
    """The live rows after these documents, in this order and in every other."""
    found = ledger_after(sheets)
    for order in itertools.permutations(sheets):
        assert ledger_after(order) == found, order
    rows = found["rows"]
    assert isinstance(rows, list)
    return [row for row in rows if row[3] in ("posted", "pending")]


@st.composite
def sheet(draw: st.DrawFn, *, claims: bool = True) -> Sheet:
    """A small statement of few days, sums, names and ids, so that they collide.

    Without `claims` no row waits and none corrects another, as in most exports.
    """
    start = draw(st.integers(1, 20))
    end = draw(st.integers(start, min(start + 12, 28)))
    line = st.builds(
        Line,
        st.integers(start, end),
        st.sampled_from([500, 600, 4500]),
        st.sampled_from(["SHOP A", "SHOP B"]),
        st.sampled_from([None, "0", "F1", "F2", "F3"]),
        st.booleans() if claims else st.just(False),
        st.sampled_from([None, None, None, None, "F1"]) if claims else st.none(),
        st.booleans(),
    )
    return Sheet(start, end, tuple(draw(st.lists(line, max_size=4))), draw(st.integers(0, 5)))


@given(
    st.lists(sheet(), min_size=2, max_size=4)
    | st.lists(sheet(claims=False), min_size=2, max_size=5),
    st.randoms(use_true_random=False),
)
@example(
    [Sheet(1, 9, (Line(3, 500, fitid="F1"),)), Sheet(1, 9, (Line(3, 500, fitid="F2"),), 1)], None
)
@settings(max_examples=EXAMPLES)
def test_any_order_of_documents_gives_the_same_ledger(sheets: list[Sheet], chance: object) -> None:
    """Transactions, links and totals do not depend on the order in which documents arrive."""
    shuffled = list(reversed(sheets))
    if chance is not None:
        chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert ledger_after(sheets) == ledger_after(shuffled)


def test_the_same_rows_in_other_bytes_change_nothing() -> None:
    """An export made again is no news."""
    lines = (Line(3, 500, fitid="F1"), Line(4, 600, fitid="F2"))
    assert len(rows_after(Sheet(1, 9, lines), Sheet(1, 9, lines, made=1))) == 2


def test_overlapping_exports_hold_each_row_once() -> None:
    """Days that two exports share are not doubled."""
    early = Sheet(1, 10, (Line(3, 500, fitid="F1"), Line(9, 600, fitid="F2")))
    late = Sheet(8, 20, (Line(9, 600, fitid="F2"), Line(15, 700, fitid="F3")), made=1)
    assert len(rows_after(early, late)) == 3


def test_two_equal_charges_of_one_file_stay_two() -> None:
    """With ids of their own, with one for both, with zeros and with none, and after a re-import."""
    for ids in (("F1", "F2"), ("F1", "F1"), ("0", "0"), (None, None)):
        twice = tuple(Line(3, 500, fitid=one) for one in ids)
        assert len(rows_after(Sheet(1, 9, twice), Sheet(1, 12, twice, made=1))) == 2, ids


def test_a_row_whose_id_changed_is_the_same_row() -> None:
    """One id, or all ids of a file, given anew by the bank."""
    first = Sheet(1, 9, (Line(3, 500, fitid="F1"), Line(4, 600, fitid="F2")))
    one = Sheet(1, 9, (Line(3, 500, fitid="X1"), Line(4, 600, fitid="F2")), made=1)
    every = Sheet(1, 9, (Line(3, 500, fitid="X1"), Line(4, 600, fitid="X2")), made=2)
    assert len(rows_after(first, one, every)) == 2


def test_an_id_used_again_for_another_sum_is_another_row() -> None:
    """FITIDs are not unique in real files."""
    first = Sheet(1, 9, (Line(3, 500, fitid="F1"),))
    second = Sheet(10, 19, (Line(12, 900, "SHOP B", fitid="F1"),), made=1)
    assert len(rows_after(first, second)) == 2


def test_a_pending_row_posts_with_a_tip_and_another_day() -> None:
    """It is one transaction, with the sum that was posted."""
    waits = Sheet(1, 9, (Line(8, 4500, "BISTRO", "P1", pending=True),))
    posts = Sheet(1, 14, (Line(10, 5400, "BISTRO", "F7"),), made=1)
    assert rows_after(waits, posts) == [("2026-01-10", -5400, "BISTRO", "posted", 0)]


def test_a_pending_row_that_never_posts_lapses() -> None:
    """After more than ten days covered without it, it no longer counts."""
    waits = Sheet(1, 5, (Line(4, 4500, "HOTEL", "P1", pending=True),))
    later = Sheet(1, 25, (Line(20, 500, fitid="F1"),), made=1)
    assert rows_after(waits, later) == [("2026-01-20", -500, "SHOP A", "posted", 0)]


def test_a_correction_replaces_or_deletes_what_it_names() -> None:
    """From the same file, a later one, or one that arrives before what it corrects."""
    wrong = Sheet(1, 5, (Line(4, 4500, fitid="F1"), Line(5, 700, fitid="F2")))
    right = Sheet(1, 9, (Line(6, 5400, fitid="F8", corrects="F1"),), made=1)
    gone = Sheet(1, 10, (Line(7, 700, fitid="F9", corrects="F2", deletes=True),), made=2)
    assert rows_after(wrong, right, gone) == [("2026-01-06", -5400, "SHOP A", "posted", 0)]


def test_what_two_exports_that_share_one_day_cannot_tell_is_kept_and_marked() -> None:
    """Two exports that only touch may each hold a charge of their own on that day."""
    early = Sheet(1, 5, (Line(5, 500, fitid="F1"),))
    late = Sheet(5, 9, (Line(5, 500, fitid="F2"),), made=1)
    assert [row[4] for row in rows_after(early, late)] == [0, 1]


def test_the_first_import_is_history_and_what_comes_later_rings(tmp_path: Path) -> None:
    """By the account's watch day, never by age: an old row of a late file is no history."""
    world = new_world(tmp_path)
    later = NOW + timedelta(hours=1)
    assert read(world, Sheet(1, 9, (Line(3, 500),))).history == 1
    much_later = NOW + timedelta(days=300)
    second = Sheet(8, 20, (Line(9, 600), Line(15, 700)), made=1)
    assert read(world, second, later, much_later).history == 1


def test_files_dropped_together_are_one_first_import(tmp_path: Path) -> None:
    """What lay there before the first file was taken does not ring either."""
    world = new_world(tmp_path)
    read(world, Sheet(1, 9, (Line(3, 500),)))
    together = Sheet(8, 20, (Line(15, 700),), made=1)
    outcome = read(world, together, NOW - timedelta(seconds=1), NOW + timedelta(seconds=1))
    assert (outcome.history, outcome.first_imports) == (1, [1])


def test_a_period_of_the_download_day_alone_is_that_of_its_rows(tmp_path: Path) -> None:
    """Some banks print the day of the export as both ends; rows before it must ring next time."""
    world = new_world(tmp_path)
    read(world, Sheet(28, 28, (Line(3, 500), Line(5, 600))))
    second = Sheet(28, 28, (Line(5, 600), Line(9, 700)), made=1)
    outcome = read(world, second, NOW + timedelta(hours=1), NOW + timedelta(hours=1))
    assert (outcome.counts, outcome.history) == ({"same": 1, "new": 1}, 0)


def test_a_reading_that_fails_in_the_middle_changes_nothing(tmp_path: Path) -> None:
    """One document is one write transaction."""
    world = new_world(tmp_path)
    kept = keep([Sheet(1, 9, (Line(3, 500),)).ofx()], world.documents)
    document = Document(kept.sha256, kept.size, "sheet.ofx", kept.path, "test")
    world.db.execute(
        "CREATE TEMP TRIGGER bad BEFORE INSERT ON tx BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    with pytest.raises(sqlite3.IntegrityError):
        pipeline.ingest(world, document, NOW)
    counts = [
        world.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("document", "account", "statement", "tx", "alert", "outbox")
    ]
    assert counts == [0] * 6
