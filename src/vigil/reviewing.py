"""The review list: what history holds that a person should look at once. It rings nobody awake.

Case matches come first, then what is still inside a right's window, with its date. One message at
most: while a list is open and its message waits or went out, it grows and nothing new is sent.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from vigil.alerts import word
from vigil.alerts.people import quiet_until, recipients
from vigil.cases.clock import deadline_of
from vigil.judge.common import DIGEST
from vigil.model import Account, Case, Deadline, Finding, Transaction
from vigil.store import alerts, casebook, ledger, outbox
from vigil.store.alerts import Subject, Text
from vigil.store.outbox import Letter
from vigil.telling import Teller, message_body

_SUBJECT = "review"
_SHOWN = 8
# Files that are dropped together are read within moments; their lists become one message.
_SETTLES = timedelta(seconds=20)
_STEP = "First: look through the list; answer not-mine for what nobody here did."


def tell_review(teller: Teller, findings: Sequence[Finding]) -> None:
    """Put what history gave on the review list, and queue its one message."""
    worth = _worth(teller, [one for one in findings if one.score >= DIGEST])
    if not worth:
        return
    db, now = teller.db, teller.now
    known = alerts.open_on(db, _SUBJECT)
    before = [one.finding for one in alerts.findings_of(db, known.id)] if known else []
    listed = _worth(teller, before) + worth
    text = _text(teller, listed)
    fresh = {one.id: one for one in ledger.transactions(db, [f.transaction for f, _ in worth])}
    if known:
        alerts.grow(db, known.id, "digest", text, now)
        number = known.id
    else:
        number = alerts.add(db, Subject("review", _SUBJECT), "digest", text, now)
    alerts.add_findings(db, number, ((one, None) for one, _ in worth), fresh)
    _queue(teller, number)


def _worth(teller: Teller, findings: Sequence[Finding]) -> list[tuple[Finding, Deadline | None]]:
    """Case matches, and whatever a right still reaches, each with its deadline."""
    db, today = teller.db, teller.household.today(teller.now)
    named = {one.id: one for one in ledger.transactions(db, [f.transaction for f in findings])}
    kept = []
    for one in findings:
        transaction = named[one.transaction]
        case = casebook.get(db, one.case).case if one.case is not None else None
        deadline = _deadline(teller, transaction, case, today)
        if case is not None or (deadline is not None and transaction.amount < 0):
            kept.append((one, deadline))
    return kept


def _deadline(
    teller: Teller, transaction: Transaction, case: Case | None, today: date
) -> Deadline | None:
    account: Account = teller.account(transaction.account)
    return deadline_of([transaction], account, case, today)


def _text(teller: Teller, listed: Sequence[tuple[Finding, Deadline | None]]) -> Text:
    ordered = sorted(
        listed, key=lambda pair: (pair[0].case is None, _urgency(pair[1]), -pair[0].score)
    )
    ids = [one.transaction for one, _ in ordered]
    named = {one.id: one for one in ledger.transactions(teller.db, ids)}
    lines = [
        _line(one, named[one.transaction], teller, deadline) for one, deadline in ordered[:_SHOWN]
    ]
    more = len(ordered) - _SHOWN
    lines += [f"... and {more} more; the whole list: vigil alert ls"] if more > 0 else []
    count = f"{len(ordered)} older rows" if len(ordered) > 1 else "1 older row"
    title = f"Review list: {count} to look at"
    head = "From before vigil watched; none of it is new today."
    body = "\n".join([head, *lines, "", _STEP])
    first = next((deadline for _, deadline in ordered if deadline), None)
    return Text(title, word.fit(body, word.BODY_LIMIT), _STEP, first)


def _line(
    finding: Finding, transaction: Transaction, teller: Teller, deadline: Deadline | None
) -> str:
    case = f"case {finding.case}: " if finding.case is not None else ""
    until = f" Last safe day {deadline.last_safe}." if deadline and deadline.last_safe else ""
    account = teller.account(transaction.account).nickname
    what = word.fit(f"{word.sum_text([transaction])}, {word.name_of(transaction)}", 60)
    # Reasons begin with the amount, which stands before them here with its currency.
    why = word.fit(word.one_line(finding.reason).partition("; ")[2] or finding.reason, 90)
    return f"- {case}{transaction.day} {what} ({account}): {why}.{until}"


def _urgency(deadline: Deadline | None) -> date:
    safe = deadline.last_safe if deadline else None
    if isinstance(safe, datetime):
        return safe.date()
    return safe or date.max


def _queue(teller: Teller, number: int) -> None:
    alert = alerts.get(teller.db, number)
    for person in recipients(teller.household.people, alert.owners):
        due = quiet_until(person, teller.now) or teller.now + _SETTLES
        body = message_body(teller, alert, person)
        for channel in person.channels:
            if outbox.went_out(teller.db, number, person.name, channel):
                continue
            outbox.drop_older(teller.db, number, person.name, channel)
            letter = Letter(number, person.name, channel, "review", alert.title, body, "low", due)
            outbox.put(teller.db, letter, teller.now)
