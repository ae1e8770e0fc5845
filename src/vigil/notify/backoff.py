"""When to try a message again, and when its channel counts as dead. Pure: no clock, no chance.

The caller keeps asking as long as the alert is open: nothing here gives up.
"""

from datetime import datetime, timedelta

from vigil.notify.channel import Failed, Result, Sent

# The first tries are close together, because most faults are a router that starts; later ones
# are rare enough to run for days. healthchecks and alertmanager use steps of the same size.
_STEPS = (10.0, 30.0, 120.0, 300.0)
_STEADY = 900.0
_PERMANENT = 3600.0  # somebody may mend the address or the key; nobody tells vigil when
_JITTER = 0.2  # the household's channels shall not all knock at the same second
_LONGEST_WAIT = 3600.0  # a service that asks for a year is not obeyed: the alarm is open

_DEAD_AFTER = timedelta(minutes=15)
_DEAD_TRIES = 3  # one failed try after a night's suspend is no proof


def next_attempt(
    attempts: int, now: datetime, result: Result, random_unit: float
) -> datetime | None:
    """When to try again.

    Args:
        attempts: tries made so far, the one that gave `result` included.
        now: the time of that try.
        result: what came of it.
        random_unit: a number from 0 to 1, by which the wait is spread.

    Returns:
        The time of the next try; None when the message is sent.
    """
    if isinstance(result, Sent):
        return None
    wait = _wait(attempts, result) * (1 + _JITTER * random_unit)
    return now + timedelta(seconds=wait)


def is_dead(
    attempts: int, first_failed_at: datetime | None, now: datetime, *, permanent: bool
) -> bool:
    """Whether a channel counts as dead, so that it is told on a living one.

    Args:
        attempts: failed tries of the message in question.
        first_failed_at: when they began; None when there was none.
        now: the time of the question.
        permanent: whether the last failure was a permanent one: that is told at once.
    """
    if first_failed_at is None or attempts < 1:
        return False
    if permanent:
        return True
    return attempts >= _DEAD_TRIES and now - first_failed_at >= _DEAD_AFTER


def _wait(attempts: int, failed: Failed) -> float:
    if failed.permanent:
        return _PERMANENT
    step = _STEPS[attempts - 1] if 1 <= attempts <= len(_STEPS) else _STEADY
    asked = min(failed.retry_after or 0.0, _LONGEST_WAIT)
    return max(step, asked)
