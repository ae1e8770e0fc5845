"""When a message is tried again, and when a channel counts as dead."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.notify.messages import NOW

from vigil.notify import Failed, Sent, is_dead, next_attempt

DOWN = Failed("no connection")


def _wait(attempts: int, failed: Failed, random_unit: float = 0.0) -> float:
    again = next_attempt(attempts, NOW, failed, random_unit)
    assert again is not None
    return (again - NOW).total_seconds()


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 10), (2, 30), (3, 120), (4, 300), (5, 900), (6, 900), (10_000, 900)],
)
def test_a_passing_fault_is_tried_soon_and_then_steadily(attempts: int, seconds: int) -> None:
    """10 s, 30 s, 2 min, 5 min, then every quarter of an hour without end."""
    assert _wait(attempts, DOWN) == seconds


def test_a_lasting_fault_is_tried_once_an_hour() -> None:
    """A person may mend the address, so it is never given up."""
    assert _wait(1, Failed("refused the key", permanent=True)) == 3600


def test_a_service_that_asks_for_time_gets_it_within_reason() -> None:
    """The longer of step and request counts; nobody can ask for more than an hour."""
    assert _wait(1, Failed("slow down", retry_after=60)) == 60
    assert _wait(5, Failed("slow down", retry_after=60)) == 900
    assert _wait(1, Failed("slow down", retry_after=31_536_000)) == 3600


def test_a_sent_message_is_not_tried_again() -> None:
    """Success ends the tries."""
    assert next_attempt(1, NOW, Sent(), 0.5) is None


@given(st.integers(min_value=1, max_value=10**6), st.floats(0, 1), st.booleans())
def test_the_next_try_is_never_now_and_never_later_than_seventy_two_minutes(
    attempts: int, unit: float, permanent: bool
) -> None:
    """The wait is spread by a fifth at most, so no loop spins and no alarm sleeps."""
    plain = _wait(attempts, Failed("", permanent))
    assert plain <= _wait(attempts, Failed("", permanent), unit) <= plain * 1.2 + 1e-6
    assert 10 <= plain <= 3600


@pytest.mark.parametrize(
    ("attempts", "minutes", "permanent", "dead"),
    [
        (1, 0, True, True),
        (1, 0, False, False),
        (5, 14, False, False),
        (5, 15, False, True),
        (1, 600, False, False),
        (2, 600, False, False),
        (3, 600, False, True),
    ],
)
def test_a_channel_is_dead_at_once_or_after_a_quarter_of_an_hour(
    attempts: int, minutes: int, permanent: bool, dead: bool
) -> None:
    """A refused key is told at once; a fault that may pass needs time and three tries."""
    began = NOW - timedelta(minutes=minutes)
    assert is_dead(attempts, began, NOW, permanent=permanent) is dead


def test_a_channel_without_failures_is_alive() -> None:
    """No first failure, no death."""
    assert not is_dead(0, None, NOW, permanent=True)
