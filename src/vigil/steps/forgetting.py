"""Forgetting an account or a person: what it takes away, and taking it away.

A plan is made first and shown; it names what stands in the way. Taking away runs inside the
caller's transaction; the copies of documents are the caller's too.
"""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace

from vigil.alerts.word import reason_text
from vigil.errors import VigilError
from vigil.model import Case
from vigil.steps import ringing
from vigil.steps.reviewing import reword_review
from vigil.steps.ringing import Teller
from vigil.steps.telling import reword
from vigil.store import accounts, alerts, casebook, forget, learnt, outbox
from vigil.store.alerts import AlertRow


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """What forgetting an account takes away.

    Attributes:
        documents: those that speak of it alone, by number, with their hashes.
        shared: how many speak of others as well, and stay.
        alerts: numbers of all that speak of it.
        open_alerts, open_cases: what stands in the way.
        closed_cases: closed cases that speak of it; they keep their own words.
    """

    account: int
    nickname: str
    transactions: frozenset[int]
    documents: dict[int, str]
    shared: tuple[int, ...]
    alerts: tuple[int, ...]
    open_alerts: tuple[AlertRow, ...]
    open_cases: tuple[Case, ...]
    closed_cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """What forgetting a person takes away; attributes as those of `AccountPlan`.

    Attributes:
        alone: open alerts that concern nobody else: they end.
    """

    name: str
    messages: int
    alerts: tuple[int, ...]
    alone: tuple[AlertRow, ...]
    open_cases: tuple[Case, ...]
    closed_cases: tuple[Case, ...]


def plan_account(teller: Teller, name: str) -> AccountPlan:
    """What forgetting the account of that name takes away.

    Args:
        name: as `vigil account ls` prints it.

    Raises:
        VigilError: there is no such account, or two.
    """
    db = teller.db
    rows = accounts.every(db)
    names = {row.id: teller.household.account(row, rows).nickname for row in rows}
    found = [number for number, one in names.items() if one.casefold() == name.casefold()]
    if len(found) != 1:
        known = ", ".join(f"“{one}”" for one in dict.fromkeys(names.values())) or "none yet"
        what = f"no account is called “{name}”" if not found else f"two are called “{name}”"
        raise VigilError(f"{what}; known are: {known}")
    account = found[0]
    spoken = frozenset(forget.transactions_of(db, account))
    cases = _cases(db, forget.cases_on(db, account), spoken)
    touched = forget.alerts_on(db, account)
    opened = [one for one in (alerts.get(db, number) for number in touched) if one.state == "open"]
    return AccountPlan(
        account=account,
        nickname=names[account],
        transactions=spoken,
        documents=forget.own_documents(db, account),
        shared=tuple(forget.shared_documents(db, account)),
        alerts=tuple(touched),
        open_alerts=tuple(one for one in opened if one.kind != "self"),
        open_cases=tuple(row.case for row in cases if row.state == "open"),
        closed_cases=tuple(row.case for row in cases if row.state != "open"),
    )


def _cases(
    db: sqlite3.Connection, matched: Collection[int], spoken: Collection[int]
) -> list[casebook.CaseRow]:
    return [
        row
        for row in casebook.every(db)
        if row.case.id in matched or any(paid.transaction in spoken for paid in row.case.payments)
    ]


def plan_person(teller: Teller, name: str) -> PersonPlan:
    """What forgetting the person of that name takes away.

    Raises:
        VigilError: nothing is known of them.
    """
    db = teller.db
    touched = [alerts.get(db, number) for number in forget.alerts_to(db, name)]
    cases = [row for row in casebook.every(db) if row.case.owner == name]
    channels = forget.channel_alerts(db, name)
    messages = len(db.execute("SELECT 1 FROM outbox WHERE person = ?", (name,)).fetchall())
    if not (touched or cases or channels or messages):
        known = ", ".join(one.name for one in teller.household.people)
        raise VigilError(f"vigil keeps nothing of “{name}”; the configuration knows: {known}")
    return PersonPlan(
        name=name,
        messages=messages,
        alerts=tuple(one.id for one in touched),
        alone=tuple(one for one in touched if one.state == "open" and one.owners == (name,)),
        open_cases=tuple(row.case for row in cases if row.state == "open"),
        closed_cases=tuple(row.case for row in cases if row.state != "open"),
    )


