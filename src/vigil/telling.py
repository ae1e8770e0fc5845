"""From findings to alerts and queued messages, inside the transaction of what caused them.

Shell between the pure `alerts` package and the store: it reads and writes rows, and sends nothing.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vigil.alerts import schedule, word
from vigil.alerts.decide import Happening, happenings, lead, worst
from vigil.alerts.people import Person, recipients
from vigil.cases.clock import deadline_of
from vigil.household import Household
from vigil.model import Account, Case, Finding, Level, Transaction
from vigil.store import accounts, alerts, casebook, ledger, outbox
from vigil.store.alerts import AlertRow, Subject, Text
from vigil.store.outbox import Letter, Priority

_ALSO_OPEN = 3
_DIGEST_LINES = 8
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


def tell_findings(teller: Teller, findings: Sequence[Finding]) -> list[AlertRow]:
    """Open or extend the alerts for new findings, and queue their messages."""
    transactions = _named_in(teller.db, findings)
    return [_tell(teller, one, transactions) for one in happenings(findings, transactions)]


def tell_self(teller: Teller, name: str, level: Level, text: tuple[str, str, str]) -> None:
    """An alert on vigil itself: a source that is down, a channel that is dead, a file refused.

    Args:
        name: the subject; while its alert is open and says the same, nothing new rings.
        text: title, body, first step.
    """
    title, body, step = text
    words = Text(
        word.fit(title, word.TITLE_LIMIT),
        word.fit(f"{body}\n\n{step}", word.BODY_LIMIT),
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
        outbox.drop(teller.db, known.id)


def ring(teller: Teller, alert: AlertRow, why: str) -> None:
    """Queue an alert for everybody it concerns, and set when it rings again."""
    people = recipients(teller.household.people, alert.owners)
    rung, again = alert.rung + 1, []
    for person in people:
        due = schedule.first_ring(alert.level, person, teller.now)
        if due is None:
            continue
        _queue(teller, alert, person, (why, due))
        following = schedule.again_at(alert.level, rung, person, due)
        again += [following] if following else []
    alerts.ring_again(teller.db, alert.id, min(again, default=None), rung)


def first_person(teller: Teller, alert: AlertRow) -> Person:
    """The one by whose clock a snooze ends."""
    return recipients(teller.household.people, alert.owners)[0]


def message_body(teller: Teller, alert: AlertRow, person: Person) -> str:
    """The text of one message: the alert, how to answer, and what else is still open."""
    tail = [f"Answer: vigil alert answer {alert.public_id} not-mine (or: mine, later, on-it)"]
    if alert.kind != "finding":
        tail = [f"More: vigil alert show {alert.public_id}"]
    others = [
        one
        for one in alerts.every(teller.db, only_open=True)
        if one.id != alert.id
        and one.level != "digest"
        and person in recipients(teller.household.people, one.owners)
    ]
    if others:
        named = "; ".join(
            f"{one.public_id} {word.fit(one.title, 50)}" for one in others[:_ALSO_OPEN]
        )
        more = f" and {len(others) - _ALSO_OPEN} more" if len(others) > _ALSO_OPEN else ""
        tail.append(f"Also open: {named}{more}.")
    end = "\n".join(tail)
    return word.fit(alert.body, word.BODY_LIMIT - len(end) - 1) + "\n" + end


def tell_absence(teller: Teller, case: Case, finding: Finding, account: int) -> None:
    """Money that was promised back has not come.

    Args:
        account: the account to speak of where no payment of the case is known in the ledger.
    """
    if finding.transaction:
        tell_findings(teller, [finding])
        return
    known = teller.account(account)
    step = word.first_step(word.Story([finding], {}, known, case, None))
    body = (
        f"Case {case.id}, “{word.fit(word.one_line(case.title), 60)}”: {finding.reason}.\n\n{step}"
    )
    text = Text(f"Case {case.id}: money promised back has not come", body, step, None)
    owners = _owners(known, case)
    subject = Subject("finding", f"case {case.id} out", account, case.id, owners)
    number = alerts.add(teller.db, subject, finding.level, text, teller.now)
    casebook.note(teller.db, case.id, f"{finding.reason} (a{number})", teller.now)
    ring(teller, alerts.get(teller.db, number), "first")


def tell_digest(teller: Teller, person: Person) -> None:
    """Queue the weekly note: what is open and waits, without ringing."""
    waiting = [
        one
        for one in alerts.every(teller.db, only_open=True)
        if one.level != "urgent" and person in recipients(teller.household.people, one.owners)
    ]
    if not waiting:
        return
    lines = [f"- {one.public_id} {word.fit(one.title, 90)}" for one in waiting[:_DIGEST_LINES]]
    more = len(waiting) - _DIGEST_LINES
    lines += [f"... and {more} more"] if more > 0 else []
    body = "\n".join([*lines, "", "Each in full: vigil alert show ID"])
    title = f"This week: {len(waiting)} things to look at when you have time"
    for channel in person.channels:
        body_cut = word.fit(body, word.BODY_LIMIT)
        letter = Letter(None, person.name, channel, "digest", title, body_cut, "low", teller.now)
        outbox.put(teller.db, letter, teller.now)


def _tell(
    teller: Teller, happening: Happening, transactions: Mapping[int, Transaction]
) -> AlertRow:
    db = teller.db
    account = teller.account(happening.account)
    case = casebook.get(db, happening.case).case if happening.case is not None else None
    known = alerts.open_on(db, happening.subject)
    findings = list(happening.findings)
    level = happening.level
    if known:
        before = [one.finding for one in alerts.findings_of(db, known.id) if not one.undone]
        findings = lead([*before, *findings])
        level = worst([known.level, level])
        transactions = {**_named_in(db, before), **transactions}
    since = teller.household.today(known.since if known else teller.now)
    text = _text(teller, findings, transactions, (account, case, since))
    if known:
        number = known.id
        alerts.grow(db, number, level, text, teller.now)
    else:
        owners = _owners(account, case)
        subject = Subject("finding", happening.subject, account.id, happening.case, owners)
        number = alerts.add(db, subject, level, text, teller.now)
    alerts.add_findings(db, number, ((one, None) for one in happening.findings), transactions)
    for one in happening.findings:
        if one.case is not None:
            line = f"{word.one_line(one.reason)} (a{number}, {account.nickname})"
            casebook.note(db, one.case, line, teller.now)
    ring(teller, alerts.get(db, number), "first")
    return alerts.get(db, number)


def _text(
    teller: Teller,
    findings: Sequence[Finding],
    transactions: Mapping[int, Transaction],
    whose: tuple[Account, Case | None, date],
) -> Text:
    account, case, since = whose
    named = [transactions[one.transaction] for one in findings]
    today = teller.household.today(teller.now)
    deadline = deadline_of(named, account, case, today, since)
    words = word.words(word.Story(findings, transactions, account, case, deadline))
    return Text(words.title, words.body, words.first_step, deadline)


def _owners(account: Account, case: Case | None) -> tuple[str, ...]:
    owner = (case.owner,) if case and case.owner else ()
    return tuple(dict.fromkeys((*account.owners, *owner)))


def _queue(teller: Teller, alert: AlertRow, person: Person, when: tuple[str, datetime]) -> None:
    why, due = when
    body = message_body(teller, alert, person)
    for channel in person.channels:
        outbox.drop_older(teller.db, alert.id, person.name, channel)
        letter = Letter(
            alert.id, person.name, channel, why, alert.title, body, _PRIORITY[alert.level], due
        )
        outbox.put(teller.db, letter, teller.now)


def _named_in(db: sqlite3.Connection, findings: Iterable[Finding]) -> dict[int, Transaction]:
    ids = {number for one in findings for number in (one.transaction, *one.related)}
    return {one.id: one for one in ledger.transactions(db, ids)}
