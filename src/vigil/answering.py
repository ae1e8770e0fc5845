"""What people decide: answers to alerts, cases opened and closed, and the undo of each.

Every decision is a row of its own; an undo is a further row. Runs inside the caller's transaction.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from vigil import casework, telling
from vigil.alerts import word
from vigil.alerts.people import next_morning
from vigil.cases.clock import deadline_of
from vigil.errors import VigilError
from vigil.model import AnswerWord, Case, Payment, Transaction
from vigil.store import alerts, casebook, decisions, ledger, outbox
from vigil.store.alerts import AlertRow
from vigil.store.decisions import DecisionRow, LessonRow
from vigil.telling import Teller

_BAND = (0.75, 1.25)  # *mine* speaks for amounts up to a quarter away
_RING_AFTER_UNDO = timedelta(minutes=3)


class Answer(NamedTuple):
    """An answer to an alert; `wait` says for how long *later* is."""

    alert: int
    word: AnswerWord
    wait: timedelta | None = None
    by: str = "me"


class OpenCase(NamedTuple):
    """A case to open; its id does not count."""

    case: Case
    by: str = "me"


class CloseCase(NamedTuple):
    """A case to close, with why."""

    case: int
    why: str
    by: str = "me"


class NoteCase(NamedTuple):
    """A line for a case's timeline."""

    case: int
    text: str
    by: str = "me"


class Undo(NamedTuple):
    """Take back the newest decision."""

    by: str = "me"


Action = Answer | OpenCase | CloseCase | NoteCase | Undo


@dataclass(frozen=True, slots=True)
class Answered:
    """What a decision changed, in words for the person who took it.

    Attributes:
        case: the case that was opened or joined.
        matched: for a case opened: transactions of the ledger that belong to it.
    """

    lines: tuple[str, ...]
    case: Case | None = None
    matched: tuple[casework.Matched, ...] = ()


def take(teller: Teller, action: Action) -> Answered:
    """Carry out a decision.

    Raises:
        VigilError: it speaks of something that is not there, or no longer open.
    """
    match action:
        case Answer():
            return _answer(teller, action)
        case OpenCase():
            return _open_case(teller, action.case, action.by)
        case CloseCase():
            return _close_case(teller, action)
        case NoteCase():
            casebook.get(teller.db, action.case)
            casebook.note(teller.db, action.case, word.one_line(action.text), teller.now)
            return Answered((f"Noted in case {action.case}.",))
        case Undo():
            return _undo(teller, action.by)


# --- answers ---------------------------------------------------------------------------------


def _answer(teller: Teller, answer: Answer) -> Answered:
    alert = alerts.get(teller.db, answer.alert)
    if alert.state != "open":
        raise VigilError(
            f"{alert.public_id} was answered already ({alert.answer or alert.state}). "
            "To change that, `vigil undo` takes the newest decision back."
        )
    outbox.drop(teller.db, alert.id)
    if answer.word == "mine":
        return _mine(teller, alert, answer)
    if answer.word == "not-mine":
        return _not_mine(teller, alert, answer)
    if answer.word == "later":
        return _later(teller, alert, answer)
    alerts.settle(teller.db, alert.id, "open", "on-it", teller.now)
    alerts.ring_again(teller.db, alert.id, None, alert.rung)
    _decide(teller, alert, answer, {})
    return Answered((f"{alert.public_id} rings no more and stays open until it is answered.",))


def _mine(teller: Teller, alert: AlertRow, answer: Answer) -> Answered:
    db = teller.db
    rows = alerts.findings_of(db, alert.id)
    named = {one.id: one for one in ledger.transactions(db, [r.finding.transaction for r in rows])}
    decision = _decide(teller, alert, answer, {})
    taught = [
        _lesson(
            named[row.finding.transaction], row.finding.rule, teller.household.today(teller.now)
        )
        for row in rows
        if row.finding.case is None
    ]
    decisions.add_lessons(db, decision, taught)
    alerts.undo_findings(db, alert.id, teller.now)
    alerts.settle(db, alert.id, "answered", "mine", teller.now)
    lines = [f"{alert.public_id} is answered: yours."]
    if taught:
        lines.append("vigil will not ring for such amounts at this merchant again.")
    if any(row.finding.case is not None for row in rows):
        lines.append(f"It no longer counts as part of case {alert.case}.")
    return Answered((*lines, "Answered by mistake? `vigil undo` takes it back."))


def _lesson(transaction: Transaction, rule: str, today: date) -> LessonRow:
    amount = abs(transaction.amount)
    low, high = (round(amount * share) for share in _BAND)
    return LessonRow(
        transaction.account, transaction.merchant, rule, low, high, transaction.currency, today
    )


def _later(teller: Teller, alert: AlertRow, answer: Answer) -> Answered:
    person = telling.first_person(teller, alert)
    until = teller.now + answer.wait if answer.wait else next_morning(person, teller.now)
    alerts.settle(teller.db, alert.id, "open", "later", teller.now)
    alerts.ring_again(teller.db, alert.id, until, 0)
    _decide(teller, alert, answer, {"until": until.isoformat()})
    local = until.astimezone(person.zone)
    return Answered(
        (f"{alert.public_id} comes back on {local:%Y-%m-%d at %H:%M} ({person.zone}).",)
    )


