"""Amounts as banks print them, alone and beside the file's other rows."""

import io

import pytest

from vigil.model import Limits, Refusal
from vigil.statements import open_statement
from vigil.statements.ofx.amounts import Amount, amount_of, plain_hundredths, shape_of


def _file(amounts: list[str], currency: str = "USD", balance: str = "", more: str = "") -> bytes:
    rows = "".join(
        f"<STMTTRN><DTPOSTED>20230103<TRNAMT>{amount}<FITID>{number}</STMTTRN>\n"
        for number, amount in enumerate(amounts)
    )
    return (
        f"<OFX><STMTRS><CURDEF>{currency}<BANKTRANLIST>{rows}</BANKTRANLIST>"
        f"<LEDGERBAL><BALAMT>{balance}</LEDGERBAL></STMTRS>{more}</OFX>"
    ).encode()


def _read(data: bytes) -> list[int | str]:
    """Minor units of the first statement's rows in order, or the words of a problem."""
    reading = open_statement(io.BytesIO(data), "a.ofx", Limits())
    assert not isinstance(reading, Refusal)
    found: dict[int, int | str] = {}
    for batch in reading.batches():
        if batch.statement == 0:
            found |= {row.place: row.amount for row in batch.rows}
            found |= {int(p.where.split()[-1]): p.what for p in batch.problems if p.row}
    return [found[place] for place in sorted(found)]


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12.34", 1234),
        ("-12.34", -1234),
        ("+5.00", 500),
        ("12", 1200),
        ("12.", 1200),
        (".5", 50),
        ("-.5", -50),
        ("-0", 0),
        ("1234,56", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1,234,567", 123456700),
        ("1.234.567,8", 123456780),
        ("12,34,567.00", 123456700),
        ("1 025,53", 102553),
        ("1\u00a0025,53", 102553),
        ("1\u202f025.53", 102553),
        ("1'234'567.00", 123456700),
        ("1’234.50", 123450),
        ("\u221212.00", -1200),
        ("12.00-", -1200),
        ("(12.00)", -1200),
        ("$120", 12000),
        ("-$12.00", -1200),
        ("$-12.00", -1200),
        ("($1,200.00)", -120000),
        ("US$ 12.00", 1200),
        ("USD 12.00", 1200),
        ("12.00 USD", 1200),
        ("0.123", 12),
        ("12345.678", 1234568),
        ("0.005", 0),
        ("0.015", 2),
    ],
)
def test_an_amount_of_one_meaning_is_read(text: str, minor: int) -> None:
    """Signs, groups, decimal marks and units that banks print; rounding is half to even."""
    shape = shape_of(text)
    assert not isinstance(shape, str)
    amount = amount_of(shape, "USD", None)
    assert isinstance(amount, Amount)
    assert amount.minor == minor


@pytest.mark.parametrize(
    "text",
    "NaN Infinity -inf 1e3 1_000 0x1F null . , - + () (-5) -5- --5 12a 1.2.3 1,2,3 1,23.4,5 1..2"
    " 1.234.56 1'23 ١٢ $5$ 5USD5 USD5EUR 12~34 1234~567 (5~5) 1,2345.00 5€0".split(),
)
def test_what_is_no_number_is_refused(text: str) -> None:
    """Also what Python's own Decimal would take."""
    assert isinstance(shape_of(text.replace("~", " ")), str)


@pytest.mark.parametrize("text", ["1.00", "-1,00", "0,05", "-0.05", "123456789012345.00"])
def test_the_shorter_way_finds_the_same(text: str) -> None:
    """The tables of ordinary rows may not differ from the general reading."""
    shape = shape_of(text)
    assert not isinstance(shape, str)
    assert amount_of(shape, "USD", None) == Amount(plain_hundredths(text) or 0, "")


@pytest.mark.parametrize(
    ("amounts", "balance", "read"),
    [
        (["1,234", "5.00"], "", [123400, 500]),
        (["1,234", "5,00"], "", [123, 500]),
        (["1.234", "5,00"], "", [123400, 500]),
        (["1,234", "2,345,678"], "", [123400, 234567800]),
        (["1,234", "7"], "12.50", [123400, 700]),
        (["1.234", "7"], "12.345,50", [123400, 700]),
    ],
)
def test_the_files_other_rows_settle_a_doubt(
    amounts: list[str], balance: str, read: list[int]
) -> None:
    """Rows before and behind it, and the balance, prove the decimal mark."""
    assert _read(_file(amounts, balance=balance)) == read


def test_another_statement_settles_it_when_its_own_does_not() -> None:
    """A file has one writer."""
    other = (
        "<STMTRS><CURDEF>USD<BANKTRANLIST><STMTTRN><DTPOSTED>20230103<TRNAMT>5,50</STMTTRN>"
        "</BANKTRANLIST></STMTRS>"
    )
    assert _read(_file(["1.234", "7"], more=other)) == [123400, 700]


def test_a_statement_that_contradicts_itself_settles_nothing() -> None:
    """Both marks are proved, so neither is."""
    first, *rest = _read(_file(["1,234", "5,00", "6.00"]))
    assert rest == [500, 600]
    assert first == "the amount can be 1.234 or 1234; no other row settles it"


@pytest.mark.parametrize(
    ("currency", "text", "minor"),
    [("KWD", "1.234", 1234), ("KWD", "-1,234", -1234), ("JPY", "1,234", 1234), ("JPY", "-12", -12)],
)
def test_the_currencys_own_decimals_settle_what_rows_do_not(
    currency: str, text: str, minor: int
) -> None:
    """Three decimals are plain for a dinar; a yen has none."""
    assert _read(_file([text], currency)) == [minor]


def test_decimals_that_the_currency_has_not_are_rounded_and_said() -> None:
    """The row stays, with a remark that is no problem row."""
    reading = open_statement(io.BytesIO(_file(["1.2350", "2.00"])), "a.ofx", Limits())
    assert not isinstance(reading, Refusal)
    (batch,) = reading.batches()
    assert [row.amount for row in batch.rows] == [124, 200]
    assert [(p.row, p.what) for p in batch.problems] == [
        (False, "rounded from 1.2350: USD has fewer decimals")
    ]
