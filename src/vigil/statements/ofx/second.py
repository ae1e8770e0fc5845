"""The second reader: ofxparse on the normalised text must find what the scanner found.

It decides nothing: the scanner's rows stay. A disagreement is for the person, with both views.
ofxparse is never called in this process (it hangs on hostile text), nor on a large file.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from vigil.model import Limits, Reading, Row
from vigil.money import format_minor, to_minor
from vigil.statements.ofx.normalise import Normaliser, Printed
from vigil.statements.ofx.reader import OfxReading

MOST_ROWS = 5000  # ofxparse takes about a second for 3,000 rows with closed leaves
_MOST_DIFFERENCES = 20
_WALL_SECONDS = 60.0

Place = tuple[int, int]  # statement, row


class Seen(NamedTuple):
    """What the second reader found.

    Attributes:
        rows: day and amount by place.
        counts: by statement how many rows it met, those it discarded among them.
    """

    rows: Mapping[Place, tuple[str | None, str]]
    counts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether two readers agree on a document.

    Attributes:
        agree: False only when both have read it and differ.
        skipped: in words why the second reader was not heard; None when it was.
        differences: both views of each difference, the first few.
    """

    agree: bool
    skipped: str | None
    differences: tuple[str, ...]


def compare(source: Path | BinaryIO, reading: Reading, limits: Limits) -> Agreement:
    """Holds a reading against ofxparse's: count, amounts and dates of posted rows by statement.

    Args:
        source: the document again, as a path or a seekable file.
        reading: what the scanner made of it.
        limits: the bounds that it was read with.
    """
    if not isinstance(reading, OfxReading):
        return _skipped("not an OFX document")
    if sum(head.rows for head in reading.statements) > MOST_ROWS:
        return _skipped(f"more than {MOST_ROWS} transactions")
    try:
        with source.open("rb") if isinstance(source, Path) else nullcontext(source) as opened:
            return _compare(reading.over(opened, limits))
    except OSError as fault:
        return _skipped(f"the document cannot be read again ({fault.strerror})")


def _compare(reading: OfxReading) -> Agreement:
    normaliser = Normaliser()
    reading.walk(normaliser)
    if not normaliser.printed:
        return _skipped("no transactions")
    answer = _ask(normaliser.text())
    if isinstance(answer, str):
        return _skipped(answer)
    rows = ((batch.statement, row) for batch in reading.batches() for row in batch.rows)
    first = {(statement, row.place): row for statement, row in rows if not row.pending}
    return agreement(normaliser.printed, first, answer)


def agreement(printed: Sequence[Printed], first: Mapping[Place, Row], second: Seen) -> Agreement:
    """Lays both readers' rows beside each other.

    A row whose amount or date has a form that ofxparse is known to take for another, or not to
    take, is held against nothing: only rows that are plain in the text can show a fault.
    """
    places = {(row.statement, row.place) for row in printed}
    plain = [(row.statement, row.place) for row in printed if row.plain]
    views = [(place, first.get(place), second.rows.get(place)) for place in plain]
    views += [(place, row, None) for place, row in first.items() if place not in places]
    differences = [_shown(*view) for view in views if not _same(*view[1:])]
    for statement, count in Counter(row.statement for row in printed).items():
        met = second.counts.get(statement, 0)
        if met != count:
            differences.append(
                f"statement {statement + 1}: vigil counts {count} rows, ofxparse {met}"
            )
    return Agreement(not differences, None, tuple(differences[:_MOST_DIFFERENCES]))


def _same(mine: Row | None, other: tuple[str | None, str] | None) -> bool:
    if mine is None or other is None:
        return other is None and mine is None
    day, amount = other
    try:
        minor, _ = to_minor(Decimal(amount), mine.currency)
    except InvalidOperation:
        return False
    return mine.day.isoformat() == day and mine.amount == minor


def _shown(place: Place, mine: Row | None, other: tuple[str | None, str] | None) -> str:
    ours = "nothing" if mine is None else _text(mine.day, format_minor(mine.amount, mine.currency))
    theirs = "nothing" if other is None else _text(*other)
    return f"statement {place[0] + 1}, row {place[1]}: vigil reads {ours}, ofxparse {theirs}"


def _text(day: date | str | None, amount: str) -> str:
    return f"{day or 'no date'} {amount}"


def _ask(text: str) -> Seen | str:
    """What the child finds, or in words why it says nothing."""
    command = [sys.executable, "-B", "-P", "-m", "vigil.statements.ofx.second_child"]
    try:
        child = subprocess.run(
            command,
            input=text.encode("utf-8", "replace"),
            capture_output=True,
            timeout=_WALL_SECONDS,
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "the second reader took too long"
    except OSError as fault:
        return f"the second reader did not start ({fault.strerror})"
    if child.returncode != 0:
        last = child.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return f"the second reader failed ({last[:200] or child.returncode})"
    return _seen(json.loads(child.stdout))


def _seen(answer: list[Any]) -> Seen:
    rows = {
        (statement["statement"], place): (day, amount)
        for statement in answer
        for place, day, amount in statement["rows"]
    }
    counts = {s["statement"]: len(s["rows"]) + s["discarded"] for s in answer}
    return Seen(rows, counts)


def _skipped(why: str) -> Agreement:
    return Agreement(agree=True, skipped=why, differences=())
