"""Sends due outbox rows and reports what became of each. Knows no database and no clock.

Every channel gets a thread of its own for the length of one call: a black-holed channel delays
the others not at all, and the call itself by at most its time-out. The rows of a channel go out
in the order given. When one gets no answer, or is asked to slow down, the channel's further rows
would fare alike: they are reported as failed without being tried, so that ten waiting messages
cost one time-out and not ten.

Results are reported in the caller's thread, because an SQLite connection belongs to one. "Sent"
is reported after the service said so and never before: a crash in between repeats a message and
loses none.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from vigil.model import Message
from vigil.notify.channel import Channel, Failed, Result

_PATIENCE = 90.0  # seconds; above the longest bounded send, two requests of 30 s and 10 s


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message for one person on one channel.

    Attributes:
        attempts: tries made before this one.
        first_failed_at: when the tries began to fail; None when none has failed.
    """

    id: int
    person: str
    channel: str
    message: Message
    attempts: int = 0
    first_failed_at: datetime | None = None


Key: TypeAlias = tuple[str, str]  # person, channel: two people may both have a "phone"
Record: TypeAlias = Callable[[OutboxRow, Result, datetime], None]
_Reports: TypeAlias = "queue.SimpleQueue[tuple[OutboxRow, Result]]"


def deliver(
    rows: Sequence[OutboxRow],
    channels: Mapping[Key, Channel],
    now: datetime,
    record: Record,
    patience: float = _PATIENCE,
) -> None:
    """Try each row once and report it once. Call it outside of any transaction.

    Args:
        rows: the due rows, the most pressing first.
        channels: the channels by person and name. A row whose channel is not there fails for good.
        now: the time of the call; handed to `record`.
        record: called in this thread after each send, so that one transaction stays one row.
        patience: seconds without any report after which the channels that still hang are given
            up for this call; what they send later is sent again, under the same alert id.

    Raises:
        Exception: what `record` raises; nothing further is begun then. What is on its way may
            still arrive, and is repeated at the next call.
    """
    reports: _Reports = queue.SimpleQueue()
    stop = threading.Event()
    waiting = {row.id: row for row in rows}
    for key, batch in _by_channel(rows).items():
        _start(channels.get(key), batch, reports, stop)
    try:
        while waiting:
            row, result = reports.get(timeout=patience)
            del waiting[row.id]
            record(row, result, now)
    except queue.Empty:
        for row in waiting.values():
            record(row, Failed(f"no answer within {patience:.0f} s", reached=False), now)
    finally:
        stop.set()


def _by_channel(rows: Iterable[OutboxRow]) -> dict[Key, list[OutboxRow]]:
    batches: dict[Key, list[OutboxRow]] = {}
    for row in rows:
        batches.setdefault((row.person, row.channel), []).append(row)
    return batches


def _start(
    channel: Channel | None, batch: list[OutboxRow], reports: _Reports, stop: threading.Event
) -> None:
    if channel is None:
        for row in batch:
            gone = Failed(f"{row.person} has no channel named {row.channel}", permanent=True)
            reports.put((row, gone))
        return
    threading.Thread(
        target=_send_batch,
        args=(channel, batch, reports, stop),
        name=f"notify-{channel.name}",
        daemon=True,  # a send that hangs must not keep the process from ending
    ).start()


def _send_batch(
    channel: Channel, batch: list[OutboxRow], reports: _Reports, stop: threading.Event
) -> None:
    postponed: Failed | None = None
    for row in batch:
        if stop.is_set():
            return
        result = postponed or _send(channel, row.message)
        reports.put((row, result))
        if isinstance(result, Failed) and _holds_for_all(result):
            postponed = _not_tried(result)


def _send(channel: Channel, message: Message) -> Result:
    """A channel never raises; should one do so, its other rows and the report still follow."""
    try:
        return channel.send(message)
    except Exception as error:  # noqa: BLE001 - the border to foreign code; told as a value
        return Failed(f"a fault in the channel ({type(error).__name__})")


def _holds_for_all(failed: Failed) -> bool:
    return not failed.permanent and (not failed.reached or failed.retry_after is not None)


def _not_tried(failed: Failed) -> Failed:
    """A failure for the rows behind: the same words, once marked as not tried."""
    mark = "not tried: "
    error = failed.error if failed.error.startswith(mark) else mark + failed.error
    return Failed(error, failed.permanent, failed.retry_after, failed.reached)
