"""Which rights are listed, in what order, and which date is shown."""

from datetime import UTC, date, datetime, timedelta

import pytest

from vigil.model import Money
from vigil.rights import (
    Facts,
    RightsPack,
    act_now,
    deadlines,
    first_deadline,
    load,
    passed,
)

PAID = date(2026, 11, 3)  # a Tuesday


@pytest.fixture(scope="module", name="pack")
def _pack() -> RightsPack:
    return load().pack


def names(facts: Facts, pack: RightsPack, today: date = PAID) -> list[str]:
    return [row.right for row in deadlines(facts, pack, today)]


def test_a_us_credit_card_shows_the_billing_error_date_less_the_post(pack: RightsPack) -> None:
    """60 days from the posting, ten days for the post, back from a Saturday to Friday."""
    facts = Facts("US", "credit_card", "visa", PAID, posted=date(2026, 11, 4))
    first = first_deadline(facts, pack, PAID)
    assert first is not None
    assert (first.right, first.limit) == ("us.regz.billing_error", date(2027, 1, 3))
    assert first.last_safe == date(2026, 12, 24)
    assert first.why == (
        "2026-11-04 + 60 days = 2027-01-03",
        "first statement sent is not known: the true end may be later",
        "- 10 days for the post",
    )
    assert first.assumes == ("first statement sent unknown: posting date",)
    assert first.missing[0].startswith("first statement sent: ")
    assert (first.clock, first.clock_date, first.clock_assumed) == (
        "first_statement_sent",
        date(2026, 11, 4),
        True,
    )


def test_a_card_network_window_is_the_issuers_so_the_person_is_earlier(pack: RightsPack) -> None:
    """Visa 10.4: limit 120 days, best day 20 days before it, last safe day 7 days before it."""
    facts = Facts("JP", "credit_card", "visa", PAID)
    row = next(row for row in deadlines(facts, pack, PAID) if row.right == "visa.10.4")
    assert (row.limit, row.last_safe, row.target) == (
        date(2027, 3, 3),
        date(2027, 2, 24),
        date(2027, 2, 11),
    )


def test_a_safe_day_that_is_over_becomes_today_and_never_passes_the_limit(pack: RightsPack) -> None:
    """Between last safe day and limit the only advice left is today."""
    facts = Facts("JP", "credit_card", "visa", PAID)
    for today in (date(2027, 2, 27), date(2027, 3, 3)):
        first = first_deadline(facts, pack, today)
        assert first is not None
        assert first.last_safe == today
        assert first.target == today


def test_the_last_day_is_in_time_and_the_day_after_is_over(pack: RightsPack) -> None:
    """On its limit a right is listed; a day later it is among those that passed."""
    facts = Facts("JP", "credit_card", "visa", PAID)
    assert "visa.10.4" in names(facts, pack, date(2027, 3, 3))
    assert "visa.10.4" not in names(facts, pack, date(2027, 3, 4))
    assert "visa.10.4" in [row.right for row in passed(facts, pack, date(2027, 3, 4))]


def test_a_right_whose_start_was_assumed_is_not_called_over_too_soon(pack: RightsPack) -> None:
    """The statement may have come weeks after the posting: still listed, without a date."""
    facts = Facts("US", "credit_card", "visa", PAID)
    row = {row.right: row for row in deadlines(facts, pack, date(2027, 1, 10))}[
        "us.regz.billing_error"
    ]
    assert row.limit == date(2027, 1, 2)
    assert (row.shown_as, row.last_safe) == ("may_end_early", None)


def test_low_confidence_never_gives_a_firm_date(pack: RightsPack) -> None:
    """Amex outside India and Canada: a limit for inner use, no date to show."""
    facts = Facts("JP", "credit_card", "amex", PAID)
    (row,) = deadlines(facts, pack, PAID)
    assert (row.shown_as, row.last_safe, row.target) == ("may_end_early", None, None)
    assert row.limit == date(2027, 1, 2)
    assert first_deadline(facts, pack, PAID) is None


