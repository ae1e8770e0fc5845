"""What people decide, and its undo, on a real database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.home import NIGHT, NOON, Home, Line

from vigil.errors import VigilError
from vigil.model import Case, Expected, Payment
from vigil.steps.answering import Answer, CloseCase, NoteCase, OpenCase, Undo
from vigil.steps.ringing import tell_self
from vigil.store import alerts, casebook
from vigil.store.database import write

DAY = date(2026, 11, 2)
SELLER = "SHENZHEN BRIGHTWAY LED"
GROCER = "GREEN GROCER"
LATER = NOON + timedelta(days=40)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A household with a quarter of card history and two charges by a stranger."""
    home = Home(tmp_path)
    days = [date(2026, 7, 1) + timedelta(days=2 * n) for n in range(60)]
    past = [Line(day, -4000 - 37 * (n % 9), GROCER) for n, day in enumerate(days)]
    home.read(*past, history="all", now=NOON - timedelta(days=2))
    return home


def charge(home: Home, cents: int = -48000, name: str = "QX PAYWAVE", day: int = 0) -> int:
    """A charge after the watch began; the number of the alert that it gives or joins."""
    home.read(Line(DAY + timedelta(days=day), cents, name), now=NOON + timedelta(days=day))
    rang = home.open()
    return rang[0].id if rang else 0


def payments(home: Home, case: int) -> list[int]:
    """The sums that a case tells of."""
    return [one.amount for one in casebook.get(home.db, case).case.payments]


def suppressed(home: Home) -> list[str]:
    """Why findings were suppressed."""
    rows = home.db.execute("SELECT suppressed FROM finding WHERE suppressed IS NOT NULL")
    return [row[0] for row in rows]


def test_a_first_large_charge_rings_for_the_other_tests(home: Home) -> None:
    """The ground that the tests below stand on."""
    number = charge(home)
    assert home.alert(number).title == "480.00 USD to QX PAYWAVE (visa)"


# --- later, on-it ------------------------------------------------------------------------------


def test_later_comes_back_by_itself(home: Home) -> None:
    """Silent until then, open all the while, and unanswered again when it rings."""
    charge(home)
    number = home.find("QX PAYWAVE", "ask", "made_up").id
    home.act(Answer(number, "later", timedelta(hours=2)))
    assert {row["state"] for row in home.letters(alert=number)} == {"dropped"}
    home.tick(NOON + timedelta(minutes=119))
    assert home.letters(alert=number, state="queued") == []
    assert (home.alert(number).answer, home.alert(number).state) == ("later", "open")
    home.tick(NOON + timedelta(hours=2))
    assert len(home.letters(alert=number, state="queued")) == 1
    assert home.alert(number).answer is None


def test_later_without_a_length_is_the_next_morning_of_the_persons_own_clock(home: Home) -> None:
    """New York, seven o'clock, although the household's machine knows UTC only."""
    number = charge(home)
    done = home.act(Answer(number, "later"))
    assert home.alert(number).again_at == datetime(2026, 11, 4, 12, tzinfo=UTC)
    assert done.lines == (f"a{number} comes back on 2026-11-04 at 07:00 (America/New_York).",)


def test_later_brings_back_a_digest_alert_too(home: Home) -> None:
    """What does not ring by itself was asked for."""
    home.read(Line(DAY, -1000, "MOON BAKERY"))
    alert = home.find("MOON BAKERY", "digest")
    home.act(Answer(alert.id, "later", timedelta(hours=1)))
    home.tick(NOON + timedelta(hours=1))
    assert len(home.letters(alert=alert.id, state="queued")) == 1


def test_on_it_stops_the_ringing_and_stays_open(home: Home) -> None:
    """Somebody is at it; nothing rings until there is more."""
    number = charge(home)
    home.act(Answer(number, "on-it"))
    home.tick(NOON + timedelta(days=3))
    assert home.letters(alert=number, state="queued") == []
    assert (home.alert(number).state, home.alert(number).answer) == ("open", "on-it")
    home.find("QX PAYWAVE", rule="more")
    assert home.alert(number).answer is None
    assert len(home.letters(alert=number, state="queued")) == 1


# --- mine -----------------------------------------------------------------------------------


def test_mine_teaches_a_band_and_undo_takes_the_lesson_back(home: Home) -> None:
    """The next equal charge is silent with its reason kept; outside of the band it rings."""
    number = equal_charges(home, 2)
    home.act(Answer(number, "mine"))
    assert home.alert(number).state == "answered"
    assert equal_charges(home, 3) == 0
    assert suppressed(home) == ["you said it was yours on 2026-11-03"]
    outside = equal_charges(home, 2, -15555)
    assert outside > number
    home.act(Answer(outside, "on-it"))
    home.act(Undo())
    home.act(Undo())
    assert home.alert(number).state == "open"
    known = len(alerts.findings_of(home.db, number))
    equal_charges(home, 4)
    assert len(suppressed(home)) == 1
    heard = sum(len(alerts.findings_of(home.db, one.id)) for one in home.open())
    assert heard > known + 1


