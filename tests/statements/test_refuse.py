"""What is said of documents that no format takes."""

import io

import pytest

from vigil.model import Limits, Refusal
from vigil.render_read import fully_understood, read_lines
from vigil.statements import open_statement

ASK = "Ask the bank's site for the OFX, QFX or 'Quicken/Money' export of the same account."


@pytest.mark.parametrize(
    ("data", "name", "what"),
    [
        (b"%PDF-1.7 ...", "statement.ofx", "This is a PDF."),
        (b"\x89PNG\r\n\x1a\n", "x", "This is a picture."),
        (b"\xff\xd8\xff\xe0", "x", "This is a picture."),
        (b"\x00\x00\x00\x18ftypheic", "x", "This is a picture."),
        (b"PK\x03\x04", "x.ofx", "This is a zip archive or an Office document."),
        (b"\xd0\xcf\x11\xe0", "x.xls", "This is an old Office document."),
        (
            b"\r\n<!DOCTYPE html><html>OFXHEADER",
            "x.ofx",
            "This is a web page, perhaps the bank's log-in page saved by mistake.",
        ),
        (
            b"Date;Amount\n2023-01-03;5",
            "x.CSV",
            "This is a table (CSV), which vigil does not read yet.",
        ),
        (b"!Type:Bank\nD1/1/23", "x", "This is a QIF file, which vigil does not read yet."),
        (b":20:ABC\n:25:1", "x", "This is an MT940 file, which vigil does not read yet."),
        (
            b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">',
            "x.xml",
            "This is a CAMT file, which vigil does not read yet.",
        ),
        (b"hello there", "notes.txt", "This is plain text."),
        (b"\x00\x01\x02\x03", "x.bin", "This is not a file that vigil knows."),
        (b"\x00\x01\x02\x03", "x.xlsx", "This is a spreadsheet."),
    ],
)
def test_a_refusal_says_what_it_is_and_what_to_do(data: bytes, name: str, what: str) -> None:
    """First bytes count before the name."""
    found = open_statement(io.BytesIO(data), name, Limits())
    assert isinstance(found, Refusal)
    assert found.why == f"{what} {ASK}"


def test_an_empty_and_a_too_large_file_say_so() -> None:
    """Sizes are told in MB."""
    empty = open_statement(io.BytesIO(b""), "x.ofx", Limits())
    large = open_statement(io.BytesIO(b"<OFX>" * 500_000), "x.ofx", Limits(size=2 * 1024 * 1024))
    assert isinstance(empty, Refusal)
    assert isinstance(large, Refusal)
    assert empty.why == "The file is empty. Download it again."
    assert large.why.startswith("The file has 2.4 MB, more than the 2 MB that vigil takes.")


def test_a_refused_file_has_the_same_keys_as_any_other() -> None:
    """No format, not complete, one problem that is no row; so it is not fully understood."""
    line = read_lines("a.pdf", Refusal("This is a PDF."))
    assert line == {
        "path": "a.pdf",
        "format": None,
        "complete": False,
        "statements": [],
        "notices": [],
        "trust": None,
        "problems": [{"where": "file", "row": False, "what": "This is a PDF.", "raw": ""}],
    }
    assert not fully_understood(line)


def test_a_file_without_a_problem_is_fully_understood() -> None:
    """Then `vigil read` ends with 0."""
    text = b"<OFX><STMTRS><CURDEF>USD</STMTRS></OFX>"
    found = open_statement(io.BytesIO(text), "a.ofx", Limits())
    assert fully_understood(read_lines("a.ofx", found))
    cut = open_statement(io.BytesIO(text[:-3]), "a.ofx", Limits())
    assert not fully_understood(read_lines("a.ofx", cut))
