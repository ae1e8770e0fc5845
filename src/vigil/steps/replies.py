"""What an answer to an alert does: *mine* teaches, *not mine* opens or joins a case.

Every answer is noted as a decision with how the alert stood before. Runs inside the caller's
transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from vigil.alerts import word
from vigil.alerts.people import next_morning
from vigil.cases.clock import deadline_of
from vigil.errors import VigilError
from vigil.model import AnswerWord, Case, Transaction
from vigil.steps import casework, ringing
from vigil.steps.ringing import Teller
from vigil.store import alerts, casebook, decisions, ledger, outbox
from vigil.store.alerts import AlertRow
from vigil.store.decisions import LessonRow

_BAND = (0.75, 1.25)  # *mine* speaks for amounts up to a quarter away


class Answer(NamedTuple):
    """An answer to an alert; `wait` says for how long *later* is."""

    alert: int
    word: AnswerWord
    wait: timedelta | None = None
    by: str = "me"


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


def reply(teller: Teller, answer: Answer) -> Answered:
    """Take an answer to an open alert.

    Raises:
        VigilError: there is no such alert, it was answered already, or the answer does not fit it.
    """
    alert = alerts.get(teller.db, answer.alert)
    if alert.state != "open":
        raise VigilError(
            f"{alert.public_id} was answered already ({alert.answer or alert.state}). "
            "To change that, `vigil undo` takes the newest decision back."
        )
    answered = _about_vigil(teller, alert, answer) if alert.kind == "self" else None
    if answered is None:
        answered = _ANSWERS[answer.word](teller, alert, answer)
    outbox.drop(teller.db, alert.id, "answered before it was sent")
    return answered


def _about_vigil(teller: Teller, alert: AlertRow, answer: Answer) -> Answered | None:
    """What vigil says of itself is nobody's payment; a fault that lasts ends by itself."""
    if answer.word == "not-mine":
        raise VigilError(
            f"{alert.public_id} is about vigil itself, not about a payment; answer on-it or later."
        )
    if answer.word != "mine":
        return None
    if ringing.is_fault(alert):
        return _on_it(teller, alert, answer._replace(word="on-it"))
    _decide(teller, alert, answer, {})
    alerts.settle(teller.db, alert.id, "answered", "mine", teller.now)
    return Answered((f"{alert.public_id} is done.",))


def _on_it(teller: Teller, alert: AlertRow, answer: Answer) -> Answered:
    _decide(teller, alert, answer, {})
    alerts.settle(teller.db, alert.id, "open", "on-it", teller.now)
    alerts.ring_again(teller.db, alert.id, None, alert.rung)
    return Answered((f"{alert.public_id} rings no more and stays open until it is answered.",))


def _mine(teller: Teller, alert: AlertRow, answer: Answer) -> Answered:
    db = teller.db
    if ringing.is_money_back(alert):
        return _right_so(teller, alert, answer)
    rows = [row for row in alerts.findings_of(db, alert.id) if not row.undone]
    named = {one.id: one for one in ledger.transactions(db, [r.finding.transaction for r in rows])}
    decision = _decide(teller, alert, answer, {})
    today = teller.household.today(teller.now)
    taught = [
        _lesson(named[row.finding.transaction], row.finding.rule, today)
        for row in rows
        if row.finding.case is None
    ]
    decisions.add_lessons(db, decision, taught)
    alerts.undo_findings(db, alert.id, teller.now)
    alerts.settle(db, alert.id, "answered", "mine", teller.now)
    lines = [f"{alert.public_id} is answered: yours."]
    if taught:
        lines.append("vigil will not ring again for the same reason and such amounts there.")
    if any(row.finding.case is not None for row in rows):
        lines.append(f"It no longer counts as part of case {alert.case}.")
    return Answered((*lines, _BY_MISTAKE))


def _right_so(teller: Teller, alert: AlertRow, answer: Answer) -> Answered:
    """Money came back, and the person says that it is what the case waits for."""
    _decide(teller, alert, answer, {})
    alerts.settle(teller.db, alert.id, "answered", "mine", teller.now)
    return Answered((f"{alert.public_id} is answered: it counts for case {alert.case}.",))


def _other_money(teller: Teller, alert: AlertRow, answer: Answer) -> Answered:
    """Money came in, and the person says that it is not what the case waits for."""
    _decide(teller, alert, answer, {"unmatched": True})
    alerts.undo_findings(teller.db, alert.id, teller.now)
    alerts.settle(teller.db, alert.id, "answered", "not-mine", teller.now)
    line = f"{alert.public_id} is answered: it no longer counts for case {alert.case}."
    return Answered((line, _BY_MISTAKE))


def _lesson(transaction: Transaction, rule: str, today: date) -> LessonRow:
    amount = abs(transaction.amount)
    low, high = (round(amount * share) for share in _BAND)
    return LessonRow(
        transaction.account, transaction.merchant, rule, low, high, transaction.currency, today
    )


def _later(teller: Teller, alert: AlertRow, answer: Answer) -> Answered:
    person = ringing.first_person(teller, alert)
    until = teller.now + answer.wait if answer.wait else next_morning(person, teller.now)
    _decide(teller, alert, answer, {"until": until.isoformat()})
    alerts.settle(teller.db, alert.id, "open", "later", teller.now)
    alerts.ring_again(teller.db, alert.id, until, 0)
    local = until.astimezone(person.zone)
    return Answered(
        (f"{alert.public_id} comes back on {local:%Y-%m-%d at %H:%M} ({person.zone}).",)
    )


def _not_mine(teller: Teller, alert: AlertRow, answer: Answer) -> Answered:
    db = teller.db
    if ringing.is_money_back(alert):
        return _other_money(teller, alert, answer)
    spent = _spent(teller, alert)
    if alert.kind == "review" and len({one.merchant for one in spent}) > 1:
        ids = " ".join(f"--transaction t{one.id}" for one in spent[:3])
        raise VigilError(
            f"{alert.public_id} lists payments to several; say which ones are not yours: "
            f"vigil case open {ids}",
            2,
        )
    joined = _case_to_join(teller, alert, spent)
    if joined is not None:
        case = casework.join(teller, joined, spent)
        data: dict[str, object] = {"joined": case.id, "before": len(joined.payments)}
    else:
        opened = casebook.add(db, _fraud_case(teller, alert, spent), teller.now)
        case = casework.join(teller, opened, spent)
        data = {"opened": case.id, "before": 0}
    casebook.note(db, case.id, f"{alert.public_id}: not mine", teller.now)
    data["transactions"] = [one.id for one in spent]
    _decide(teller, alert, answer, data)
    alerts.settle(db, alert.id, "answered", "not-mine", teller.now)
    lines = _what_now(teller, alert, case, spent, joined=joined is not None)
    return Answered(tuple(lines), case)


# Rules whose transaction is no further payment: it is counted by the case already.
_COUNTED = frozenset(("case.credit_reversed", "case.refund_missing"))


def _spent(teller: Teller, alert: AlertRow) -> list[Transaction]:
    rows = [row.finding for row in alerts.findings_of(teller.db, alert.id) if not row.undone]
    ids = {one.transaction for one in rows if one.rule not in _COUNTED}
    moved = ledger.transactions(teller.db, ids)
    return sorted((one for one in moved if one.amount < 0), key=lambda one: (one.day, one.id))


def _case_to_join(teller: Teller, alert: AlertRow, spent: list[Transaction]) -> Case | None:
    """The alert's own case, or one about the same counterparty; a closed one is not woken."""
    if alert.case is not None:
        own = casebook.get(teller.db, alert.case)
        if own.state == "open":
            return own.case
    found = casework.case_for(teller.db, spent)
    return None if found is None else casebook.get(teller.db, found).case


def _fraud_case(teller: Teller, alert: AlertRow, spent: list[Transaction]) -> Case:
    account = teller.account(spent[0].account) if spent else None
    named = (one.payee or one.memo or "" for one in spent)
    names = [word.without_numbers(word.one_line(name))[:200] for name in named]
    return Case(
        id=0,
        title=f"Not mine: {word.name_of(spent[0]) if spent else alert.title}",
        kind="card_fraud" if account and account.kind == "card" else "account_takeover",
        owner=account.owners[0] if account and account.owners else None,
        opened=teller.household.today(teller.now),
        names=tuple(dict.fromkeys(name for name in names if name)),
        instrument=account.instrument if account else None,
        provider=account.provider if account else None,
        situation="unauthorised",
    )


def _what_now(
    teller: Teller, alert: AlertRow, case: Case, spent: list[Transaction], *, joined: bool
) -> list[str]:
    verb = "joins" if joined else "opens"
    lines = [f"{alert.public_id} {verb} case {case.id}: {word.unlinked(case.title)}."]
    if not spent:
        return [*lines, f"Now: {casework.next_line(teller, case)}."]
    account = teller.account(spent[0].account)
    lines.append(f"Now: {word.stop_words(account)}.")
    today = teller.household.today(teller.now)
    # It was not the person who paid, whatever else the case is about.
    lines += word.deadline_lines(deadline_of(spent, account, None, today))
    return [*lines, _BY_MISTAKE]


_BY_MISTAKE = "Answered by mistake? vigil undo takes it back."
_ANSWERS: Mapping[AnswerWord, Callable[[Teller, AlertRow, Answer], Answered]] = {
    "mine": _mine,
    "not-mine": _not_mine,
    "later": _later,
    "on-it": _on_it,
}


def _decide(teller: Teller, alert: AlertRow, answer: Answer, data: dict[str, object]) -> int:
    """Note the decision with how the alert stood before; call it before the alert is settled."""
    again = alert.again_at.isoformat() if alert.again_at else None
    before: dict[str, object] = {"was": alert.answer, "again_at": again}
    entry = (answer.by, answer.word, alert.id, {**before, **data})
    return decisions.add(teller.db, entry, teller.now)
