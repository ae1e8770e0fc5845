"""What an answer means, as a table."""

import pytest

from vigil.notify.answers import read_ntfy, refusal
from vigil.notify.channel import Sent


@pytest.mark.parametrize(
    ("status", "permanent", "retry_after"),
    [
        (301, False, None),
        (302, False, None),
        (400, True, None),
        (401, True, None),
        (403, True, None),
        (404, True, None),
        (408, False, None),
        (413, True, None),
        (418, True, None),
        (425, False, None),
        (429, False, 60.0),
        (500, False, None),
        (503, False, None),
        (507, False, None),
    ],
)
def test_a_status_says_whether_trying_again_helps(
    status: int, permanent: bool, retry_after: float | None
) -> None:
    """4xx lasts, but for the three that ask to come back; everything else may pass."""
    failed = refusal("ntfy://example.org", status)
    assert (failed.permanent, failed.retry_after, failed.reached) == (permanent, retry_after, True)
    assert f"HTTP {status}" in failed.error


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 5 ", 5.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 60.0),
        ("-1", 60.0),
        ("", 60.0),
        ("²", 60.0),
        ("9" * 5000, 999_999_999.0),
    ],
)
def test_retry_after_is_read_as_seconds_only(value: str, seconds: float) -> None:
    """A date or nonsense counts as the usual minute."""
    assert refusal("x", 429, {"Retry-After": value}).retry_after == seconds


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        (b'{"id":"x1","topic":"alarm","event":"message"}', True),
        (b'{"id":"x1","topic":"other"}', False),
        (b'{"id":"","topic":"alarm"}', False),
        (b'{"topic":"alarm"}', False),
        (b"<html>Please log in to HotelNet</html>", False),
        (b'["id"]', False),
        (b"", False),
        (b"\xff\xfe", False),
        (b"[" * 16_000, False),
    ],
)
def test_only_the_servers_own_words_count_as_accepted(body: bytes, accepted: bool) -> None:
    """A 200 must repeat the topic and name the message's id."""
    assert isinstance(read_ntfy("ntfy://example.org", "alarm", body), Sent) is accepted
