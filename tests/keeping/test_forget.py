"""What is forgotten is gone, to the last byte, and everything else is as if it had never been."""

import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Command
from tests.home import CARD, CONFIG, GIRO, NOON, Home, Line
from tests.keeping.conftest import SELLER, TODAY, Kept, converse
from tests.keeping.test_drill import watching

from vigil.cases.draft import read_case
from vigil.errors import VigilError
from vigil.model import Finding
from vigil.steps.answering import Answer, OpenCase, Undo
from vigil.steps.forgetting import forget_account, forget_person, plan_account, plan_person
from vigil.steps.telling import tell_digest, tell_findings
from vigil.store import alerts, casebook
from vigil.store.database import write

CANARY = "ZQXCANARY"
DAY = date(2026, 11, 2)


def everything_in(state: Path) -> bytes:
    """All bytes of a state folder."""
    return b"\n".join(one.read_bytes() for one in state.rglob("*") if one.is_file())


@pytest.fixture
def rang(vigil: Command) -> Command:
    """Two accounts; the card's payee is a canary that rang in the night and was told of."""
    vigil.configure()
    old = [Line(TODAY - timedelta(days=n), -1000 - n, "GREEN GROCER") for n in range(20, 60)]
    vigil.statement("giro.ofx", *old, number=GIRO)
    vigil.statement("old.ofx", *old, Line(TODAY - timedelta(days=30), -900, f"{CANARY} OLD"))
    assert vigil("ingest", "--history", "giro.ofx", "old.ofx").returncode == 0
    vigil.statement(
        "new.ofx",
        Line(TODAY - timedelta(days=1), -86, f"{CANARY} ONLINE"),
        Line(TODAY, -48000, f"{CANARY} ONLINE"),
    )
    assert "alerts a" in vigil("ingest", "new.ofx").stdout
    return vigil


def test_a_forgotten_account_leaves_no_byte(rang: Command) -> None:
    """Not in the database, its log, the copies of documents or a copy from before an upgrade."""
    state = rang.folder / "state"
    (state / "backups").mkdir()
    copy = state / "backups" / "vigil-format-1-20260101T000000000000Z.db"
    copy.write_bytes((state / "vigil.db").read_bytes())
    with closing(sqlite3.connect(state / "vigil.db", isolation_level=None)) as db:
        # What was deleted before, by a SQLite that overwrites nothing, lies in free pages.
        db.execute("PRAGMA secure_delete = OFF")
        db.execute(f"CREATE TABLE old AS SELECT '{CANARY}' || tx.id || hex(zeroblob(99)) FROM tx")
        db.execute("DROP TABLE old")
        db.execute(
            "INSERT INTO source (name, state, since, last_event)"
            " VALUES ('folder', 'watching', '', ?)",
            (f"{CANARY}.ofx: 1 new",),
        )
    assert CANARY.encode() in everything_in(state)
    done = rang("forget", "account", "visa", "--yes", "--force")
    assert done.returncode == 0, done.stderr
    left = everything_in(state)
    assert CANARY.encode() not in left
    assert CARD.encode() not in left
    assert GIRO.encode() in left
    assert not copy.exists()
    assert [json.loads(line)["account"] for line in rang("account", "ls", "--json").stdout.split(
        "\n"
    ) if line] == ["giro"]  # fmt: skip
    assert rang("alert", "ls", "--all").stdout == "Nothing ever rang.\n"
    assert "transactions.csv: 40 rows" in rang("export", "--to", "out").stdout


def test_what_will_go_is_shown_and_asked(rang: Command) -> None:
    """The open alert stands in the way; nobody to ask, or another word than yes, is a no."""
    database = rang.folder / "state" / "vigil.db"
    before = database.read_bytes()
    refused = rang("forget", "account", "visa", "--yes")
    assert refused.returncode == 1
    for said in ("43 transactions", "2 documents", "In the way: a1 is open", "done/ and rejected/"):
        assert said in refused.stdout
    assert "--force" in refused.stderr
    nobody = rang("forget", "account", "visa", "--force")
    assert (nobody.returncode, "--yes" in nobody.stderr) == (2, True)
    for word in ("no", "y", ""):
        said, code = converse(
            rang, ["forget", "account", "visa", "--force"], {"Type yes to go on:": [word]}
        )
        assert (code, "Nothing was removed" in said) == (1, True)
    assert database.read_bytes() == before
    assert len(list((rang.folder / "state" / "documents").glob("*/*"))) == 3
    said, code = converse(
        rang, ["forget", "account", "visa", "--force"], {"Type yes to go on:": ["yes"]}
    )
    assert (code, "“visa” is forgotten" in said) == (0, True)
    assert "[accounts.visa]" in said


