"""What every statement format must keep. A new format is held to it by being there."""

import io
import json
from collections import Counter
from pathlib import Path

import pytest

from vigil.model import Limits, Reading, Refusal
from vigil.render_read import read_lines
from vigil.statements import formats, open_statement
from vigil.statements.format import Format

GOLDEN = Path(__file__).parent / "golden"
PAIRS = sorted(path for path in GOLDEN.glob("*/*") if path.suffix != ".json")
BY_NAME = {known.name: known for known in formats()}


def _opened(data: bytes, name: str) -> Reading | Refusal:
    return open_statement(io.BytesIO(data), name, Limits())


def _understood(path: Path) -> Reading:
    reading = _opened(path.read_bytes(), path.name)
    assert not isinstance(reading, Refusal)
    return reading


def test_every_format_has_golden_pairs_and_every_pair_a_format() -> None:
    """A format without a sample, or a sample without a format, is half done."""
    assert {path.parent.name for path in PAIRS} == set(BY_NAME)


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.name)
class TestEveryGoldenFile:
    """The contract of `Reading`, on each sample of each format."""

    def test_says_what_its_expectation_says(self, path: Path) -> None:
        """The whole of what `vigil read --json` prints, key by key."""
        expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert read_lines(path.name, _understood(path)) == expected

    def test_is_taken_by_its_own_format_only(self, path: Path) -> None:
        """No two formats claim one file."""
        head = path.read_bytes()[:8192]
        takers = [known.name for known in formats() if known.identify(head, path.name)]
        assert takers == [path.parent.name]

    def test_is_known_without_its_name(self, path: Path) -> None:
        """Banks name files as they like."""
        assert isinstance(_opened(path.read_bytes(), "download.bin"), type(_understood(path)))

    def test_counts_its_rows_before_it_reads_them(self, path: Path) -> None:
        """By statement: posted rows and problem rows are the rows that the head counted."""
        reading = _understood(path)
        seen: Counter[int] = Counter()
        for batch in reading.batches():
            seen[batch.statement] += sum(not row.pending for row in batch.rows)
            seen[batch.statement] += sum(problem.row for problem in batch.problems)
        assert [seen[i] for i in range(len(reading.statements))] == [
            head.rows for head in reading.statements
        ]

    def test_can_be_read_again_and_two_at_a_time(self, path: Path) -> None:
        """`batches` starts anew, also while another is under way."""
        reading = _understood(path)
        once = list(reading.batches())
        together = list(zip(reading.batches(), reading.batches(), strict=True))
        assert [first for first, _ in together] == once == [second for _, second in together]

    def test_is_refused_when_it_is_too_large(self, path: Path) -> None:
        """The limit on size comes before anything else."""
        found = open_statement(io.BytesIO(path.read_bytes()), path.name, Limits(size=10))
        assert isinstance(found, Refusal)
        assert "more than" in found.why


@pytest.mark.parametrize("known", formats(), ids=lambda known: known.name)
@pytest.mark.parametrize("data", [b"", b"\x00" * 40, b"hello", b"<" * 5000, bytes(range(256))])
def test_no_bytes_make_a_format_raise(known: Format, data: bytes) -> None:
    """A reader answers with a Reading or a Refusal, whatever it is given."""
    found = known.read(io.BytesIO(data), "x", Limits())
    if not isinstance(found, Refusal):
        assert list(found.batches()) is not None
