"""The second reader: ofxparse in a child process, beside the scanner."""

import io
from datetime import date
from pathlib import Path

import pytest

from vigil.model import Limits, Reading, Refusal, Row
from vigil.statements import open_statement
from vigil.statements.ofx.normalise import Normaliser, Printed
from vigil.statements.ofx.reader import OfxReading
from vigil.statements.ofx.second import MOST_ROWS, Seen, agreement, compare

GOLDEN = sorted((Path(__file__).parent / "golden" / "ofx").glob("*.ofx"))


def _opened(data: bytes) -> Reading:
    found = open_statement(io.BytesIO(data), "a.ofx", Limits())
    assert not isinstance(found, Refusal)
    return found


def _file(*rows: str) -> bytes:
    inner = "".join(f"<STMTTRN>{row}</STMTTRN>\n" for row in rows)
    return f"<OFX><STMTRS><CURDEF>USD<BANKTRANLIST>{inner}</BANKTRANLIST></STMTRS></OFX>".encode()


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_both_readers_agree_on_the_golden_files(path: Path) -> None:
    """Zones, pending rows, corrections, currencies, several accounts, a cut file."""
    heard = compare(path, _opened(path.read_bytes()), Limits())
    assert (heard.agree, heard.skipped, heard.differences) == (True, None, ())


def test_what_ofxparse_is_known_to_take_otherwise_is_no_disagreement() -> None:
    """Dates with zones, amounts in doubt or with odd signs, empty leaves, null, no day."""
    data = _file(
        "<DTPOSTED>20230103000000[+10:AEST]<TRNAMT>1,234<FITID>1<NAME>A",
        "<DTPOSTED>20230103<TRNAMT>(5.00)<FITID><NAME>",
        "<DTPOSTED>00000000<TRNAMT>5.00<FITID>1",
        "<DTPOSTED>20230103<TRNAMT>null",
        "<DTPOSTED>20230231<TRNAMT>5.00",
        "<DTPOSTED>20230104<TRNAMT>-1.234,50<NAME>PIX <FULANO> X & <MEMO>m",
    )
    heard = compare(io.BytesIO(data), _opened(data), Limits())
    assert (heard.agree, heard.skipped, heard.differences) == (True, None, ())


def test_a_reading_that_differs_from_the_document_is_told_with_both_views() -> None:
    """The scanner's rows of another document stand for a fault in the scanner."""
    mine = Row(date(2023, 1, 3), -500, "USD", None, None, None, None, None, None, False, 1, None)
    printed = [Printed(0, 1, plain=True), Printed(0, 2, plain=True)]
    first = {(0, 1): mine, (0, 2): mine}
    heard = agreement(printed, first, Seen({(0, 1): ("2023-01-03", "-5.01")}, {0: 1}))
    assert not heard.agree
    assert heard.differences == (
        "statement 1, row 1: vigil reads 2023-01-03 -5.00, ofxparse 2023-01-03 -5.01",
        "statement 1, row 2: vigil reads 2023-01-03 -5.00, ofxparse nothing",
        "statement 1: vigil counts 2 rows, ofxparse 1",
    )


def test_the_normalised_text_is_of_the_document_and_not_of_the_rows() -> None:
    """Closed leaves, escaped, without a zone; numbers in the places of account and FITID."""
    data = _file("<DTPOSTED>20230103120000[-5:EST]<TRNAMT>-5.00<FITID>x<NAME>A & <B> C")
    reading = _opened(data)
    assert isinstance(reading, OfxReading)
    normaliser = Normaliser()
    reading.walk(normaliser)
    assert (
        "<STMTTRN><FITID>1</FITID><DTPOSTED>20230103</DTPOSTED><TRNAMT>-5.00</TRNAMT>"
        "<NAME>A &amp; &lt;B&gt; C</NAME></STMTTRN>"
    ) in normaliser.text()


def test_a_large_file_is_not_given_to_the_second_reader() -> None:
    """It is slow: the limit is on rows."""
    data = _file(*["<DTPOSTED>20230103<TRNAMT>1.00"] * (MOST_ROWS + 1))
    heard = compare(io.BytesIO(data), _opened(data), Limits())
    assert heard.skipped == "more than 5000 transactions"


def test_a_document_that_is_gone_is_skipped_with_the_reason() -> None:
    """The copy may have been moved meanwhile."""
    data = _file("<DTPOSTED>20230103<TRNAMT>1.00")
    heard = compare(Path("/no/such/file.ofx"), _opened(data), Limits())
    assert heard.skipped is not None
    assert "cannot be read again" in heard.skipped
