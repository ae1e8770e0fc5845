"""Sends what is due and records it: send first, then record; a crash in between repeats a message.

No transaction is open while something is sent. A channel that stays dead is told on the others.
"""

import logging
import os
import random
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from vigil.household import Household
from vigil.model import Message
from vigil.notify import (
    Channel,
    Failed,
    OutboxRow,
    PushChannel,
    Result,
    Sent,
    TerminalChannel,
    deliver,
    is_dead,
    next_attempt,
)
from vigil.settings import Settings
from vigil.settings.paths import Paths
from vigil.settings.secrets import Secret, SecretError, SecretPlaces, resolve
from vigil.steps import ringing
from vigil.steps.ringing import Teller
from vigil.store import alerts, outbox
from vigil.store.database import write

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels that can be used, the secrets they hold, and why others cannot be used."""

    by_name: Mapping[str, Channel]
    secrets: tuple[Secret, ...]
    problems: Mapping[str, str]


def open_channels(settings: Settings, paths: Paths) -> Channels:
    """The channels of the configuration; one whose secret is missing is named, not fatal."""
    usable: dict[str, Channel] = {}
    secrets: list[Secret] = []
    problems: dict[str, str] = {}
    places = SecretPlaces(os.environ, paths)
    for name, channel in settings.channels.items():
        if channel.url is None:
            usable[name] = TerminalChannel(name)
            continue
        try:
            secret = resolve(channel.url, places)
        except SecretError as error:
            problems[name] = str(error)
            usable[name] = _Missing(name, str(error))
        else:
            secrets.append(secret)
            usable[name] = PushChannel(name, secret.reveal())
    return Channels(usable, tuple(secrets), problems)


def send_due(
    db: sqlite3.Connection, household: Household, channels: Mapping[str, Channel], now: datetime
) -> int:
    """Try every message whose time has come once; how many were tried."""
    rows = outbox.due(db, now)
    if not rows:
        return 0
    by_person = {
        (row.person, row.channel): channels[row.channel] for row in rows if row.channel in channels
    }

    def record(row: OutboxRow, result: Result, _: datetime) -> None:
        _record(Teller(db, household, datetime.now(UTC)), row, result)

    deliver(rows, by_person, now, record)
    return len(rows)


def _record(teller: Teller, row: OutboxRow, result: Result) -> None:
    subject = ringing.channel_subject(row.person, row.channel)
    with write(teller.db) as db:
        if isinstance(result, Sent):
            outbox.accept(db, row.id, result.detail, teller.now)
            ringing.close_self(teller, subject)
            return
        attempts = row.attempts + 1
        due = next_attempt(attempts, teller.now, result, random.random())  # noqa: S311 - jitter
        outbox.put_off(db, row.id, (result.error, result.permanent), due or teller.now, teller.now)
        first_failed = row.first_failed_at or teller.now
        dead = is_dead(attempts, first_failed, teller.now, permanent=result.permanent)
        # Said once: each message has its own first failure, and its text would ring anew.
        if dead and alerts.open_on(db, subject) is None:
            ringing.tell_self(teller, subject, "ask", _dead_text(row, result, first_failed))
    _log.warning("%s on %s failed: %s", row.message.alert, row.channel, result.error)


def _dead_text(row: OutboxRow, failed: Failed, since: datetime) -> tuple[str, str, str]:
    return (
        f"{row.channel} does not reach {row.person}",
        (
            f"Since {since:%Y-%m-%d %H:%M} UTC nothing gets through: {failed.error}. "
            "Nothing is lost; vigil tries on and sends what waits."
        ),
        "First: look at its address in the configuration, then run vigil notify test.",
    )


class _Missing:
    """A channel whose secret cannot be had; every message on it says so and waits."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self._why = why

    def send(self, _: Message, /) -> Result:
        """Fail for good until somebody mends the reference."""
        return Failed(self._why, permanent=True)
