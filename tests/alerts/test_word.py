"""The texts: whole, short, and nothing in them that came from a scammer can be used."""

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigil.alerts.plain import assumed, right_name
from vigil.alerts.safe import bank_text, without_numbers
from vigil.alerts.word import BODY_LIMIT, TITLE_LIMIT, Story, fit_body, name_of, words
from vigil.cases.clock import deadline_of, pack
from vigil.model import Account, Case, Finding, Transaction

CARD = Account(
    1, "visa", "card", "USD", ("anna",), "US", "credit_card", "visa", "Demo Bank", "+1 800 555 0100"
)  # fmt: skip
NASTY = st.one_of(
    st.text(max_size=400),
    st.text("\u202e\u2066\x00\x1b[]<>&\u200b\u0301\U0001f1e6\n\t .:/@", max_size=300),
    st.sampled_from([
        "http://evil.com", "WWW.EVIL.COM/PAY", "CALL 1-800-555-0199", "+44 20 7946 0958",
        "mailto:help@evil.com", "(800)5550199", "8005550199", "4000 1234 5678 4321", "a.b.co",
        "ｅｖｉｌ．com", "<b>bold</b>", "x" * 5000, "hxxp://1.2.3.4", "://://", "tel:+18005550199",
    ]),
)  # fmt: skip
TEXTS = st.lists(NASTY, max_size=3).map(" ".join)


def row(
    payee: str | None, number: int = 1, memo: str | None = None, cents: int = -48000
) -> Transaction:
    """A charge with this text."""
    return Transaction(
        number, 1, date(2026, 11, 3), cents, "USD", "qx", payee, memo, None, None, None,
        pending=False, history=False, unsure=False, extra=None,
    )  # fmt: skip


def story(
    payee: str, reason: str = "480.00; new", case: Case | None = None, rows: int = 1
) -> Story:
    """A happening of some rows."""
    moved = {number: row(payee, number) for number in range(1, rows + 1)}
    rule = "case.new_charge" if case else "card_testing"
    findings = [
        Finding(
            rule, number, "urgent", 4.2, reason, case.id if case else None, 0.8 if case else None
        )
        for number in moved
    ]
    today = date(2026, 11, 3)
    deadline = deadline_of(list(moved.values()), CARD, case, today)
    return Story(findings, moved, CARD, case, deadline)


def shown(text: str) -> bool:
    """True for a text that a phone can show as it is: no control, no direction mark."""
    return all(unicodedata.category(char)[0] != "C" or char == "\n" for char in text)


@given(TEXTS, TEXTS, st.integers(1, 6))
def test_no_bank_text_breaks_an_alert(payee: str, reason: str, rows: int) -> None:
    """Whatever the bank prints: short, clean, with the first step and the date whole."""
    case = Case(3, payee[:200] or "x", "marketplace_seller", "anna", date(2026, 11, 1))
    for told in (story(payee, reason, None, rows), story(payee, reason, case, rows)):
        text = words(told)
        assert len(text.title) <= TITLE_LIMIT
        assert len(text.body) <= BODY_LIMIT
        assert shown(text.title + text.body)
        assert text.first_step in text.body
        assert "Last safe day" in text.body
        assert "visa" in text.title


@given(TEXTS)
def test_nothing_of_a_bank_text_can_be_tapped_or_called(payee: str) -> None:
    """No scheme, no web address, no mail address and no number of seven digits is passed on."""
    name = name_of(row(payee))
    assert "://" not in name
    assert not re.search(r"www[.]|\w[.][^\W\d_]{2}", name, re.IGNORECASE)
    assert not re.search(r"\d(?:[ ().,/_+-]{0,3}\d){6}", name)
    assert name.strip()


@pytest.mark.parametrize(
    ("text", "shown_as"),
    [
        ("GREEN GROCER 0412", "GREEN GROCER 0412"),
        ("AMAZON.COM*2K4AB", "AMAZON .COM*2K4AB"),
        ("PAY AT HTTP://EVIL.COM/X", "PAY AT HTTP: //EVIL .COM/X"),
        ("CALL 800-555-0199", "CALL ...0199"),
        ("TRANSFER TO 4000 1234 5678 4321", "TRANSFER TO ...4321"),
        ("RENT 2026-11-03", "RENT 2026-11-03"),
    ],
)
def test_a_name_is_shown_as_the_bank_prints_it_bar_what_could_be_used(
    text: str, shown_as: str
) -> None:
    """Names stay readable; links get a space, numbers keep their last four digits."""
    assert bank_text(text) == shown_as


