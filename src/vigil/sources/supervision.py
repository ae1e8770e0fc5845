"""When a source is restarted, and when people are told that it is down or back. Pure.

A source counts as back only after it was healthy for a minute: one that dies again at once is
told as down once, not once for each of its deaths.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

State = Literal["starting", "watching", "failed", "stopped"]
Action = Literal["start", "down", "up"]

FIRST_PAUSE = 1.0  # seconds; doubles with each failure
LONGEST_PAUSE = 300.0
DOWN_AFTER = 60.0  # seconds without health after which people are told
BACK_AFTER = 60.0  # seconds of health after which it counts as back, and pauses are short again

_NOT_UP = "It has not come up."


class Moment(NamedTuple):
    """A moment on both clocks: `at` never goes back, `wall` is aware and in UTC."""

    at: float
    wall: datetime


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is.

    Attributes:
        since: since when it is in this state.
        last_event: when something last arrived through it.
        error: the latest failure, None once it is healthy.
        restarts: how often it was started again.
    """

    name: str
    state: State
    since: datetime
    last_event: datetime | None = None
    error: str | None = None
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """A source's state with what is needed to decide; times are of the clock that never goes back.

    Attributes:
        attempt: failures in a row.
        start_at: when it is to be started.
        well_since: since when it is healthy, until it counts as back.
        ill_since, ill_from: since when it is not, on both clocks.
        told: people were told that it is down.
    """

    shown: SourceState
    attempt: int = 0
    start_at: float | None = None
    well_since: float | None = None
    ill_since: float | None = None
    ill_from: datetime | None = None
    told: bool = False


def new_record(name: str, moment: Moment) -> Record:
    """A source that is to be started at once."""
    return Record(SourceState(name, "starting", moment.wall), start_at=moment.at)


def _shown(record: Record, state: State, error: str | None, moment: Moment) -> SourceState:
    since = record.shown.since if record.shown.state == state else moment.wall
    return replace(record.shown, state=state, error=error, since=since)


def _ill(record: Record, moment: Moment) -> Record:
    if record.ill_since is not None:
        return record
    return replace(record, ill_since=moment.at, ill_from=moment.wall)


def healthy(record: Record, moment: Moment) -> Record:
    """The source says that it watches."""
    if record.shown.state in {"watching", "stopped"}:
        return record
    return replace(record, shown=_shown(record, "watching", None, moment), well_since=moment.at)


def faulty(record: Record, error: str, moment: Moment) -> Record:
    """The source runs on, and says that it cannot watch."""
    if record.shown.state == "stopped":
        return record
    shown = _shown(record, "failed", error, moment)
    return _ill(replace(record, shown=shown, well_since=None), moment)


def ended(record: Record, error: str, moment: Moment) -> Record:
    """The source's thread ended: it is started again after a pause that doubles."""
    if record.shown.state == "stopped":
        return record
    pause = min(FIRST_PAUSE * 2.0 ** min(record.attempt, 16), LONGEST_PAUSE)
    failed = faulty(record, error, moment)
    return replace(failed, attempt=record.attempt + 1, start_at=moment.at + pause)


def stopped(record: Record, moment: Moment) -> Record:
    """The whole of vigil ends, and the source with it."""
    shown = _shown(record, "stopped", record.shown.error, moment)
    return replace(record, shown=shown, start_at=None, well_since=None, ill_since=None)


def happened(record: Record, moment: Moment) -> Record:
    """Something arrived through the source."""
    return replace(record, shown=replace(record.shown, last_event=moment.wall))


def retell(record: Record, moment: Moment) -> Record:
    """Telling that it is down failed: it is told again a while later."""
    return replace(record, told=False, ill_since=moment.at)


def step(record: Record, moment: Moment) -> tuple[Record, tuple[Action, ...]]:
    """What is due now: the changed record, and what to do."""
    actions: list[Action] = []
    if record.start_at is not None and record.start_at <= moment.at:
        record = _start(record, moment)
        actions.append("start")
    if _down_at(record) <= moment.at:
        record = replace(record, told=True)
        actions.append("down")
    if record.well_since is not None and record.well_since + BACK_AFTER <= moment.at:
        if record.told:
            actions.append("up")
        record = replace(
            record, attempt=0, well_since=None, ill_since=None, ill_from=None, told=False
        )
    return record, tuple(actions)


def next_due(record: Record) -> float | None:
    """When `step` has something to do again, None while nothing is due."""
    due = _down_at(record)
    if record.start_at is not None:
        due = min(due, record.start_at)
    if record.well_since is not None:
        due = min(due, record.well_since + BACK_AFTER)
    return None if due == _NEVER else due


_NEVER = float("inf")


def _down_at(record: Record) -> float:
    if record.told or record.ill_since is None or record.shown.state == "watching":
        return _NEVER
    return record.ill_since + DOWN_AFTER


def _start(record: Record, moment: Moment) -> Record:
    """A started source has a minute to say that it is healthy."""
    again = 1 if record.attempt else 0
    shown = _shown(record, "starting", record.shown.error or _NOT_UP, moment)
    shown = replace(shown, restarts=shown.restarts + again)
    return _ill(replace(record, shown=shown, start_at=None), moment)
