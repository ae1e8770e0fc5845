"""Judging inside a write transaction: loads what was learnt, judges, and writes it back.

Shell around the pure `judge` package. History is judged with the same care, but what it gives goes
into the review list alone: nothing here or behind it can send.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from vigil.judge import Judged, Lesson, judge
from vigil.judge.common import DIGEST
from vigil.judge.learning import learn_many
from vigil.judge.profile import Learnt
from vigil.judge.progress import CaseProgress, overdue, progress_after, told_overdue
from vigil.model import Case, Finding, Transaction
from vigil.steps.telling import Teller, tell_absence, tell_self
from vigil.store import accounts, alerts, casebook, decisions, learnt, ledger
from vigil.store.accounts import AccountRow

# Older rows are outside of every right that the packs know for a payment line (13 months).
_REVIEWED = timedelta(days=400)
_MANY = 4_000  # transactions that wait at most to be learnt or judged together
_GRACE_DAYS = 5  # a refund is booked some days after it was promised


@dataclass(slots=True)
class Judging:
    """The judging of one statement's new transactions.

    Attributes:
        findings: what must be told.
        review: what history gives, for the review list.
        history: how many transactions were history.
    """

    teller: Teller
    account: AccountRow
    findings: list[Finding] = field(default_factory=list)
    review: list[Finding] = field(default_factory=list)
    history: int = 0
    _old: list[Transaction] = field(default_factory=list)
    _recent: list[Transaction] = field(default_factory=list)
    _judged: list[Judged] = field(default_factory=list)
    _met: Counter[str] = field(default_factory=Counter)
    _learnt: Learnt = field(init=False)
    _cases: tuple[Case, ...] = field(init=False)
    _progress: dict[int, CaseProgress] = field(init=False)
    _lessons: list[Lesson] = field(init=False)
    _cutoff: date = field(init=False)

    def __post_init__(self) -> None:
        """Load what was learnt of the account, the open cases, and what *mine* taught."""
        db, number = self.teller.db, self.account.id
        self._cutoff = self.teller.household.today(self.teller.now) - _REVIEWED
        self._learnt = _open(db, number)
        self._cases = tuple(casebook.open_cases(db))
        self._progress = {case.id: progress_of(db, case) for case in self._cases}
        self._lessons = [
            Lesson(one.account, one.merchant, one.rule, one.low, one.high, one.currency, one.day)
            for one in decisions.lessons(db, number)
        ]

    def take(self, transactions: Iterable[Transaction]) -> None:
        """Judge new transactions; by day, whatever the order in which the file lists them."""
        matched = bool(self._cases)
        for one in transactions:
            self.history += one.history
            if one.history and one.day < self._cutoff and not matched:
                self._old.append(one)
            else:
                self._recent.append(one)
        if len(self._old) >= _MANY:
            self._learn_old()
        if len(self._recent) >= _MANY:
            self._judge_recent()

    def _learn_old(self) -> None:
        """Rows that no pattern and no case asks for: they only say what is usual."""
        old, self._old = self._old, []
        self._load({one.merchant for one in old})
        learn_many(self._learnt, old)
        self._note_met(old)

    def _judge_recent(self) -> None:
        self._learn_old()
        ordered = sorted(self._recent, key=lambda one: (one.day, one.id))
        self._recent = []
        self._load({one.merchant for one in ordered})
        old = {one.id for one in ordered if one.history}
        shown = (
            one._replace(history=False) if one.history and one.day >= self._cutoff else one
            for one in ordered
        )
        judged = judge(shown, self._learnt, self._cases, self._progress, self._lessons)
        self._progress |= judged.progress
        self._note_met(ordered)
        self._judged.append(judged)
        for finding in judged.findings:
            (self.review if finding.transaction in old else self.findings).append(finding)

    def _note_met(self, transactions: list[Transaction]) -> None:
        self._met.update(one.merchant for one in transactions if not one.pending)

    def finish(self, *, relearn: bool) -> None:
        """Write what was learnt, and set aside what was said before or is not worth a word.

        Args:
            relearn: count the totals anew from the ledger, because rows known before changed.
        """
        self._judge_recent()
        self._tell_faults()
        db, number = self.teller.db, self.account.id
        if relearn:
            learn_anew(db, number)
        elif self._met:
            learnt.save(db, number, self._learnt, self._met)
        known = alerts.known_findings(db, [one.transaction for one in self.findings])
        fresh = [one for one in self.findings if (one.transaction, one.rule, one.case) not in known]
        self.findings = [one for one in fresh if one.score >= DIGEST]
        self._keep(
            [(one, None) for one in fresh if one.score < DIGEST]
            + [(one, None) for one in self.review if one.case is not None]
            + [pair for judged in self._judged for pair in judged.suppressed]
        )

    def _tell_faults(self) -> None:
        """A pattern that failed is a defect of vigil; the others have judged the row."""
        for fault in {one.rule: one for judged in self._judged for one in judged.faults}.values():
            kind = fault.what.partition(":")[0]  # the rest may hold the person's data
            text = (
                "One of vigil's patterns failed",
                f"The pattern {fault.rule} failed on a new row ({kind}); the others looked at it.",
                "First: look at the newest rows yourself, and report this line.",
            )
            tell_self(self.teller, f"pattern {fault.rule}", "ask", text)

    def _keep(self, quiet: list[tuple[Finding, str | None]]) -> None:
        """Findings that no alert is made of, kept so that a case knows its payments."""
        db = self.teller.db
        named = {one.id: one for one in ledger.transactions(db, [f.transaction for f, _ in quiet])}
        alerts.add_findings(db, None, quiet, named)

    def _load(self, keys: set[str]) -> None:
        unknown = keys - self._learnt.merchants.keys()
        if unknown:
            found = learnt.load_merchants(self.teller.db, self.account.id, unknown)
            self._learnt.merchants.update(found)


def learn_anew(db: sqlite3.Connection, account: int) -> None:
    """Count the totals of an account anew from the ledger, after an undo or a correction."""
    learnt.forget(db, account)
    fresh, met = Learnt(), Counter[str]()
    live = ledger.live_transactions(db, account)
    while some := list(islice(live, _MANY)):
        learn_many(fresh, some)
        met.update(one.merchant for one in some if not one.pending)
    learnt.save(db, account, fresh, met)


def progress_of(db: sqlite3.Connection, case: Case) -> CaseProgress:
    """How far a case has come: a fold over what was matched to it and not undone."""
    progress = CaseProgress()
    rows = [one for one in alerts.findings_on_case(db, case.id) if not one.undone]
    named = ledger.transactions(db, [one.finding.transaction for one in rows])
    by_id = {one.id: one for one in named}
    for row in rows:
        if row.finding.rule != "case.refund_missing":
            progress = progress_after(progress, row.finding, by_id[row.finding.transaction])
    dues = sorted(one.due for one in case.expected if one.due)
    for due in dues[: casebook.absences_told(db, case.id)]:
        progress = told_overdue(progress, due)
    return progress


def judge_absences(judging: Judging) -> None:
    """Money that was promised back and has not come, judged against how far documents vouch.

    Where the case says which account is meant, that account must be covered; a promise without an
    account is held against the least covered one.
    """
    db = judging.teller.db
    rows = accounts.every(db)
    covered = {row.id: row.covered_to for row in rows if row.covered_to}
    for case in casebook.open_cases(db):
        if not case.expected:
            continue
        progress = progress_of(db, case)
        paid = {item[1] for item in progress.payments}
        meant = {one.account for one in ledger.transactions(db, paid)} or set(covered)
        days = [covered[number] for number in meant if number in covered]
        if not days:
            continue
        found = overdue(case, progress, min(days), _GRACE_DAYS)
        if found:
            casebook.count_absence(db, case.id)
            tell_absence(judging.teller, case, found, judging.account.id)


def _open(db: sqlite3.Connection, account: int) -> Learnt:
    names: dict[str, int] | None = None

    def known() -> dict[str, int]:
        nonlocal names
        if names is None:
            names = learnt.known_merchants(db)
        return names

    return Learnt(
        account=learnt.load_account(db, account),
        known=known,
        elsewhere=lambda: learnt.other_accounts(db, account),
    )
