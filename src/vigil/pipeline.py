"""The three doors through which vigil's state changes: ingest, act, tick. Read from top to bottom.

Each door is one write transaction (a tick one for each alert): what happened, what it means and
the messages about it are committed together, and sending comes after. Nothing is sent from here.
"""

import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Literal

from vigil import reconcile
from vigil.alerts.people import next_digest
from vigil.alerts.word import one_line
from vigil.household import Household
from vigil.model import Batch, Limits, Problem, Reading, Refusal, StatementHead, Transaction
from vigil.sources.intake import Document
from vigil.sources.names import shown_name
from vigil.statements import open_statement
from vigil.steps import answering, fold, pruning, telling
from vigil.steps.answering import Action, Answered
from vigil.steps.judging import Judging, judge_absences
from vigil.steps.reviewing import tell_review
from vigil.steps.telling import Teller
from vigil.store import accounts, alerts, documents, ledger, outbox, sightings, state
from vigil.store.accounts import AccountRow
from vigil.store.database import write
from vigil.store.writing import Place

# first: an account's first import is history; all: so is everything in this document (--history);
# none: nothing is (replay).
History = Literal["first", "all", "none"]
_LONG_AGO = date(1, 1, 1)
_AFTER_FAULT = timedelta(hours=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class World:
    """What the doors work on: the database, the household, the kept documents and the limits."""

    db: sqlite3.Connection
    household: Household
    documents: Path
    limits: Limits


@dataclass(slots=True)
class Outcome:
    """What became of a document.

    Attributes:
        state: read, known (the same bytes were taken before) or rejected.
        why: for a rejected one, what to do instead.
        counts: rows by verdict (new, same, amends, renamed, posts, unsure, replaces, deletes).
        history: how many of the new rows are history.
        first_imports: numbers of the accounts whose first import it is part of.
        alerts: numbers of the alerts it opened or extended.
    """

    name: str
    state: Literal["read", "known", "rejected"]
    document: int
    why: str | None = None
    complete: bool = True
    counts: dict[str, int] = field(default_factory=dict)
    history: int = 0
    problems: list[Problem] = field(default_factory=list)
    first_imports: list[int] = field(default_factory=list)
    alerts: list[int] = field(default_factory=list)

    def line(self) -> str:
        """One line for the log and the terminal."""
        if self.state == "known":
            return f"{self.name}: the same bytes were taken before; nothing changed"
        if self.state == "rejected":
            return f"{self.name}: not taken. {self.why}"
        again = sum(self.counts.values()) - self.counts.get("new", 0)
        parts = [f"{self.counts.get('new', 0)} new", f"{again} known"]
        parts += [f"{self.history} of them history"] if self.history else []
        unread = sum(one.row for one in self.problems)
        parts += [f"{unread} not readable"] if unread else []
        parts += [] if self.complete else ["the file is not complete"]
        rang = ", ".join(f"a{number}" for number in self.alerts)
        return f"{self.name}: {', '.join(parts)}" + (f"; alerts {rang}" if rang else "")


# --- a document comes in --------------------------------------------------------------------


def ingest(
    world: World,
    document: Document,
    now: datetime,
    *,
    history: History = "first",
    landed_at: datetime | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Take a document into the ledger, judge what is new in it, and queue what must be told.

    Args:
        document: bytes that lie in the documents folder already.
        landed_at: when the file came; what lay in the inbox before an account's first import was
            filed away belongs to that first import.
        dry_run: do all of it, then take it back.
    """
    name = shown_name(document.name)
    with document.path.open("rb") as file:
        reading = open_statement(file, document.name, world.limits)
        try:
            with write(world.db) as db:
                teller = Teller(db, world.household, now)
                taking = _Taking(world, teller, history, landed_at or now)
                outcome = taking.take(document, name, reading)
                _take_back(dry_run)
        except _TakenBackError:
            pass
    return outcome


def _take_back(dry_run: bool) -> None:
    if dry_run:
        raise _TakenBackError


class _TakenBackError(Exception):
    """Ends a dry run: the transaction rolls back."""


@dataclass(frozen=True, slots=True)
class _Taking:
    """One document on its way through the first door."""

    world: World
    teller: Teller
    history: History
    landed_at: datetime

    def take(self, document: Document, name: str, reading: Reading | Refusal) -> Outcome:
        known = documents.find(self.teller.db, document.sha256)
        if known:
            return Outcome(name, "known", known.id)
        if isinstance(reading, Refusal):
            return self.reject(document, name, reading.why)
        return self.read(document, name, reading)

    def reject(self, document: Document, name: str, why: str) -> Outcome:
        facts = _facts(document, None, complete=False, why=why)
        number = documents.add(self.teller.db, facts, self.teller.now)
        telling.tell_self(
            self.teller,
            f"rejected {document.sha256}",
            "ask",
            (f"A file was not taken: {name}", f"vigil could not read {name}.", f"First: {why}"),
        )
        return Outcome(name, "rejected", number, why, complete=False)

    def read(self, document: Document, name: str, reading: Reading) -> Outcome:
        facts = _facts(document, reading.format, complete=reading.complete, why=None)
        number = documents.add(self.teller.db, facts, self.teller.now)
        outcome = Outcome(name, "read", number, complete=reading.complete)
        outcome.problems += reading.problems
        review = []
        for position, head, batches in _statements(reading):
            judging = self._statement(document, (number, position), head, batches, outcome)
            review += judging.review
            outcome.alerts += [
                one.id for one in telling.tell_findings(self.teller, judging.findings)
            ]
        documents.add_problems(self.teller.db, number, outcome.problems, 0)
        self._tell_problems(name, number, outcome)
        tell_review(self.teller, review)
        return outcome

    def _statement(
        self,
        document: Document,
        where: tuple[int, int],
        head: StatementHead,
        batches: Iterator[Batch],
        outcome: Outcome,
    ) -> Judging:
        db = self.teller.db
        start, end = head.start or _LONG_AGO, head.end or _LONG_AGO
        account = self._account(head, end, outcome)
        rank = reconcile.rank(end, start, head.made, document.sha256, where[1])
        statement = ledger.add_statement(db, _columns(where, account.id, head, rank))
        last = ledger.last_rank(db, account.id, statement)
        late = last is not None and rank < last
        judging = Judging(self.teller, account)
        place = Place(account.id, statement, account.watch_day.isoformat())
        work = fold.StatementFold(db, place, start, end, None if late else judging.take)
        for batch in batches:
            work.take(batch.rows)
            outcome.problems += batch.problems
        work.finish()
        folded = work.folded
        if late:
            judging.take(self._put_in_order(account.id, statement, folded))
        judging.take(ledger.transactions(db, folded.posted))
        judging.finish(relearn=folded.relearn)
        accounts.cover(db, account.id, min(end, self.world.household.today(self.teller.now)))
        judge_absences(judging)
        for kind, count in folded.counts.items():
            outcome.counts[kind] = outcome.counts.get(kind, 0) + count
        outcome.history += judging.history
        return judging

    def _put_in_order(self, account: int, statement: int, folded: fold.Folded) -> list[Transaction]:
        """A statement that came late: the account is folded anew, unless that changes nothing.

        It changes nothing where every row was known; nor where every row is plainly new or known
        from an earlier statement, because later ones then have nothing to do with it. Rows that
        ever waited or corrected others lay claim to what comes, so their order always counts.
        """
        db = self.teller.db
        fresh = {one.id for one in folded.fresh}
        apart = folded.redundant or (folded.plain and not sightings.met_later(db, statement))
        if not apart or accounts.had_claims(db, account):
            shown = fold.refold(db, account, self.world.documents, self.world.limits)
            if shown is None:
                pruning.tell_out_of_order(self.teller, account, self.world.documents)
            fresh |= set(shown or ())
            folded.relearn = True
        return ledger.transactions(db, fresh)

    def _account(self, head: StatementHead, end: date, outcome: Outcome) -> AccountRow:
        db, now = self.teller.db, self.teller.now
        until = min(end, self.world.household.today(now))
        known = accounts.find(db, head.account)
        if known is None:
            watch_day = _LONG_AGO if self.history == "none" else until
            number = accounts.add(db, head.account, head.currency, watch_day, now)
            outcome.first_imports.append(number)
            return accounts.get(db, number)
        accounts.learn_names(db, known.id, head.account)
        first_import = self.history == "first" and self.landed_at <= known.first_import_until
        if first_import:
            outcome.first_imports.append(known.id)
        if first_import or self.history == "all":
            accounts.set_watch_day(db, known.id, until)
        return accounts.get(db, known.id)

    def _tell_problems(self, name: str, number: int, outcome: Outcome) -> None:
        rows = [one for one in outcome.problems if one.row]
        if not rows and outcome.complete:
            return
        shown = [f"{one.where}: {one.what}" for one in (rows or outcome.problems)[:5]]
        count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
        title = f"{count} of {name} could not be read" if rows else f"{name} is incomplete"
        listed = "\n".join(one_line(line) for line in shown)
        step = "First: export the file again and drop it in; rows known already are not doubled."
        telling.tell_self(self.teller, f"document {number}", "ask", (title, listed, step))


def _statements(reading: Reading) -> Iterator[tuple[int, StatementHead, Iterator[Batch]]]:
    """Every statement with its batches, those without rows included."""
    grouped = groupby(reading.batches(), key=lambda batch: batch.statement)
    group = next(grouped, None)
    heads = _with_periods(reading)
    for position, head in enumerate(heads):
        if group is not None and group[0] == position:
            yield position, head, group[1]
            group = next(grouped, None)
        else:
            yield position, head, iter(())


def _with_periods(reading: Reading) -> list[StatementHead]:
    """The heads with the periods that they cover.

    Some banks leave the period out, and some print the day of the download as both of its ends:
    then the rows say it.
    """
    heads = list(reading.statements)
    unsaid = {
        number
        for number, head in enumerate(heads)
        if head.start is None or head.end is None or (head.start == head.end and head.rows)
    }
    if not unsaid:
        return heads
    days: dict[int, tuple[date, date]] = {}
    for batch in reading.batches():
        if batch.statement in unsaid and batch.rows:
            some = [row.day for row in batch.rows]
            low, high = days.get(batch.statement, (date.max, date.min))
            days[batch.statement] = min(low, *some), max(high, *some)
    for number in unsaid:
        heads[number] = _with_period(heads[number], days.get(number))
    return heads


def _with_period(head: StatementHead, days: tuple[date, date] | None) -> StatementHead:
    if days is None:
        known = head.start or head.end or _LONG_AGO
        return replace(head, start=head.start or known, end=head.end or known)
    if head.start == head.end:
        return replace(head, start=days[0], end=days[1])
    return replace(head, start=head.start or days[0], end=head.end or days[1])


def _facts(
    document: Document, format_: str | None, *, complete: bool, why: str | None
) -> dict[str, object]:
    return {
        "sha256": document.sha256,
        "name": shown_name(document.name),
        "size": document.size,
        "source": document.origin,
        "format": format_,
        "complete": int(complete),
        "state": "rejected" if why else "read",
        "why": why,
        "second": "due" if format_ == "ofx" else "none",
    }


def _columns(
    where: tuple[int, int], account: int, head: StatementHead, rank: str
) -> dict[str, object]:
    balance = head.balance
    return {
        "document": where[0],
        "position": where[1],
        "account": account,
        "currency": head.currency,
        "start": (head.start or _LONG_AGO).isoformat(),
        "end": (head.end or _LONG_AGO).isoformat(),
        "made": head.made,
        "rank": rank,
        "balance": balance.amount if balance else None,
        "balance_day": balance.day.isoformat() if balance and balance.day else None,
    }


# --- a person decides -------------------------------------------------------------------------


def act(world: World, action: Action, now: datetime) -> Answered:
    """Take a person's answer, case or undo; see `answering` for what each one does."""
    with write(world.db) as db:
        return answering.take(Teller(db, world.household, now), action)


# --- time passes ------------------------------------------------------------------------------


def tick(world: World, now: datetime) -> None:
    """Queue what has become due: alerts that ring again, snoozes that end, the weekly note.

    Once a day what need no longer be kept is removed.
    """
    for alert in alerts.ringing(world.db, now):
        try:
            with write(world.db) as db:
                telling.ring(Teller(db, world.household, now), alert, "again")
        except sqlite3.Error:
            raise  # the disk, not the alert: the daemon tells it
        except Exception:  # noqa: BLE001 - one bad alert must not silence the others, nor loop
            _log.exception("%s could not be rung again; it is tried in an hour.", alert.public_id)
            with write(world.db) as db:
                alerts.ring_again(db, alert.id, now + _AFTER_FAULT, alert.rung)
    for person in world.household.people:
        name = f"digest {person.name}"
        due = state.due_at(world.db, name)
        if due is None or due <= now:
            with write(world.db) as db:
                if due is not None:
                    telling.tell_digest(Teller(db, world.household, now), person)
                state.set_due(db, name, next_digest(person, now))
    # Of a person who is no longer in the configuration: it would be due for ever.
    state.forget_others(world.db, "digest ", [person.name for person in world.household.people])
    pruning.sweep(Teller(world.db, world.household, now), world.documents)


def next_due(db: sqlite3.Connection) -> datetime | None:
    """The earliest moment at which a tick or a send has something to do."""
    dues = (alerts.next_ring(db), outbox.next_due(db), state.next_scheduled(db))
    return min((due for due in dues if due is not None), default=None)
