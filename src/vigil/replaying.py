"""What would have rung: a folder of statements played as if each had just arrived.

It runs the doors of `pipeline` on a database of its own in a temporary folder. There is no history,
so every level shows, and there is no sender: nothing in this module or under it opens a channel.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from vigil import pipeline
from vigil.cases.draft import read_case
from vigil.errors import VigilError
from vigil.household import Household
from vigil.model import Case, Limits, Refusal
from vigil.pipeline import World
from vigil.sources.intake import Document
from vigil.statements import open_statement
from vigil.steps.answering import OpenCase
from vigil.store.database import open_database

_HOUSEHOLDS = "accounts.jsonl"  # where it lies in the folder, it says which accounts live together


class _Found(NamedTuple):
    """A statement file: how it is ordered, and which accounts it speaks of."""

    end: date
    path: Path
    accounts: frozenset[str]
    currency: str


@dataclass(slots=True)
class _Play:
    """One household being played.

    Attributes:
        labels: what a case is called in the output.
        last: the newest finding that was given out.
    """

    world: World
    labels: dict[int, str] = field(default_factory=dict)
    last: int = 0


def replay(
    folder: Path, cases: Sequence[Mapping[str, Any]], household: Household, scratch: Path
) -> Iterator[dict[str, Any]]:
    """The alerts that the statements below a folder would have raised, in order of time.

    Args:
        folder: files, or ofx/<account>/<YYYY-MM>.ofx; each is taken in order of the period that it
            covers, equal ends by path.
        cases: objects of `case open` or of the household benchmark; each counts from `opened` on.
        scratch: an empty folder for the database.

    Yields:
        One object for each (alert, transaction): alert, account, fitid, rule, at, score, level,
        case, reason.
    """
    found = sorted(_statements(folder))
    if not found:
        raise VigilError(f"{folder}: no statement file that vigil can read lies there")
    for number, (files, its_cases) in enumerate(_households(folder, found, cases)):
        place = scratch / str(number)
        yield from _play(_world(household, place), files, its_cases)


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file.

    Raises:
        VigilError: it cannot be read, or a line is no object.
    """
    cases = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise VigilError(f"{path}: cannot be read ({error})") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise VigilError(f"{path}, line {number}: expected one JSON object a line")
        cases.append(value)
    return cases


def _play(
    world: World, files: Sequence[_Found], cases: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    play = _Play(world)
    waiting = sorted(_drafts(cases, files[0].currency), key=lambda one: one.opened)
    for one in files:
        while waiting and waiting[0].opened <= one.end:
            draft = waiting.pop(0)
            done = pipeline.act(world, OpenCase(draft), _evening(draft.opened))
            assert done.case is not None  # noqa: S101 - opening gives the case
            play.labels[done.case.id] = draft.title
            yield from _fresh(play, draft.opened)
        pipeline.ingest(world, _document(one.path), _evening(one.end), history="none")
        yield from _fresh(play, one.end)


def _fresh(play: _Play, at: date) -> Iterator[dict[str, Any]]:
    rows = play.world.db.execute(
        "SELECT finding.id, alert, rule, finding.level, score, finding.reason, finding.scam,"
        " tx.fitid,"
        " account.number FROM finding JOIN tx ON tx.id = finding.tx"
        " JOIN account ON account.id = tx.account WHERE finding.id > ? AND alert IS NOT NULL"
        " ORDER BY finding.id",
        (play.last,),
    ).fetchall()
    for row in rows:
        play.last = row["id"]
        yield _line(play, row, at)


def _line(play: _Play, row: sqlite3.Row, at: date) -> dict[str, Any]:
    return {
        "alert": f"a{row['alert']}",
        "account": row["number"],
        "fitid": row["fitid"],
        "rule": row["rule"],
        "at": at.isoformat(),
        "score": row["score"],
        "level": row["level"],
        "case": play.labels.get(row["scam"]) if row["scam"] is not None else None,
        "reason": row["reason"],
    }


def _statements(folder: Path) -> Iterator[_Found]:
    if not folder.is_dir():
        raise VigilError(f"{folder}: there is no such folder")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".jsonl":
            yield from _statement(path)


def _statement(path: Path) -> Iterator[_Found]:
    with path.open("rb") as file:
        reading = open_statement(file, path.name, Limits())
        if isinstance(reading, Refusal) or not reading.statements:
            return
        days = [head.end for head in reading.statements if head.end]
        if len(days) < len(reading.statements):
            days += [row.day for batch in reading.batches() for row in batch.rows]
        numbers = frozenset(head.account.number or "" for head in reading.statements)
        currency = reading.statements[0].currency
    if days:
        yield _Found(max(days), path, numbers, currency)


def _households(
    folder: Path, found: Sequence[_Found], cases: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[list[_Found], list[Mapping[str, Any]]]]:
    """The files and cases of each household; without `accounts.jsonl` all belong to one."""
    listed = folder / _HOUSEHOLDS
    if not listed.exists():
        yield list(found), list(cases)
        return
    persona = {str(one.get("account")): one.get("persona") for one in read_cases(listed)}
    groups: dict[object, list[_Found]] = {}
    for one in found:
        groups.setdefault(persona.get(min(one.accounts)), []).append(one)
    for name, files in groups.items():
        yield files, [case for case in cases if case.get("persona") in (None, name)]


def _drafts(cases: Iterable[Mapping[str, Any]], currency: str) -> Iterator[Case]:
    for number, data in enumerate(cases, 1):
        today = date.fromisoformat(str(data.get("opened") or date.min.isoformat()))
        case, problems = read_case(data, today, currency)
        if problems:
            raise VigilError(f"case {number}: {'; '.join(problems)}")
        yield case


def _world(household: Household, place: Path) -> World:
    db = open_database(place / "replay.db")
    db.execute("PRAGMA synchronous = OFF")  # a database of a few seconds' life
    return World(db, household, place / "documents", Limits())


def _document(path: Path) -> Document:
    """The file as it lies there; a late statement is read again from its own place."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Document(digest, path.stat().st_size, path.name, path, "replay")


def _evening(day: date) -> datetime:
    """The moment at which a file that covers `day` arrives: after its last row."""
    return datetime.combine(day, time(20), UTC)
