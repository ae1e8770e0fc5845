"""How fast an OFX file is read: rows per second of processor time, and the most memory used.

    python benchmarks/scan.py [ROWS ...]      (10000 and 100000 without)

Makes its own files: SGML with open leaves, XML with closed ones, and SGML whose leaves come in
another order. Each is read in a process of its own.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from vigil.model import Limits, Refusal
from vigil.statements import open_statement

SHOPS = "STARBUCKS STORE|SHELL OIL|AMZN MKTP US*|SQ *BLUE BOTTLE|AT&amp;T*BILL|NETFLIX.COM".split(
    "|"
)
USUAL = ("TRNTYPE", "DTPOSTED", "TRNAMT", "FITID", "NAME", "MEMO")
OTHER = ("DTPOSTED", "TRNAMT", "NAME", "MEMO", "FITID", "TRNTYPE")
FORMS = {"sgml": (USUAL, False), "xml": (USUAL, True), "other": (OTHER, False)}
UNBOUND = Limits(size=1 << 40, tags=1 << 40)
RUNS = 5


def write(path: Path, rows: int, order: tuple[str, ...], closed: bool) -> None:
    """Writes a statement of made-up rows; the same numbers give the same bytes."""
    chance = random.Random(rows)
    first = date(2015, 1, 1)
    with path.open("w", encoding="ascii", newline="") as file:
        file.write("OFXHEADER:100\r\nDATA:OFXSGML\r\nCHARSET:1252\r\n\r\n<OFX><BANKMSGSRSV1>")
        file.write("<STMTTRNRS><STMTRS><CURDEF>USD\r\n<BANKACCTFROM><ACCTID>1\r\n</BANKACCTFROM>")
        file.write("<BANKTRANLIST>\r\n")
        for number in range(rows):
            day = first + timedelta(days=number * 3650 // rows)
            leaves = {
                "TRNTYPE": chance.choice(("DEBIT", "POS")),
                "DTPOSTED": f"{day:%Y%m%d}120000[-5:EST]",
                "TRNAMT": f"-{chance.randint(99, 25000) / 100:.2f}",
                "FITID": f"{day:%Y%m%d}{number:09}",
                "NAME": f"{chance.choice(SHOPS)} {chance.randint(1, 9999):05}",
                "MEMO": f"SEATTLE WA CARD {chance.randint(1000, 9999)} {number:011}",
            }
            end = "</{}>" if closed else ""
            inner = "".join(f"<{n}>{leaves[n]}{end.format(n)}\r\n" for n in order)
            file.write(f"<STMTTRN>\r\n{inner}</STMTTRN>\r\n")
        file.write("</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n")


def read(path: Path) -> tuple[int, float]:
    """Rows of a file, and the processor time that they took, heads included."""
    before = time.process_time()
    with path.open("rb") as source:
        reading = open_statement(source, path.name, UNBOUND)
        if isinstance(reading, Refusal):
            sys.exit(reading.why)
        rows = sum(len(batch.rows) for batch in reading.batches())
    return rows, time.process_time() - before


def measure(path: Path) -> None:
    """Prints one line: the median of some runs."""
    runs = sorted(read(path)[1] for _ in range(RUNS))
    rows = read(path)[0]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = memory / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    median = runs[RUNS // 2]
    print(
        f"{path.stem:16}{rows:>9} rows {median:7.3f} s {rows / median:>9.0f}/s {megabytes:5.0f} MB"
    )


def main() -> None:
    """Makes the files and measures each."""
    if len(sys.argv) == 3 and sys.argv[1] == "--file":
        measure(Path(sys.argv[2]))
        return
    sizes = [int(word) for word in sys.argv[1:]] or [10_000, 100_000]
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            for form, (order, closed) in FORMS.items():
                path = Path(folder) / f"{form}-{size}.ofx"
                write(path, size, order, closed)
                command = [sys.executable, os.fspath(Path(__file__)), "--file", os.fspath(path)]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
