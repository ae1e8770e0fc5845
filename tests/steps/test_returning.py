"""A ledger from a backup in its new time: nothing is new, nothing is lost, nothing floods."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.home import GIRO, NOON, Home, Line

from vigil.steps.answering import Answer
from vigil.steps.returning import come_back
from vigil.store import outbox
from vigil.store.database import write

DAY = date(2026, 11, 2)
LATER = NOON + timedelta(days=30)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Five open alerts of anna's and one of bob's, as a backup at noon holds them."""
    home = Home(tmp_path)
    names = ("QX PAYWAVE", "MOON BAKERY", "RED KIOSK", "BLUE BAR", "GREY SHOP")
    home.read(*(Line(DAY, -1000 - n, name) for n, name in enumerate(names)))
    home.read(Line(DAY, -86, "BOB PAYEE"), number=GIRO)
    home.find("QX PAYWAVE", "urgent")
    home.find("MOON BAKERY", "ask")
    home.find("RED KIOSK", "digest")
    home.find("BLUE BAR", "urgent")
    home.find("GREY SHOP", "urgent")
    home.find("BOB PAYEE", "ask")
    home.act(Answer(4, "later", timedelta(hours=2)))
    home.act(Answer(5, "on-it"))
    home.tick(NOON)
    return home


def restored(home: Home, now: object = LATER) -> int:
    """The backup is brought back at this time."""
    assert isinstance(now, type(LATER))
    with write(home.db):
        return come_back(home.teller(now), NOON)


def test_after_thirty_days_each_person_gets_one_message(home: Home) -> None:
    """With everything open in it, instead of one for each alert and for each queued message."""
    assert len(outbox.due(home.db, LATER)) > 2
    assert restored(home) == 6
    home.tick(LATER)
    due = outbox.due(home.db, LATER + timedelta(minutes=2))
    assert [row.person for row in due] == ["anna", "bob"]
    anna, bob = (row.message for row in due)
    assert anna.title == "vigil is back, from a backup of 2026-11-03 12:00: 5 alerts are open"
    assert all(f"- a{n} " in anna.body for n in range(1, 6))
    assert "a6" not in anna.body
    assert "BOB" not in anna.body
    assert (anna.priority, bob.priority) == ("high", "default")
    assert "1 alert is open" in bob.title


def test_open_alerts_ring_on_as_they_were(home: Home) -> None:
    """The next ring comes by the alert's own schedule; a snooze is over, on-it stays quiet."""
    before = {one.id: one for one in home.open()}
    restored(home)
    after = {one.id: one for one in home.open()}
    assert after.keys() == before.keys()
    assert {n: (one.title, one.level, one.since) for n, one in after.items()} == {
        n: (one.title, one.level, one.since) for n, one in before.items()
    }
    gap = timedelta(minutes=8)  # a1 has rung once, and its second ring is the one message
    assert (after[1].again_at, after[1].rung) == (LATER + gap, 2)
    assert (after[4].answer, after[5].answer, after[5].again_at) == (None, "on-it", None)
    home.tick(LATER + gap)
    rung = [row["alert"] for row in home.letters(state="queued", why="again")]
    assert rung.count(1) == 1


def test_a_fresh_backup_goes_on_where_it_was_made(home: Home) -> None:
    """What is due later is left as it is, and nothing is told about the restore."""
    for row in outbox.due(home.db, NOON + timedelta(minutes=1)):
        with write(home.db):
            outbox.accept(home.db, row.id, "sent", NOON)
    before = [tuple(one) for one in home.db.execute("SELECT id, again_at, answer, rung FROM alert")]
    letters = len(home.letters())
    restored(home, NOON + timedelta(seconds=30))
    home.tick(NOON + timedelta(seconds=30))
    assert before == [
        tuple(one) for one in home.db.execute("SELECT id, again_at, answer, rung FROM alert")
    ]
    assert len(home.letters()) == letters


def test_with_nothing_open_nothing_is_said(tmp_path: Path) -> None:
    """A queued message on what is over by now is taken back in silence."""
    home = Home(tmp_path)
    home.read(Line(DAY, -86, "QX PAYWAVE"))
    home.find("QX PAYWAVE")
    home.act(Answer(1, "mine"))
    assert restored(home) == 0
    home.tick(LATER)
    assert outbox.due(home.db, LATER) == []


def test_the_weekly_note_does_not_repeat_it(home: Home) -> None:
    """A note that was due meanwhile comes on its next day."""
    restored(home)
    home.tick(LATER)
    assert home.letters(why="digest", state="queued") == []
    home.tick(LATER + timedelta(days=7))
    assert {row["person"] for row in home.letters(why="digest", state="queued")} >= {"anna"}
