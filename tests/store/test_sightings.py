"""Rows that were seen again: remembered in runs, read back one by one."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.test_ledger_law import Line, Sheet, new_world, read

from vigil.store import sightings
from vigil.store.database import open_database, write


def _met(folder: Path, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    db = open_database(folder / "sightings.db")
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DELETE FROM sighting")
    db.execute(
        "INSERT OR IGNORE INTO statement VALUES (1, 1, 0, 1, 'USD', '', '', '', 'r', NULL, NULL)"
    )
    with write(db):
        sightings.note_same(db, 1, pairs)
    found = [(one.place, one.tx) for one in sightings.of_account(db, 1)]
    db.close()
    return found


@given(st.dictionaries(st.integers(1, 30), st.integers(1, 12)))
def test_what_is_noted_in_runs_is_read_back_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, met: dict[int, int]
) -> None:
    """Whatever met whatever, in runs or not."""
    folder = tmp_path_factory.getbasetemp()
    pairs = sorted(met.items())
    assert sorted(_met(folder, pairs)) == pairs


def test_an_export_that_repeats_thousands_of_rows_leaves_few_sightings(tmp_path: Path) -> None:
    """Rows met in their old order are one run, so that years of exports do not fill the disk."""
    world = new_world(tmp_path)
    lines = tuple(Line(1 + n % 28, 500 + n, fitid=f"F{n}") for n in range(3000))
    read(world, Sheet(1, 28, lines))
    outcome = read(world, Sheet(1, 28, lines, made=1))
    assert outcome.counts == {"same": 3000}
    assert world.db.execute("SELECT count(*) FROM sighting").fetchone()[0] <= 10
    assert len(list(sightings.of_account(world.db, 1))) == 3000


def test_after_a_late_file_every_sighting_still_names_its_own_row(tmp_path: Path) -> None:
    """Folding anew changes no number under which a person knows a transaction."""
    world = new_world(tmp_path)
    lines = tuple(Line(10 + n, 500 + n, f"SHOP {n}", f"F{n}") for n in range(9))
    read(world, Sheet(10, 20, lines))
    read(world, Sheet(10, 20, lines, made=1))
    numbers = _numbers(world.db)
    read(world, Sheet(9, 12, (Line(9, 400, "SHOP X", "FX"), *lines[:2])))
    assert {name: number for name, number in _numbers(world.db).items() if name in numbers} == (
        numbers
    )
    named = {number: name for name, number in _numbers(world.db).items()}
    by_statement: dict[int, dict[int, str]] = {}
    for one in sightings.of_account(world.db, 1):
        by_statement.setdefault(one.statement, {})[one.place] = named[one.tx]
    assert by_statement[2] == {place: f"SHOP {place - 1}" for place in range(1, 10)}


def _numbers(db: sqlite3.Connection) -> dict[str, int]:
    rows = db.execute("SELECT payee, id FROM tx WHERE state = 'posted'")
    return {row["payee"]: row["id"] for row in rows}
