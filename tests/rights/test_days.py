"""Counting days, months and business days."""

from datetime import date

import pytest

from vigil.rights.days import (
    add_months,
    all_but_sundays,
    bank_days,
    business_day_on_or_before,
    is_bank_day,
)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 10, 6), 13, date(2027, 11, 6)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_months_keep_the_day_number_or_end_with_the_month(
    start: date, months: int, end: date
) -> None:
    """A month that is too short ends the count on its last day."""
    assert add_months(start, months) == end


def test_the_person_counts_saturdays_and_holidays_but_no_sundays() -> None:
    """Friday before Martin Luther King Day: two days end on that Monday."""
    assert all_but_sundays(date(2027, 1, 15), 2) == date(2027, 1, 18)


def test_the_bank_leaves_out_weekends_and_holidays() -> None:
    """The same two days end on Wednesday by the bank's calendar."""
    assert bank_days(date(2027, 1, 15), 2, "US") == date(2027, 1, 20)


def test_counting_back_skips_thanksgiving_and_the_weekend() -> None:
    """Three business days before Tuesday 2026-12-01 are Monday, Friday and Wednesday."""
    assert bank_days(date(2026, 12, 1), -3, "US") == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("day", "country", "back"),
    [
        (date(2027, 12, 26), "UK", date(2027, 12, 24)),  # a Sunday after a Saturday's Christmas
        (date(2027, 1, 1), "US", date(2026, 12, 31)),
        (date(2026, 5, 1), "IE", date(2026, 4, 30)),  # TARGET day that is no Irish holiday
        (date(2026, 12, 1), "UK-SCT", date(2026, 11, 27)),  # St Andrew's Day was on Monday
        (date(2026, 11, 29), None, date(2026, 11, 27)),
        (date(2026, 11, 25), "XX", date(2026, 11, 25)),
    ],
)
def test_a_day_shown_rolls_back_to_a_business_day(
    day: date, country: str | None, back: date
) -> None:
    """Weekends and the country's holidays move it back, never forward."""
    if country == "UK-SCT":
        assert not is_bank_day(date(2026, 11, 30), country)
        day = date(2026, 11, 30)
    assert business_day_on_or_before(day, country) == back


def test_indian_banks_close_on_second_and_fourth_saturdays_only() -> None:
    """12 and 26 September 2026 are closed, 5 and 19 are open."""
    open_days = [day for day in (5, 12, 19, 26) if is_bank_day(date(2026, 9, day), "IN")]
    assert open_days == [5, 19]