# --- an account -------------------------------------------------------------------------------


def forget_account(teller: Teller, plan: AccountPlan) -> None:
    """Remove an account's rows and everything that was said of them.

    An alert that speaks of other accounts too stays, in other words; a case stays, and loses what
    it knows of this account's transactions.
    """
    db = teller.db
    cases = [*plan.open_cases, *plan.closed_cases]
    for case in cases:
        _part_case(teller, case, plan)
    of_documents = forget.alerts_on_documents(db, plan.documents)
    forget.remove_lessons(db, plan.account)
    forget.remove_findings(db, plan.transactions)
    named = [alerts.get(db, number) for number in (*plan.alerts, *of_documents)]
    gone = [one.id for one in named if one.id in of_documents or not _reworded(teller, one)]
    forget.remove_alerts(db, gone)
    learnt.forget(db, plan.account)  # counts anew how often the others met its merchants
    forget.blank_second_views(db, plan.shared)
    forget.remove_ledger(db, plan.account, plan.documents)
    _reword_messages(teller, named)


def _part_case(teller: Teller, case: Case, plan: AccountPlan) -> None:
    """A case keeps what the person said, and loses what this account's rows said."""
    db = teller.db
    payments = tuple(
        paid._replace(account=None, fitid=None, transaction=None)
        if paid.transaction in plan.transactions
        else paid
        for paid in case.payments
    )
    said = [
        one.finding.reason
        for one in alerts.findings_on_case(db, case.id)
        if one.finding.transaction in plan.transactions
    ]
    lines = {reason_text(one, case) for one in said} | {reason_text(one) for one in said}
    if lines:
        forget.remove_lines(db, case.id, lines)
    casebook.change(db, replace(case, payments=payments))
    casebook.note(db, case.id, "an account was forgotten; what was known of it is gone", teller.now)


def _reworded(teller: Teller, alert: AlertRow) -> bool:
    """Give an alert the words of what is left of it; False where nothing is."""
    if alert.kind == "self" or not alerts.findings_of(teller.db, alert.id):
        return False
    again = reword_review if alert.kind == "review" else reword
    if not again(teller, alert):
        return False
    if alert.state == "open":  # other words are no news: it rings when it would have rung
        alerts.ring_again(teller.db, alert.id, alert.again_at, alert.rung)
    return True


def _reword_messages(teller: Teller, named: Collection[AlertRow]) -> None:
    """Messages quote what else is open: those that name an alert of the account lose the quote."""
    words = [f"{one.public_id} " for one in named] + [one.title[:40] for one in named if one.title]
    people = {one.name: one for one in teller.household.people}
    for row in forget.blank_messages(teller.db, words):
        number, person = forget.message(teller.db, row)
        alert = alerts.get(teller.db, number)
        known = people.get(person)
        body = ringing.message_body(teller, alert, known) if known else alert.body
        forget.reword_message(teller.db, row, alert.title, body)


# --- a person ---------------------------------------------------------------------------------


def forget_person(teller: Teller, plan: PersonPlan) -> None:
    """Remove what was sent to a person and where they are named; the money's rows stay."""
    db, name = teller.db, plan.name
    for alone in plan.alone:
        alerts.settle(db, alone.id, "closed", None, teller.now)
        outbox.drop(db, alone.id, "the only one whom it concerned was forgotten")
    for number in plan.alerts:
        one = alerts.get(db, number)
        left = [owner for owner in one.owners if owner != name]
        subject = f"review {', '.join(left)}" if one.kind == "review" else one.subject
        forget.set_owners(db, number, subject, left)
    for case in (*plan.open_cases, *plan.closed_cases):
        casebook.change(db, replace(case, owner=None))
    forget.remove_alerts(db, forget.channel_alerts(db, name))
    forget.remove_person(db, name)
