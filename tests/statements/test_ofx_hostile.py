"""Hostile documents: none takes long, none raises."""

import subprocess
import sys
from collections.abc import Callable

import pytest

# Ends a run that has gone wild, on a slow machine too. What each one takes is measured by the
# benchmarks: some seconds at most, where a quadratic way through one of these takes minutes.
RUNAWAY = 60
PROGRAM = """
import io, resource, sys
from vigil.model import Limits, Refusal
from vigil.statements import open_statement
data = sys.stdin.buffer.read()
used = resource.getrusage(resource.RUSAGE_SELF)
whole = int(used.ru_utime + used.ru_stime) + {seconds}
resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
found = open_statement(io.BytesIO(data), "a.ofx", Limits())
rows = problems = 0
if not isinstance(found, Refusal):
    for batch in found.batches():
        rows += sum(not row.pending for row in batch.rows)
        problems += sum(problem.row for problem in batch.problems)
    problems += sum(problem.row for problem in found.problems)
    problems += 1_000_000 * (not found.complete)
print(rows, problems)
"""


def _statement(rows: str) -> str:
    return f"<OFX><STMTRS><CURDEF>USD<BANKTRANLIST>{rows}</BANKTRANLIST></STMTRS></OFX>"


def _row(amount: str = "1.00", name: str = "N") -> str:
    return f"<STMTTRN><DTPOSTED>20230103<TRNAMT>{amount}<FITID>1<NAME>{name}</STMTTRN>"


HOSTILE: dict[str, Callable[[], str]] = {
    "amount of dots": lambda: _statement(_row("." * 100_000)),
    "amount of a million digits": lambda: _statement(_row("1" * 1_000_000)),
    "nested statements": lambda: "<OFX>" + ("<STMTRS>" + _row() * 300) * 300,
    "nested rows": lambda: _statement("<STMTTRN><TRNAMT>1" * 3000 + "</STMTTRN>" * 3000),
    "unclosed leaf and empty tag": lambda: _statement("<A>x<B></B>" * 100_000),
    "deep nesting": lambda: "<OFX>" + "<A>" * 3_000_000,
    "many distinct tags": lambda: _statement("".join(f"<T{n}>" for n in range(100_000))),
    "billion laughs": lambda: (
        '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 60))
        + "]>"
        + _statement(_row(name="&a59;"))
    ),
    "one name of 40 MB": lambda: _statement(_row(name="x" * 40_000_000)),
    "unterminated comment": lambda: _statement("<!--" + _row() * 2000),
    "unterminated cdata": lambda: _statement("<NAME><![CDATA[" + "]" * 2_000_000),
    "many comments": lambda: _statement("<!---->" * 300_000),
    "only opening brackets": lambda: _statement("<" * 1_000_000),
    "tags without an end": lambda: _statement("<A" * 500_000 + "</B" * 200_000),
    "spaces in a tag": lambda: _statement("<NAME" + " " * 5_000_000),
    "spaces between leaves": lambda: _statement((" " * 5000 + _row()) * 1000),
    "line breaks in a name": lambda: _statement(_row(name="a\n" * 1_000_000)),
    "ampersands": lambda: _statement(_row(name="&" * 4000) * 500),
    "numbers of letters": lambda: _statement(_row(name="&#" * 2000) * 500),
    "rows without an end": lambda: _statement("<STMTTRN>" * 100_000),
    "rows outside": lambda: "<OFX>" + _row() * 100_000,
    "rows cut at the tag": lambda: _statement("<STMTTRN " * 50_000),
    "doubtful amounts": lambda: _statement(_row("1,234") * 30_000),
    "no line is twice alike": lambda: _statement(
        "".join(_row(f"{n}.00", f"<B{n}>") for n in range(20_000))
    ),
}


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_document_is_soon_done(made: Callable[[], str]) -> None:
    """It ends of itself, well inside a bound of processor time that only a runaway meets."""
    pytest.importorskip("resource", reason="this system has no bounds on processor time")
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(seconds=RUNAWAY)],
        input=made().encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert child.returncode == 0, child.stderr.decode()[-500:]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("amount of dots", "0 1"),
        ("amount of a million digits", "0 1"),
        ("billion laughs", "1 0"),
        ("one name of 40 MB", "0 1"),
        ("unterminated comment", "0 1002000"),
        ("nested statements", "90000 1000000"),
        ("rows outside", "0 0"),
        ("rows without an end", "0 0"),
        ("line breaks in a name", "0 1"),
        ("ampersands", "500 0"),
    ],
)
def test_a_hostile_document_says_what_it_is(name: str, expected: str) -> None:
    """Rows, problem rows, and a million more where the document is not complete."""
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(seconds=RUNAWAY)],
        input=HOSTILE[name]().encode(),
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert child.stdout.decode().strip() == expected