def test_a_pending_line_gives_only_the_call_to_the_bank(pack: RightsPack) -> None:
    """Nothing can be disputed before it posts."""
    facts = Facts("US", "credit_card", "visa", PAID, pending=True)
    (row,) = deadlines(facts, pack, PAID)
    assert (row.right, row.shown_as, row.limit) == ("rule.pending", "now", None)
    assert first_deadline(facts, pack, PAID) is None


def test_the_fall_backs_say_what_was_not_known(pack: RightsPack) -> None:
    """No network: 90 days. No country: a target only. No kind of US account: 60 days."""
    no_network = Facts("JP", "credit_card", None, PAID)
    first = first_deadline(no_network, pack, PAID)
    assert first is not None
    assert (first.right, first.limit) == ("rule.unknown_network", date(2027, 2, 1))
    assert first.assumes == ("network unknown: the shortest common window",)
    (row,) = deadlines(Facts(None, "debit_card", None, PAID), pack, PAID)
    assert (row.right, row.limit, row.target) == ("rule.unknown_country", None, date(2026, 12, 3))
    (row,) = deadlines(Facts("US", None, None, PAID, posted=date(2026, 11, 4)), pack, PAID)
    assert (row.right, row.limit) == ("rule.unknown_us_account", date(2027, 1, 3))


def test_a_national_copy_takes_the_place_of_the_eu_record(pack: RightsPack) -> None:
    """Germany is told its own law, Ireland the directive; each once."""
    german = names(Facts("DE", "credit_card", "visa", PAID), pack)
    irish = names(Facts("IE", "credit_card", "visa", PAID), pack)
    assert "de.bgb.unauthorised_13m" in german
    assert "eu.psd2.unauthorised" not in german
    assert "eu.psd2.unauthorised" in irish


def test_a_payment_made_by_oneself_is_never_called_unauthorised(pack: RightsPack) -> None:
    """A scam payment by card in the US has no unauthorised right."""
    facts = Facts("US", "credit_card", "visa", PAID, situation="scam_authorised_payment")
    assert names(facts, pack) == []
    assert act_now(facts, pack, PAID)


def test_the_platform_comes_before_the_chargeback_that_would_end_it(pack: RightsPack) -> None:
    """Etsy first although the bank's date is earlier, unless that is within 14 days."""
    facts = Facts(
        "JP",
        "credit_card,marketplace",
        "mastercard,etsy",
        PAID,
        situation="not_as_described",
        known={"estimated_delivery": date(2026, 12, 30), "goods_received": date(2026, 12, 30)},
    )
    assert names(facts, pack, date(2026, 12, 31)) == ["etsy.case_100d", "mc.4853.not_as_described"]
    assert names(facts, pack, date(2027, 2, 25)) == ["mc.4853.not_as_described", "etsy.case_100d"]


def test_the_rule_set_is_chosen_by_the_day_of_the_payment(pack: RightsPack) -> None:
    """India changes on 2027-01-01."""
    old = names(Facts("IN", "debit_card", "rupay", date(2026, 12, 31)), pack, date(2027, 1, 2))
    new = names(Facts("IN", "debit_card", "rupay", date(2027, 1, 1)), pack, date(2027, 1, 2))
    assert {"in.rbi.zero_3wd", "in.rbi.limited_7wd"} <= set(old)
    assert "in.rbi.2027_5d" not in old
    assert "in.rbi.2027_5d" in new
    assert "in.rbi.zero_3wd" not in new


@pytest.mark.parametrize(
    ("amount", "fits"),
    [(Money(10000, "GBP"), False), (Money(-10001, "GBP"), True), (Money(3000001, "GBP"), False)],
)
def test_sums_outside_the_bounds_do_not_fit(amount: Money, fits: bool, pack: RightsPack) -> None:
    """Section 75: above GBP 100 and up to GBP 30,000, money out being negative."""
    facts = Facts("UK", "credit_card", "visa", PAID, "not_received", amount=amount)
    assert ("uk.s75" in names(facts, pack)) is fits


