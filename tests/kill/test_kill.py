"""The daemon is killed with SIGKILL at random moments; nothing may be lost and nothing doubled."""

import http.server
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

KILLS = int(os.environ.get("VIGIL_KILLS", "15"))
LONGEST = 0.9  # seconds a daemon lives: start, several files, their messages and their filing
PATIENCE = 40.0
WORDS = "AMBER BIRCH CEDAR DELTA EMBER FJORD GROVE HAVEN IVORY JASPER KESTREL LOTUS".split()


class Phone:
    """A push service on loopback that keeps what it was sent."""

    def __init__(self) -> None:
        self.alerts: list[str] = []
        phone = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                phone.alerts += re.findall(r"\b(a\d+)\b", body["message"])[:1]
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where to push to."""
        return f"json://127.0.0.1:{self.server.server_address[1]}/"


class Home:
    """A household with its inbox, state folder and a phone."""

    def __init__(self, folder: Path, phone: Phone) -> None:
        self.inbox = folder / "inbox"
        self.outside = folder / "outside"
        self.state = folder / "state"
        self.config = folder / "config.toml"
        for one in (self.inbox, self.outside):
            one.mkdir()
        secret = folder / "phone.url"
        secret.write_text(phone.url)
        secret.chmod(0o600)
        self.config.write_text(
            f'[household]\ntime_zone = "UTC"\n[inbox]\npath = "{self.inbox}"\n'
            '[people.anna]\nchannels = ["phone"]\nquiet_hours = "none"\n'
            f'[channels.phone]\nurl = {{ file = "{secret}" }}\n'
        )
        self.environment = {**os.environ, "STATE_DIRECTORY": str(self.state), "HOME": str(folder)}

    def vigil(self, *arguments: str, text: str | None = None) -> str:
        """Run a command to its end."""
        command = [sys.executable, "-m", "vigil", "--config", str(self.config), *arguments]
        done = subprocess.run(
            command, env=self.environment, input=text, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the daemon."""
        return subprocess.Popen(
            [sys.executable, "-m", "vigil", "--config", str(self.config), "run"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def drop(self, number: int, rows: list[tuple[str, str, str]]) -> None:
        """Move a whole file into the inbox; rows are (day, amount, name)."""
        path = self.outside / f"{number:04}.ofx"
        path.write_text(statement(number, rows))
        path.rename(self.inbox / path.name)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        connection = sqlite3.connect(self.state / "vigil.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


def statement(number: int, rows: list[tuple[str, str, str]]) -> str:
    """An OFX of one card; ids are unlike in every file, so that each row is its own."""
    lines = "".join(
        f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{number}-{place}"
        f"<NAME>{name}</STMTTRN>\n"
        for place, (day, amount, name) in enumerate(rows)
    )
    days = [day for day, _, _ in rows]
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<DTSERVER>{max(days)}<LANGUAGE>ENG<FI><ORG>TESTBANK</FI></SONRS></SIGNONMSGSRSV1>"
        "<CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>1<CCSTMTRS><CURDEF>USD<CCACCTFROM>"
        f"<ACCTID>55554444</CCACCTFROM><BANKTRANLIST><DTSTART>{min(days)}<DTEND>{max(days)}\n"
        f"{lines}</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>\n"
    )


@pytest.fixture
def phone() -> Iterator[Phone]:
    service = Phone()
    yield service
    service.server.shutdown()
    service.server.server_close()


def until_idle(home: Home) -> None:
    """Let a daemon finish everything, then stop it."""
    daemon = home.start()
    end = time.monotonic() + PATIENCE
    waiting = threading.Event()
    try:
        while time.monotonic() < end:
            left = list(home.inbox.glob("*.ofx"))
            if not left and not home.rows("SELECT 1 FROM outbox WHERE state = 'queued'"):
                return
            waiting.wait(0.2)
        pytest.fail(f"still at work after {PATIENCE} s: {left}")
    finally:
        daemon.terminate()
        daemon.wait(10)


@pytest.mark.kill
def test_no_kill_loses_a_transaction_or_an_alert(tmp_path: Path, phone: Phone) -> None:
    """After every kill, each transaction is there once and each alert reached the phone."""
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    home = Home(tmp_path, phone)
    home.drop(0, [(f"202601{day:02}", "-12.50", "GREEN GROCER") for day in range(1, 29)])
    until_idle(home)
    for word in WORDS:
        home.vigil("case", "open", "--name", f"{word} TRADING SHENZHEN", "--opened", "2026-01-28")
    dropped = 28
    for number in range(1, KILLS + 1):
        day = f"2026{2 + number // 28:02}{number % 28 + 1:02}"
        names = [f"{chance.choice(WORDS)} TRADING SHENZHEN", "GREEN GROCER"]
        home.drop(number, [(day, f"-{number}.{n:02}", name) for n, name in enumerate(names)])
        dropped += len(names)
        daemon = home.start()
        threading.Event().wait(chance.uniform(0.05, LONGEST))
        daemon.kill()
        daemon.wait(10)
    until_idle(home)
    told = f"seed {seed}"
    assert home.rows("SELECT count(*) FROM tx WHERE state = 'posted'") == [(dropped,)], told
    twice = "SELECT day, amount, payee FROM tx GROUP BY 1, 2, 3 HAVING count(*) > 1"
    assert home.rows(twice) == [], told
    assert home.rows("PRAGMA integrity_check") == [("ok",)], told
    rang = {f"a{row[0]}" for row in home.rows("SELECT id FROM alert WHERE level <> 'digest'")}
    assert rang, told
    assert rang <= set(phone.alerts), told
    matched = home.rows(
        "SELECT count(DISTINCT tx) FROM finding WHERE rule = 'case.new_charge' AND alert NOT NULL"
    )
    assert matched == [(KILLS,)], told
