"""The loop that sends due rows: one dead channel does not hold up the others."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from tests.notify.messages import NOW, message
from tests.servers.scripted import Answer, scripted

from vigil.model import Message
from vigil.notify import Channel, Failed, OutboxRow, PushChannel, Result, Sent, deliver

DOWN = Failed("no connection", reached=False)


class Fake:
    """A channel at the edge: answers with a function and notes what it was given."""

    def __init__(self, answer: Callable[[Message], Result]) -> None:
        self.name = "fake"
        self.given: list[str] = []
        self._answer = answer

    def send(self, message: Message) -> Result:
        """Note the alert and answer."""
        self.given.append(message.alert)
        return self._answer(message)


class Book:
    """What was recorded, in order, and in which thread."""

    def __init__(self) -> None:
        self.results: dict[int, Result] = {}
        self.order: list[int] = []
        self.threads: set[int] = set()

    def record(self, row: OutboxRow, result: Result, now: datetime) -> None:
        """Take a result; each row has one."""
        assert now == NOW
        assert row.id not in self.results
        self.results[row.id] = result
        self.order.append(row.id)
        self.threads.add(threading.get_ident())


def _row(number: int, channel: str = "phone", person: str = "anna") -> OutboxRow:
    return OutboxRow(number, person, channel, message(alert=f"a{number}"))


def _accept(_: Message) -> Result:
    return Sent()


def _deliver(rows: list[OutboxRow], channels: dict[str, Channel], patience: float = 10) -> Book:
    book = Book()
    keyed = {("anna", name): channel for name, channel in channels.items()}
    deliver(rows, keyed, NOW, book.record, patience)
    return book


def test_every_row_is_sent_in_order_and_recorded_once_in_the_callers_thread() -> None:
    """The database connection belongs to the caller's thread."""
    phone = Fake(_accept)
    book = _deliver([_row(n) for n in range(10)], {"phone": phone})
    assert phone.given == [f"a{n}" for n in range(10)]
    assert book.order == list(range(10))
    assert book.threads == {threading.get_ident()}


def test_a_hanging_channel_does_not_hold_up_a_living_one() -> None:
    """The living channel's rows are recorded while the other still hangs."""
    release = threading.Event()

    def hang(_: Message) -> Result:
        assert release.wait(10)
        return DOWN

    def accept_last(given: Message) -> Result:
        if given.alert == "a3":
            release.set()  # only now may the dead channel end: a3 was sent before it did
        return Sent()

    rows = [_row(1, "dead"), _row(2), _row(3)]
    book = _deliver(rows, {"dead": Fake(hang), "phone": Fake(accept_last)})
    assert book.results == {1: DOWN, 2: Sent(), 3: Sent()}


def test_ten_rows_on_a_dead_server_cost_one_time_out() -> None:
    """After the first gets no answer, the rest are postponed without being tried."""
    book = Book()
    with scripted(Answer(behaviour="hang")) as server:
        phone = PushChannel("phone", f"ntfy://127.0.0.1:{server.port}/alarm?rto=0.2")
        deliver([_row(n) for n in range(10)], {("anna", "phone"): phone}, NOW, book.record)
        assert len(server.requests) == 1
    assert len(book.results) == 10
    errors = [result.error for result in book.results.values() if isinstance(result, Failed)]
    assert (
        errors
        == ["ntfy://127.0.0.1: no answer in time"]
        + ["not tried: ntfy://127.0.0.1: no answer in time"] * 9
    )


def test_a_message_that_the_service_refuses_does_not_hold_up_the_next() -> None:
    """A refusal is about one message, a fault that answers is too: the next one is tried."""
    refusals: dict[str, Result] = {
        "a1": Failed("did not understand", permanent=True),
        "a2": Failed("a fault of its own (HTTP 500)"),
    }
    phone = Fake(lambda given: refusals.get(given.alert, Sent()))
    book = _deliver([_row(1), _row(2), _row(3)], {"phone": phone})
    assert book.results == {1: refusals["a1"], 2: refusals["a2"], 3: Sent()}


def test_a_channel_that_raises_is_a_failure_and_the_rest_go_on() -> None:
    """Foreign code may raise; the text of its exception may hold a secret and is left out."""

    def explode(_: Message) -> Result:
        raise RuntimeError("canary")

    book = _deliver([_row(1, "bad"), _row(2)], {"bad": Fake(explode), "phone": Fake(_accept)})
    assert book.results == {1: Failed("a fault in the channel (RuntimeError)"), 2: Sent()}


def test_a_channel_that_was_taken_out_of_the_configuration_fails_for_good() -> None:
    """The row says so, so that the person is told on another channel."""
    book = _deliver([_row(1, "gone")], {})
    assert book.results == {1: Failed("anna has no channel named gone", permanent=True)}


def test_channels_of_the_same_name_belong_to_their_person() -> None:
    """Two people's "phone" are two channels."""
    anna, ben = Fake(_accept), Fake(_accept)
    book = Book()
    rows = [_row(1), _row(2, person="ben")]
    deliver(rows, {("anna", "phone"): anna, ("ben", "phone"): ben}, NOW, book.record)
    assert (anna.given, ben.given) == (["a1"], ["a2"])


def test_a_channel_that_never_returns_is_given_up_for_this_call() -> None:
    """Beyond the patience its rows are recorded as failed, and the call ends."""
    release = threading.Event()
    stuck = Fake(lambda _: Sent() if release.wait(30) else DOWN)
    book = _deliver([_row(1), _row(2)], {"phone": stuck}, patience=0.05)
    release.set()
    assert book.results == {
        1: Failed("no answer within 0 s", reached=False),
        2: Failed("no answer within 0 s", reached=False),
    }


def test_a_record_that_fails_stops_further_sends() -> None:
    """What cannot be recorded is not sent on: the rest stays due in the outbox."""
    recorded = threading.Event()

    def wait_for_the_fault(given: Message) -> Result:
        assert given.alert == "a1" or recorded.wait(10)
        return Sent()

    def fail(_row: OutboxRow, _result: Result, _now: datetime) -> None:
        raise OSError("disk full")

    phone = Fake(wait_for_the_fault)
    rows = [_row(n) for n in range(1, 50)]
    with pytest.raises(OSError, match="disk full"):
        deliver(rows, {("anna", "phone"): phone}, NOW, fail)
    recorded.set()
    for thread in threading.enumerate():
        if thread.name == "notify-fake":
            thread.join(10)
    assert len(phone.given) <= 2


def test_nothing_due_is_nothing_done() -> None:
    """No rows, no threads, no reports."""
    assert _deliver([], {"phone": Fake(_accept)}).results == {}
