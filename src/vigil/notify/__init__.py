"""Brings what was decided to a person: channels, their retry times, and the loop that sends.

Nothing here decides what rings, opens the database, or words an alert. A channel is handed a
finished `Message` and answers with a value; it never raises and never writes a log line.

- `channel`: what a channel is and what it answers.
- `fit`: makes a text safe and short enough [pure].
- `answers`: what a service's answer means [pure].
- `backoff`: when to try again, and when a channel counts as dead [pure].
- `terminal`, `push`: the channels. apprise is imported at the first push, never before.
- `worker`: sends due outbox rows, one thread a channel, and reports each result.
"""

from vigil.notify.backoff import is_dead, next_attempt
from vigil.notify.channel import Channel, Failed, Result, Sent
from vigil.notify.push import PushChannel, check
from vigil.notify.terminal import TerminalChannel
from vigil.notify.worker import OutboxRow, deliver

__all__ = [
    "Channel",
    "Failed",
    "OutboxRow",
    "PushChannel",
    "Result",
    "Sent",
    "TerminalChannel",
    "check",
    "deliver",
    "is_dead",
    "next_attempt",
]
