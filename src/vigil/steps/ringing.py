"""Ringing: whom an alert concerns, what each message says, and when it is due.

Shell between the pure `alerts` package and the outbox: it queues messages and sends none. Runs
inside the transaction of what caused them.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from vigil.alerts import schedule, word
from vigil.alerts.people import Person, quiet_until, recipients
from vigil.alerts.safe import without_numbers
from vigil.household import Household
from vigil.model import Account, Level
from vigil.store import accounts, alerts, outbox
from vigil.store.alerts import AlertRow, Subject, Text
from vigil.store.outbox import Letter, Priority

_ALSO_OPEN = 3
_DIGEST_LINES = 8
_FAULTS = ("channel", "inbox", "source")  # the first word of the subject of what lasts
_PRIORITY: dict[Level, Priority] = {"urgent": "high", "ask": "default", "digest": "low"}


@dataclass(frozen=True, slots=True)
class Teller:
    """What telling needs: where to write, who lives here, and the time."""

    db: sqlite3.Connection
    household: Household
    now: datetime

    def account(self, number: int) -> Account:
        """The account with what the configuration says of it."""
        rows = accounts.every(self.db)
        return self.household.account(next(row for row in rows if row.id == number), rows)


def tell_self(teller: Teller, name: str, level: Level, text: tuple[str, str, str]) -> None:
    """An alert on vigil itself: a source that is down, a channel that is dead, a file refused.

    Args:
        name: the subject; while its alert is open and says the same, nothing new rings.
        text: title, body, first step.
    """
    title, body, step = text
    title, body, step = (without_numbers(part) for part in (title, body, word.fit(step, 500)))
    words = Text(
        word.fit(title, word.TITLE_LIMIT),
        word.fit_body(f"{body}\n\n{step}", word.BODY_LIMIT),
        step,
        None,
    )
    known = alerts.open_on(teller.db, name)
    if known and (known.title, known.body) == (words.title, words.body):
        return
    if known:
        alerts.grow(teller.db, known.id, level, words, teller.now)
        number = known.id
    else:
        number = alerts.add(teller.db, Subject("self", name), level, words, teller.now)
    ring(teller, alerts.get(teller.db, number), "first")


def close_self(teller: Teller, name: str) -> None:
    """The fault is over: its alert ends by itself."""
    if known := alerts.open_on(teller.db, name):
        alerts.settle(teller.db, known.id, "closed", None, teller.now)
        outbox.drop(teller.db, known.id, "it was over before it was sent")


def ring(teller: Teller, alert: AlertRow, why: str) -> None:
    """Queue an alert for everybody it concerns, and set when it rings again.

    What rings is not answered: a *later* that is over, or an *on-it* that heard of more.
    """
    asked_for = alert.answer == "later" and why == "again"
    if alert.answer:
        alerts.settle(teller.db, alert.id, "open", None, teller.now)
    rung, again = alert.rung + 1, []
    for person in listeners(teller, alert):
        due = schedule.first_ring(alert.level, person, teller.now)
        if due is None and asked_for:
            due = quiet_until(person, teller.now) or teller.now
        if due is None:
            continue
        _queue(teller, alert, person, (why, due))
        following = schedule.again_at(alert.level, rung, person, due)
        again += [following] if following else []
    alerts.ring_again(teller.db, alert.id, min(again, default=None), rung)


def listeners(teller: Teller, alert: AlertRow) -> list[Person]:
    """The people whom an alert concerns.

    That somebody cannot be reached at all is for everybody else to know; it names no account.
    """
    people = teller.household.people
    for person in people:
        if [channel_subject(person.name, one) for one in person.channels] == [alert.subject]:
            return [one for one in people if one.name != person.name]
    return recipients(people, alert.owners)


def channel_subject(person: str, channel: str) -> str:
    """The subject of the alert that a person's channel is dead."""
    return f"channel {person} {channel}"


def first_person(teller: Teller, alert: AlertRow) -> Person:
    """The one by whose clock a snooze ends."""
    return recipients(teller.household.people, alert.owners)[0]


def message_body(teller: Teller, alert: AlertRow, person: Person) -> str:
    """The text of one message: the alert, how to answer, and what else is still open."""
    end = "\n".join([_how_to_answer(alert), *_also_open(teller, alert, person)])
    return word.fit_body(alert.body, word.BODY_LIMIT - len(end) - 1) + "\n" + end


def _how_to_answer(alert: AlertRow) -> str:
    say = f"vigil alert answer {alert.public_id}"
    if alert.kind == "review":
        return f"More: vigil alert show {alert.public_id}"
    if alert.kind == "self":
        return f"Seen: {say} {'on-it' if is_fault(alert) else 'mine'} (or: later)"
    if is_money_back(alert):
        return f"Answer: {say} mine, if this is that money (or: not-mine, later)"
    return f"Answer: {say} not-mine (or: mine, later, on-it)"


def is_fault(alert: AlertRow) -> bool:
    """True for a fault of vigil's own that lasts; its alert ends by itself when it is over."""
    return alert.kind == "self" and alert.subject.partition(" ")[0] in _FAULTS


def is_money_back(alert: AlertRow) -> bool:
    """True for an alert on money that came back to a case."""
    return alert.kind == "finding" and alert.case is not None and alert.subject.endswith(" back")


def _also_open(teller: Teller, alert: AlertRow, person: Person) -> list[str]:
    others = [
        one
        for one in alerts.every(teller.db, only_open=True)
        if one.id != alert.id and one.level != "digest" and person in listeners(teller, one)
    ]
    if not others:
        return []
    named = "; ".join(f"{one.public_id} {word.fit(one.title, 45)}" for one in others[:_ALSO_OPEN])
    more = f" and {len(others) - _ALSO_OPEN} more" if len(others) > _ALSO_OPEN else ""
    return [f"Also open: {named}{more}"]


def tell_digest(teller: Teller, person: Person) -> None:
    """Queue the weekly note: what is open and waits, without ringing."""
    waiting = [
        one
        for one in alerts.every(teller.db, only_open=True)
        if one.level != "urgent" and person in listeners(teller, one)
    ]
    if not waiting:
        return
    lines = [f"- {one.public_id} {word.fit(one.title, 90)}" for one in waiting[:_DIGEST_LINES]]
    more = len(waiting) - _DIGEST_LINES
    lines += [f"... and {more} more"] if more > 0 else []
    body = "\n".join([*lines, "", "Each in full: vigil alert show ID"])
    things = "1 thing" if len(waiting) == 1 else f"{len(waiting)} things"
    title = f"This week: {things} to look at when you have time"
    due = quiet_until(person, teller.now) or teller.now
    for channel in person.channels:
        body_cut = word.fit_body(body, word.BODY_LIMIT)
        letter = Letter(None, person.name, channel, "digest", title, body_cut, "low", due)
        outbox.put(teller.db, letter, teller.now)


def _queue(teller: Teller, alert: AlertRow, person: Person, when: tuple[str, datetime]) -> None:
    why, due = when
    body = message_body(teller, alert, person)
    for channel in person.channels:
        if alert.subject == channel_subject(person.name, channel):
            continue  # told on the others: on itself it would arrive when it is no longer true
        failing = outbox.drop_older(teller.db, alert.id, person.name, channel)
        letter = Letter(
            alert.id, person.name, channel, why, alert.title, body, _PRIORITY[alert.level], due
        )
        outbox.put(teller.db, letter, teller.now, failing)
