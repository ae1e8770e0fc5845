"""What the commands do and print, run for real."""

import json
import os
import pty
import select
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Command
from tests.home import CARD, GIRO, Line
from tests.servers.scripted import scripted

TODAY = datetime.now(UTC).date()
SELLER = "SHENZHEN BRIGHTWAY LED"
ALERT = {
    "alert", "level", "state", "since", "account", "owners", "title", "body", "findings",
    "first_step", "deadline", "answer", "again_at", "deliveries",
}  # fmt: skip
FINDING = {"transaction", "date", "amount", "currency", "rule", "case", "score", "reason"}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A household with history, an open case and a new charge by its seller."""
    vigil = Command(tmp_path_factory.mktemp("furnished"))
    vigil.configure()
    paid = TODAY - timedelta(days=40)
    old = vigil.statement(f"card-{CARD}.ofx", Line(paid, -38309, SELLER))
    assert vigil("ingest", "--history", old).returncode == 0
    words = ("--opened", str(TODAY - timedelta(days=9)), "--paid", f"{paid} 383.09 USD")
    opened = vigil("case", "open", "--title", "Lamps", "--name", SELLER, "--owner", "anna", *words)
    assert opened.returncode == 0, opened.stderr
    done = vigil("ingest", vigil.statement("new.ofx", Line(TODAY, -21500, SELLER)))
    assert "alerts a" in done.stdout
    return vigil.folder


@pytest.fixture
def home(furnished: Path, tmp_path: Path) -> Command:
    """The furnished household, for one test to change."""
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    return Command(tmp_path)


def lines(text: str) -> list[dict[str, Any]]:
    """JSON Lines."""
    return [json.loads(line) for line in text.splitlines()]


def test_an_alert_is_listed_shown_and_answered(home: Command) -> None:
    """The way of a person from the first word to the undo."""
    rang = next(
        one for one in lines(home("alert", "ls", "--json").stdout) if one["level"] != "digest"
    )
    assert set(rang) == ALERT
    assert all(set(one) == FINDING for one in rang["findings"])
    assert set(rang["deadline"]) == {"last_safe", "right", "confidence", "assumes", "source"}
    assert [set(one) for one in rang["deliveries"]] == [{"person", "channel", "state", "attempts"}]
    assert rang["account"] == "visa"
    assert rang["findings"][0]["amount"] == "-215.00"
    shown = home("alert", "show", rang["alert"])
    assert shown.returncode == 0
    assert rang["deadline"]["right"] in shown.stdout
    assert json.loads(home("alert", "show", rang["alert"], "--json").stdout) == rang
    answered = home("alert", "answer", rang["alert"], "not-mine")
    assert "joins case 1" in answered.stdout
    refused = home("alert", "answer", rang["alert"], "mine")
    assert (refused.returncode, "answered already" in refused.stderr) == (1, True)
    assert "open again" in home("undo").stdout


def test_the_objects_have_all_their_keys(home: Command) -> None:
    """Account ls, case ls, case show, status; unknown is null, money a decimal string."""
    account = lines(home("account", "ls", "--json").stdout)[0]
    assert account["account"] == "visa"
    case = lines(home("case", "ls", "--json").stdout)[0]
    assert (case["case"], case["platform"], case["balance"]) == ("1", None, None)
    assert case["payments"][0]["amount"] == "-383.09"
    shown = json.loads(home("case", "show", "1", "--json").stdout)
    assert set(case) < set(shown)
    assert shown["money"][0] == {
        "currency": "USD", "lost": "383.09", "returned": "0.00", "provisional": "0.00",
        "missing": "383.09",
    }  # fmt: skip
    done = home("status", "--json")
    assert done.returncode == 1
    assert {"running", "sources", "open", "undelivered", "needs_you"} <= set(
        json.loads(done.stdout)
    )
    assert lines(home("source", "ls", "--json").stdout) == []


def test_no_account_number_in_any_output_but_read(home: Command) -> None:
    """Texts, lists, logs and the outbox name it by nickname or last four."""
    home.statement("giro.ofx", Line(TODAY, -100, f"TO {GIRO}"), number=GIRO)
    said = [home("ingest", "giro.ofx")]
    every = (
        ("status",), ("status", "--json"), ("alert", "ls", "--all"), ("alert", "ls", "--json"),
        ("alert", "show", "a1"), ("account", "ls"), ("account", "ls", "--json"), ("case", "ls"),
        ("case", "ls", "--json"), ("case", "show", "1"), ("source", "ls"),
    )  # fmt: skip
    said += [home(*words) for words in every]
    texts = "".join(one.stdout + one.stderr for one in said)
    assert GIRO not in texts
    assert CARD not in texts
    assert GIRO in home("read", "giro.ofx", "--json").stdout


def test_a_case_is_opened_from_json_and_gives_one_object(home: Command) -> None:
    """Its rows are matched; problems are listed in the same object, with exit 1."""
    draft = {"title": "Again", "names": [SELLER], "opened": str(TODAY - timedelta(days=60))}
    done = home("case", "open", "--json", "-", stdin=json.dumps(draft))
    said = json.loads(done.stdout.splitlines()[0])
    assert set(said) == {"case", "matched", "next", "problems"}
    assert (said["case"], said["problems"]) == ("2", [])
    assert set(said["next"]) == {"task", "due"}
    assert all(set(one) == {"transaction", "confidence", "reason"} for one in said["matched"])
    wrong = home("case", "open", "--json", "-", stdin='{"names": "x", "owner": "zed"}')
    assert wrong.returncode == 1
    found = json.loads(wrong.stdout)
    assert (found["case"], len(found["problems"])) == (None, 2)
    broken = home("case", "open", "--json", "-", stdin="[")
    assert (broken.returncode, broken.stdout) == (1, "")


def test_a_case_is_opened_by_questions(home: Command) -> None:
    """On a terminal; rows of the ledger are offered to pick from."""
    said = converse(home, [SELLER, "t1", "", "", "", "", "", "", "", "My case"])
    assert "Is it one of these?" in said
    assert "Case 2 is open: My case." in said
    case = lines(home("case", "ls", "--json").stdout)[0]
    assert case["payments"][0]["transaction"] == "t1"


def converse(home: Command, answers: list[str]) -> str:
    """Answer the questions of `vigil case open` on a terminal; what it showed."""
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - becomes the command
        os.chdir(home.folder)
        os.execve(sys.executable, [sys.executable, "-m", "vigil", "case", "open"], home.environment)  # noqa: S606
    said = b""
    while True:
        ready, _, _ = select.select([terminal], [], [], 30)
        try:
            heard = os.read(terminal, 4096) if ready else b""
        except OSError:  # Linux ends a terminal whose process is gone with EIO
            heard = b""
        if not heard:
            break
        said += heard
        if said.rstrip(b" ").endswith(b"?") and answers:
            os.write(terminal, f"{answers.pop(0)}\n".encode())
    os.waitpid(child, 0)
    os.close(terminal)
    return said.decode("utf-8", "replace")


def test_files_that_are_not_there_do_not_stop_the_others(home: Command) -> None:
    """What was taken rings; the exit code says that something failed."""
    home.statement("more.ofx", Line(TODAY, -9900, SELLER))
    done = home("ingest", "nowhere.ofx", "more.ofx")
    assert done.returncode == 1
    assert "nowhere.ofx" in done.stderr
    assert "99.00 USD" in done.stdout


def test_init_then_notify_test_reaches_a_real_server(vigil: Command) -> None:
    """The defaults are enough for the next line that `init` prints."""
    done = vigil("init", "--yes", "--tell", "terminal", "--country", "US")
    assert done.returncode == 0, done.stderr
    assert "Next: vigil notify test" in done.stdout
    tried = vigil("notify", "test")
    assert (tried.returncode, "printed" in tried.stdout) == (0, True)
    assert vigil("init", "--yes").returncode == 1
    with scripted() as server:
        vigil.configure(
            '[people.anna]\nchannels = ["phone"]\n[channels.phone]\nurl = { env = "PHONE" }\n'
        )
        tried = vigil("notify", "test", PHONE=f"json://127.0.0.1:{server.port}/")
        assert tried.returncode == 0, tried.stdout + tried.stderr
        assert len(server.requests) == 1
    failed = vigil("notify", "test", PHONE=f"json://127.0.0.1:{server.port}/")
    assert failed.returncode == 1
    missing = vigil("notify", "test")
    assert missing.returncode == 1
    assert "PHONE" in missing.stdout + missing.stderr


def test_bank_text_cannot_write_to_the_terminal(vigil: Command) -> None:
    """`read` shows what it understood; an escape in a name stays a text."""
    name = vigil.statement("a.ofx", Line(TODAY, -100, "EVIL\x1b[31m SHOP"))
    done = vigil("read", name)
    assert "\x1b" not in done.stdout


def test_the_demo_plays_a_night_of_fraud(vigil: Command) -> None:
    """The alarm rings, is answered, and the deadline is said; nothing is kept."""
    done = vigil("demo")
    assert done.returncode == 0
    assert "vigil urgent" in done.stdout
    assert "480.00 USD to QX PAYWAVE ONLINE" in done.stdout
    assert "opens case 2" in done.stdout
    assert "Last safe day" in done.stdout
    assert list(vigil.folder.iterdir()) == []