def equal_charges(home: Home, count: int, cents: int = -7777) -> int:
    """A file with so many equal charges of one day; the alert that is open on that shop, or 0."""
    home.read(*[Line(DAY + timedelta(days=1), cents, "OAK BOOKS")] * count, now=NOON)
    found = [one for one in home.open() if "OAK BOOKS" in one.title]
    return found[0].id if found else 0


def test_a_case_match_that_is_mine_no_longer_counts_for_the_case(home: Home) -> None:
    """Undo puts it in force again."""
    home.act(OpenCase(Case(0, "Lamps", "marketplace_seller", None, DAY, names=(SELLER,))))
    number = charge(home, -21500, SELLER)
    done = home.act(Answer(number, "mine"))
    assert "It no longer counts as part of case 1." in done.lines
    assert all(one.undone for one in alerts.findings_of(home.db, number) if one.finding.case)
    home.act(Undo())
    assert not any(one.undone for one in alerts.findings_of(home.db, number))


# --- not-mine -------------------------------------------------------------------------------


def test_not_mine_opens_a_case_with_the_payment_and_says_what_to_do(home: Home) -> None:
    """Freeze, call, until when; the case is of the kind of the account."""
    number = charge(home)
    done = home.act(Answer(number, "not-mine"))
    assert done.case is not None
    assert (done.case.kind, done.case.owner, done.case.situation) == (
        "card_fraud", "anna", "unauthorised",
    )  # fmt: skip
    assert payments(home, done.case.id) == [-48000]
    assert done.lines[1].startswith("Now: freeze the card in your bank's app first, then call Demo")
    assert done.lines[2].startswith("Last safe day to dispute it: ")


def test_the_next_equal_charge_after_not_mine_rings_again(home: Home) -> None:
    """The case tells of one payment of 480.00; a second one is no repeat of the same row."""
    number = charge(home)
    home.act(Answer(number, "not-mine"))
    again = charge(home, day=1)
    assert again > number
    assert home.alert(again).case == 1
    home.act(Answer(again, "not-mine"))
    assert payments(home, 1) == [-48000, -48000]


def test_not_mine_joins_the_fitting_case_without_doubling_a_typed_payment(home: Home) -> None:
    """One of three equal charges was typed into the case before: three payments, not four."""
    home.read(*[Line(DAY, -7777, "OAK BOOKS")] * 3)
    one = home.find("OAK BOOKS", rule="made_up")
    told = {row.finding.transaction for row in alerts.findings_of(home.db, one.id)}
    assert len(told) > 1
    typed = (Payment(DAY, -7777, "USD"),)
    case = Case(0, "Books", "card_fraud", "anna", DAY, payments=typed, orders=("77881",))
    with write(home.db):
        casebook.add(home.db, replace(case, names=("OAK BOOKS",)), NOON)
    home.act(Answer(one.id, "not-mine"))
    assert payments(home, 1) == [-7777] * len(told)


def test_undo_of_not_mine_takes_the_payments_out_and_opens_the_alert_again(home: Home) -> None:
    """Both where a case was opened and where one was joined."""
    number = charge(home)
    home.act(Answer(number, "not-mine"))
    home.act(Undo())
    assert casebook.get(home.db, 1).state == "closed"
    assert (home.alert(number).state, home.alert(number).answer) == ("open", None)
    assert home.alert(number).again_at == NOON + timedelta(minutes=3)
    home.act(Answer(number, "not-mine"))
    again = charge(home, -9900, day=1)
    home.act(Answer(again, "not-mine"))
    assert payments(home, 2) == [-48000, -9900]
    home.act(Undo())
    assert payments(home, 2) == [-48000]


def test_a_closed_case_is_not_woken_by_not_mine(home: Home) -> None:
    """The alert outlived its case: a new one is opened."""
    home.act(OpenCase(Case(0, "Lamps", "marketplace_seller", None, DAY, names=(SELLER,))))
    number = charge(home, -21500, SELLER)
    home.act(CloseCase(1, "refunded"))
    done = home.act(Answer(number, "not-mine"))
    assert done.case is not None
    assert done.case.id == 2


def test_money_back_that_is_not_that_money_no_longer_counts(home: Home) -> None:
    """And no case is opened for money that came in."""
    paid = (Payment(DAY, -38309, "USD"),)
    home.act(OpenCase(Case(0, "Lamps", "marketplace_seller", None, DAY, (SELLER,), payments=paid)))
    number = charge(home, 5000, SELLER, day=3)
    home.act(Answer(number, "not-mine"))
    assert len(casebook.every(home.db)) == 1
    assert all(one.undone for one in alerts.findings_of(home.db, number))
    home.act(Undo())
    home.act(Answer(number, "mine"))
    assert not any(one.undone for one in alerts.findings_of(home.db, number))


