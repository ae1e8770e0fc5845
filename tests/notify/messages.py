"""Messages that the delivery tests send."""

from datetime import UTC, datetime
from typing import Literal

from vigil.model import Message

NOW = datetime(2026, 11, 3, 3, 4, tzinfo=UTC)


def message(
    alert: str = "a17",
    title: str = "480.00 USD left Visa",
    body: str = "To SHENZHEN X at 03:04. First step: freeze the card.",
    priority: Literal["high", "default", "low"] = "default",
) -> Message:
    """An ordinary alert, with what a test wants to be different."""
    return Message(alert=alert, title=title, body=body, priority=priority)
