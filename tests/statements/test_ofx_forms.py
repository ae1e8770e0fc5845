"""Forms that real banks give an OFX file, each once; other readers lose or change these."""

import io
from datetime import date

import pytest

from vigil.model import Limits, Problem, Reading, Refusal, Row
from vigil.statements import open_statement

HEADER = (
    "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\n"
    "CHARSET:1252\r\nCOMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
)
XML = '<?xml version="1.0" encoding="UTF-8"?><?OFX OFXHEADER="200" VERSION="211"?>'
ROW = (
    "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20230103<TRNAMT>-1.50<FITID>1<NAME>SHOP<MEMO>note</STMTTRN>\n"
)


def body(rows: str = ROW, currency: str = "USD") -> str:
    """A bank statement with these rows."""
    return (
        f"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID>1"
        f"<ACCTID>77<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20230101"
        f"<DTEND>20230131\n{rows}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )


def leaf(**leaves: str) -> str:
    """One row, some of its leaves replaced."""
    usual = {"TRNTYPE": "DEBIT", "DTPOSTED": "20230103", "TRNAMT": "-1.50", "FITID": "1"}
    inner = "".join(f"<{name}>{value}\n" for name, value in (usual | leaves).items())
    return f"<STMTTRN>{inner}</STMTTRN>\n"


def opened(data: str | bytes, limits: Limits | None = None) -> Reading:
    """The reading of a document that must not be refused."""
    raw = data if isinstance(data, bytes) else data.encode("cp1252")
    found = open_statement(io.BytesIO(raw), "a.ofx", limits or Limits())
    assert not isinstance(found, Refusal)
    return found


def rows_of(data: str | bytes) -> list[Row]:
    """All rows of a document."""
    return [row for batch in opened(data).batches() for row in batch.rows]


def problems_of(data: str | bytes) -> list[Problem]:
    """All problems of a document, those of the file first."""
    reading = opened(data)
    return [*reading.problems, *(p for batch in reading.batches() for p in batch.problems)]


WHOLE = {
    "sgml": HEADER + body(),
    "no header": body(),
    "header on one line": HEADER.replace("\r\n", " ") + body(),
    "blank lines before the header": "\r\n\r\n" + HEADER + body(),
    "lower case": HEADER + body().lower(),
    "only carriage returns": (HEADER + body()).replace("\r\n", "\r").replace("\n", "\r"),
    "xml": XML + body(),
    "xml with a mark": "\ufeff" + XML + body(),
    "odd encodings": HEADER.replace("USASCII", "UTF8").replace("1252", "windows-1252") + body(),
    "charset none": HEADER.replace("CHARSET:1252", "CHARSET:NONE") + body(),
    "charset unknown": HEADER.replace("CHARSET:1252", "CHARSET:X-BANK-9") + body(),
    "empty leaf in short": HEADER + body(ROW.replace("<MEMO>note", "<REFNUM/><MEMO>note")),
    "space in a tag": HEADER + body(ROW.replace("<STMTTRN>", "<STMTTRN >")),
    "attributes": HEADER + body(ROW.replace("<STMTTRN>", '<STMTTRN id="1">')),
    "comment": HEADER + body(ROW.replace("<NAME>", "<!-- a > b --><NAME>")),
    "a row that is never closed": HEADER + body(ROW.replace("</STMTTRN>", "")),
    "closed leaves": HEADER
    + body(ROW.replace("SHOP", "SHOP</NAME>").replace("note", "note</MEMO>")),
    "wrongly closed statement": HEADER
    + body().replace("<STMTRS>", "<CCSTMTRS>").replace("STMTTRNRS>", "CCSTMTTRNRS>"),
    "nul bytes": (HEADER + body()).replace("SHOP", "SH\0OP") + "\0\0",
    "end-of-file mark": HEADER + body() + "\r\n\x1a",
    "unknown leaves": HEADER + body(ROW.replace("<NAME>", "<BANK.EXT>x<OTHER>y\n<NAME>")),
    "empty unknown leaf": HEADER + body(ROW.replace("<NAME>", "<OTHER>\n<NAME>")),
    "cdata": HEADER + body(ROW.replace("SHOP", "<![CDATA[SHOP]]>")),
    "cdata closed": HEADER + body(ROW.replace("SHOP", "<![CDATA[SHOP]]></NAME>")),
    "other order": HEADER
    + body(
        "<STMTTRN><MEMO>note<NAME>SHOP<FITID>1<TRNAMT>-1.50<DTPOSTED>20230103<TRNTYPE>DEBIT</STMTTRN>"
    ),
    "indented": HEADER + body(ROW.replace("<", "\r\n\t  <")),
    "value on its own line": HEADER + body(ROW.replace(">", ">\r\n")),
    "plain payee": HEADER + body(ROW.replace("<NAME>", "<PAYEE>")),
    "payee block never closed": HEADER + body(ROW.replace("<NAME>", "<PAYEE>\n<NAME>")),
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_the_row_is_the_same_whatever_the_form(text: str) -> None:
    """One row, whole, without a problem, from each form."""
    data = text.encode("utf-8") if text.startswith("\ufeff") else text.encode("cp1252")
    reading = opened(data)
    (row,) = rows_of(data)
    upper = row._replace(kind=(row.kind or "").upper(), payee=(row.payee or "").upper())
    assert upper == Row(
        date(2023, 1, 3), -150, "USD", "SHOP", "note", "1", "DEBIT", None, None, False, 1, None
    )
    assert reading.complete
    assert not problems_of(data)
    assert reading.statements[0].account.number == "77"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_letters_are_right_in_every_width(codec: str) -> None:
    """UTF-8 under a header that says 1252, a mark or none, and UTF-16."""
    row = rows_of((HEADER + body(leaf(NAME="CAFÉ €5"))).encode(codec))[0]
    assert row.payee == "CAFÉ €5"


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("1252", "cp1252"), ("ISO-8859-1", "cp1252"), ("8859-2", "iso8859-2"), ("1250", "cp1250")],
)
def test_the_declared_letters_count_when_it_is_not_utf8(charset: str, codec: str) -> None:
    """A name in the header's character set."""
    text = HEADER.replace("1252", charset) + body(leaf(NAME="Ján é"))
    assert rows_of(text.encode(codec))[0].payee == "Ján é"


