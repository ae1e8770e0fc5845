"""Laws of the scanner over made-up documents and over noise."""

import io
import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from vigil.model import Limits, Problem, Row
from vigil.statements.ofx.decode import choose_encoding, pieces
from vigil.statements.ofx.reader import OfxReading, read_ofx
from vigil.statements.ofx.whole import is_ofx_complete

ROW = re.compile(r"<STMTTRN(?=[\s/>])", re.IGNORECASE | re.ASCII)
_WORDS = st.sampled_from(
    ["", "SHOP", " AT&T ", "a&amp;b", "x\r\ny", "PIX <FULANO> X", "é€", "a > b", "<!--c-->d", "\t"]
)
_VALUES = {
    "TRNTYPE": st.sampled_from(["DEBIT", "credit", ""]),
    "DTPOSTED": st.sampled_from(["20230103", "20230104120000[-5:EST]", "20230230", "2023-01-05"]),
    "DTUSER": st.sampled_from(["20230102", "x"]),
    "TRNAMT": st.sampled_from(["1.00", "-2,50", "1,234", "1.234", "3", "x", " 4.00 ", "1.2345"]),
    "FITID": st.sampled_from(["1", "0", " 7 "]),
    "CHECKNUM": st.sampled_from(["", "12"]),
    "REFNUM": st.sampled_from(["r", "<b>"]),
    "SIC": st.just("0742"),
    "NAME": _WORDS,
    "MEMO": _WORDS,
    "OTHER": _WORDS,
}
_ENDS = st.sampled_from(["", "\r\n", "\n  ", " ", "!"])


@st.composite
def _rows(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from(list(_VALUES)), max_size=11))
    if draw(st.booleans()):
        names = [name for name in _VALUES if name in names or name in {"DTPOSTED", "TRNAMT"}]
    text = draw(st.sampled_from(["<STMTTRN>", "<STMTTRN>\r\n", "<STMTTRN >", "<stmttrn>"]))
    for name in names:
        close = draw(st.sampled_from(["", "", f"</{name}>", f"</{name}>stray"]))
        text += f"<{name}>{draw(_VALUES[name])}{close}{draw(_ENDS)}"
    return text + draw(st.sampled_from(["</STMTTRN>\r\n"] * 4 + ["</STMTTRN>x", "", "<MEMO>late"]))


_JUNK = st.sampled_from(
    "</BANKTRANLIST> <BANKTRANLIST> <!-- --> <![CDATA[ ]]> <STMTTRN < </OFX> <OFX> <STMTRS>"
    " </STMTRS> <CCSTMTRS> <STMTTRNP> <PAYEE> </PAYEE> <A> <?x <STMTTRN/> </STMTTRN> <NAME>".split()
)
_DOCUMENTS = st.lists(st.one_of(_rows(), _rows(), _rows(), _JUNK), max_size=12).map(
    lambda parts: (
        "<OFX><STMTRS><CURDEF>USD<BANKTRANLIST>\r\n"
        + "".join(parts)
        + "</BANKTRANLIST></STMTRS></OFX>"
    )
)


def _reading(data: bytes, limits: Limits | None = None) -> OfxReading:
    found = read_ofx(io.BytesIO(data), "a.ofx", limits or Limits())
    assert isinstance(found, OfxReading)
    return found


def _parts(
    reading: OfxReading, *, plain: bool = True
) -> tuple[list[tuple[int, Row]], list[Problem]]:
    batches = list(reading.batches(plain=plain))
    rows = [(batch.statement, row) for batch in batches for row in batch.rows]
    return rows, [problem for batch in batches for problem in batch.problems]


def _text(data: bytes) -> str:
    return "".join(pieces(io.BytesIO(data), choose_encoding(io.BytesIO(data), data)))


@given(_DOCUMENTS)
@settings(max_examples=200)
def test_ordinary_rows_read_at_once_are_the_rows_read_one_by_one(text: str) -> None:
    """The quick way and the long way give identical rows and problems, in the same order."""
    reading = _reading(text.encode())
    assert _parts(reading) == _parts(reading, plain=False)


