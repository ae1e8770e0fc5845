"""Once a day: copies of documents that need not be kept, and rows that nothing speaks of, go.

Shell around the pure decision in `keeping.retention`. No transaction and no alert on money is ever
removed here.
"""

import logging
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from vigil.keeping.retention import Copy, to_let_go
from vigil.keeping.turn import WORK, BusyError, only_keeper
from vigil.settings.paths import RESTORING
from vigil.sources.documents import path_of
from vigil.steps.ringing import Teller, tell_self
from vigil.store import retention, state
from vigil.store.database import write

_NAME = "sweep"
_EVERY = timedelta(days=1)
_WHEN_BUSY = timedelta(hours=1)
_MESSAGES = timedelta(days=90)
_SELF_ALERTS = timedelta(days=400)
_log = logging.getLogger(__name__)


def sweep(teller: Teller, documents: Path) -> None:
    """Do what is due once a day; at any other time nothing.

    Raises:
        sqlite3.Error: the database takes nothing; nothing was changed.
    """
    due = state.due_at(teller.db, _NAME)
    if due is not None and due > teller.now:
        return
    try:
        with only_keeper(documents.parent):
            for leftover in (WORK, RESTORING):  # of a process that was killed
                shutil.rmtree(documents.parent / leftover, ignore_errors=True)
            gone = _prune(teller)
            _remove(gone, documents)
    except BusyError:
        with write(teller.db) as db:
            state.set_due(db, _NAME, teller.now + _WHEN_BUSY)


def _prune(teller: Teller) -> Sequence[Copy]:
    """Note what goes before it goes: what is noted and still there is removed the next day."""
    now = teller.now
    days = teller.household.settings.retention.documents_days
    with write(teller.db) as db:
        retention.prune_messages(db, now - _MESSAGES)
        retention.prune_self_alerts(db, now - _SELF_ALERTS)
        gone = []
        if days:
            gone = to_let_go(retention.copies(db), retention.cited(db), now, days)
            retention.let_go(db, (one.document for one in gone), now)
        state.set_due(db, _NAME, now + _EVERY)
    return gone


def _remove(gone: Sequence[Copy], documents: Path) -> None:
    for one in gone:
        try:
            path_of(documents, one.sha256).unlink(missing_ok=True)
        except OSError as error:
            _log.warning("The copy %s cannot be removed: %s", one.sha256, error.strerror)


def tell_out_of_order(teller: Teller, account: int, documents: Path) -> None:
    """A late statement could not be put in order, because copies that this needs are gone."""
    known = retention.lost(teller.db, account)
    missing = [one for one in known if not path_of(documents, one).exists()]
    unforeseen = [one for one in missing if not known[one]]
    body = (
        "Its days lie before those of statements that vigil knew already. To put the account in "
        "order anew, vigil reads the bank's files again, and the copies of some are no longer "
        "kept. No row is lost; a row may stand twice, or wait for long."
    )
    if unforeseen:
        step = (
            f"First: copies that should be there and are not: {len(unforeseen)}. Take the folder "
            f"documents from your newest backup and put what is in it into {documents}."
        )
    else:
        step = "First: nothing to do. Longer kept copies: documents_days in the configuration."
    text = ("A statement that came late was added as it came", body, step)
    tell_self(teller, f"order {account}", "ask" if unforeseen else "digest", text)
