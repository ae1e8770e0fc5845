"""Counts one record's window for one payment: the limit, its later reading, the waits. Pure.

What the person is shown, which is earlier, is made of this by `shape`.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from vigil.rights.clocks import Start, as_day, instant, known, plain, resolve, resolve_else
from vigil.rights.days import add_months, all_but_sundays, bank_days
from vigil.rights.facts import Facts, Moment, place, words
from vigil.rights.pack import Length, Right, RightsPack

TIMELESS = ("asap", "none", "until_paid")


class Span(NamedTuple):
    """The end of a window: as read carefully, as it may be read at the latest, and the sum."""

    end: Moment
    latest: Moment
    step: str


class Reckoned(NamedTuple):
    """A record's dates by its own words, before any buffer.

    Attributes:
        start: None while the clock is not known.
        limit: last day; None where there is none, and for targets and earliest days.
        latest: until then nobody may call it over; not before `limit`.
        target: best day, where the record names one.
        not_before: earliest day on which acting is allowed.
        steps: the arithmetic.
    """

    right: Right
    start: Start | None
    limit: Moment | None = None
    latest: Moment | None = None
    target: Moment | None = None
    not_before: date | None = None
    steps: tuple[str, ...] = ()


def span(length: Length, start: Moment, country: str | None) -> Span:
    """The end of a window that begins at `start` (day 0)."""
    if length.unit in ("minutes", "hours"):
        return _elapsed(length, start)
    day = as_day(start)
    if length.unit == "business_days":
        return _business(length.value, day, country)
    if length.unit in ("months", "years"):
        months = length.value * (12 if length.unit == "years" else 1)
        same = add_months(day, months)
        end = same - timedelta(days=1)
        latest = same if length.or_same_day else end
        return Span(end, latest, f"{day} + {length.value} {length.unit} - 1 day = {end}")
    if length.unit == "weeks":
        end = day + timedelta(days=7 * length.value - 1)
        return Span(end, end, f"{day} + {length.value} weeks - 1 day = {end}")
    end = day + timedelta(days=length.value)
    return Span(end, end, f"{day} + {length.value} days = {end}")


def _elapsed(length: Length, start: Moment) -> Span:
    """Minutes and hours are real time; where the hour is unknown the day's first one counts."""
    lasting = timedelta(**{length.unit: length.value})
    first, last = instant(start), instant(start, end=True)
    end, latest = (
        (moment.astimezone(UTC) + lasting).astimezone(moment.tzinfo) for moment in (first, last)
    )
    return Span(end, latest, f"{first:%Y-%m-%d %H:%M%z} + {length.value} {length.unit}")


def _business(count: int, day: date, country: str | None) -> Span:
    bank = bank_days(day, count, country)
    if count < 0:
        return Span(bank, bank, f"{day} - {-count} business days = {bank}")
    end = all_but_sundays(day, count)
    return Span(end, max(bank, end), f"{day} + {count} days but Sundays = {end}")


def reckon(right: Right, facts: Facts, pack: RightsPack) -> Reckoned:
    """All dates of a record that fits the facts."""
    start = resolve_else(right.clock, right.clock_when_unknown, facts, pack.clocks)
    blank = Reckoned(right, start)
    length = _length(right, facts)
    if start is None or length.unit in TIMELESS:
        return blank._replace(not_before=_wait(right, facts, None)[0])
    country = place(facts.country)
    whole = span(length, start.moment, country)
    if right.window_role == "target":
        return blank._replace(target=whole.end, steps=(whole.step,))
    if right.window_role == "earliest":
        day = None if facts.situation in right.window.not_for else as_day(whole.end)
        return blank._replace(not_before=day, steps=(whole.step,) if day else ())
    plan = right.plan_on
    if plan:
        start = (resolve(plan.clock, facts, pack.clocks) if plan.clock else None) or start
        safer = span(plan, start.moment, country)
        whole = Span(safer.end, max(whole.latest, safer.end), safer.step)
    return _deadline(blank._replace(start=start), whole, facts, pack)


def _deadline(blank: Reckoned, counted: Span, facts: Facts, pack: RightsPack) -> Reckoned:
    """The limit, with room for an assumed start, bounded by the outer limit; and the waits."""
    right, start, country = blank.right, blank.start, place(facts.country)
    end, latest, steps = counted.end, counted.latest, [counted.step]
    if latest > end:
        steps.append(f"may be read as {latest} at the latest")
    if start and start.slack and not isinstance(latest, datetime):
        latest += timedelta(days=start.slack)
        steps.append(f"{plain(start.name)} is not known: the true end may be later")
    outer = _outer(right, facts, pack)
    if outer and outer.end < end:
        steps.append(f"never after {outer.step}")
    if outer:
        end, latest = min(end, outer.end), min(latest, outer.end)
    not_before, waits = _wait(right, facts, end)
    best = span(right.target, start.moment, country).end if right.target and start else None
    return Reckoned(right, start, end, latest, best, not_before, (*steps, *waits))


def _outer(right: Right, facts: Facts, pack: RightsPack) -> Span | None:
    """The end that holds whatever the clock says."""
    if not right.outer_limit or not right.outer_limit.clock:
        return None
    begin = resolve(right.outer_limit.clock, facts, pack.clocks)
    return span(right.outer_limit, begin.moment, place(facts.country)) if begin else None


def _length(right: Right, facts: Facts) -> Length:
    """The window for this country and instrument."""
    for variant in right.variant:
        if variant.country and variant.country == place(facts.country):
            return variant
        if variant.instrument and variant.instrument in words(facts.instrument):
            return variant
    return right.window


def _wait(right: Right, facts: Facts, limit: Moment | None) -> tuple[date | None, tuple[str, ...]]:
    """The end of the longest wait that holds; a wait that would pass the limit does not."""
    found: list[tuple[date, str]] = []
    for wait in right.not_before:
        moment = known(wait.clock, facts)
        told = wait.unless_known and known(wait.unless_known, facts)
        if moment is None or told or (wait.situation and facts.situation not in wait.situation):
            continue
        ends = span(wait, moment, place(facts.country))
        found.append((as_day(ends.end), ends.step))
    if not found:
        return None, ()
    day, step = max(found)
    if limit is not None and day > as_day(limit):
        return None, (f"the wait of {step} would pass the limit: file now",)
    return day, (f"not before {step}",)
