"""Who is told, and when they may be disturbed. Pure; a person's clock is their own time zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is told.

    Attributes:
        quiet: start and end of the quiet hours on the person's own clock; None for none.
        digest: weekday (Monday is 0) and time of the weekly note.
    """

    name: str
    role: str
    zone: ZoneInfo
    channels: tuple[str, ...]
    quiet: tuple[time, time] | None
    digest: tuple[int, time]


def recipients(people: Iterable[Person], owners: Iterable[str]) -> list[Person]:
    """The people who are told of something that concerns `owners`.

    Where no owner is configured, everybody whose role is owner is told; where nobody has that
    role, everybody: an alarm without a listener is the worst outcome.
    """
    everybody = list(people)
    wanted = set(owners)
    chosen = [one for one in everybody if one.name in wanted]
    return chosen or [one for one in everybody if one.role == "owner"] or everybody


def quiet_until(person: Person, now: datetime) -> datetime | None:
    """The end of the quiet hours that `now` lies in, or None outside of them."""
    if not person.quiet or person.quiet[0] == person.quiet[1]:
        return None
    start, end = person.quiet
    local = now.astimezone(person.zone)
    clock = local.time()
    if start < end:
        inside, next_day = start <= clock < end, False
    else:
        inside, next_day = clock >= start or clock < end, clock >= start
    if not inside:
        return None
    # The wall clock decides, so that "07:00" stays 07:00 over a change of summer time.
    day = local.date() + timedelta(days=1 if next_day else 0)
    due = datetime.combine(day, end, person.zone)
    if due.astimezone(UTC) <= now:  # the hour that comes twice: its second time is meant
        due = due.replace(fold=1)
    return due.astimezone(UTC)


def next_digest(person: Person, now: datetime) -> datetime:
    """The next moment after `now` at which the weekly note is due."""
    weekday, clock = person.digest
    local = now.astimezone(person.zone)
    ahead = (weekday - local.weekday()) % 7
    for days in (ahead, ahead + 7):
        day = local.date() + timedelta(days=days)
        due = datetime.combine(day, clock, person.zone).astimezone(UTC)
        if due > now:
            return due
    raise AssertionError("a week holds every weekday")  # pragma: no cover


def next_morning(person: Person, now: datetime) -> datetime:
    """The end of the person's next quiet hours, or eight o'clock where there are none."""
    clock = person.quiet[1] if person.quiet else time(8)
    local = now.astimezone(person.zone)
    for days in (0, 1):
        day = local.date() + timedelta(days=days)
        due = datetime.combine(day, clock, person.zone).astimezone(UTC)
        if due > now:
            return due
    raise AssertionError("tomorrow has a morning")  # pragma: no cover
