"""A ledger that comes back from a backup steps into its new time, without a flood of messages.

What was to be sent by the old clock is taken back, and told once: one message for each person and
channel, with everything that is open. From then on open alerts ring as before. Nothing is told as
new. Runs inside the transaction of the restore.
"""

from datetime import datetime

from vigil.alerts import schedule, word
from vigil.alerts.people import Person, next_digest, quiet_until
from vigil.steps.ringing import Teller, listeners
from vigil.store import alerts, outbox, state
from vigil.store.alerts import AlertRow
from vigil.store.outbox import Letter, Priority

_LINES = 10


def come_back(teller: Teller, made_at: datetime) -> int:
    """Settle what was due between the backup and now; how many alerts are open.

    What is due only later is left as it was, so that a fresh backup goes on where it was made.

    Args:
        made_at: when the backup was made.
    """
    db, now = teller.db, teller.now
    opened = alerts.every(db, only_open=True)
    overdue = {one.id for one in opened if one.again_at and one.again_at <= now}
    taken_back = outbox.drop_overdue(db, now, "restored from a backup; it is told in one message")
    for alert in opened:
        if alert.id in overdue:
            _ring_on(teller, alert)
    if overdue or taken_back:
        for person in teller.household.people:
            _tell(teller, person, made_at)
    for person in teller.household.people:
        _set_digest(teller, person)
    return len(opened)


def _ring_on(teller: Teller, alert: AlertRow) -> None:
    """The next ring of an alert whose last one falls into the one message."""
    if alert.answer == "later":  # its time is over
        alerts.settle(teller.db, alert.id, "open", None, teller.now)
    rung = alert.rung + 1
    following = [
        again
        for person in listeners(teller, alert)
        if (again := schedule.again_at(alert.level, rung, person, teller.now))
    ]
    alerts.ring_again(teller.db, alert.id, min(following, default=None), rung)


def _tell(teller: Teller, person: Person, made_at: datetime) -> None:
    opened = [
        one for one in alerts.every(teller.db, only_open=True) if person in listeners(teller, one)
    ]
    if not opened:
        return
    urgent = any(one.level == "urgent" and one.answer is None for one in opened)
    day = f"{made_at.astimezone(person.zone):%Y-%m-%d %H:%M}"
    count = "1 alert is" if len(opened) == 1 else f"{len(opened)} alerts are"
    lines = [_line(one) for one in opened[:_LINES]]
    more = len(opened) - _LINES
    lines += [f"... and {more} more: vigil alert ls"] if more > 0 else []
    step = (
        "First: look at each: vigil alert show ID. Then put the bank's files from after that day "
        "into the inbox again."
    )
    body = word.fit_body("\n".join([*lines, "", step]), word.BODY_LIMIT)
    title = f"vigil is back, from a backup of {day}: {count} open"
    due = teller.now if urgent else quiet_until(person, teller.now) or teller.now
    priority: Priority = "high" if urgent else "default"
    for channel in person.channels:
        letter = Letter(None, person.name, channel, "restored", title, body, priority, due)
        outbox.put(teller.db, letter, teller.now)


def _line(alert: AlertRow) -> str:
    answered = f", {alert.answer}" if alert.answer else ""
    return f"- {alert.public_id} ({alert.level}{answered}) {word.fit(alert.title, 80)}"


def _set_digest(teller: Teller, person: Person) -> None:
    """A weekly note that was due meanwhile would say the same once more."""
    name = f"digest {person.name}"
    due = state.due_at(teller.db, name)
    if due is not None and due <= teller.now:
        state.set_due(teller.db, name, next_digest(person, teller.now))