@given(_DOCUMENTS)
@settings(max_examples=150)
def test_every_row_in_the_text_is_a_transaction_or_a_problem(text: str) -> None:
    """The law: posted transactions and problem rows together are the STMTTRN of the text."""
    reading = _reading(text.encode())
    rows, problems = _parts(reading)
    posted = sum(not row.pending for _, row in rows)
    refused = sum(problem.row for problem in (*reading.problems, *problems))
    assert posted + refused == len(ROW.findall(text))
    strays = sum(problem.row for problem in reading.problems)
    assert sum(head.rows for head in reading.statements) + strays == len(ROW.findall(text))


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
@settings(max_examples=150)
def test_no_bytes_make_the_reader_raise_and_the_law_still_holds(noise: bytes) -> None:
    """Whatever a folder brings."""
    data = b"<OFX><STMTRS>" + noise + b"<STMTTRN>"
    found = read_ofx(io.BytesIO(data), "x", Limits())
    if not isinstance(found, OfxReading):
        return
    rows, problems = _parts(found)
    posted = sum(not row.pending for _, row in rows)
    refused = sum(problem.row for problem in (*found.problems, *problems))
    assert posted + refused == len(ROW.findall(_text(data)))


GOOD = (
    "OFXHEADER:100\r\nENCODING:UTF-8\r\n\r\n<OFX><STMTRS><CURDEF>EUR\r\n<BANKACCTFROM><ACCTID>7"
    "</BANKACCTFROM><BANKTRANLIST>\r\n"
    + "".join(
        f"<STMTTRN>\r\n<TRNTYPE>POS\r\n<DTPOSTED>2023010{day}\r\n<TRNAMT>-{day}.50\r\n<FITID>{day}\r\n"
        f"<NAME>Café € {day}\r\n</STMTTRN>\r\n"
        for day in range(1, 8)
    )
    + "</BANKTRANLIST><LEDGERBAL><BALAMT>1.00<DTASOF>20230109</LEDGERBAL></STMTRS></OFX>\r\n"
).encode()
_END = GOOD.rindex(b">")


@given(st.integers(60, _END))
@settings(max_examples=100)
def test_a_cut_file_is_never_complete_and_never_gives_another_row(cut: int) -> None:
    """At every byte: rows before the cut are the same, the cut one is a problem."""
    assert not is_ofx_complete(GOOD[:cut])
    found = read_ofx(io.BytesIO(GOOD[:cut]), "a.ofx", Limits())
    assert isinstance(found, OfxReading)
    rows, problems = _parts(found)
    whole, _ = _parts(_reading(GOOD))
    assert not found.complete
    assert rows == whole[: len(rows)]
    assert sum(problem.row for problem in problems) <= 1


def test_a_file_of_many_windows_is_read_as_one() -> None:
    """Rows are cut by no window, and numbers run on."""
    row = GOOD[GOOD.index(b"<STMTTRN>") : GOOD.index(b"</BANKTRANLIST>")]
    data = GOOD.replace(row, row * 4000)
    reading = _reading(data)
    rows, problems = _parts(reading)
    assert len(data) > 2 * 1024 * 1024
    assert [row.place for _, row in rows] == list(range(1, 28_001))
    assert Counter(row.amount for _, row in rows) == dict.fromkeys(range(-750, -50, 100), 4000)
    assert not problems
    assert reading.statements[0].rows == 28_000


def test_rows_in_another_order_are_learned_and_still_read_at_once() -> None:
    """A bank keeps one order of its own; mixed files fall back row by row."""
    own = "<STMTTRN><NAME>N{0}<TRNAMT>-{0}.00<FITID>{0}<DTPOSTED>20230103<TRNTYPE>POS</STMTTRN>\n"
    usual = "<STMTTRN><TRNTYPE>POS<DTPOSTED>20230103<TRNAMT>-{0}.00<FITID>{0}<NAME>N{0}</STMTTRN>\n"
    text = "<OFX><STMTRS><CURDEF>USD<BANKTRANLIST>{}</BANKTRANLIST></STMTRS></OFX>"
    for rows in ([own] * 50, [own, usual] * 25, [usual] * 49 + [own]):
        made = "".join(row.format(number) for number, row in enumerate(rows))
        found, problems = _parts(_reading(text.format(made).encode()))
        assert [row.payee for _, row in found] == [f"N{number}" for number in range(50)]
        assert [row.amount for _, row in found] == [-100 * number for number in range(50)]
        assert not problems
