"""From findings to alerts and queued messages, on a real database."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.home import CARD, GIRO, NIGHT, NOON, Home, Line

from vigil.cases.draft import read_case
from vigil.model import Case, Finding
from vigil.steps.answering import Answer, OpenCase
from vigil.steps.ringing import channel_subject, close_self, tell_self
from vigil.steps.telling import tell_findings
from vigil.store.database import write

DAY = date(2026, 11, 2)
SELLER = "SHENZHEN BRIGHTWAY LED"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A household whose card has two charges by a stranger and one by a seller."""
    home = Home(tmp_path)
    home.read(Line(DAY, -86, "QX PAYWAVE"), Line(DAY, -1000, "MOON BAKERY"))
    return home


def seller_case(home: Home, owner: str | None = None) -> int:
    """An open case about the seller."""
    case = Case(0, "Lamps", "marketplace_seller", owner, DAY, names=(SELLER,))
    opened = home.act(OpenCase(case)).case
    assert opened is not None
    return opened.id


def test_an_urgent_alert_rings_at_once_at_night_and_an_ask_waits_for_the_morning(
    home: Home,
) -> None:
    """03:04 in New York: the alarm is due now, the question at 07:00."""
    urgent = home.find("QX PAYWAVE", "urgent", now=NIGHT)
    ask = home.find("MOON BAKERY", "ask", now=NIGHT)
    assert [row["due_at"][:16] for row in home.letters(alert=urgent.id)] == ["2026-11-03T08:04"]
    assert [row["due_at"][:16] for row in home.letters(alert=ask.id)] == ["2026-11-03T12:00"]


def test_a_digest_finding_makes_no_message_until_the_weekly_note(home: Home) -> None:
    """The note comes once, on Sunday at 18:00 of the person's own clock, to whom it concerns."""
    home.find("MOON BAKERY", "digest")
    home.tick(NOON)
    assert home.letters() == []
    sunday = datetime(2026, 11, 8, 23, 0, tzinfo=UTC)  # 18:00 in New York
    home.tick(sunday - timedelta(minutes=1))
    assert [row["person"] for row in home.letters()] == []
    home.tick(sunday)
    home.tick(sunday + timedelta(minutes=1))
    rows = home.letters(why="digest")
    assert [(row["person"], row["priority"]) for row in rows] == [("anna", "low")]
    assert rows[0]["title"] == "This week: 1 thing to look at when you have time"


def test_only_the_owners_of_the_account_are_told(home: Home) -> None:
    """Neither the other owner nor the guardian hears of anna's card."""
    home.find("QX PAYWAVE")
    assert {row["person"] for row in home.letters()} == {"anna"}


def test_the_owner_of_a_case_is_told_of_a_charge_on_another_account(home: Home) -> None:
    """Bob's case, anna's card: both are told, the guardian is not."""
    seller_case(home, "bob")
    home.read(Line(DAY + timedelta(days=1), -21500, SELLER))
    assert {row["person"] for row in home.letters(why="first")} == {"anna", "bob"}


def test_a_case_on_two_accounts_tells_each_owner_of_their_own_account_alone(home: Home) -> None:
    """The case has no owner: anna does not hear of bob's account by way of it."""
    seller_case(home)
    home.read(Line(DAY + timedelta(days=1), -21500, SELLER))
    home.read(Line(DAY + timedelta(days=1), -9900, SELLER), number=GIRO)
    told = {row["person"]: row["body"] for row in home.letters(why="first")}
    assert set(told) == {"anna", "bob"}
    assert "215.00" in told["anna"]
    assert "99.00" not in told["anna"]
    assert "99.00" in told["bob"]


def test_a_later_finding_on_the_same_subject_joins_the_open_alert_and_rings_anew(
    home: Home,
) -> None:
    """One alert, one message that waits, holding both charges."""
    first = home.find("QX PAYWAVE", "ask", now=NIGHT)
    home.read(Line(DAY, -48000, "QX PAYWAVE"), now=NIGHT)
    second = home.find("QX PAYWAVE", "urgent", now=NIGHT + timedelta(minutes=4))
    assert second.id == first.id
    assert (second.level, second.rung) == ("urgent", 1)
    waiting = home.letters(alert=first.id, state="queued")
    assert len(waiting) == 1
    assert "480.00" in waiting[0]["body"]
    assert "0.86" in waiting[0]["body"]


def test_a_document_that_says_the_same_again_rings_nothing(home: Home) -> None:
    """The overlapping export of the next day holds the same charge: known, not new."""
    seller_case(home)
    home.read(Line(DAY + timedelta(days=1), -21500, SELLER))
    before = len(home.letters())
    home.read(Line(DAY + timedelta(days=1), -21500, SELLER), Line(DAY, -1000, "MOON BAKERY"))
    assert len(home.letters()) == before
    assert len(home.open()) == 1


def test_a_case_match_takes_over_the_open_alert_on_the_same_charge(home: Home) -> None:
    """A pattern rang; then the case is opened that knows the merchant: still one alert."""
    alert = home.find("QX PAYWAVE", "ask")
    one = home.transaction("QX PAYWAVE")
    case = seller_case(home)
    finding = Finding("case.new_charge", one.id, "urgent", 4.2, "0.86; why", case, 0.9)
    with write(home.db):
        joined = tell_findings(home.teller(NOON), [finding])[0]
    assert joined.id == alert.id
    assert (joined.case, joined.subject, joined.level) == (case, f"case {case} out", "urgent")
    assert len(home.open()) == 1


