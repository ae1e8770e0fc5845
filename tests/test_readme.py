"""Every block of the README is run, and says what really happens."""

import http.server
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from vigil.settings import Settings
from vigil.settings.load import load

README = Path(__file__).parent.parent / "README.md"
BIN = Path(sys.executable).parent
_DATE = re.compile(r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\b2\d{3}-\d\d-\d\d\b")


def blocks(kind: str) -> list[str]:
    """The fenced blocks of one kind."""
    return re.findall(rf"```{kind}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def ntfy() -> Iterator[str]:
    """A push server on loopback that takes everything, as ntfy answers it."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps({"id": "x", "event": "message", "topic": sent["topic"]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home with the one file that the README speaks of."""
    rows = "".join(
        f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>202610{day:02}<TRNAMT>-12.{day:02}<FITID>{day}"
        "<NAME>GREEN GROCER</STMTTRN>"
        for day in range(1, 32)
    )
    (tmp_path / "Downloads").mkdir()
    (tmp_path / "Downloads" / "visa-2026-10.ofx").write_text(
        "OFXHEADER:100\n\n<OFX><SIGNONMSGSRSV1><SONRS><FI><ORG>DEMO BANK</FI></SONRS>"
        "</SIGNONMSGSRSV1>"
        "<CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>USD<CCACCTFROM><ACCTID>4000000000004321"
        f"</CCACCTFROM><BANKTRANLIST><DTSTART>20261001<DTEND>20261031{rows}</BANKTRANLIST>"
        "</CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>"
    )
    return tmp_path


def run(command: str, home: Path, ntfy: str) -> str:
    """What a command of the README prints; the watch is ended as soon as it watches."""
    command = re.sub(r"^make (\w+)$", r"vigil \1", command)
    if command == "vigil init":  # the questions are answered by the defaults, the phone by a test
        command += f" --yes --name me --time-zone UTC --tell {ntfy}"
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_", "VIGIL_")) and name != "STATE_DIRECTORY"
    }
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"exec {command}"],
        env={**environment, "HOME": str(home), "PATH": f"{BIN}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    printed = []
    for line in process.stdout:
        printed.append(line)
        if command == "vigil run" and not line.strip():
            process.send_signal(signal.SIGTERM)
    process.wait(20)
    process.stdout.close()
    return "".join(printed).replace(str(home), "~")


def dateless(text: str) -> list[str]:
    """The lines of a text, days and the break that they move left out."""
    return [" ".join(_DATE.sub("DAY", line).split()) for line in text.splitlines() if line.strip()]


def holds(expected: str, printed: str) -> bool:
    """True when the expected parts come in this order; "..." stands for any lines."""
    rest = "\n".join(dateless(printed)) + "\n"
    for part in re.split(r"^\.\.\.\n", expected, flags=re.MULTILINE):
        wanted = "\n".join(dateless(part))
        if wanted not in rest:
            return False
        rest = rest[rest.index(wanted) + len(wanted) :]
    return True


def test_every_command_of_the_readme_prints_what_stands_there(home: Path, ntfy: str) -> None:
    """The console blocks are run in order, in one empty home."""
    ran = 0
    for block in blocks("console"):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = step.partition("\n")
            printed = run(command, home, ntfy)
            assert holds(expected, printed), f"{command}\n{printed}"
            ran += 1
    assert ran >= 9


def test_the_configuration_of_the_readme_has_no_problem() -> None:
    """What a person copies from the README works."""
    for block in blocks("toml"):
        assert isinstance(load(block, "README.md"), Settings)


def test_the_check_itself_sees_a_wrong_line() -> None:
    """A line that is not printed is found out."""
    day = date(2026, 11, 3).isoformat()
    assert holds(f"one {day}\n...\nthree\n", "one 2027-01-01\ntwo\nthree\n")
    assert not holds("one\n...\nfour\n", "one\ntwo\nthree\n")
