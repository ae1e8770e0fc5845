"""History gives one list to look at, and one message at most."""

import inspect
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.home import GIRO, NIGHT, NOON, Home, Line

from vigil.errors import VigilError
from vigil.judge.patterns import all_patterns
from vigil.model import Case, Finding
from vigil.steps import reviewing
from vigil.steps.answering import Answer
from vigil.steps.reviewing import SETTLES, tell_review
from vigil.store import casebook
from vigil.store.database import write

DAY = date(2026, 10, 20)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Cards and accounts with history, two months of it."""
    home = Home(tmp_path)
    rows = [
        Line(DAY + timedelta(days=n), -10000 - n, f"STRANGER {name}")
        for n, name in enumerate("ABCDEFGHIJ")
    ]
    home.read(*rows, history="all")
    home.read(Line(DAY, -777, "BOBS STRANGER"), number=GIRO, history="all")
    return home


def review(home: Home, *names: str, case: int | None = None, now: object = NOON) -> None:
    """Put what history gave for these rows on the list."""
    found = [
        Finding(
            "case.new_charge" if case else "new",
            home.transaction(name).id,
            "ask",
            3.0 + n / 10,
            "1.00; why it is listed",
            case,
        )
        for n, name in enumerate(names)
    ]
    with write(home.db):
        tell_review(home.teller(now), found)  # type: ignore[arg-type]  # a moment


def test_several_files_dropped_together_give_one_list_and_one_message(home: Home) -> None:
    """The message waits until the files have settled, holds all, and goes to the owner alone."""
    review(home, "STRANGER A")
    review(home, "STRANGER B")
    assert len(home.open()) == 1
    waiting = home.letters(state="queued")
    assert [(row["person"], row["priority"]) for row in waiting] == [("anna", "low")]
    assert waiting[0]["title"] == "Review list: 2 older payments to look at"
    assert waiting[0]["due_at"][:19] == (NOON + SETTLES).isoformat()[:19]


def test_after_its_message_went_out_the_list_grows_in_silence(home: Home) -> None:
    """One message at most."""
    review(home, "STRANGER A")
    home.db.execute("UPDATE outbox SET state = 'accepted'")
    review(home, "STRANGER B")
    assert home.letters(state="queued") == []
    assert "STRANGER B" in home.open()[0].body


def test_the_message_never_comes_at_night(home: Home) -> None:
    """History is nothing to be woken for."""
    review(home, "STRANGER A", now=NIGHT)
    assert home.letters()[0]["due_at"][:16] == "2026-11-03T12:00"


def test_case_matches_come_first_then_the_nearest_last_day(home: Home) -> None:
    """What belongs to a scam, then what can still be disputed, by date; the rest is counted."""
    with write(home.db):
        case = casebook.add(home.db, Case(0, "Lamps", "card_fraud", None, DAY), NOON).id
    review(home, *(f"STRANGER {name}" for name in "CAB"))
    review(home, "STRANGER J", case=case)
    listed = [line for line in home.open()[0].body.splitlines() if line.startswith("- ")]
    assert [line.partition("STRANGER ")[2][0] for line in listed] == ["J", "A", "B", "C"]
    assert listed[0].startswith("- case 1: 2026-10-29 100.09 USD to STRANGER J (visa)")
    review(home, *(f"STRANGER {name}" for name in "DEFGHI"))
    assert "10 older payments" in home.open()[0].title
    assert "vigil case open --transaction" in home.open()[0].body


def test_each_owner_has_a_list_of_their_own_accounts(home: Home) -> None:
    """Anna does not read of bob's account."""
    review(home, "STRANGER A", "BOBS STRANGER")
    told = {row["person"]: row["body"] for row in home.letters()}
    assert set(told) <= {"anna", "bob"}
    assert "BOBS" not in told["anna"]


def test_a_list_of_several_is_not_answered_by_one_not_mine(home: Home) -> None:
    """Ten strangers are not one scam; the person says which rows, and mine ends the list."""
    review(home, "STRANGER A", "STRANGER B")
    number = home.open()[0].id
    with pytest.raises(VigilError, match="vigil case open --transaction t1 --transaction t2"):
        home.act(Answer(number, "not-mine"))
    home.act(Answer(number, "mine"))
    assert home.open() == []


def test_the_code_for_history_holds_no_sender() -> None:
    """Nothing under the review list, or a pattern, can open a channel."""
    source = inspect.getsource(reviewing)
    assert "send" not in source.replace("sent", "")
    assert "notify" not in source
    assert all_patterns()
