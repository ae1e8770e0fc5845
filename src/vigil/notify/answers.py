"""What a push service's answer means. Pure; the texts never quote the answer itself.

A service may repeat the topic, the key or the message in its answer, so nothing of it is shown.
"""

import json
from collections.abc import Mapping

from vigil.notify.channel import Failed, Result, Sent

# RFC 9110, 15.5: the request is at fault and stays so; these three ask to come back later.
_COME_BACK = frozenset({408, 425, 429})
_SLOW_DOWN = 60.0  # seconds; ntfy sends no Retry-After with its 429 and refills one every 5 s

_WORDS = {
    400: "did not understand the message",
    401: "refused the key or password",
    403: "does not allow writing there",
    404: "does not know that address",
    413: "finds the message too big",
    429: "asks to slow down",
}


def refusal(place: str, status: int | None, headers: Mapping[str, str] | None = None) -> Failed:
    """The failure behind an HTTP status.

    Args:
        place: scheme, or scheme and host, of the channel.
        status: the HTTP status; None when no answer is known.
        headers: the answer's headers, for Retry-After.
    """
    if status is None:
        return Failed(f"{place}: did not accept the message", reached=False)
    permanent = 400 <= status < 500 and status not in _COME_BACK
    wait = None if permanent else _retry_after(status, headers or {})
    return Failed(f"{place}: {_words(status)} (HTTP {status})", permanent, wait)


def read_ntfy(place: str, topic: str, body: bytes) -> Result:
    """What the body of an ntfy server's 200 says of one message.

    200 alone proves nothing: the login page of a hotel network answers 200 as well. An ntfy
    server repeats the topic and gives the message an id (ntfy, publish API, "JSON message format").
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict) and answer.get("id") and answer.get("topic") == topic:
        return Sent()
    return Failed(f"{place}: answered, but not as an ntfy server does (a network's login page?)")


def _words(status: int) -> str:
    if status in _WORDS:
        return _WORDS[status]
    if 300 <= status < 400:
        return "points to another address; configure the final one (https?)"
    return "refused the message" if 400 <= status < 500 else "has a fault of its own"


def _retry_after(status: int, headers: Mapping[str, str]) -> float | None:
    """Seconds of Retry-After (RFC 9110, 10.2.3); its other form, a date, needs a clock."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    return _SLOW_DOWN if status == 429 else None
