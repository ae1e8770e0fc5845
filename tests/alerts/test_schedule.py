"""When alerts ring: quiet hours, mornings and weekly notes by the person's own clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigil.alerts.people import Person, next_digest, next_morning, quiet_until, recipients
from vigil.alerts.schedule import again_at, first_ring

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def person(
    zone: ZoneInfo = BERLIN, quiet: tuple[time, time] | None = (time(22), time(7))
) -> Person:
    """Somebody with a clock."""
    return Person("anna", "owner", zone, ("phone",), quiet, (6, time(18)))


def test_urgent_rings_at_once_in_quiet_hours() -> None:
    """Night or not, an alarm rings."""
    night = datetime(2026, 11, 3, 2, 4, tzinfo=UTC)
    assert first_ring("urgent", person(), night) == night


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        (BERLIN, datetime(2026, 11, 3, 2, 4, tzinfo=UTC), datetime(2026, 11, 3, 6, tzinfo=UTC)),
        (BERLIN, datetime(2026, 7, 3, 2, 4, tzinfo=UTC), datetime(2026, 7, 3, 5, tzinfo=UTC)),
        (NEW_YORK, datetime(2026, 11, 3, 8, 4, tzinfo=UTC), datetime(2026, 11, 3, 12, tzinfo=UTC)),
        # The night in which summer time ends, and the one in which it begins.
        (BERLIN, datetime(2026, 10, 24, 21, 0, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),
        (BERLIN, datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),
    ],
)
def test_ask_waits_for_seven_oclock_on_the_persons_own_wall(
    zone: ZoneInfo, now: datetime, until: datetime
) -> None:
    """07:00 stays 07:00 in every zone and over a change of summer time."""
    assert first_ring("ask", person(zone), now) == until


def test_ask_rings_at_once_by_day_and_without_quiet_hours() -> None:
    """Outside of quiet hours nothing waits."""
    noon, night = (datetime(2026, 11, 3, hour, tzinfo=UTC) for hour in (12, 2))
    assert first_ring("ask", person(), noon) == noon
    assert first_ring("ask", person(quiet=None), night) == night


def test_a_digest_never_rings_by_itself() -> None:
    """It waits for the weekly note."""
    assert first_ring("digest", person(), datetime(2026, 11, 3, tzinfo=UTC)) is None


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_end_at_its_second_time() -> None:
    """At 02:15 for the second time, quiet hours until 02:30 last fifteen minutes more."""
    someone = person(quiet=(time(22), time(2, 30)))
    now = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    assert quiet_until(someone, now) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 2 * 365 * 24 * 3600).map(
    lambda seconds: START + timedelta(seconds=seconds)
)
CLOCKS = st.times().map(lambda one: one.replace(second=0, microsecond=0))
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"])


@given(MOMENTS, ZONES, CLOCKS, CLOCKS)
def test_what_waits_waits_less_than_two_days_and_never_into_the_past(
    now: datetime, zone: str, start: time, end: time
) -> None:
    """Quiet ends, mornings and weekly notes lie ahead, whatever the clocks do."""
    someone = person(ZoneInfo(zone), (start, end))
    until = quiet_until(someone, now)
    assert until is None or now < until < now + timedelta(hours=26)
    assert now < next_morning(someone, now) < now + timedelta(hours=50)
    assert now < next_digest(someone, now) < now + timedelta(days=8)


def test_urgent_repeats_widen_and_never_end() -> None:
    """Minutes first, then every two hours until somebody answers."""
    now = datetime(2026, 11, 3, 2, 4, tzinfo=UTC)
    gaps = [(again_at("urgent", rung, person(), now) or now) - now for rung in range(1, 9)]
    assert gaps == sorted(gaps)
    assert (gaps[0], gaps[-1]) == (timedelta(minutes=3), timedelta(hours=2))


def test_ask_is_asked_again_each_morning_for_a_week() -> None:
    """Then the weekly note carries it."""
    now = datetime(2026, 11, 3, 12, tzinfo=UTC)
    assert again_at("ask", 1, person(), now) == datetime(2026, 11, 4, 6, tzinfo=UTC)
    assert again_at("ask", 8, person(), now) is None


def test_a_guardian_is_told_only_where_nobody_else_is() -> None:
    """The owners named, else the owners of the household, else whoever is there."""
    anna, gus = person(), Person("gus", "guardian", BERLIN, ("phone",), None, (6, time(18)))
    assert recipients([anna, gus], ["anna"]) == [anna]
    assert recipients([anna, gus], ["nobody"]) == [anna]
    assert recipients([gus], []) == [gus]
