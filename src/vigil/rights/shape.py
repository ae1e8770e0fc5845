"""Makes of a record's own dates what a person is shown: earlier, or without a date. Pure.

The date shown is before the limit by the issuer's or the post's time, and on a business
day; where nobody is sure, no date is shown at all.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from vigil.model import Deadline
from vigil.rights.clocks import as_day, is_past, plain
from vigil.rights.days import business_day_on_or_before
from vigil.rights.facts import Facts, Moment, place
from vigil.rights.pack import Clock, Right
from vigil.rights.reckon import Reckoned

# Rule issuer_buffer: the window is the issuer's, so the person's best day is 20 days before its
# end and the last safe one 7 days before.
_ISSUER_TARGET = timedelta(days=20)
_ISSUER_BUFFER = timedelta(days=7)
# Sources are read again every half year (as the records ask).
STALE_AFTER = timedelta(days=180)

_ShownAs = Literal["firm", "may_end_early", "now", "not_in_force"]


class _Safe(NamedTuple):
    """The last safe day, the best day, and how they came about."""

    last: Moment | None
    target: Moment | None
    steps: tuple[str, ...] = ()


def shape(
    found: Reckoned,
    said: tuple[str, ...],
    facts: Facts,
    today: Moment,
    clocks: Mapping[str, Clock],
) -> Deadline:
    """The deadline as it may be shown.

    Args:
        found: the record's own dates.
        said: what was assumed when the record was found to fit.
        facts: what is known of the payment.
        today: decides what is over, and that no date shown is in the past.
        clocks: for the questions that are left.
    """
    right, start = found.right, found.start
    how = shown_as(found, today)
    safe = _safe(found, facts, as_day(today)) if how == "firm" else _Safe(None, _open_end(found))
    unknown = start.unknown if start else (right.clock,)
    return Deadline(
        right=right.id,
        limit=found.limit,
        last_safe=safe.last,
        target=safe.target,
        not_before=found.not_before,
        shown_as=how,
        confidence=right.confidence,
        source=right.source[0],
        clock=start.name if start else right.clock,
        clock_date=start.moment if start else None,
        clock_assumed=bool(start and start.assumed),
        action=right.action,
        why=found.steps + safe.steps,
        assumes=(*facts.assumes, *said, *(start.assumes if start else ()), *_stale(right, today)),
        evidence=right.evidence,
        missing=tuple(_question(clocks[name]) for name in unknown),
        channel=_channel(right),
    )


def shown_as(found: Reckoned, today: Moment) -> _ShownAs:
    """How a text may speak of it: with its date, without, or "now"."""
    right = found.right
    if right.confidence == "low":
        return "may_end_early"
    if right.window.unit == "asap" or right.kind == "best_effort":
        return "now"
    dated = right.window_role == "deadline" and right.window.unit not in ("none", "until_paid")
    if not dated or right.whose == "seller":
        return "firm"
    if found.limit is None or is_past(found.limit, today):
        return "may_end_early"
    return "firm"


def _open_end(found: Reckoned) -> Moment | None:
    """The best day of what has no legal end; an unsure one is never shown."""
    return None if found.right.confidence == "low" or found.limit else found.target


def _safe(found: Reckoned, facts: Facts, today: date) -> _Safe:
    """The last safe day of a firm limit; it is never after the limit, the target never after it."""
    right, limit = found.right, found.limit
    if limit is None or right.whose == "seller" or isinstance(limit, datetime):
        return _Safe(None if right.whose == "seller" else limit, found.target)
    buffer, word = _buffer(right)
    steps = [f"- {buffer.days} days {word}"] if buffer else []
    last = business_day_on_or_before(limit - buffer, place(facts.country))
    if last < limit - buffer:
        steps.append(f"back to a business day: {last}")
    floor = min(max(today, found.not_before or today), limit)
    if last < floor:
        steps.append(f"{last} is over or too early: {floor}")
        last = floor
    best = limit - _ISSUER_TARGET if right.issuer_files else found.target
    target = min(max(as_day(best), floor), last) if best else None
    return _Safe(last, target, tuple(steps))


def _buffer(right: Right) -> tuple[timedelta, str]:
    if right.issuer_files:
        return _ISSUER_BUFFER, "issuer buffer"
    if right.must_be_received:
        return timedelta(days=right.post_days), "for the post"
    return timedelta(), ""


def _question(clock: Clock) -> str:
    return f"{plain(clock.name)}: {clock.meaning} ({clock.where_found})"


def _stale(right: Right, today: Moment) -> tuple[str, ...]:
    if as_day(today) - right.date_seen <= STALE_AFTER:
        return ()
    return (f"source last read on {right.date_seen}",)


def _channel(right: Right) -> Mapping[str, str]:
    """Where to say it; a number is passed on from a record marked high only."""
    parts = {"name": right.channel.name, "url": right.channel.url, "phone": right.channel.phone}
    digits = any(letter.isdigit() for letter in parts["phone"])
    if digits and right.confidence != "high":
        parts["phone"] = ""
    return {name: text for name, text in parts.items() if text}
