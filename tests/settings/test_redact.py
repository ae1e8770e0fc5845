"""The log holds no secret, no whole number, and one line for one event."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigil.settings.redact import RedactingFilter, escape
from vigil.settings.secrets import Secret

URL = "ntfys://anna:pa55word!@ntfy.example.org:8443/vigil-c4n4ryTopic?token=tk_c4n4ryToken"


@contextmanager
def log_to(
    stream: io.StringIO, guard: RedactingFilter, style: str = "%(message)s"
) -> Iterator[logging.Logger]:
    logger = logging.getLogger("vigil.test.redact")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(style))
    handler.addFilter(guard)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield logger
    finally:
        logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("card 4111111111111111 charged", "card ...1111 charged"),
        ("card 4111 1111 1111 1111.", "card ...1111."),
        ("card 4111-1111-1111-1234", "card ...1234"),
        ("amex 3782 822463 10005", "amex ...0005"),
        ("iban DE89370400440532013000", "iban DE...3000"),
        ("iban DE89 3704 0044 0532 0130 00", "iban DE89 ...3000"),
        ("GB29NWBK60161331926819", "GB29NWBK...6819"),
        ("sort 12-34-56 account 12345678", "sort 12-34-56 account ...5678"),
        ("at 2026-11-03 03:04:05 rows 1234567", "at 2026-11-03 03:04:05 rows 1234567"),
        ("2026-11-03T03:04:05Z to 2026-11-04", "2026-11-03T03:04:05Z to 2026-11-04"),
        ("2026-11-03 2026-11-04 412.00", "2026-11-03 2026-11-04 412.00"),
        ("call +1 800 555 0100", "call +1 800 555 0100"),
        (f"document {'0123456789abcdef' * 4}", f"document {'0123456789abcdef' * 4}"),
        ("get https://u:p@h.org:1/a?b=c now", "get https://h.org:1/... now"),
        ("get http://h.org now", "get http://h.org now"),
        ("get http://h.org?t=1 now", "get http://h.org now"),
        ("a\nb\r\x1b[31mc\u2028d\u202ee\x00", "a\\nb\\r\\x1b[31mc\\u2028d\\u202ee\\x00"),
        ("name \udcff.ofx", "name \\udcff.ofx"),
        ("Zażółć gęślą 東京", "Zażółć gęślą 東京"),
    ],
)
def test_a_line_is_made_safe(text: str, safe: str) -> None:
    """Numbers keep their last four, addresses their host, and every character is visible."""
    assert RedactingFilter().redact(text) == safe


@pytest.mark.parametrize(
    "text",
    [
        URL,
        f"sending to {URL} failed",
        "POST /vigil-c4n4ryTopic HTTP/1.1",
        "user anna:pa55word!",
        "user anna:pa55word%21",
        "bearer tk_c4n4ryToken",
    ],
)
def test_no_part_of_a_known_address_is_logged(text: str) -> None:
    """Topic, password and token of an address are hidden wherever a library names them."""
    line = RedactingFilter([Secret(URL)]).redact(text)
    assert "c4n4ry" not in line
    assert "pa55word" not in line


def _fail(text: str) -> None:
    raise ValueError(text)


def test_arguments_and_tracebacks_are_made_safe_too() -> None:
    """A secret in an argument, in an exception or in its cause does not reach the stream."""
    stream = io.StringIO()
    with log_to(stream, RedactingFilter([Secret("c4n4ry secret")])) as logger:
        logger.info("sent %s to %d", "c4n4ry secret", 12345678)
        try:
            _fail("c4n4ry secret\nsecond line")
        except ValueError:
            logger.exception("failed", stack_info=True)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "sent [hidden] to ...5678"
    assert len(lines) == 2
    assert "ValueError: [hidden]\\nsecond line" in lines[1]
    assert "Stack (most recent call last)" in lines[1]
    assert "c4n4ry" not in stream.getvalue()


def test_arguments_that_do_not_fit_break_nothing() -> None:
    """A log line with wrong arguments is still one safe line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    for text, given_arguments in [("card %d", ("4111111111111111",)), ("100% done %s", ())]:
        handler.handle(logging.LogRecord("x", logging.INFO, "x.py", 1, text, given_arguments, None))
    assert stream.getvalue().splitlines() == ["card %d (its arguments do not fit)", "100% done %s"]


def test_secrets_become_known_while_the_program_runs() -> None:
    """A secret that is resolved later is hidden from then on; the longest form goes first."""
    guard = RedactingFilter([Secret("abcd")])
    guard.hide(Secret("abcdefgh"))
    assert guard.redact("abcdefgh abcd") == "[hidden] [hidden]"


def test_a_very_short_secret_does_not_blot_out_the_log() -> None:
    """Three characters are no secret; hiding them would hide everything else."""
    assert RedactingFilter([Secret("a")]).redact("a banana") == "a banana"


@given(st.text())
def test_any_text_becomes_one_visible_line(text: str) -> None:
    """No text breaks a line, and making it safe twice changes nothing more."""
    guard = RedactingFilter()
    once = guard.redact(text)
    assert len(once.splitlines()) <= 1
    assert escape(once) == once


@given(st.text(), st.text(), st.text(st.characters(exclude_categories=["C"]), min_size=8))
def test_a_secret_is_hidden_in_any_surroundings(before: str, after: str, tail: str) -> None:
    """Whatever stands around it, a known secret is not in the line."""
    secret = f"c4n4ry{tail}"
    assert "c4n4ry" not in RedactingFilter([Secret(secret)]).redact(before + secret + after)
