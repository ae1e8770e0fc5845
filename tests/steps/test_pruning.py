"""What is let go with time, and what never is."""

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from tests.home import CONFIG, NOON, Home, Line, ofx

from vigil import pipeline
from vigil.cases.draft import read_case
from vigil.errors import VigilError
from vigil.keeping.retention import Copy, to_let_go
from vigil.keeping.turn import only_keeper
from vigil.model import Finding, Reading
from vigil.sources.documents import keep, path_of
from vigil.sources.intake import Document
from vigil.statements.ofx.second import Agreement
from vigil.steps.answering import Answer, CloseCase, OpenCase, Undo
from vigil.steps.ringing import close_self, tell_self
from vigil.steps.telling import tell_findings
from vigil.store import outbox, retention
from vigil.store.database import write
from vigil.watch.second_look import look_again

DAY = date(2026, 11, 2)
DAYS = timedelta(days=1)
SHORT = CONFIG + "[retention]\ndocuments_days = 100\n"
AFTER = NOON + 101 * DAYS


class Shelf:
    """A household whose documents are kept as the folder source keeps them."""

    def __init__(self, folder: Path, config: str = SHORT) -> None:
        self.home = Home(folder, config)
        self.names: dict[str, str] = {}

    def read(self, name: str, *days: int, now: datetime = NOON) -> None:
        """Take a statement with one row of that name on each of these days of October."""
        lines = [Line(date(2026, 10, day), -1000 - day, name) for day in days]
        content = ofx(lines).encode("cp1252")
        kept = keep([content], self.home.world.documents)
        self.names[name] = kept.sha256
        document = Document(kept.sha256, kept.size, f"{name}.ofx", kept.path, "test")
        pipeline.ingest(self.home.world, document, now, history="none")

    def seen(self) -> None:
        """The second reader has looked at everything."""
        with write(self.home.db) as db:
            db.execute("UPDATE document SET second = 'agrees'")

    def there(self) -> set[str]:
        """The names whose copies are kept."""
        documents = self.home.world.documents
        return {name for name, sha in self.names.items() if path_of(documents, sha).exists()}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Three documents, taken on the same day."""
    shelf = Shelf(tmp_path)
    for name, day in (("ALPHA", 1), ("BETA", 2), ("GAMMA", 3)):
        shelf.read(name, day)
    shelf.seen()
    return shelf


def test_what_is_let_go_is_decided_by_age_and_by_who_speaks_of_it() -> None:
    """Nothing for ever; a day too young; cited; the rest."""
    copies = [Copy(1, "a", NOON), Copy(2, "b", NOON + DAYS), Copy(3, "c", NOON)]
    at = NOON + 100 * DAYS + timedelta(seconds=1)
    assert to_let_go(copies, set(), at, 0) == []
    assert [one.document for one in to_let_go(copies, set(), at, 100)] == [1, 3]
    assert [one.document for one in to_let_go(copies, {3}, at, 100)] == [1]


def test_copies_are_kept_for_ever_unless_a_person_says_otherwise(tmp_path: Path) -> None:
    """The default."""
    shelf = Shelf(tmp_path, CONFIG)
    shelf.read("ALPHA", 1)
    shelf.seen()
    shelf.home.tick(NOON + 20_000 * DAYS)
    assert shelf.there() == {"ALPHA"}


def test_old_copies_go_and_their_transactions_stay(shelf: Shelf) -> None:
    """Not a day earlier; the rows of the ledger are as before, and the document is known."""
    rows = shelf.home.db.execute("SELECT count(*) FROM tx").fetchone()[0]
    shelf.home.tick(NOON + 100 * DAYS)
    assert shelf.there() == {"ALPHA", "BETA", "GAMMA"}
    shelf.home.tick(AFTER)
    assert shelf.there() == set()
    assert shelf.home.db.execute("SELECT count(*) FROM tx").fetchone()[0] == rows
    marked = "SELECT count(*) FROM document WHERE dropped_at IS NOT NULL"
    assert shelf.home.db.execute(marked).fetchone()[0] == 3


def test_what_an_open_alert_speaks_of_stays_until_it_is_answered(shelf: Shelf) -> None:
    """Also a row that is only related, and a document that lists the row again."""
    shelf.home.find("BETA")
    shelf.read("BETA", 2, 4)  # a later document with the same row
    shelf.seen()
    shelf.home.tick(AFTER)
    assert shelf.there() == {"BETA"}
    documents = shelf.home.world.documents
    assert len(list(documents.glob("*/*"))) == 2
    shelf.home.act(Answer(1, "mine"), AFTER)
    shelf.home.tick(AFTER + DAYS)
    assert list(documents.glob("*/*")) == []


def test_what_a_case_speaks_of_stays_for_good(shelf: Shelf) -> None:
    """Closed or not: a dispute outlives the case."""
    draft = {
        "title": "Alpha", "names": ["ALPHA"], "opened": "2026-10-01",
        "payments": [{"date": "2026-10-01", "amount": "-10.01", "currency": "USD"}],
    }  # fmt: skip
    case, problems = read_case(draft, DAY, "USD")
    assert problems == []
    opened = shelf.home.act(OpenCase(case)).case
    assert opened is not None
    shelf.home.act(CloseCase(opened.id, "over"))
    shelf.home.tick(AFTER)
    assert shelf.there() == {"ALPHA"}


def test_a_payment_picked_by_a_person_is_spoken_of(shelf: Shelf) -> None:
    """Although no name or sum matches it."""
    number = shelf.home.transaction("GAMMA").id
    draft = {
        "title": "X", "names": ["NOBODY"], "opened": "2026-10-01",
        "payments": [{"date": "2026-10-03", "amount": "-10.03", "transaction": f"t{number}"}],
    }  # fmt: skip
    case, problems = read_case(draft, DAY, "USD")
    assert problems == []
    shelf.home.act(OpenCase(case))
    assert number in retention.spoken_of(shelf.home.db)
    shelf.home.act(Undo())  # the case is closed as a mistake, and still names it
    shelf.home.tick(AFTER)
    assert shelf.there() == {"GAMMA"}


def test_what_is_related_or_corrected_is_spoken_of_as_well(shelf: Shelf) -> None:
    """The twin of a finding, and the row that replaced the one that rang."""
    home = shelf.home
    number = {name: home.transaction(name).id for name in shelf.names}
    with write(home.db) as db:
        one = Finding("twin", number["ALPHA"], "ask", 3.2, "x", related=(number["BETA"],))
        tell_findings(home.teller(NOON), [one])
        db.execute(
            "INSERT INTO link (kind, from_tx, to_tx) VALUES ('replaces', ?, ?)",
            (number["GAMMA"], number["ALPHA"]),
        )
    home.tick(AFTER)
    assert shelf.there() == {"ALPHA", "BETA", "GAMMA"}


def test_what_waits_for_its_second_reader_stays(shelf: Shelf) -> None:
    """And what vigil itself still speaks of."""
    home = shelf.home
    (home.folder / ".keeping").mkdir()  # and what a killed backup left goes
    with write(home.db) as db:
        db.execute("UPDATE document SET second = 'due' WHERE sha256 = ?", (shelf.names["ALPHA"],))
        number = db.execute(
            "SELECT id FROM document WHERE sha256 = ?", (shelf.names["BETA"],)
        ).fetchone()[0]
        tell_self(home.teller(NOON), f"document {number}", "ask", ("a", "b", "c"))
    home.tick(AFTER)
    assert shelf.there() == {"ALPHA", "BETA"}
    assert not (home.folder / ".keeping").exists()


def test_while_a_backup_is_made_nothing_goes(shelf: Shelf) -> None:
    """It is tried again an hour later."""
    with only_keeper(shelf.home.folder):
        shelf.home.tick(AFTER)
    assert len(shelf.there()) == 3
    shelf.home.tick(AFTER + timedelta(minutes=59))
    assert len(shelf.there()) == 3
    shelf.home.tick(AFTER + timedelta(hours=1))
    assert shelf.there() == set()


def test_a_crash_after_the_note_leaves_nothing_behind(shelf: Shelf) -> None:
    """What is noted and still there is removed the next day."""
    with write(shelf.home.db) as db:
        retention.let_go(db, [one.document for one in retention.copies(db)], AFTER)
    assert len(shelf.there()) == 3
    shelf.home.tick(AFTER)
    assert shelf.there() == set()


def test_the_same_file_dropped_again_is_known(shelf: Shelf) -> None:
    """Its bytes come back for a day, and change nothing."""
    shelf.home.tick(AFTER)
    shelf.read("ALPHA", 1, now=AFTER)
    assert shelf.there() == {"ALPHA"}
    assert shelf.home.db.execute("SELECT count(*) FROM document").fetchone()[0] == 3
    shelf.home.tick(AFTER + DAYS)
    assert shelf.there() == set()


def test_a_second_reader_without_a_copy_says_so(shelf: Shelf) -> None:
    """Nothing breaks; the document is marked as skipped."""
    home = shelf.home
    with write(home.db) as db:
        db.execute("UPDATE document SET second = 'due'")
    for sha in shelf.names.values():
        path_of(home.world.documents, sha).unlink()

    def reader(_: Path, __: Reading, ___: object) -> Agreement:
        raise AssertionError

    assert look_again(home.world, NOON, reader) == 3
    skipped = home.db.execute("SELECT DISTINCT second, second_view FROM document").fetchall()
    assert [row["second"] for row in skipped] == ["skipped"]
    assert "cannot be read" in skipped[0]["second_view"]


def test_a_late_statement_is_told_when_the_account_cannot_be_put_in_order(shelf: Shelf) -> None:
    """Its rows are there; after retention it is a word in the weekly note."""
    shelf.home.tick(AFTER)
    shelf.read("OMEGA", 1, now=AFTER)
    assert shelf.home.transaction("OMEGA").amount == -1001
    (told,) = shelf.home.open()
    assert (told.kind, told.level) == ("self", "digest")
    assert "came late" in told.title
    shelf.read("PSI", 1, now=AFTER)
    assert len(shelf.home.open()) == 1


def test_a_copy_that_is_gone_by_itself_is_asked_about(shelf: Shelf) -> None:
    """It should be there, and a backup has it."""
    path_of(shelf.home.world.documents, shelf.names["GAMMA"]).unlink()
    shelf.read("OMEGA", 1)
    (told,) = shelf.home.open()
    assert told.level == "ask"
    assert "should be there and are not: 1." in told.body
    assert "backup" in told.first_step


def test_a_late_statement_is_put_in_order_while_the_copies_are_there(shelf: Shelf) -> None:
    """And nothing is told."""
    shelf.read("OMEGA", 1)
    assert shelf.home.open() == []


# --- rows that would grow without bound -------------------------------------------------------


def test_years_of_ringing_leave_few_messages(tmp_path: Path) -> None:
    """Of each alert and channel the first message that went out and the newest stay."""
    home = Home(tmp_path)
    home.read(Line(DAY, -86, "QX PAYWAVE"))
    home.find("QX PAYWAVE")
    now = NOON
    for _ in range(900):
        due = pipeline.next_due(home.db)
        assert due is not None
        now = max(due, now)
        home.tick(now)
        for row in outbox.due(home.db, now):
            with write(home.db):
                outbox.accept(home.db, row.id, "sent", now)
    sent = home.letters(alert=1, state="accepted")
    first, newest = sent[0], sent[-1]
    home.tick(now + 100 * DAYS)
    left = home.letters(alert=1, state="accepted")
    assert len(sent) > 800
    assert [row["id"] for row in left] == [first["id"], newest["id"]]
    assert len(home.letters()) <= 4


def test_what_vigil_said_of_itself_goes_when_it_is_long_over(tmp_path: Path) -> None:
    """With its answers; what is open stays, and so does every alert on money."""
    home = Home(tmp_path)
    home.read(Line(DAY, -86, "QX PAYWAVE"))
    money = home.find("QX PAYWAVE").id
    home.act(Answer(money, "mine"))
    with write(home.db):
        tell_self(home.teller(NOON), "source folder", "ask", ("down", "b", "c"))
        tell_self(home.teller(NOON), "rejected x", "ask", ("rejected", "b", "c"))
        tell_self(home.teller(NOON), "inbox copy", "ask", ("full", "b", "c"))
    with write(home.db):
        close_self(home.teller(NOON), "source folder")
    home.act(Answer(3, "mine"))
    home.act(Undo())
    home.act(Answer(3, "mine"))
    home.tick(NOON + 399 * DAYS)
    assert home.db.execute("SELECT count(*) FROM alert").fetchone()[0] == 4
    home.tick(NOON + 401 * DAYS)
    left = [row["title"] for row in home.db.execute("SELECT title FROM alert ORDER BY id")]
    assert len(left) == 3  # a3 was answered last: undo must not reach past it
    home.act(Answer(4, "later"), NOON + 401 * DAYS)
    home.tick(NOON + 402 * DAYS)
    left = [row["title"] for row in home.db.execute("SELECT title FROM alert ORDER BY id")]
    assert left[1:] == ["full"]
    assert home.db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert [r["alert"] for r in home.db.execute("SELECT alert FROM decision ORDER BY id")] == [1, 4]


def test_an_undone_answer_is_not_done_again_by_pruning(tmp_path: Path) -> None:
    """A decision and its undo go together."""
    home = Home(tmp_path)
    with write(home.db):
        tell_self(home.teller(NOON), "rejected x", "ask", ("rejected", "b", "c"))
    home.act(Answer(1, "mine"))
    home.act(Undo())
    with write(home.db):
        home.db.execute("UPDATE alert SET state = 'closed'")
    home.tick(NOON + 500 * DAYS)
    assert home.db.execute("SELECT count(*) FROM decision").fetchone()[0] == 0
    with pytest.raises(VigilError, match="nothing to undo"):
        home.act(Undo())


def test_a_person_who_left_the_configuration_is_not_due_for_ever(tmp_path: Path) -> None:
    """Their weekly note would be overdue at every moment, and the watch would never sleep."""
    home = Home(tmp_path)
    home.tick(NOON)
    alone = Home(tmp_path, CONFIG.replace('[people.gus]\nrole = "guardian"\n', "[people.eve]\n"))
    now = NOON + 30 * DAYS
    alone.tick(now)
    due = pipeline.next_due(alone.db)
    assert due is not None
    assert due > now
    names = [row["name"] for row in alone.db.execute("SELECT name FROM schedule")]
    assert "digest gus" not in names
    assert "digest eve" in names


def test_hashes_name_the_copies(shelf: Shelf) -> None:
    """The test's own household keeps them as vigil does."""
    for sha in shelf.names.values():
        path = path_of(shelf.home.world.documents, sha)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha
