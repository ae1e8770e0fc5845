"""What people decide: answers to alerts, cases opened and closed, and the undo of each.

Every decision is a row of its own; an undo is a further row. Runs inside the caller's transaction.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from vigil.alerts import word
from vigil.errors import VigilError
from vigil.model import Case
from vigil.steps import casework
from vigil.steps.replies import Answer, Answered, reply
from vigil.steps.ringing import Teller
from vigil.store import alerts, casebook, decisions
from vigil.store.decisions import DecisionRow

__all__ = ["Action", "Answer", "Answered", "CloseCase", "NoteCase", "OpenCase", "Undo", "take"]

_RING_AFTER_UNDO = timedelta(minutes=3)


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


def take(teller: Teller, action: Action) -> Answered:
    """Carry out a decision.

    Raises:
        VigilError: it speaks of something that is not there, or no longer open.
    """
    match action:
        case Answer():
            return reply(teller, action)
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


# --- cases -----------------------------------------------------------------------------------


def _open_case(teller: Teller, draft: Case, by: str) -> Answered:
    db = teller.db
    if problems := casework.problems_of(teller, draft):
        raise VigilError(f"the case was not opened: {'; '.join(problems)}", 2)
    case = casebook.add(db, draft, teller.now)
    decisions.add(db, (by, "open-case", None, {"opened": case.id}), teller.now)
    matched = casework.match_ledger(teller, case)
    title = word.unlinked(case.title)
    return Answered((f"Case {case.id} is open: {title}.",), case, tuple(matched))


def _close_case(teller: Teller, action: CloseCase) -> Answered:
    row = casebook.get(teller.db, action.case)
    if row.state == "closed":
        raise VigilError(f"Case {action.case} is closed already: {row.closed_why}.")
    why = word.one_line(action.why)
    casebook.set_state(teller.db, action.case, "closed", why, teller.now)
    casebook.note(teller.db, action.case, f"closed: {why}", teller.now)
    decisions.add(teller.db, (action.by, "close-case", None, {"closed": action.case}), teller.now)
    return Answered((f"Case {action.case} is closed.",), row.case)


# --- undo ------------------------------------------------------------------------------------


def _undo(teller: Teller, by: str) -> Answered:
    db = teller.db
    last = decisions.last_undoable(db)
    if last is None:
        raise VigilError("There is nothing to undo.")
    decisions.add(db, (by, "undo", last.alert, {}), teller.now, undoes=last.id)
    decisions.forget_lessons(db, last.id, teller.now)
    _undo_cases(teller, last)
    if last.alert is None:
        return Answered((f"Undone: {last.action}.",))
    if last.action == "mine" or last.data.get("unmatched"):
        alerts.undo_findings(db, last.alert, None)
    return _reopen(teller, last, last.alert)


def _reopen(teller: Teller, last: DecisionRow, alert: int) -> Answered:
    """Put an alert back as it was before it was answered; one that rang rings again soon."""
    was, again = last.data.get("was"), last.data.get("again_at")
    before = was if isinstance(was, str) else None
    alerts.settle(teller.db, alert, "open", before, teller.now)
    due: datetime | None = teller.now + _RING_AFTER_UNDO
    if before == "on-it":
        due = None
    elif before == "later" and isinstance(again, str):
        due = datetime.fromisoformat(again)
    alerts.ring_again(teller.db, alert, due, 0)
    state = f"open again, answered {before}" if before else "open again"
    return Answered((f"Undone: {last.action} on a{alert}. It is {state}.",))


def _undo_cases(teller: Teller, last: DecisionRow) -> None:
    db, data = teller.db, last.data
    moved = data.get("transactions")
    numbers = [int(one) for one in moved] if isinstance(moved, list) else []
    if isinstance(opened := data.get("opened"), int):
        casework.release(teller, opened)
        casebook.set_state(db, opened, "closed", "undone", teller.now)
        casebook.note(db, opened, "opened by mistake; undone", teller.now)
    if isinstance(joined := data.get("joined"), int):
        casework.part(teller, joined, int(str(data["before"])), numbers)
        casebook.note(db, joined, f"what a{last.alert} added was undone", teller.now)
    if isinstance(closed := data.get("closed"), int):
        casebook.set_state(db, closed, "open", None, teller.now)
        casebook.note(db, closed, "closing was undone", teller.now)