def test_amounts_days_and_times_are_no_numbers_to_hide() -> None:
    """Reasons keep their figures."""
    text = "1234567.89 after 0.86 on 2026-11-03; a1 since 2026-11-24 03:04, visa-20261103.ofx"
    assert without_numbers(text) == text
    assert without_numbers("40001234567812.ofx, 800 555 0199") == "...7812.ofx, ...0199"


def test_a_row_without_a_usable_name_is_called_by_its_memo_or_nobody() -> None:
    """Half of all real rows have no name; some names are only invisible characters."""
    assert name_of(row("\u200b", memo="CARD PAYMENT")) == "CARD PAYMENT"
    assert name_of(row(None)) == "somebody without a name"


def test_a_body_is_cut_above_its_last_part() -> None:
    """What to do and until when is never what is cut off."""
    cut = fit_body("why " * 300 + "\n\nFirst: call.\nLast safe day: Mon.", 200)
    assert len(cut) <= 200
    assert cut.endswith("…\n\nFirst: call.\nLast safe day: Mon.")


def test_the_text_of_an_alert_reads_as_a_person_needs_it() -> None:
    """Who, how much, which account, why, what first, until when, and what is assumed."""
    text = words(story("QX PAYWAVE", "480.00 at a new shop, after 0.86 there"))
    assert text.title == "480.00 USD to QX PAYWAVE (visa)"
    assert text.body == (
        "Tue 2026-11-03: 480.00 USD to QX PAYWAVE\n"
        "Account: visa\n"
        "Why: 480.00 at a new shop, after 0.86 there.\n"
        "\n"
        "If this was not you: freeze the card in your bank's app first, then call Demo Bank on"
        " +1 800 555 0100.\n"
        "Last safe day to dispute it: Wed 2026-12-23 (US Regulation Z, credit cards;"
        " source consumerfinance.gov).\n"
        "Assumed: counted from the posting date, as “first statement sent” is not known."
    )


def test_without_a_phone_in_the_configuration_no_number_is_named() -> None:
    """Only the person's own configuration gives a number to call."""
    plain = Account(1, "visa", "card", "USD")
    told = story("CALL 800-555-0199")
    text = words(Story(told.findings, told.transactions, plain, None, None))
    assert "call your bank on the number printed on your card" in text.body
    assert "By when: as soon as you can." in text.body


def test_an_account_number_of_the_scammer_in_a_reason_keeps_its_last_four() -> None:
    """The case matcher says which identifier it met; no whole number goes to a push service."""
    case = Case(3, "x", "bank_transfer", None, date(2026, 11, 1), accounts=("GB29 NWBK 6016",))
    text = words(story("QX", "480.00; carries gb29nwbk6016 of this case", case))
    assert "gb29nwbk" not in text.body.lower()
    assert "...6016" in text.body


def test_every_right_with_a_last_day_of_its_own_has_a_plain_name() -> None:
    """An id such as us.regz.billing_error is for `alert show`."""
    rights = pack().rights.values()
    dated = [one for one in rights if one.window_role == "deadline" and one.whose == "person"]
    dated = [one for one in dated if one.window.unit not in ("none", "asap", "until_paid")]
    assert [
        one.id for one in dated if right_name(one.id) == one.id and one.confidence != "low"
    ] == []


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("country US", "the country is US"),
        ("instrument credit_card", "it was paid by credit card"),
        ("owners anna, bob", "it concerns anna, bob"),
        ("settlement date unknown: left out", "“settlement date” is not known"),
        ("source last read on 2026-01-02", "the rule has not changed since 2026-01-02"),
        ("[accounts.a] and [accounts.b] both mean X", "[accounts.a] and [accounts.b] both mean X"),
    ],
)  # fmt: skip
def test_what_is_assumed_is_said_in_plain_words(said: str, clause: str) -> None:
    """The words of the engine become clauses; what is a sentence already stays one."""
    assert assumed(said) == clause
