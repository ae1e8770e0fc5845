"""The law on rows over the real files that VIGIL_CORPUS points to."""

import io
import os
import re
import resource
from pathlib import Path

import pytest

from vigil.model import Limits, Refusal
from vigil.statements import open_statement
from vigil.statements.ofx.decode import choose_encoding, pieces
from vigil.statements.ofx.whole import is_ofx_complete, looks_like_ofx

_ROOT = os.environ.get("VIGIL_CORPUS")
FILES = sorted((Path(_ROOT) / "statements" / "ofx").iterdir()) if _ROOT else []
ROW = re.compile(r"<STMTTRN(?=[\s/>])", re.IGNORECASE | re.ASCII)
STATEMENT = re.compile(r"<(?:CC|INV)?STMTRS\s*>", re.IGNORECASE)

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FILES, reason="VIGIL_CORPUS does not point to real statement files"),
]


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_row_of_a_real_file_is_a_transaction_or_a_problem(path: Path) -> None:
    """By statement and by file; and no real file takes two seconds of processor time."""
    data = path.read_bytes()
    text = "".join(pieces(io.BytesIO(data), choose_encoding(io.BytesIO(data), data)))
    before = _cpu()
    reading = open_statement(io.BytesIO(data), path.name, Limits())
    assert not isinstance(reading, Refusal)
    batches = list(reading.batches())
    assert _cpu() - before < 2
    for index, head in enumerate(reading.statements):
        own = [batch for batch in batches if batch.statement == index]
        posted = sum(not row.pending for batch in own for row in batch.rows)
        refused = sum(problem.row for batch in own for problem in batch.problems)
        assert posted + refused == head.rows
    strays = sum(problem.row for problem in reading.problems)
    assert sum(head.rows for head in reading.statements) + strays == len(ROW.findall(text))
    assert len(reading.statements) == len(STATEMENT.findall(text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_real_file_is_known_and_its_end_is_seen(path: Path) -> None:
    """A file that says it is whole ends with its end tag, and the other way round."""
    data = path.read_bytes()
    reading = open_statement(io.BytesIO(data), path.name, Limits())
    assert not isinstance(reading, Refusal)
    assert looks_like_ofx(data[:8192])
    assert is_ofx_complete(data[-512:]) == reading.complete
