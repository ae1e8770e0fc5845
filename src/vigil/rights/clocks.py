"""Finds the day from which a window is counted, and what was taken for a day not known. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from vigil.rights.facts import Facts, Moment
from vigil.rights.pack import Clock, Counted

# Where the hour of a day is not known it is taken to have begun as early as anywhere on earth,
# and the day that is counted to may go on as late (rule end_of_day).
_EARLIEST = timezone(timedelta(hours=14))
_LATEST = timezone(timedelta(hours=-12))


class Start(NamedTuple):
    """The start of a window.

    Attributes:
        name: the clock it is counted from; of a clock made of two, the one that counts.
        moment: its day, or its minute.
        assumed: True when another clock stands in.
        unknown: clocks that somebody should be asked for.
        assumes: what was taken for what, in words.
        slack: days by which the true start may be later.
    """

    name: str
    moment: Moment
    assumed: bool = False
    unknown: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    slack: int = 0


def known(name: str, facts: Facts) -> Moment | None:
    """A moment that the facts give; the payment date is the transaction date."""
    if name == "posting_date" and facts.posted:
        return facts.posted
    if name == "transaction_date":
        return facts.known.get(name, facts.date)
    return facts.known.get(name)


def resolve(name: str, facts: Facts, clocks: Mapping[str, Clock]) -> Start | None:
    """The start by the clock `name`, or by what stands in for it; None when there is nothing."""
    moment = known(name, facts)
    if moment is not None:
        return Start(name, moment)
    clock = clocks[name]
    limbs = clock.later_of or clock.earlier_of
    if limbs:
        return _of_two(clock, [resolve(limb, facts, clocks) for limb in limbs])
    for other in clock.when_unknown:
        start = resolve(other, facts, clocks)
        if start:
            return _stand_in(clock, start)
    return None


def resolve_else(
    name: str, other: Counted | None, facts: Facts, clocks: Mapping[str, Clock]
) -> Start | None:
    """As `resolve`; a record may have its own stand-in, some days after another clock."""
    start = resolve(name, facts, clocks)
    base = known(other.clock, facts) if other and other.clock else None
    if start or other is None or base is None:
        return start
    text = f"{plain(name)} unknown: {plain(str(other.clock))} + {other.value} days"
    day = as_day(base) + timedelta(days=other.value)
    return Start(name, day, assumed=True, unknown=(name,), assumes=(text,))


def _stand_in(clock: Clock, start: Start) -> Start:
    """The start of another clock, told as that of this one."""
    root = start.assumes[-1].partition(": ")[2] if start.assumes else plain(start.name)
    text = f"{plain(clock.name)} unknown: {root.replace('transaction date', 'payment date')}"
    slack = max(clock.may_be_later, start.slack)
    unknown = (clock.name,) if slack else ()
    return Start(clock.name, start.moment, True, unknown, (text,), slack)


def _of_two(clock: Clock, starts: list[Start | None]) -> Start | None:
    """The later or the earlier limb; one that is not known falls out and is named."""
    limbs = clock.later_of or clock.earlier_of
    found = [start for start in starts if start]
    if not found:
        return None
    choose = max if clock.later_of else min
    chosen = choose(found, key=lambda start: instant(start.moment))
    out = tuple(limb for limb, start in zip(limbs, starts, strict=True) if not start)
    said = tuple(f"{plain(limb)} unknown: left out" for limb in out)
    return chosen._replace(unknown=chosen.unknown + out, assumes=chosen.assumes + said)


def plain(name: str) -> str:
    """A clock's name as words."""
    return name.replace("_", " ")


def as_day(moment: Moment) -> date:
    """The day of a moment, in the moment's own zone."""
    return moment.date() if isinstance(moment, datetime) else moment


def instant(moment: Moment, *, end: bool = False) -> datetime:
    """A moment as an instant; a bare day begins, or ends, where on earth it does so first, or last.

    A time without a zone is read as UTC.
    """
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if end:
        return datetime.combine(moment + timedelta(days=1), datetime.min.time(), _LATEST)
    return datetime.combine(moment, datetime.min.time(), _EARLIEST)


def is_past(limit: Moment, today: Moment) -> bool:
    """Whether a limit is over for certain; the limit's own day or minute is still in time."""
    if isinstance(limit, datetime):
        return instant(today) > instant(limit)
    return as_day(today) > limit
