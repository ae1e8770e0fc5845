"""Exports: exact as JSON, and as CSV no cell that a spreadsheet would compute."""

import csv
import io
import json
import re
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.conftest import Command
from tests.home import CARD, GIRO, Line
from tests.keeping.conftest import SELLER, TODAY, Kept

from vigil.keeping.cells import safe_cell
from vigil.keeping.tables import TABLES

EVIL = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1",
    "\u200b=1", "\ufeff=1", "\u202e=1", "a\n=1", "a\r\n-1", "a\r+1", "a;=1", "a\t@x", "a; =1",
    "\x00=1", "\uff1d1", "\uff0bcmd", "a\u2028=1", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example","y")', "a\v=1", "a\x85=1", "--", "\t", "=", "\n\n =1",
)  # fmt: skip
CALM = ("", "GREEN GROCER", "a-b", "a = b", "1-2", "x@y.example", "'=1", "(=1)", "5 + 5", '"=1"')


@pytest.mark.parametrize("text", EVIL)
def test_a_text_that_could_be_computed_gets_an_apostrophe(text: str) -> None:
    """In front of the whole, or of the line or part where a program could begin a cell."""
    assert harmless(safe_cell(text))
    assert safe_cell(text).replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("text", CALM)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    """Nothing is put in front without need."""
    assert safe_cell(text) == text


@given(st.text(st.sampled_from(" =+-@\t\r\n;'a1\u00a0\u200b\uff1d\u2028\x00,")))
def test_no_text_is_computed(text: str) -> None:
    """Whatever it is made of; and a second time changes nothing."""
    cell = safe_cell(text)
    assert harmless(cell)
    assert safe_cell(cell) == cell or cell.startswith("'")


def harmless(cell: str) -> bool:
    """No place where a cell can begin is followed by what makes it a formula."""
    if cell[:1] in {"\t", "\r", "\n"}:
        return False
    for part in re.split("[;\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", cell):
        seen = "".join(
            one for one in part if not one.isspace() and unicodedata.category(one)[0] != "C"
        )
        if seen[:1] and seen[0] in "=+-@\uff1d\uff0b\uff0d\uff20":
            return False
    return True


def exported(vigil: Command, *words: str) -> Path:
    """The folder of a new export."""
    folder = vigil.folder / f"out{len(list(vigil.folder.glob('out*')))}"
    done = vigil("export", *words, "--to", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """A CSV file as any program reads it."""
    text = (folder / f"{name}.csv").read_bytes().decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def lines(folder: Path, name: str) -> list[dict[str, object]]:
    """A file of JSON Lines."""
    text = (folder / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def test_both_forms_hold_the_same_rows_under_the_same_names(kept: Kept) -> None:
    """Every table, every column; unknown is null in one and empty in the other."""
    sheets, exact = exported(kept.vigil), exported(kept.vigil, "--json")
    counted = {}
    for one in TABLES:
        rows, objects = table(sheets, one.name), lines(exact, one.name)
        counted[one.name] = len(rows)
        assert len(rows) == len(objects)
        for row, whole in zip(rows, objects, strict=True):
            assert tuple(row) == tuple(whole) == one.columns
            assert all((row[name] == "") == (whole[name] in (None, "", [])) for name in row)
    assert counted["transactions"] == 54
    assert min(counted.values()) >= 1, counted


def test_accounts_are_given_as_the_documents_give_them(kept: Kept) -> None:
    """Whole, beside their nicknames: this is the household's own copy."""
    rows = table(exported(kept.vigil), "accounts")
    assert {row["account"]: row["nickname"] for row in rows} == {CARD: "visa", GIRO: "giro"}


def test_amounts_stay_numbers(kept: Kept) -> None:
    """A negative amount is no text, and the sum of the sheet is the sum of the ledger."""
    rows = table(exported(kept.vigil), "transactions")
    spent = [Decimal(row["amount"]) for row in rows]
    assert min(spent) == Decimal("-383.09")
    assert sum(spent) == -Decimal(sum(range(1000, 1050))) / 100 - Decimal("606.08")
    raw = next(row for row in rows if row["payee"] == SELLER and row["date"] == str(TODAY))
    assert (raw["amount"], raw["currency"], raw["nickname"]) == ("-215.00", "USD", "visa")


def test_a_payee_cannot_write_a_formula(vigil: Command) -> None:
    """From a bank's file to a sheet: text is marked, amounts are not, and JSON is exact."""
    vigil.configure()
    names = ["=HYPERLINK(1)", "+CMD", "-2+3", "@SUM(1)", "GOOD SHOP"]
    vigil.statement("a.ofx", *(Line(TODAY, -100 - n, name) for n, name in enumerate(names)))
    assert vigil("ingest", "a.ofx").returncode == 0
    rows = table(exported(vigil), "transactions")
    assert [row["payee"] for row in rows] == [f"'{name}" for name in names[:4]] + [names[4]]
    assert [row["amount"] for row in rows] == ["-1.00", "-1.01", "-1.02", "-1.03", "-1.04"]
    assert [one["payee"] for one in lines(exported(vigil, "--json"), "transactions")] == names


def test_a_column_of_foreign_text_is_guarded_and_no_other() -> None:
    """What is not foreign is made by vigil: nobody else can write into it."""
    for one in TABLES:
        assert one.foreign <= set(one.columns)
    own = {name for one in TABLES for name in one.columns if name not in one.foreign}
    assert "amount" in own
    assert not own & {"payee", "memo", "fitid", "title", "reason", "data", "name", "body"}


def test_only_its_owner_can_read_it_and_nothing_is_written_over(kept: Kept) -> None:
    """0700 and 0600; an empty folder is taken, a full one refused."""
    folder = exported(kept.vigil)
    assert {one.stat().st_mode & 0o077 for one in (folder, *folder.iterdir())} == {0}
    again = kept.vigil("export", "--to", str(folder))
    assert (again.returncode, "not empty" in again.stderr) == (1, True)
    both = kept.vigil("export", "--csv", "--json")
    assert (both.returncode, "not both" in both.stderr) == (2, True)
    nowhere = kept.vigil("export", "--to", "no/such/folder")
    assert (nowhere.returncode, "no such folder" in nowhere.stderr) == (1, True)
    (kept.vigil.folder / "empty").mkdir()
    assert kept.vigil("export", "--to", "empty").returncode == 0
    assert kept.vigil("export").returncode == 0
    (named,) = kept.vigil.folder.glob("vigil-export-*")
    assert len(list(named.iterdir())) == len(TABLES)


def test_the_columns_are_documented() -> None:
    """docs/keeping.md names every file with its columns, in order."""
    text = (Path(__file__).parents[2] / "docs" / "keeping.md").read_text(encoding="utf-8")
    told = " ".join(text.split())
    for one in TABLES:
        assert f"**{one.name}**: {', '.join(one.columns)}" in told, one.name
