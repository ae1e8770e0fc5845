"""From findings to alerts, inside the transaction of what caused them.

Shell between the pure `alerts` package and the store: it reads and writes rows, and sends nothing.
An alert that is opened or heard of more rings by way of `ringing`.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from vigil.alerts import word
from vigil.alerts.decide import MONEY_BACK, Happening, happenings, lead, subject_of, worst
from vigil.cases.clock import deadline_of
from vigil.model import Account, Case, Finding, Transaction
from vigil.steps.ringing import Teller, close_self, is_money_back, ring, tell_digest, tell_self
from vigil.store import alerts, casebook, ledger, outbox
from vigil.store.alerts import AlertRow, Subject, Text

__all__ = [
    "Teller",
    "close_self",
    "reword",
    "ring",
    "tell_absence",
    "tell_digest",
    "tell_findings",
    "tell_self",
]


def tell_findings(teller: Teller, findings: Sequence[Finding]) -> list[AlertRow]:
    """Open or extend the alerts for new findings, and queue their messages."""
    transactions = _named_in(teller.db, findings)
    owned: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:  # who may not know of an account must not hear of it by way of another
        account = teller.account(transactions[one.transaction].account)
        owned.setdefault(account.owners, []).append(one)
    return [
        _tell(teller, one, transactions)
        for some in owned.values()
        for one in happenings(some, transactions)
    ]


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
    reason = word.reason_text(finding.reason, case)
    body = f"Case {case.id}, {word.title_of(case)}: {reason}.\n\n{step}"
    text = Text(f"Case {case.id}: money promised back has not come", body, step, None)
    name = f"case {case.id} missing"
    if before := alerts.open_on(teller.db, name):
        number = before.id
        alerts.grow(teller.db, number, finding.level, text, teller.now)
    else:
        subject = Subject("finding", name, account, case.id, _owners(known, case))
        number = alerts.add(teller.db, subject, finding.level, text, teller.now)
    casebook.note(teller.db, case.id, f"{reason} (a{number})", teller.now)
    ring(teller, alerts.get(teller.db, number), "first")


def _tell(
    teller: Teller, happening: Happening, transactions: Mapping[int, Transaction]
) -> AlertRow:
    db = teller.db
    known = _hosts(teller, happening)
    before = [row.finding for one in known for row in alerts.findings_of(db, one.id)
              if not row.undone]  # fmt: skip
    findings = lead([*before, *happening.findings])
    transactions = {**_named_in(db, before), **transactions}
    account, case = _about(teller, findings[0], transactions)
    owners = _owners(account, case)
    anchor = transactions[findings[0].transaction]
    name = subject_of(findings[0], anchor)
    subject = Subject("finding", name, account.id, findings[0].case, owners)
    level = worst([happening.level, *(one.level for one in known)])
    since = teller.household.today(known[0].since if known else teller.now)
    text = _text(teller, findings, transactions, since)
    if known:
        number = known[0].id
        alerts.grow(db, number, level, text, teller.now)
        alerts.turn_to(db, number, subject)
        for other in known[1:]:
            alerts.absorb(db, number, other.id, teller.now)
            outbox.drop(db, other.id, f"it is told as a{number}")
    else:
        number = alerts.add(db, subject, level, text, teller.now)
    alerts.add_findings(db, number, ((one, None) for one in happening.findings), transactions)
    for one in happening.findings:
        if one.case is not None:
            line = f"{word.reason_text(one.reason)} (a{number}, {account.nickname})"
            casebook.note(db, one.case, line, teller.now)
    ring(teller, alerts.get(db, number), "first")
    return alerts.get(db, number)


def _hosts(teller: Teller, happening: Happening) -> list[AlertRow]:
    """The open alerts that a happening joins: on its subject, or on one of its transactions."""
    db = teller.db
    case = casebook.get(db, happening.case).case if happening.case is not None else None
    owners = set(_owners(teller.account(happening.account), case))
    same = [one for one in alerts.open_about(db, happening.subject) if set(one.owners) == owners]
    hosts = {one.id: one for one in (*same, *_sharing(db, happening))}
    return sorted(hosts.values(), key=lambda one: (one.case is None, one.id))


def _sharing(db: sqlite3.Connection, happening: Happening) -> list[AlertRow]:
    """Open alerts on the same transactions, or on related ones where no case is concerned."""
    if happening.findings[0].rule in MONEY_BACK:
        return []
    own = alerts.open_with(db, {one.transaction for one in happening.findings})
    related = {number for one in happening.findings for number in one.related}
    if happening.case is None:
        own += [one for one in alerts.open_with(db, related) if one.case is None]
    return [one for one in own if not is_money_back(one)]


def reword(teller: Teller, alert: AlertRow) -> bool:
    """Write an open alert anew from what is left of its findings; False where nothing is."""
    db = teller.db
    rows = [row.finding for row in alerts.findings_of(db, alert.id) if not row.undone]
    if not rows:
        return False
    findings, transactions = lead(rows), _named_in(db, rows)
    account, case = _about(teller, findings[0], transactions)
    name = subject_of(findings[0], transactions[findings[0].transaction])
    text = _text(teller, findings, transactions, teller.household.today(alert.since))
    alerts.grow(db, alert.id, worst(one.level for one in findings), text, teller.now)
    owners = _owners(account, case)
    subject = Subject("finding", name, account.id, findings[0].case, owners)
    alerts.turn_to(db, alert.id, subject)
    return True


def _about(
    teller: Teller, first: Finding, transactions: Mapping[int, Transaction]
) -> tuple[Account, Case | None]:
    account = teller.account(transactions[first.transaction].account)
    case = casebook.get(teller.db, first.case).case if first.case is not None else None
    return account, case


def _text(
    teller: Teller,
    findings: Sequence[Finding],
    transactions: Mapping[int, Transaction],
    since: date,
) -> Text:
    account, case = _about(teller, findings[0], transactions)
    named = [transactions[one.transaction] for one in findings]
    today = teller.household.today(teller.now)
    deadline = deadline_of(named, account, case, today, since)
    words = word.words(word.Story(findings, transactions, account, case, deadline))
    return Text(words.title, words.body, words.first_step, deadline)


def _owners(account: Account, case: Case | None) -> tuple[str, ...]:
    owner = (case.owner,) if case and case.owner else ()
    return tuple(dict.fromkeys((*account.owners, *owner)))


def _named_in(db: sqlite3.Connection, findings: Iterable[Finding]) -> dict[int, Transaction]:
    ids = {number for one in findings for number in (one.transaction, *one.related)}
    return {one.id: one for one in ledger.transactions(db, ids)}
