"""Writes the tables of an export into a folder, as CSV or as JSON Lines: all of them or none.

The files hold whole account numbers and are not encrypted; only their owner can read them.
"""

import csv
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from vigil.errors import VigilError
from vigil.household import Household
from vigil.keeping.cells import safe_cell
from vigil.keeping.places import sync_folder
from vigil.keeping.records import Record
from vigil.keeping.tables import TABLES, Table
from vigil.store.export import as_of_now

Write = Callable[[TextIO, Table, Iterator[Record]], int]


def write_export(
    db: sqlite3.Connection, household: Household, folder: Path, *, as_json: bool
) -> dict[str, int]:
    """Write every table into a new folder; the number of rows by file name.

    Raises:
        VigilError: the folder is not empty, or the one around it is not there.
        OSError: the disk takes no more; nothing is left.
    """
    if not folder.parent.is_dir():
        raise VigilError(f"{folder.parent}: there is no such folder.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise VigilError(f"{folder} is there already and not empty; name another folder.")
    part = folder.parent / f".{folder.name}.{os.getpid()}"
    part.mkdir(mode=0o700)
    try:
        with as_of_now(db):
            written = dict(_write(db, household, part, as_json=as_json))
        sync_folder(part)
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    sync_folder(folder.parent)
    return written


def _write(
    db: sqlite3.Connection, household: Household, part: Path, *, as_json: bool
) -> Iterator[tuple[str, int]]:
    suffix, write = (".jsonl", _json) if as_json else (".csv", _csv)
    for table in TABLES:
        name = table.name + suffix
        descriptor = os.open(
            part / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600
        )
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as file:
            yield name, write(file, table, table.records(db, household))
            file.flush()
            os.fsync(file.fileno())


def _json(file: TextIO, table: Table, records: Iterator[Record]) -> int:
    count = 0
    for count, record in enumerate(records, 1):  # noqa: B007 - the last one is the number of all
        line = {name: record[name] for name in table.columns}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return count


def _csv(file: TextIO, table: Table, records: Iterator[Record]) -> int:
    writer = csv.writer(file)  # RFC 4180: comma, CRLF, quotation marks doubled
    writer.writerow(table.columns)
    count = 0
    for count, record in enumerate(records, 1):  # noqa: B007 - the last one is the number of all
        writer.writerow([_cell(record[name], name in table.foreign) for name in table.columns])
    return count


def _cell(value: Any, foreign: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return safe_cell(text) if foreign else text