def test_an_amount_in_another_currency_is_not_compared(pack: RightsPack) -> None:
    """It fits, and the text says that the sum was not checked."""
    facts = Facts("UK", "credit_card", "visa", PAID, "not_received", amount=Money(5000, "EUR"))
    row = next(row for row in deadlines(facts, pack, PAID) if row.right == "uk.s75")
    assert "amount is in EUR: above GBP 100.00 up to GBP 30000.00" in row.assumes


def test_minutes_count_in_real_time_over_a_change_of_clocks(pack: RightsPack) -> None:
    """Thirty minutes from 01:45 on the night when 02:00 becomes 03:00."""
    made = datetime.fromisoformat("2027-03-14T01:45-05:00")
    facts = Facts(
        "US",
        "remittance",
        None,
        made.date(),
        "scam_authorised_payment",
        known={"payment_made": made},
    )
    first = first_deadline(facts, pack, made + timedelta(minutes=20))
    assert first is not None
    assert first.limit == datetime(2027, 3, 14, 7, 15, tzinfo=UTC)
    late = made + timedelta(minutes=31)
    assert "us.remit.cancel_30min" in [row.right for row in passed(facts, pack, late)]


def test_a_payment_day_without_its_hour_is_neither_in_time_nor_over(pack: RightsPack) -> None:
    """Thirty minutes after an unknown hour of today may still run: no firm date is shown."""
    facts = Facts("US", "remittance", None, PAID, "scam_authorised_payment")
    noon = datetime(2026, 11, 3, 12, tzinfo=UTC)
    row = {row.right: row for row in deadlines(facts, pack, noon)}["us.remit.cancel_30min"]
    assert (row.shown_as, row.last_safe) == ("may_end_early", None)
    assert "us.remit.cancel_30min" in [
        row.right for row in passed(facts, pack, PAID + timedelta(days=3))
    ]


def test_a_wait_that_would_pass_the_limit_is_dropped(pack: RightsPack) -> None:
    """Goods sent back ten days before the end: file now, and the reason says so."""
    facts = Facts(
        "JP",
        "credit_card",
        "visa",
        PAID,
        "not_received",
        known={"last_expected_delivery": PAID, "goods_returned": date(2027, 2, 21)},
    )
    row = next(row for row in deadlines(facts, pack, date(2027, 2, 22)) if row.right == "visa.13.1")
    assert row.not_before is None
    assert any("file now" in step for step in row.why)


def test_no_limit_passes_the_outer_one(pack: RightsPack) -> None:
    """A pre-order due after a year and a half: 540 days from processing end first."""
    facts = Facts(
        "JP",
        "credit_card",
        "visa",
        date(2026, 3, 2),
        "not_received",
        known={
            "transaction_processing_date": date(2026, 3, 3),
            "last_expected_delivery": date(2027, 8, 15),
        },
    )
    row = next(row for row in deadlines(facts, pack, date(2027, 8, 16)) if row.right == "visa.13.1")
    assert row.limit == date(2027, 8, 25)
    assert "never after 2026-03-03 + 540 days = 2027-08-25" in row.why


def test_money_that_was_taken_is_stopped_first(pack: RightsPack) -> None:
    """Unauthorised: act at once. A late parcel: not."""
    assert act_now(Facts("GB", "debit_card", "visa", PAID), pack, PAID)
    assert not act_now(
        Facts("GB", "debit_card", "visa", PAID, situation="not_received"), pack, PAID
    )


def test_an_old_source_is_said_to_be_old(pack: RightsPack) -> None:
    """Half a year after a source was read, the deadline says when that was."""
    facts = Facts("JP", "credit_card", "visa", date(2027, 5, 1))
    said = [row.assumes for row in deadlines(facts, pack, date(2027, 5, 24))]
    assert all("source last read on 2026-11-23" in assumes for assumes in said)
    assert said