def test_money_back_makes_a_calm_alert_of_its_own(home: Home) -> None:
    """A refund does not join the alarm, and asks whether it is that money."""
    case = Case(0, "Lamps", "marketplace_seller", None, DAY, names=(SELLER,), payments=())
    home.act(OpenCase(case))
    home.read(Line(DAY + timedelta(days=1), -21500, SELLER))
    alarm = home.open()[0]
    home.act(Answer(alarm.id, "not-mine"))
    home.read(Line(DAY + timedelta(days=3), 5000, SELLER))
    back = home.open()[0]
    assert back.subject == "case 1 back"
    assert "Nothing to do now" in back.body
    assert "Last safe day" not in back.body
    assert "mine, if this is that money" in home.letters(alert=back.id)[0]["body"]


def test_an_unanswered_alarm_comes_again_with_wider_gaps(home: Home) -> None:
    """3 and 8 minutes later; each message holds the whole alert."""
    alert = home.find("QX PAYWAVE", now=NIGHT)
    for minutes in (3, 11):
        home.tick(NIGHT + timedelta(minutes=minutes - 1))
        home.tick(NIGHT + timedelta(minutes=minutes))
    rows = home.letters(alert=alert.id)
    assert [row["why"] for row in rows] == ["first", "again", "again"]
    assert [row["state"] for row in rows] == ["dropped", "dropped", "queued"]


def test_every_message_names_what_else_is_open(home: Home) -> None:
    """Phones lose messages: any one of them shows the whole open set."""
    home.find("QX PAYWAVE")
    home.find("MOON BAKERY", "ask")
    assert "Also open: a1 0.86 USD to QX PAYWAVE (visa)" in home.letters(alert=2)[0]["body"]


def test_messages_stay_below_a_thousand_characters_whatever_is_open(home: Home) -> None:
    """Long names, many alerts: the first step and the date are never cut off."""
    names = [f"{letter * 4} {'VERY LONG NAME ' * 12}"[:89].strip() for letter in "ABCDEF"]
    home.read(*(Line(DAY, -12345600 - n, name) for n, name in enumerate(names)))
    for name in names:
        home.find(name)
    for row in home.letters():
        assert len(row["title"]) < 1000
        assert len(row["body"]) < 1000
        assert "freeze the card" in row["body"]
        assert "Last safe day" in row["body"]


def test_no_account_number_reaches_a_message(home: Home) -> None:
    """Not even where the bank prints it into the row, or a file is called after it."""
    home.read(Line(DAY, -48000, f"TRANSFER {CARD[:4]} {CARD[4:12]}{CARD[12:]}"[:32]))
    home.find(f"TRANSFER {CARD[:4]} {CARD[4:12]}{CARD[12:]}"[:32])
    with write(home.db):
        text = (f"A file was not taken: {CARD}.pdf", f"vigil could not read {CARD}.pdf.", "First.")
        tell_self(home.teller(NOON), "rejected x", "ask", text)
    texts = "".join(row["title"] + row["body"] for row in home.letters())
    assert CARD[:12] not in texts.replace(" ", "")
    assert "...4321" in texts


def test_a_fault_of_vigil_is_told_once_and_ends_by_itself(home: Home) -> None:
    """The same words ring nothing new; other words do; the end closes it."""
    text = ("vigil cannot watch the folder", "It is gone.", "First: make it again.")
    for _ in range(2):
        with write(home.db):
            tell_self(home.teller(NOON), "source folder", "ask", text)
    assert {row["person"] for row in home.letters()} == {"anna", "bob"}
    assert len(home.letters()) == 2
    with write(home.db):
        close_self(home.teller(NOON), "source folder")
    assert home.alert(1).state == "closed"
    assert {row["state"] for row in home.letters()} == {"dropped"}


def test_that_nobody_can_be_reached_is_told_to_everybody_else(home: Home) -> None:
    """Anna has one channel and it is dead: it is not told on itself."""
    with write(home.db):
        text = ("phone does not reach anna", "x", "y")
        tell_self(home.teller(NOON), channel_subject("anna", "terminal"), "ask", text)
    assert {row["person"] for row in home.letters()} == {"bob", "gus"}


def test_a_promise_that_passes_without_money_is_told_once(home: Home) -> None:
    """Judged against what the statements cover; without a payment in the ledger as well."""
    draft = {
        "title": "Lamps", "names": [SELLER],
        "expected": [{"amount": "383.09", "currency": "USD", "due": "2026-11-05"}],
    }  # fmt: skip

    case, problems = read_case(draft, DAY, "USD")
    assert problems == []
    home.act(OpenCase(case))
    home.read(Line(date(2026, 11, 20), -1000, "MOON BAKERY"), now=NOON + timedelta(days=20))
    home.read(Line(date(2026, 11, 21), -1100, "MOON BAKERY"), now=NOON + timedelta(days=21))
    absent = [one for one in home.open() if one.case == 1]
    assert len(absent) == 1
    assert "383.09 was promised by 2026-11-05" in absent[0].body