def test_an_account_that_is_not_there_is_told(rang: Command) -> None:
    """With the names that are."""
    done = rang("forget", "account", "amex", "--yes")
    assert done.returncode == 1
    assert "no account is called “amex”; known are: “giro”, “visa”" in done.stderr


def test_a_forgotten_account_begins_anew(rang: Command) -> None:
    """Its files are unknown again; those of the others are still known."""
    assert rang("forget", "account", "visa", "--yes", "--force").returncode == 0
    assert "the same bytes" in rang("ingest", "giro.ofx").stdout
    assert "41 new" in rang("ingest", "old.ofx").stdout


def test_nothing_is_forgotten_under_a_watching_vigil(kept: Kept) -> None:
    """It would write down again what it still knows."""
    with watching(kept):
        for words in (("account", "visa"), ("person", "anna"), ("everything",)):
            done = kept.vigil("forget", *words, "--yes", "--force")
            assert (done.returncode, "vigil is watching" in done.stderr) == (1, True)
    assert kept.vigil("forget", "account", "giro", "--yes", "--force").returncode == 0
    with watching(kept):
        assert len(kept.vigil("account", "ls", "--json").stdout.splitlines()) == 1


def test_a_case_loses_the_rows_and_keeps_the_words(kept: Kept) -> None:
    """What the person wrote down of the scam is theirs, what the account said is gone."""
    refused = kept.vigil("forget", "account", "visa", "--yes")
    assert "case 1 is open: Lamps" in refused.stdout
    assert kept.vigil("forget", "account", "visa", "--yes", "--force").returncode == 0
    case = json.loads(kept.vigil("case", "show", "1", "--json").stdout)
    assert case["names"] == [SELLER]
    assert case["payments"][0] == {
        "account": None, "fitid": None, "date": case["payments"][0]["date"],
        "amount": "-383.09", "currency": "USD", "transaction": None,
    }  # fmt: skip
    whats = [one["what"] for one in case["timeline"]]
    assert whats == ["case opened", "an account was forgotten; what was known of it is gone"]


def test_a_document_that_speaks_of_others_stays(vigil: Command) -> None:
    """And that is said beforehand."""
    golden = Path(__file__).parents[1] / "statements/golden/ofx/two_accounts.ofx"
    (vigil.folder / "two.ofx").write_bytes(golden.read_bytes())
    assert vigil("ingest", "--history", "two.ofx").returncode == 0
    names = [json.loads(one)["account"] for one in vigil("account", "ls", "--json").stdout.split(
        "\n"
    ) if one]  # fmt: skip
    done = vigil("forget", "account", names[0], "--yes", "--force")
    assert done.returncode == 0, done.stderr
    assert "1 document that also speak of other accounts: stays" in done.stdout
    assert len(list((vigil.folder / "state/documents").glob("*/*"))) == 1
    left = vigil("account", "ls", "--json").stdout.splitlines()
    assert [json.loads(one)["account"] for one in left] == names[1:]
    other = vigil("forget", "account", names[1], "--yes", "--force")
    assert other.returncode == 0, other.stderr
    assert list((vigil.folder / "state/documents").glob("*/*")) == []


def test_everything_is_forgotten(kept: Kept) -> None:
    """The state folder goes; what stays is named, and it is there."""
    file = kept.backup()
    refused = kept.vigil("forget", "everything", "--yes")
    assert (refused.returncode, "case 1 is open" in refused.stdout) == (1, True)
    assert (kept.state / "vigil.db").exists()
    done = kept.vigil("forget", "everything", "--yes", "--force")
    assert done.returncode == 0, done.stderr
    assert not kept.state.exists()
    for stays in ("vigil/inbox", "vigil/backups", "config/vigil"):
        assert stays in done.stdout
    assert file.exists()
    assert (kept.vigil.folder / "config/vigil/config.toml").exists()
    nothing = kept.vigil("forget", "everything", "--yes")
    assert (nothing.returncode, "nothing to forget" in nothing.stderr) == (1, True)


def test_nothing_but_its_own_is_removed(kept: Kept) -> None:
    """A state folder that is somebody's home loses only what vigil made there."""
    (kept.state / "thesis.txt").write_text("years of work")
    done = kept.vigil("forget", "everything", "--yes", "--force")
    assert "thesis.txt" in done.stdout
    assert [one.name for one in kept.state.iterdir()] == ["thesis.txt"]


