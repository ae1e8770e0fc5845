"""The review list: what history holds that a person should look at once. It rings nobody awake.

Case matches come first, then what is still inside a right's window, with its date. One list for
those who may see the same accounts, and one message at most: while a list is open and its message
waits or went out, it grows and nothing new is sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from vigil.alerts import word
from vigil.alerts.people import quiet_until, recipients
from vigil.cases.clock import deadline_of
from vigil.judge.common import DIGEST
from vigil.model import Account, Case, Deadline, Finding, Transaction
from vigil.steps.ringing import Teller, message_body
from vigil.store import alerts, casebook, ledger, outbox
from vigil.store.alerts import AlertRow, Subject, Text
from vigil.store.outbox import Letter

_SHOWN = 8
# Files that are dropped together are read within moments; their lists become one message.
SETTLES = timedelta(seconds=20)


class _Entry(NamedTuple):
    """A line of the list: what was found, on what, and until when something can be done."""

    finding: Finding
    transaction: Transaction
    account: Account
    deadline: Deadline | None


def tell_review(teller: Teller, findings: Sequence[Finding]) -> None:
    """Put what history gave on the review list, and queue its one message."""
    found = _entries(teller, [one for one in findings if one.score >= DIGEST])
    owned: dict[tuple[str, ...], list[_Entry]] = {}
    for one in found:
        owned.setdefault(one.account.owners, []).append(one)
    for owners, fresh in owned.items():
        _tell(teller, owners, fresh)


def _tell(teller: Teller, owners: tuple[str, ...], fresh: Sequence[_Entry]) -> None:
    db, now = teller.db, teller.now
    name = f"review {', '.join(owners)}"
    known = alerts.open_on(db, name)
    before = [one.finding for one in alerts.findings_of(db, known.id)] if known else []
    number = known.id if known else alerts.next_id(db)
    text = _text([*_entries(teller, before), *fresh], f"a{number}")
    if known:
        alerts.grow(db, number, "digest", text, now)
    else:
        alerts.add(db, Subject("review", name, owners=owners), "digest", text, now)
    rows = {one.transaction.id: one.transaction for one in fresh}
    alerts.add_findings(db, number, ((one.finding, None) for one in fresh), rows)
    _queue(teller, number)


def reword_review(teller: Teller, alert: AlertRow) -> bool:
    """Write a review list anew from what is left of its findings; False where nothing is."""
    left = _entries(teller, [one.finding for one in alerts.findings_of(teller.db, alert.id)])
    if not left:
        return False
    alerts.grow(teller.db, alert.id, "digest", _text(left, alert.public_id), teller.now)
    return True


def _entries(teller: Teller, findings: Sequence[Finding]) -> list[_Entry]:
    """Case matches, and whatever a right still reaches, each with its deadline."""
    db, today = teller.db, teller.household.today(teller.now)
    named = {one.id: one for one in ledger.transactions(db, [f.transaction for f in findings])}
    known: dict[int, Account] = {}
    kept = []
    for one in findings:
        transaction = named[one.transaction]
        number = transaction.account
        account = known[number] = known.get(number) or teller.account(number)
        case: Case | None = casebook.get(db, one.case).case if one.case is not None else None
        deadline = deadline_of([transaction], account, case, today)
        if case is not None or (deadline is not None and transaction.amount < 0):
            kept.append(_Entry(one, transaction, account, deadline))
    return kept


def _text(listed: Iterable[_Entry], alert: str) -> Text:
    rows = _by_transaction(listed)
    ordered = sorted(rows.values(), key=_order)
    lines = [_line(one) for one in ordered[:_SHOWN]]
    more = len(ordered) - _SHOWN
    lines += [f"... and {more} more: vigil alert show {alert}"] if more > 0 else []
    count = f"{len(ordered)} older payments" if len(ordered) > 1 else "1 older payment"
    head = "From before vigil watched; nothing here is new today."
    first = ordered[0].transaction.id
    step = (
        "First: look through the list. For what nobody here did: vigil case open --transaction "
        f"t{first}. When you are through: vigil alert answer {alert} mine."
    )
    body = word.fit_body("\n".join([head, *lines, "", step]), word.BODY_LIMIT)
    dated = next((one.deadline for one in ordered if one.deadline), None)
    return Text(f"Review list: {count} to look at", body, step, dated)


def _by_transaction(listed: Iterable[_Entry]) -> Mapping[int, _Entry]:
    """Each transaction once, with what weighs most of it."""
    rows: dict[int, _Entry] = {}
    for one in sorted(listed, key=lambda entry: (entry.finding.case is None, -entry.finding.score)):
        rows.setdefault(one.transaction.id, one)
    return rows


def _order(entry: _Entry) -> tuple[bool, date, float]:
    return entry.finding.case is None, _last_safe(entry.deadline), -entry.finding.score


def _line(entry: _Entry) -> str:
    finding, transaction = entry.finding, entry.transaction
    case = f"case {finding.case}: " if finding.case is not None else ""
    until = _last_safe(entry.deadline)
    by = f" Last safe day {until}." if until < date.max else ""
    what = f"{word.sum_text([transaction])} to {word.fit(word.name_of(transaction), 40)}"
    # Reasons begin with the amount, which stands before them here with its currency.
    reason = word.reason_text(finding.reason)
    why = word.fit(reason.partition("; ")[2] or reason, 90)
    return f"- {case}{transaction.day} {what} ({entry.account.nickname}): {why}.{by}"


def _last_safe(deadline: Deadline | None) -> date:
    safe = deadline.last_safe if deadline else None
    if isinstance(safe, datetime):
        return safe.date()
    return safe or date.max


def _queue(teller: Teller, number: int) -> None:
    alert = alerts.get(teller.db, number)
    for person in recipients(teller.household.people, alert.owners):
        due = quiet_until(person, teller.now) or teller.now + SETTLES
        body = message_body(teller, alert, person)
        for channel in person.channels:
            if outbox.went_out(teller.db, number, person.name, channel):
                continue
            failing = outbox.drop_older(teller.db, number, person.name, channel)
            letter = Letter(number, person.name, channel, "review", alert.title, body, "low", due)
            outbox.put(teller.db, letter, teller.now, failing)
