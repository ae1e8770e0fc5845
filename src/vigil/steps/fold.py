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
from vigil.store import accounts, ledger, renumber
from vigil.store.ledger import Place, StatementRow
from vigil.store.lookups import AccountLookups
from vigil.text import counterparty


@dataclass(slots=True)
class Folded:
    """What a statement changed.

    Attributes:
        fresh: rows that the ledger did not hold, to be judged.
        posted: rows that waited and are posted now, to be judged with their final amount.
        relearn: True when something known changed, so that totals must be counted anew.
        counts: how many rows met which verdict.
        redundant: True while every row was known, word by word: the ledger is as it was.
    """

    fresh: list[Transaction] = field(default_factory=list)
    posted: list[int] = field(default_factory=list)
    relearn: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    redundant: bool = True


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

    def __post_init__(self) -> None:
        """Look once whether there is anything to meet."""
        empty = ledger.is_empty(self.db, self.place.account)
        lookups = self._lookups()
        self._reconciler = Reconciler(lookups, self.start, self.end, empty)

    def _lookups(self) -> AccountLookups:
        return AccountLookups(self.db, self.place.account, self.place.statement)

    def take(self, rows: list[Row]) -> None:
        """Fold a batch of rows."""
        self._write(self._reconciler.batch(rows))

    def finish(self) -> None:
        """Fold the rows that were kept back, and let pending ones lapse."""
        self._write(self._reconciler.finish())
        for verdict in self._reconciler.corrections():
            self._write([verdict])
        waiting = self._lookups().pending()
        gone = reconcile.lapsed(waiting, self._reconciler.claimed, self.end)
        if gone:
            ledger.lapse(self.db, gone)
            self.folded.relearn, self.folded.redundant = True, False

    def _write(self, verdicts: list[Verdict]) -> None:
        if not verdicts:
            return
        for verdict in verdicts:
            self.folded.counts[verdict.kind] = self.folded.counts.get(verdict.kind, 0) + 1
            if verdict.kind != "same" or verdict.reason:
                self.folded.redundant = False
        if any(one.row.pending for one in verdicts):
            accounts.note_pending(self.db, self.place.account)
        added = [one for one in verdicts if ledger.is_added(one)]
        met = verdicts if not added else [one for one in verdicts if not ledger.is_added(one)]
        if added:
            self._add(added)
        if met:
            ledger.meet(self.db, self.place, met)
            self._amend([one for one in met if one.kind in ("amends", "posts")])

    def _add(self, added: list[Verdict]) -> None:
        keys = [counterparty(one.row.payee, one.row.memo) for one in added]
        ids = ledger.merchant_ids(self.db, set(keys))
        fresh = ledger.insert(self.db, self.place, added, [(ids[key], key) for key in keys])
        if any(one.kind in ("replaces", "deletes") for one in added):
            self.folded.relearn = True
        if self.keep:
            self.keep(fresh)
        else:
            self.folded.fresh += fresh

    def _amend(self, amended: list[Verdict]) -> None:
        if not amended:
            return
        keys = [counterparty(one.row.payee, one.row.memo) for one in amended]
        ids = ledger.merchant_ids(self.db, set(keys))
        for verdict, key in zip(amended, keys, strict=True):
            ledger.amend(self.db, verdict, ids[key])
            if verdict.kind == "posts" and verdict.tx is not None:
                self.folded.posted.append(verdict.tx)
            else:
                self.folded.relearn = True


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
