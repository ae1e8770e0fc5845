"""Statements of an invented household, the same for the same numbers."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

SHOPS = (
    "GREEN GROCER #{n:04}",
    "CORNER BAKERY {n:03} SALEM OR",
    "SQ *VALLEY RAMEN {n:04}",
    "TST* NOODLE HOUSE",
    "CITY TRANSIT 8005550{n:03}",
    "PAYPAL *BOOKHOUSE",
    "AMZN MKTP US*{n:07X}",
    "POWER AND LIGHT CO",
    "STREAMFLIX.COM",
    "FUEL STOP {n:05} BEND OR",
    "ZELLE TO PAT MILLER {n:06}",
    "ATM WITHDRAWAL {n:04}",
)
START = date(2015, 1, 1)
HEAD = (
    "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\n"
    "CHARSET:1252\r\nCOMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
    "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"
    "<DTSERVER>{made}<LANGUAGE>ENG<FI><ORG>FLOORBANK<FID>1</FI></SONRS></SIGNONMSGSRSV1>\r\n"
)


def write(path: Path, rows: int, *, made: str = "20260101120000", first: int = 0) -> None:
    """An OFX 1.02 file of one card with that many rows over ten years.

    Args:
        made: DTSERVER; another one makes other bytes of the same rows.
        first: number of the first row, for a file that goes on where another ended.
    """
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(HEAD.format(made=made))
        file.write(
            "<CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>"
            "<CCSTMTRS><CURDEF>USD<CCACCTFROM><ACCTID>4000111122223333</CCACCTFROM>"
            f"<BANKTRANLIST><DTSTART>{_day(first, rows):%Y%m%d}"
            f"<DTEND>{_day(first + rows - 1, rows):%Y%m%d}\r\n"
        )
        file.writelines(_rows(rows, first))
        file.write(
            "</BANKTRANLIST><LEDGERBAL><BALAMT>0.00<DTASOF>20260101</LEDGERBAL></CCSTMTRS>"
            "</CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>\r\n"
        )


def _day(number: int, rows: int) -> date:
    return START + timedelta(days=number * 3650 // max(rows, 1))


def _rows(rows: int, first: int) -> Iterator[str]:
    chance = random.Random(7 + first)
    for number in range(first, first + rows):
        cents = chance.randint(99, 25000)
        name = chance.choice(SHOPS).format(n=chance.randint(1, 999))
        day = _day(number, rows)
        yield (
            f"<STMTTRN>\r\n<TRNTYPE>DEBIT\r\n<DTPOSTED>{day:%Y%m%d}120000[-5:EST]\r\n"
            f"<TRNAMT>-{cents // 100}.{cents % 100:02}\r\n<FITID>{day:%Y%m%d}{number:09}\r\n"
            f"<NAME>{name[:32]}\r\n<MEMO>CARD {chance.randint(1000, 9999)} USA\r\n</STMTTRN>\r\n"
        )
