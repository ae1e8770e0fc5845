"""Folding a statement into the ledger: read, reconcile, write, row by bounded row.

The ledger of an account is the fold of its statements in one canonical order. A statement that
comes in that order is folded onto what is there; one that comes late makes the account be folded
anew from the kept documents, so that the order in which files arrive does not matter. The numbers
of transactions outlive that.

Shell: it writes inside the caller's transaction and never opens one.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from vigil import reconcile
from vigil.errors import VigilError
from vigil.model import Limits, Refusal, Row, Transaction
from vigil.reconcile import Reconciler, Verdict
from vigil.statements import open_statement
from vigil.store import accounts, ledger, renumber, sightings, writing
from vigil.store.ledger import StatementRow
from vigil.store.lookups import AccountLookups
from vigil.store.writing import Merchant, Place
from vigil.text import counterparty

_MOST_MERCHANTS = 20_000  # remembered while a statement is folded


@dataclass(slots=True)
class Folded:
    """What a statement changed.

    Attributes:
        fresh: rows that the ledger did not hold, to be judged.
        posted: rows that waited and are posted now, to be judged with their final amount.
        relearn: True when something known changed, so that totals must be counted anew.
        counts: how many rows met which verdict.
        redundant: True while every row was known, word by word: the ledger is as it was.
        plain: True while every row was plainly new or known word by word.
    """

    fresh: list[Transaction] = field(default_factory=list)
    posted: list[int] = field(default_factory=list)
    relearn: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    redundant: bool = True
    plain: bool = True


@dataclass(slots=True)
class StatementFold:
    """One statement on its way into the ledger.

    Args:
        keep: takes the new transactions of each batch; by default they are kept in `folded`.
    """

    db: sqlite3.Connection
    place: Place
    start: date
    end: date
    keep: Callable[[list[Transaction]], None] | None = None
    folded: Folded = field(default_factory=Folded)
    _reconciler: Reconciler = field(init=False)
    _merchants: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look once whether there is anything to meet."""
        empty = ledger.is_empty(self.db, self.place.account)
        lookups = self._lookups()
        self._reconciler = Reconciler(lookups, self.start, self.end, empty)

    def _lookups(self) -> AccountLookups:
        return AccountLookups(self.db, self.place.account, self.place.statement)

    def take(self, rows: list[Row]) -> None:
        """Fold a batch of rows."""
        decided = self._reconciler.batch(rows)
        if decided.new:
            self._insert(decided.new)
        if decided.same:
            sightings.note_same(self.db, self.place.statement, decided.same)
            self._count("same", len(decided.same))
        self._write(decided.verdicts)

    def finish(self) -> None:
        """Fold the rows that were kept back, and let pending ones lapse."""
        self._write(self._reconciler.finish())
        for verdict in self._reconciler.corrections():
            self._write([verdict])
        waiting = self._lookups().pending()
        gone = reconcile.lapsed(waiting, self._reconciler.claimed, self.end)
        if gone:
            writing.lapse(self.db, gone)
            self.folded.redundant = self.folded.plain = False  # what waits was never learnt

    def _insert(self, rows: list[Row]) -> None:
        self._count("new", len(rows))
        self.folded.redundant = False
        self._note_claims(rows)
        self._keep(writing.insert(self.db, self.place, rows, self._merchants_of(rows)))

    def _write(self, verdicts: list[Verdict]) -> None:
        if not verdicts:
            return
        for verdict in verdicts:
            self._count(verdict.kind, 1)
            if verdict.kind != "same" or verdict.reason:
                self.folded.redundant = False
            if verdict.kind not in ("same", "new") or verdict.reason:
                self.folded.plain = False
        self._note_claims([one.row for one in verdicts])
        if added := [one for one in verdicts if writing.is_added(one)]:
            merchants = self._merchants_of([one.row for one in added])
            self._keep(writing.insert_worded(self.db, self.place, added, merchants))
            if any(one.kind in ("replaces", "deletes") for one in added):
                self.folded.relearn = True
        met = [one for one in verdicts if not writing.is_added(one)]
        sightings.note(self.db, self.place.statement, met)
        self._amend([one for one in met if one.kind in ("amends", "posts")])

    def _amend(self, amended: list[Verdict]) -> None:
        merchants = self._merchants_of([one.row for one in amended])
        for verdict, (merchant, _) in zip(amended, merchants, strict=True):
            writing.amend(self.db, verdict, merchant)
            if verdict.kind == "posts" and verdict.tx is not None:
                self.folded.posted.append(verdict.tx)
            else:
                self.folded.relearn = True

    def _merchants_of(self, rows: list[Row]) -> list[Merchant]:
        """Number and key of each row's merchant."""
        keys = [counterparty(row.payee, row.memo) for row in rows]
        if unknown := set(keys) - self._merchants.keys():
            if len(self._merchants) > _MOST_MERCHANTS:
                self._merchants.clear()
                unknown = set(keys)
            self._merchants |= ledger.merchant_ids(self.db, unknown)
        return [(self._merchants[key], key) for key in keys]

    def _keep(self, fresh: list[Transaction]) -> None:
        if self.keep:
            self.keep(fresh)
        else:
            self.folded.fresh += fresh

    def _note_claims(self, rows: list[Row]) -> None:
        if any(row.pending or (row.extra and row.extra.corrects) for row in rows):
            accounts.note_claims(self.db, self.place.account)

    def _count(self, kind: str, rows: int) -> None:
        self.folded.counts[kind] = self.folded.counts.get(kind, 0) + rows


def refold(
    db: sqlite3.Connection, account: int, documents: Path, limits: Limits
) -> list[int] | None:
    """Fold all statements of an account anew, in canonical order.

    Transactions keep their numbers wherever a row of theirs is met again. The caller learns anew.

    Returns:
        Numbers of transactions that only this order shows; None when the kept copy of a document
        is gone, and then nothing was changed.
    """
    order = ledger.statements_of(db, account)
    if not all(document_path(documents, one.sha256).exists() for one in order):
        return None
    former = renumber.set_aside(db, account)
    watch_day = accounts.get(db, account).watch_day.isoformat()
    for statement in order:
        place = Place(account, statement.id, watch_day)
        fold = StatementFold(db, place, statement.start, statement.end, keep=lambda _: None)
        for rows in _kept_rows(documents, statement, limits):
            fold.take(rows)
        fold.finish()
    return renumber.take_back_numbers(db, account, former)


def document_path(documents: Path, sha256: str) -> Path:
    """Where the copy of a document is kept."""
    return documents / sha256[:2] / sha256


def _kept_rows(documents: Path, statement: StatementRow, limits: Limits) -> Iterator[list[Row]]:
    path = document_path(documents, statement.sha256)
    with path.open("rb") as file:
        reading = open_statement(file, path.name, limits)
        if isinstance(reading, Refusal):
            raise VigilError(f"{path} was read once and can no longer be read: {reading.why}")
        for batch in reading.batches():
            if batch.statement == statement.position:
                yield batch.rows