def _not_mine(teller: Teller, alert: AlertRow, answer: Answer) -> Answered:
    db = teller.db
    rows = alerts.findings_of(db, alert.id)
    moved = ledger.transactions(db, [row.finding.transaction for row in rows])
    spent = [one for one in moved if one.amount < 0]
    payments = tuple(
        Payment(one.day, one.amount, one.currency, None, one.fitid, one.id) for one in spent
    )
    joined = alert.case or casework.case_for(db, spent)
    if joined is not None:
        before = casebook.get(db, joined).case
        fresh = tuple(one for one in payments if not casework.tells_of(before, one))
        case = replace(before, payments=before.payments + fresh)
        casebook.change(db, case)
        casebook.note(db, case.id, f"{alert.public_id}: not mine", teller.now)
        data: dict[str, object] = {"joined": case.id, "payments": len(case.payments)}
        data["before"] = len(before.payments)
    else:
        case = casebook.add(db, _fraud_case(teller, alert, spent, payments), teller.now)
        casebook.note(db, case.id, f"{alert.public_id}: not mine", teller.now)
        data = {"opened": case.id}
    _decide(teller, alert, answer, data)
    alerts.settle(db, alert.id, "answered", "not-mine", teller.now)
    lines = _what_now(teller, alert, case, spent, joined=joined is not None)
    return Answered(tuple(lines), case)


def _fraud_case(
    teller: Teller, alert: AlertRow, spent: list[Transaction], payments: tuple[Payment, ...]
) -> Case:
    account = teller.account(spent[0].account) if spent else None
    names = tuple(dict.fromkeys(word.name_of(one) for one in spent))
    return Case(
        id=0,
        title=f"Not mine: {names[0] if names else alert.title}",
        kind="card_fraud" if account and account.kind == "card" else "account_takeover",
        owner=account.owners[0] if account and account.owners else None,
        opened=teller.household.today(teller.now),
        names=names,
        instrument=account.instrument if account else None,
        provider=account.provider if account else None,
        situation="unauthorised",
        payments=payments,
    )


def _what_now(
    teller: Teller, alert: AlertRow, case: Case, spent: list[Transaction], *, joined: bool
) -> list[str]:
    verb = "joins" if joined else "opens"
    lines = [f"{alert.public_id} {verb} case {case.id}: {case.title}."]
    lines.append(f"Now: {casework.next_line(teller, case)}.")
    if spent:
        account = teller.account(spent[0].account)
        today = teller.household.today(teller.now)
        lines += word.deadline_lines(deadline_of(spent, account, case, today))
    return lines


# --- cases -----------------------------------------------------------------------------------


def _open_case(teller: Teller, draft: Case, by: str) -> Answered:
    db = teller.db
    if draft.owner and draft.owner not in {one.name for one in teller.household.people}:
        names = ", ".join(one.name for one in teller.household.people)
        raise VigilError(f"{draft.owner!r} is nobody in the configuration; known: {names}.", 2)
    case = casebook.add(db, draft, teller.now)
    decisions.add(db, (by, "open-case", None, {"opened": case.id}), teller.now)
    matched = casework.match_ledger(teller, case)
    return Answered((f"Case {case.id} is open: {case.title}.",), case, tuple(matched))


def _close_case(teller: Teller, action: CloseCase) -> Answered:
    row = casebook.get(teller.db, action.case)
    if row.state == "closed":
        raise VigilError(f"Case {action.case} is closed already: {row.closed_why}.")
    casebook.set_state(teller.db, action.case, "closed", action.why, teller.now)
    casebook.note(teller.db, action.case, f"closed: {action.why}", teller.now)
    decisions.add(teller.db, (action.by, "close-case", None, {"closed": action.case}), teller.now)
    return Answered((f"Case {action.case} is closed.",), row.case)


# --- undo ------------------------------------------------------------------------------------


def _undo(teller: Teller, by: str) -> Answered:
    db = teller.db
    last = decisions.last_undoable(db)
    if last is None:
        raise VigilError("There is nothing to undo.")
    decisions.add(db, (by, "undo", last.alert, {}), teller.now, undoes=last.id)
    if last.action == "mine":
        decisions.forget_lessons(db, last.id, teller.now)
    _undo_cases(teller, last)
    if last.alert is None:
        return Answered((f"Undone: {last.action}.",))
    if last.action == "mine":
        alerts.undo_findings(db, last.alert, None)
    alerts.settle(db, last.alert, "open", None, teller.now)
    alerts.ring_again(db, last.alert, teller.now + _RING_AFTER_UNDO, 0)
    return Answered((f"Undone: {last.action} on a{last.alert}. It is open again.",))


def _undo_cases(teller: Teller, last: DecisionRow) -> None:
    db, data = teller.db, last.data
    if isinstance(opened := data.get("opened"), int):
        casebook.set_state(db, opened, "closed", "undone", teller.now)
        casebook.note(db, opened, "opened by mistake; undone", teller.now)
    if isinstance(joined := data.get("joined"), int):
        case = casebook.get(db, joined).case
        kept = case.payments[: int(str(data["before"]))]
        casebook.change(db, replace(case, payments=kept))
        casebook.note(db, joined, f"what a{last.alert} added was undone", teller.now)
    if isinstance(closed := data.get("closed"), int):
        casebook.set_state(db, closed, "open", None, teller.now)
        casebook.note(db, closed, "closing was undone", teller.now)


def _decide(teller: Teller, alert: AlertRow, answer: Answer, data: dict[str, object]) -> int:
    return decisions.add(teller.db, (answer.by, answer.word, alert.id, data), teller.now)
