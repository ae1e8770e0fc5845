"""The number of an account is a canary: it may stand in `read` and in the ledger, nowhere else."""

import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime

from tests.cli.conftest import Command
from tests.home import CARD, CONFIG, Line

TODAY = datetime.now(UTC).date()
SPACED = " ".join(CARD[place : place + 4] for place in range(0, 16, 4))
CASE = ("case", "open", "--title", "Lamps", "--name", "SHENZHEN LED", "--opened", str(TODAY))


def test_the_watch_writes_no_account_number_at_the_debug_level(vigil: Command) -> None:
    """Log, terminal, outbox and alerts, with the number in a file's name and in a row's text."""
    vigil.configure('[inbox]\npath = "~/inbox"\n[log]\nlevel = "debug"\n' + CONFIG)
    assert vigil(*CASE).returncode == 0
    inbox = vigil.folder / "inbox"
    inbox.mkdir()
    rows = (Line(TODAY, -21500, f"SHENZHEN LED {SPACED}"), Line(TODAY, -9900, f"X {CARD}"))
    vigil.statement(f"inbox/{CARD}.ofx", *rows)
    (inbox / f"{CARD}.pdf").write_bytes(b"%PDF-1.7\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "vigil", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=vigil.environment,
        cwd=vigil.folder,
    )
    with process:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and len(letters(vigil)) < 2:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        printed, logged = process.communicate(timeout=30)
    status = vigil("status").stdout
    for text in (printed, logged, status, *letters(vigil)):
        assert CARD not in text
        assert SPACED not in text
    assert "4321" in printed


def letters(vigil: Command) -> list[str]:
    """The texts of the outbox."""
    database = vigil.folder / "state" / "vigil.db"
    db = sqlite3.connect(database)
    try:
        return [" ".join(row) for row in db.execute("SELECT title, body FROM outbox")]
    finally:
        db.close()