def test_what_vigil_says_of_itself_is_no_payment(home: Home) -> None:
    """not-mine is refused; a fault that lasts stays open, a remark is done."""
    for subject in ("source folder", "document 3"):
        with write(home.db):
            tell_self(home.teller(NOON), subject, "ask", (subject, "x", "y"))
    fault, remark = sorted(one.id for one in home.open())
    with pytest.raises(VigilError, match="about vigil itself"):
        home.act(Answer(fault, "not-mine"))
    home.act(Answer(fault, "mine"))
    home.act(Answer(remark, "mine"))
    assert (home.alert(fault).state, home.alert(fault).answer) == ("open", "on-it")
    assert home.alert(remark).state == "answered"
    assert casebook.every(home.db) == []


# --- what cannot be answered, and undo ----------------------------------------------------------


@pytest.mark.parametrize("word", ["mine", "not-mine"])
def test_a_second_answer_is_refused_with_what_to_do(home: Home, word: str) -> None:
    """Nothing is overwritten by a second tap."""
    number = charge(home)
    home.act(Answer(number, word))  # type: ignore[arg-type]  # both are answers
    with pytest.raises(VigilError, match=rf"a{number} was answered already \({word}\).*vigil undo"):
        home.act(Answer(number, "mine"))


def test_nothing_that_is_refused_changes_anything(home: Home) -> None:
    """An unknown alert, an unknown case, nothing to undo, an owner whom nobody knows."""
    unknown = Payment(DAY, -1, "USD", transaction=99999)
    actions = (
        Answer(99, "mine"), NoteCase(9, "x"), CloseCase(9, "x"), Undo(),
        OpenCase(Case(0, "x", "card_fraud", "zed", DAY)),
        OpenCase(Case(0, "x", "card_fraud", None, DAY, payments=(unknown,))),
    )  # fmt: skip
    for action in actions:
        with pytest.raises(VigilError):
            home.act(action)
    assert casebook.every(home.db) == []
    assert home.db.execute("SELECT count(*) FROM decision").fetchone()[0] == 0


def test_undo_goes_back_one_decision_at_a_time_to_how_the_alert_stood(home: Home) -> None:
    """not-mine after on-it after later: each undo gives the answer before it."""
    number = charge(home)
    home.act(Answer(number, "later", timedelta(hours=5)))
    home.act(Answer(number, "on-it"))
    home.act(Answer(number, "not-mine"))
    states = []
    for _ in range(3):
        home.act(Undo())
        alert = home.alert(number)
        states.append((alert.state, alert.answer, alert.again_at))
    assert states == [
        ("open", "on-it", None),
        ("open", "later", NOON + timedelta(hours=5)),
        ("open", None, NOON + timedelta(minutes=3)),
    ]
    with pytest.raises(VigilError, match="nothing to undo"):
        home.act(Undo())


def test_undo_of_a_case_opened_by_mistake_takes_its_words_out_of_the_alerts(home: Home) -> None:
    """An alert that only the case gave ends; one that a pattern gave stays, without the case."""
    number = charge(home)
    home.act(
        OpenCase(
            Case(0, "Oops", "card_fraud", None, DAY - timedelta(days=1), names=("QX PAYWAVE",))
        )
    )
    assert home.alert(number).case == 1
    home.act(Undo())
    alert = home.alert(number)
    assert (alert.state, alert.case) == ("open", None)
    assert "Case 1" not in alert.title
    assert "case 1" not in alert.body


def test_undo_of_closing_opens_the_case_again(home: Home) -> None:
    """The case is held against new charges as before."""
    home.act(OpenCase(Case(0, "Lamps", "marketplace_seller", None, DAY, names=(SELLER,))))
    home.act(CloseCase(1, "done"))
    home.act(Undo())
    assert casebook.get(home.db, 1).state == "open"
    assert home.alert(charge(home, -21500, SELLER)).case == 1


def test_a_case_may_expect_money_in_another_currency(home: Home) -> None:
    """Two currencies are never added; a sum in USD does not answer a promise in EUR."""
    euros = (Expected(38309, "EUR", None),)
    case = Case(0, "Lamps", "marketplace_seller", None, DAY, names=(SELLER,), expected=euros)
    home.act(OpenCase(case))
    charge(home, 38309, SELLER, day=1)
    rows = home.db.execute("SELECT count(*) FROM finding WHERE rule = 'case.refund'").fetchone()
    assert rows[0] == 0


def test_money_refunded_twice_is_counted_once(home: Home) -> None:
    """The second full refund belongs to nobody's promise: nothing is missing below zero."""
    paid = (Payment(DAY, -38309, "USD"),)
    home.act(OpenCase(Case(0, "Lamps", "marketplace_seller", None, DAY, (SELLER,), payments=paid)))
    for day in (1, 4):
        charge(home, 38309, SELLER, day=day)
    rows = home.db.execute("SELECT count(*) FROM finding WHERE rule = 'case.refund'").fetchone()
    assert rows[0] == 1


def test_an_answer_at_night_is_taken_as_well(home: Home) -> None:
    """03:04: later without a length ends at seven the same morning."""
    number = charge(home)
    home.act(Answer(number, "later"), NIGHT)
    assert home.alert(number).again_at == datetime(2026, 11, 3, 12, tzinfo=UTC)
