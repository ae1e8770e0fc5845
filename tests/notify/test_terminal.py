"""The terminal shows an alert calmly, whatever the bank wrote into it."""

import io
import os
import threading

import pytest
from tests.notify.messages import message

from vigil.notify import Failed, Sent, TerminalChannel
from vigil.notify.terminal import layout

EXPECTED = """
-- vigil urgent a17 --------------------------------------------------------
480.00 USD left Visa
   To SHENZHEN X at 03:04. You usually pay them 35.00 to 52.00.

   First step: freeze the card. If this was not you, your bank must hear of
   it by 24 December 2026.
----------------------------------------------------------------------------
"""


def test_an_alert_is_laid_out_in_a_heading_a_title_and_a_body() -> None:
    """The whole layout, as it stands on a terminal."""
    alert = message(
        body="To SHENZHEN X at 03:04. You usually pay them 35.00 to 52.00.\n\n"
        "First step: freeze the card. If this was not you, your bank must hear of it by "
        "24 December 2026.",
        priority="high",
    )
    assert layout(alert) == EXPECTED


@pytest.mark.parametrize("width", [24, 40, 76])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Long words are broken too: a phone's terminal shows all of it."""
    text = layout(message(title="x" * 200, body="word " * 100 + "y" * 300), width)
    assert max(len(line) for line in text.splitlines()) <= width


def test_bank_text_cannot_drive_the_terminal() -> None:
    """Escape sequences are shown and not obeyed, in title, body and id alike."""
    bad = "\x1b[2J\x07\x9b31m\u202e\r"
    stream = io.StringIO()
    sent = TerminalChannel(stream=stream).send(message(alert="a\x1b", title=bad, body=bad))
    assert isinstance(sent, Sent)
    printed = stream.getvalue()
    assert not set(printed) & set("\x1b\x07\x9b\u202e\r")
    assert r"\x1b[2J\x07" in printed


def test_a_terminal_without_unicode_still_rings() -> None:
    """What the encoding lacks is shown as its escape, and the alert is printed."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    assert isinstance(TerminalChannel(stream=stream).send(message(title="Müller €")), Sent)
    assert rb"M\xfcller \u20ac" in raw.getvalue()


def test_a_closed_stream_is_a_failure_and_no_exception() -> None:
    """The daemon outlives its terminal; the message stays in the outbox."""
    stream = io.StringIO()
    stream.close()
    result = TerminalChannel(stream=stream).send(message())
    assert isinstance(result, Failed)
    assert not result.permanent


def test_a_terminal_that_takes_nothing_does_not_pile_up_writers() -> None:
    """While one message is stuck in a full pipe, the next is refused at once."""
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as screen, os.fdopen(writer, "w", encoding="utf-8") as stream:
        channel = TerminalChannel(stream=stream)
        stuck = threading.Thread(target=channel.send, args=(message(body="x" * 500_000),))
        stuck.start()
        screen.read(10)  # the first bytes are there: the writer is at it
        second = channel.send(message())
        drain = threading.Thread(target=screen.read)
        drain.start()
        stuck.join()
        stream.close()
        drain.join()
    assert isinstance(second, Failed)
    assert not second.reached


def test_stdout_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a stream the alert goes to stdout as it is at that moment."""
    TerminalChannel().send(message())
    assert "480.00 USD left Visa" in capsys.readouterr().out
