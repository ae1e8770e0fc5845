"""When an alert rings first, and when it rings again until somebody answers. Pure."""

from datetime import datetime, timedelta

from vigil.alerts.people import Person, next_morning, quiet_until
from vigil.model import Level

# A sent push is not a seen push: phones drop, delay and fold notifications for hours. The gaps
# widen so that somebody asleep is woken and somebody in a tunnel is not buried.
_URGENT_GAPS = (
    timedelta(minutes=3),
    timedelta(minutes=8),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
)
_URGENT_AFTER = timedelta(hours=2)
_ASK_MORNINGS = 7  # asked again each morning for a week; after that the weekly note carries it


def first_ring(level: Level, person: Person, now: datetime) -> datetime | None:
    """When the first message is due; None for what waits for the weekly note."""
    if level == "urgent":
        return now
    if level == "ask":
        return quiet_until(person, now) or now
    return None


def again_at(level: Level, rung: int, person: Person, now: datetime) -> datetime | None:
    """When an unanswered alert that has rung `rung` times rings again; None for never."""
    if level == "urgent":
        gap = _URGENT_GAPS[rung - 1] if 0 < rung <= len(_URGENT_GAPS) else _URGENT_AFTER
        return now + gap
    if level == "ask" and rung <= _ASK_MORNINGS:
        return next_morning(person, now)
    return None