def test_a_byte_that_no_letter_has_is_kept_visible_and_said() -> None:
    """0x81 is nothing in Windows 1252: the row stays, the file says so."""
    data = (HEADER + body(leaf(NAME="A?B"))).encode("cp1252").replace(b"A?B", b"A\x81B")
    assert rows_of(data)[0].payee == "A\ufffdB"
    assert "character set" in problems_of(data)[0].what


@pytest.mark.parametrize(
    "printed",
    [
        "20230103",
        "20230103120000",
        "20230103000000[+10:AEST]",
        "20230103000000[+11:AEDT]",
        "20230103000000[5.50:IST]",
        "20230103[+1:CET]",
        "20230103230000[-5:EST]",
        "20230103000000[-0500:EST]",
        "20230103170000.000[-:EST]",
        "2023-01-03",
        " 20230103",
    ],
)
def test_the_day_is_the_one_that_the_bank_printed(printed: str) -> None:
    """No zone moves it."""
    assert rows_of(body(leaf(DTPOSTED=printed)))[0].day == date(2023, 1, 3)


@pytest.mark.parametrize(
    ("leaves", "what"),
    [
        ({"DTPOSTED": "00000000"}, "no such date: 00000000"),
        ({"DTPOSTED": "20230231"}, "no such date: 20230231"),
        ({"DTPOSTED": "****"}, "no such date: ****"),
        ({"DTPOSTED": "03/01/2023"}, "no such date: 03/01/2023"),
        ({"DTPOSTED": ""}, "no date"),
        ({"TRNAMT": ""}, "no amount"),
        ({"TRNAMT": "null"}, "the amount is not a number"),
        ({"TRNAMT": "."}, "the amount is not a number"),
        ({"TRNAMT": "NaN"}, "the amount is not a number"),
        ({"TRNAMT": "-Infinity"}, "the amount is not a number"),
        ({"TRNAMT": "1_000"}, "the amount is not a number"),
        ({"TRNAMT": "1e3"}, "the amount is not a number"),
        ({"TRNAMT": "1,234"}, "the amount can be 1.234 or 1234; no other row settles it"),
        ({"TRNAMT": "1" * 41}, "the amount has more than 40 characters"),
        ({"TRNAMT": "9" * 30}, "the amount is too large"),
        ({"TRNAMT": "EUR 5.00"}, "the amount is in EUR, the statement in USD"),
        ({"TRNAMT": "1.00\n<TRNAMT>2.00"}, "two different values of TRNAMT"),
        ({"NAME": "x" * 4097}, "NAME has more than 4096 characters"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_never_a_guess(
    leaves: dict[str, str], what: str
) -> None:
    """The row is counted and said, with its text."""
    text = HEADER + body(leaf(**leaves))
    (problem,) = problems_of(text)
    assert (problem.row, problem.what) == (True, what)
    assert problem.where.endswith("STMTTRN 1")
    assert problem.raw.startswith("<STMTTRN><TRNTYPE>DEBIT")
    assert rows_of(text) == []


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("PIX <FULANO> X", "PIX <FULANO> X"),
        ("A<BR>B", "A<BR>B"),
        ("A <b>bold</b> word", "A <b>bold</b> word"),
        ("A < B", "A < B"),
        ("AT&T", "AT&T"),
        ("AT&amp;T", "AT&T"),
        ("FOO&LT LTD", "FOO&LT LTD"),
        ("A &copy B", "A &copy B"),
        ("A &copy; B", "A &copy; B"),
        ("caf&#233; &#xE9; &quot;x&apos; &lt;b&gt;", "café é \"x' <b>"),
        ("a&nbsp;b", "a b"),
        ("&#0; &#xD800;", "&#0; &#xD800;"),
        ("one\r\n   two", "one two"),
        ("<![CDATA[a & b <c> &amp;]]> d", "a & b <c> &amp; d"),
        ("AB<!-- no -->CD", "ABCD"),
        ("  spaced  ", "spaced"),
    ],
)
def test_words_are_those_that_the_bank_meant(printed: str, read: str) -> None:
    """Entities are resolved once, stray marks stay, nothing is cut."""
    text = HEADER + body(leaf(NAME=printed, MEMO="m"))
    row = rows_of(text)[0]
    assert (row.payee, row.memo) == (read, "m")
    assert not problems_of(text)


@pytest.mark.parametrize("name", ["NAME", "TRNTYPE", "CHECKNUM", "FITID", "MEMO", "REFNUM"])
def test_an_empty_leaf_loses_no_row(name: str) -> None:
    """It is only unknown."""
    assert len(rows_of(HEADER + body(leaf(**{name: ""})))) == 1


def test_two_lists_and_two_joined_documents_are_all_read() -> None:
    """Every list of a statement, every statement of a file."""
    twice = body(f"{ROW}</BANKTRANLIST><BANKTRANLIST>{ROW}")
    data = HEADER + twice + HEADER + body()
    reading = opened(data)
    assert [head.rows for head in reading.statements] == [2, 1]
    assert len(rows_of(data)) == 3
    assert reading.complete


def test_a_row_outside_every_statement_is_a_problem_of_the_file() -> None:
    """It has no account, so it cannot be a transaction."""
    text = HEADER + body().replace("</OFX>", f"{ROW}</OFX>")
    (problem,) = opened(text).problems
    assert problem.row
    assert problem.what == "a transaction outside every statement"


def test_a_row_in_a_comment_is_said() -> None:
    """Nothing that looks like a row is passed over in silence."""
    (problem,) = problems_of(HEADER + body(f"<!-- {ROW} -->{ROW}"))
    assert problem.row
    assert "comment" in problem.what


def test_a_document_cut_in_the_middle_and_started_again_is_not_complete() -> None:
    """A download that was resumed wrongly."""
    text = HEADER + body()
    assert not opened(text[: text.index("<NAME>")] + text).complete


def test_a_missing_statement_end_is_not_complete() -> None:
    """Something may have been lost between."""
    reading = opened(HEADER + body().replace("</STMTRS>", ""))
    assert not reading.complete
    assert "no end" in reading.problems[0].what


def test_an_answer_without_a_statement_says_why() -> None:
    """A failed log-in saved as a file."""
    text = HEADER + (
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>15500<SEVERITY>ERROR</STATUS></SONRS>"
        "</SIGNONMSGSRSV1></OFX>"
    )
    assert [p.what for p in problems_of(text)] == [
        "the bank answered with an error (15500)",
        "no bank, card or investment statement in this file",
    ]


def test_a_statement_takes_its_currency_from_its_rows_when_it_has_none() -> None:
    """Some banks leave CURDEF empty and name the currency in every row."""
    row = ROW.replace("</STMTTRN>", "<CURRENCY><CURRATE>1<CURSYM>AUD</CURRENCY></STMTTRN>")
    text = HEADER + body(row, "")
    assert opened(text).statements[0].currency == rows_of(text)[0].currency == "AUD"
    assert rows_of(text)[0].extra is None


def test_the_rare_leaves_of_a_row_are_kept() -> None:
    """What fraud matching needs and few readers give."""
    text = HEADER + body(
        leaf(
            DTUSER="20230102",
            SRVRTID="s",
            SIC="0742",
            PAYEE="<NAME>P<ADDR1>A 1<CITY>C<PHONE>5</PAYEE>",
            CCACCTTO="<ACCTID>999</CCACCTTO>",
        )
    )
    (row,) = rows_of(text)
    assert row.payee == "P"
    assert row.extra is not None
    assert row.extra[2:] == (date(2023, 1, 2), "s", "0742", "A 1, C, 5", "999")


def test_limits_on_depth_and_tags_leave_what_was_read() -> None:
    """The rows beyond are counted as problems: the law on rows holds."""
    rows = ROW + "<X>\n" * 80 + ROW.lower() * 3
    for limits in (Limits(), Limits(tags=40)):
        reading = opened(HEADER + body(rows), limits)
        batches = list(reading.batches())
        posted = sum(len(batch.rows) for batch in batches)
        problems = sum(p.row for batch in batches for p in batch.problems)
        assert not reading.complete
        assert (posted, posted + problems) == (1, 4)


def test_a_limit_before_any_statement_refuses() -> None:
    """Nothing was read, so nothing is taken."""
    found = open_statement(io.BytesIO(b"<OFX>" + b"<A>" * 100_000), "a.ofx", Limits())
    assert isinstance(found, Refusal)
    assert "deeper than 64" in found.why
