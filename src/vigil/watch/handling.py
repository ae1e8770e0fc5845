"""One arrival in the inbox, from the file to its place in done/ or rejected/.

The order is what keeps things from being lost: copy, commit, then move. Whatever fails is told
and tried again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from vigil import pipeline
from vigil.pipeline import Outcome, World
from vigil.sources import intake
from vigil.sources.filing import NotFiled, file_away
from vigil.sources.folder import Arrival
from vigil.sources.intake import Changed, Document, Failed
from vigil.sources.names import shown_name
from vigil.sources.opening import Original
from vigil.sources.settle import Refuse
from vigil.steps import telling
from vigil.steps.telling import Teller
from vigil.store import accounts, alerts, documents, state
from vigil.store.database import write

_log = logging.getLogger(__name__)
SOURCE = "folder"


@dataclass(frozen=True, slots=True)
class Handler:
    """Takes arrivals one by one.

    Attributes:
        again: asks the source to let an entry settle once more (its name).
        committed: called when an arrival's alerts are in the outbox: send before tidying up.
        clock: the wall clock, for what happens between two steps of one arrival.
    """

    world: World
    again: Callable[[str], None]
    committed: Callable[[], None]
    clock: Callable[[], datetime]

    def handle(self, arrival: Arrival) -> bool:
        """Take one arrival; False when it must be tried again later.

        Raises:
            sqlite3.Error: the database takes nothing; nothing was changed.
        """
        original = arrival.original
        if isinstance(arrival.verdict, Refuse):
            return self._refuse(original, arrival.verdict.why)
        taken = intake.take(original, self.world.documents, self.world.limits.size)
        if isinstance(taken, Changed):
            self.again(original.name)
            return True
        if isinstance(taken, Failed):
            self._fault(taken.why)
            return False
        if isinstance(taken, Refuse):
            return self._refuse(original, taken.why)
        self._well()
        return self._ingest(taken, original)

    def _ingest(self, document: Document, original: Original) -> bool:
        landed = datetime.fromtimestamp(_changed_at(original), UTC)
        outcome = pipeline.ingest(self.world, document, self.clock(), landed_at=landed)
        self.committed()
        _log.info("%s", outcome.line())
        why = outcome.why if outcome.state == "rejected" else None
        filed = self._file(original, document.sha256, why)
        self._note(outcome, document)
        return filed

    def _refuse(self, original: Original, why: str) -> bool:
        name = shown_name(original.name)
        _log.info("%s: not taken. %s", name, why)
        with write(self.world.db) as db:
            teller = Teller(db, self.world.household, self.clock())
            text = (f"A file was not taken: {name}", f"vigil did not read {name}.", f"First: {why}")
            telling.tell_self(teller, f"refused {name} {original.identity}", "ask", text)
            state.event(db, SOURCE, f"{name} refused", teller.now)
        return self._file(original, None, why)

    def _file(self, original: Original, sha256: str | None, why: str | None) -> bool:
        filed = file_away(original, sha256, self.clock(), why)
        if not isinstance(filed, NotFiled):
            _log.info("%s -> %s", shown_name(original.name), filed.path)
            self._well("move")
            return True
        if filed.reason == "changed":
            self.again(original.name)
            return True
        if filed.reason == "failed":
            self._fault(filed.why, "move")
            return False
        return True

    def _note(self, outcome: Outcome, document: Document) -> None:
        with write(self.world.db) as db:
            now = self.clock()
            documents.mark_filed(db, document.sha256)
            for account in outcome.first_imports:
                accounts.keep_first_import_open(db, account, now)
            state.event(db, SOURCE, outcome.line(), now)

    def _fault(self, why: str, what: str = "copy") -> None:
        _log.warning("%s", why)
        with write(self.world.db) as db:
            teller = Teller(db, self.world.household, self.clock())
            text = (
                "vigil cannot handle a file in the inbox",
                why,
                (
                    "First: make room on the disk, or give vigil the right to write. "
                    "It tries again by itself."
                ),
            )
            telling.tell_self(teller, f"inbox {what}", "ask", text)

    def _well(self, what: str = "copy") -> None:
        subject = f"inbox {what}"
        if alerts.open_on(self.world.db, subject):
            with write(self.world.db) as db:
                telling.close_self(Teller(db, self.world.household, self.clock()), subject)


def _changed_at(original: Original) -> float:
    """When the entry landed in the folder: a move or a copy sets the inode's change time."""
    try:
        return (original.folder / original.name).lstat().st_ctime
    except OSError:
        return datetime.now(UTC).timestamp()