def test_a_damaged_database_can_be_forgotten_too(kept: Kept) -> None:
    """Its person wants to be rid of it all the more."""
    (kept.state / "vigil.db").write_bytes(b"rubbish" * 999)
    done = kept.vigil("forget", "everything", "--yes")
    assert done.returncode == 0, done.stderr
    assert not kept.state.exists()


# --- the ledger without the account -----------------------------------------------------------


def fed(folder: Path, *, with_card: bool) -> Home:
    """A household with a bank account, and perhaps with a card that knows the same shops."""
    folder.mkdir()
    home = Home(folder)
    shops = ("GREEN GROCER", "CORNER BAKERY", "POWER CO")
    home.read(*(Line(DAY - timedelta(days=n), -1000 - n, shops[n % 3]) for n in range(30)),
              number=GIRO)  # fmt: skip
    if with_card:
        names = (*shops, f"{CANARY} SHOP")
        home.read(*(Line(DAY - timedelta(days=n), -500 - n, names[n % 4]) for n in range(40)))
    return home


def tables(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the ledger and of what was learnt."""
    names = ("tx", "account", "statement", "document", "merchant", "profile", "sighting", "link",
             "finding", "alert", "outbox", "decision", "lesson", "scam", "problem")  # fmt: skip
    return {one: [tuple(r) for r in home.db.execute(f"SELECT * FROM {one}")] for one in names}


def test_the_others_know_what_they_would_have_known_alone(tmp_path: Path) -> None:
    """Ledger and totals are those of a household that never had the account."""
    home, alone = fed(tmp_path / "a", with_card=True), fed(tmp_path / "b", with_card=False)
    assert tables(home) != tables(alone)
    forget(home, "visa")
    assert tables(home) == tables(alone)


def forget(home: Home, name: str) -> None:
    """Forget an account."""
    with write(home.db):
        teller = home.teller(NOON)
        forget_account(teller, plan_account(teller, name))
    assert home.db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_an_alert_on_two_accounts_keeps_the_other(tmp_path: Path) -> None:
    """In other words, under its number, and with its next ring where it was."""
    home = Home(tmp_path, CONFIG.replace('owners = ["bob"]', 'owners = ["anna"]'))
    home.read(Line(DAY, -86, f"{CANARY} X"))
    home.read(Line(DAY, -990, "MOON BAKERY"), number=GIRO)
    home.find("MOON BAKERY")
    card, bank = home.transaction(f"{CANARY} X"), home.transaction("MOON BAKERY")
    with write(home.db):
        one = Finding("card_testing", card.id, "urgent", 4.9, "0.86; first", related=(bank.id,))
        tell_findings(home.teller(NOON), [one])
    (alert,) = home.open()
    assert CANARY in alert.title
    forget(home, "visa")
    (left,) = home.open()
    assert (left.id, left.again_at, left.rung) == (alert.id, alert.again_at, alert.rung)
    assert "MOON BAKERY" in left.title
    assert CANARY not in "".join(str(row) for rows in tables(home).values() for row in rows)
    (waiting,) = home.letters(state="queued", person="anna")
    assert "MOON BAKERY" in waiting["title"]


def test_messages_on_other_alerts_lose_the_quote(tmp_path: Path) -> None:
    """Also open: ... and the weekly note name what is open, also after they were sent."""
    home = Home(tmp_path, CONFIG.replace('owners = ["bob"]', 'owners = ["anna"]'))
    home.read(Line(DAY, -86, f"{CANARY} X"))
    home.read(Line(DAY, -990, "MOON BAKERY"), number=GIRO)
    home.find(f"{CANARY} X", "ask")
    home.find("MOON BAKERY", "urgent")
    with write(home.db):
        person = home.world.household.people[0]
        tell_digest(home.teller(NOON), person)
        home.db.execute("UPDATE outbox SET state = 'accepted' WHERE id = 1")
    quoting = [row["id"] for row in home.letters() if CANARY in row["title"] + row["body"]]
    assert len(quoting) == 3
    forget(home, "visa")
    assert CANARY not in "".join(str(tuple(row)) for row in home.letters())
    waiting = home.letters(state="queued")
    assert [row["why"] for row in waiting] == ["first"]
    assert "MOON BAKERY" in waiting[0]["title"]
    assert "Also open" not in waiting[0]["body"]


def test_a_lesson_on_another_account_outlives_the_alert_that_taught_it(tmp_path: Path) -> None:
    """The answer to an alert on two accounts still counts for the one that stays."""
    home = Home(tmp_path, CONFIG.replace('owners = ["bob"]', 'owners = ["anna"]'))
    home.read(Line(DAY, -86, f"{CANARY} X"))
    home.read(Line(DAY, -990, "MOON BAKERY"), number=GIRO)
    home.find("MOON BAKERY")
    related = (home.transaction("MOON BAKERY").id,)
    with write(home.db):
        one = Finding("unusual", home.transaction(f"{CANARY} X").id, "urgent", 4.9, "x", None, 0.5,
                      related)  # fmt: skip
        tell_findings(home.teller(NOON), [one])
    home.act(Answer(1, "mine"))
    assert len(home.db.execute("SELECT 1 FROM lesson").fetchall()) == 2
    forget(home, "visa")
    lessons = home.db.execute("SELECT account, undone_at FROM lesson").fetchall()
    assert [tuple(row) for row in lessons] == [(2, None)]
    home.act(Undo())
    assert home.db.execute("SELECT undone_at FROM lesson").fetchone()[0] is not None


def test_a_review_list_loses_the_account(tmp_path: Path) -> None:
    """What it lists of others stays on it."""
    home = Home(tmp_path, CONFIG.replace('owners = ["bob"]', 'owners = ["anna"]'))
    days = [DAY - timedelta(days=n) for n in range(60)]
    for name, number in ((f"{CANARY} LTD", CARD), ("FRIENDLY LTD", GIRO)):
        usual = [Line(day, -1000 - n, "GREEN GROCER") for n, day in enumerate(days)]
        small = [Line(days[3], -90, name), Line(days[2], -90_000, name)]
        home.read(*sorted([*usual, *small]), history="all", number=number)
    (review,) = [one for one in home.open() if one.kind == "review"]
    assert CANARY in review.body
    assert "FRIENDLY" in review.body
    forget(home, "visa")
    left = alerts.get(home.db, review.id)
    assert CANARY not in left.body
    assert "FRIENDLY" in left.body
    forget(home, "giro")
    with pytest.raises(VigilError):
        alerts.get(home.db, review.id)


# --- a person ---------------------------------------------------------------------------------


def test_a_person_is_forgotten_where_they_are_named(tmp_path: Path) -> None:
    """Messages to them, their name on alerts and cases; the money's rows stay."""
    home = Home(tmp_path, CONFIG.replace('owners = ["bob"]', 'owners = ["anna", "bob"]'))
    home.read(Line(DAY, -990, "MOON BAKERY"), number=GIRO)
    home.find("MOON BAKERY")
    case, _ = read_case({"names": ["X LTD"], "owner": "bob", "opened": "2026-11-01"}, DAY, "USD")
    home.act(OpenCase(case, by="bob"))
    home.tick(NOON)
    assert {row["person"] for row in home.letters()} == {"anna", "bob"}
    with write(home.db):
        teller = home.teller(NOON)
        plan = plan_person(teller, "bob")
        assert (plan.alone, [one.id for one in plan.open_cases]) == ((), [1])
        forget_person(teller, plan)
    assert {row["person"] for row in home.letters()} == {"anna"}
    assert home.alert(1).owners == ("anna",)
    assert casebook.get(home.db, 1).case.owner is None
    dump = "".join(str(row) for rows in tables(home).values() for row in rows)
    assert "bob" not in dump
    assert (
        home.db.execute("SELECT count(*) FROM schedule WHERE name LIKE '%bob'").fetchone()[0] == 0
    )
    assert home.db.execute("SELECT count(*) FROM tx").fetchone()[0] == 1


def test_an_alert_that_concerns_nobody_else_stands_in_the_way(tmp_path: Path) -> None:
    """With --force it ends: it must not go to those who may not know of it."""
    home = Home(tmp_path)
    home.read(Line(DAY, -990, "MOON BAKERY"), number=GIRO)
    home.find("MOON BAKERY")
    with write(home.db):
        teller = home.teller(NOON)
        plan = plan_person(teller, "bob")
        assert [one.id for one in plan.alone] == [1]
        forget_person(teller, plan)
    assert home.open() == []
    assert home.letters() == []
    home.tick(NOON + timedelta(days=2))
    assert home.letters() == []


def test_a_person_is_forgotten_by_the_command(kept: Kept) -> None:
    """What is left to do is said; somebody unknown is told as such."""
    done = kept.vigil("forget", "person", "bob", "--yes")
    assert done.returncode == 1, done.stdout
    assert "vigil keeps nothing of “bob”" in done.stderr
    refused = kept.vigil("forget", "person", "anna", "--yes")
    assert (refused.returncode, "In the way: a1" in refused.stdout) == (1, True)
    done = kept.vigil("forget", "person", "anna", "--yes", "--force")
    assert done.returncode == 0, done.stderr
    assert "[people.anna] still stands" in done.stdout
    with closing(sqlite3.connect(kept.state / "vigil.db")) as db:
        assert db.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
