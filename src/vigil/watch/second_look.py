"""The second reader after the first: ofxparse in a child process, off the way to the alert.

What it says is recorded beside the document, and a disagreement is told with both views. The
scanner's rows stand.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from vigil.alerts.word import one_line
from vigil.model import Limits, Reading, Refusal
from vigil.pipeline import World
from vigil.statements import open_statement
from vigil.statements.ofx.second import Agreement, compare
from vigil.steps import telling
from vigil.steps.fold import document_path
from vigil.steps.telling import Teller
from vigil.store import documents
from vigil.store.database import write
from vigil.store.documents import DocumentRow

Reader = Callable[[Path, Reading, Limits], Agreement]


def look_again(world: World, now: datetime, reader: Reader = compare) -> int:
    """Read every document that waits for its second reader; how many there were."""
    waiting = documents.awaiting_second_reading(world.db)
    for row in waiting:
        agreement = _compare(world, row, reader)
        with write(world.db) as db:
            _record(Teller(db, world.household, now), row, agreement)
    return len(waiting)


def _compare(world: World, row: DocumentRow, reader: Reader) -> Agreement:
    path = document_path(world.documents, row.sha256)
    try:
        with path.open("rb") as file:
            reading = open_statement(file, row.name, world.limits)
            if isinstance(reading, Refusal):
                return _skipped("it was not read the first time either")
            return reader(path, reading, world.limits)
    except OSError as error:
        return _skipped(f"the kept copy cannot be read: {error.strerror}")


def _skipped(why: str) -> Agreement:
    return Agreement(agree=True, skipped=why, differences=())


def _record(teller: Teller, row: DocumentRow, agreement: Agreement) -> None:
    if agreement.skipped:
        documents.note_second_reading(teller.db, row.id, "skipped", agreement.skipped)
        return
    if agreement.agree:
        documents.note_second_reading(teller.db, row.id, "agrees", None)
        return
    view = "\n".join(agreement.differences)
    documents.note_second_reading(teller.db, row.id, "differs", view)
    shown = "\n".join(one_line(line) for line in agreement.differences[:5])
    telling.tell_self(
        teller,
        f"second reader {row.id}",
        "ask",
        (
            f"Two readers disagree on {one_line(row.name)}",
            f"vigil keeps its own reading of the file; ofxparse reads it otherwise:\n{shown}",
            "First: compare these rows with what your bank shows.",
        ),
    )
