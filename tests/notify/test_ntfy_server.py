"""Pushes through a real ntfy server, read back as a phone reads them."""

from pathlib import Path

import pytest
from tests.notify.messages import NOW, message
from tests.servers.ntfy import NtfyServer, running

from vigil.notify import Failed, OutboxRow, PushChannel, Result, Sent, deliver

pytestmark = pytest.mark.server


def test_an_accepted_message_is_what_the_phone_gets(ntfy: NtfyServer) -> None:
    """Title and body arrive as they were, UTF-8 included, with the alert's id as a tag."""
    title, body = "Überweisung: 480,00 € 🚨", "An Müller & Söhne, 北京.\nFirst step: call."
    sent = PushChannel("phone", ntfy.url("alarm-text")).send(message(title=title, body=body))
    (received,) = ntfy.messages("alarm-text")
    assert sent == Sent("accepted")
    assert received["title"] == title
    assert received["message"] == f"{body}\n(a17)"
    assert received["tags"] == ["a17"]
    assert "icon" not in received
    assert "attachment" not in received


def test_urgent_rings_through_and_low_stays_silent(ntfy: NtfyServer) -> None:
    """High is ntfy's 5, default its 3 (which it leaves out), low its 2."""
    channel = PushChannel("phone", ntfy.url("alarm-priority", priority="min"))
    channel.send(message(priority="high"))
    channel.send(message(priority="default"))
    channel.send(message(priority="low"))
    assert [one.get("priority", 3) for one in ntfy.messages("alarm-priority")] == [5, 3, 2]


def test_the_longest_body_stays_a_message(ntfy: NtfyServer) -> None:
    """A thousand characters of four bytes each are shown on the phone, not sent as a file."""
    sent = PushChannel("phone", ntfy.url("alarm-long")).send(
        message(title="🚨" * 400, body="🚨" * 5000)
    )
    (received,) = ntfy.messages("alarm-long")
    assert isinstance(sent, Sent)
    assert "attachment" not in received
    assert len(received["title"]) <= 250
    assert len(received["message"]) < 1000
    assert received["message"].endswith("…\n(a17)")


def test_good_buttons_arrive_and_bad_ones_are_left_out(ntfy: NtfyServer) -> None:
    """The person's own buttons work; one that the server refuses does not cost the alert."""
    good = ntfy.url("alarm-good", actions="view,Öffnen,http://127.0.0.1/")
    bad = ntfy.url("alarm-bad", actions="fly,Open,nowhere")
    assert PushChannel("phone", good).send(message()) == Sent("accepted")
    refused = PushChannel("phone", bad).send(message())
    assert refused == Sent("accepted without buttons: the server refused them")
    assert ntfy.messages("alarm-good")[0]["actions"][0]["label"] == "Öffnen"
    assert "actions" not in ntfy.messages("alarm-bad")[0]


@pytest.mark.parametrize(
    ("login", "topic", "status"),
    [
        ("anna:wrong@", "alarm-x", 401),
        ("tk_wrongwrongwrongwrongwrongwron@", "alarm-x", 401),
        ("", "alarm-x", 403),
        ("anna:canary-password-5f1c@", "private", 403),
    ],
)
def test_a_refused_key_or_topic_is_a_lasting_failure(
    ntfy: NtfyServer, login: str, topic: str, status: int
) -> None:
    """401 and 403 are told at once, because only a person can mend them."""
    result = PushChannel("phone", ntfy.url(topic, login)).send(message())
    assert isinstance(result, Failed)
    assert result.permanent
    assert result.error.startswith("ntfy://127.0.0.1: ")
    assert f"HTTP {status}" in result.error


def test_every_topic_of_an_address_gets_the_message(ntfy: NtfyServer) -> None:
    """Two phones behind one address; one of them refused makes the whole a failure."""
    assert PushChannel("phones", ntfy.url("alarm-one/alarm-two")).send(message()) == Sent()
    assert len(ntfy.messages("alarm-one")) == len(ntfy.messages("alarm-two")) == 1
    half = PushChannel("phones", ntfy.url("alarm-one/private")).send(message())
    assert isinstance(half, Failed)


def test_a_repeat_is_a_message_of_its_own_with_the_same_id(ntfy: NtfyServer) -> None:
    """It has to ring again, so it does not replace the first; the tag tells that it is the same."""
    channel = PushChannel("phone", ntfy.url("alarm-again"))
    channel.send(message())
    channel.send(message())
    first, second = ntfy.messages("alarm-again")
    assert first["id"] != second["id"]
    assert first["tags"] == second["tags"] == ["a17"]


def test_a_server_that_asks_to_slow_down_is_left_alone(ntfy_program: Path, tmp_path: Path) -> None:
    """After the burst the server says 429; the rows behind it are postponed without being tried."""
    results: list[Result] = []
    with running(
        ntfy_program,
        tmp_path,
        visitor_request_limit_burst=2,
        visitor_request_limit_replenish="1h",
        visitor_request_limit_exempt_hosts="",
    ) as server:
        channel = PushChannel("phone", server.url("alarm"))
        rows = [OutboxRow(number, "anna", "phone", message()) for number in range(5)]
        deliver(
            rows, {("anna", "phone"): channel}, NOW, lambda _, result, __: results.append(result)
        )
    failed = [result for result in results if isinstance(result, Failed)]
    assert failed
    assert [one.retry_after for one in failed] == [60.0] * len(failed)
    assert "HTTP 429" in failed[0].error
    assert all(one.error.startswith("not tried: ") for one in failed[1:])


def test_messages_go_out_at_once_one_after_the_other(ntfy: NtfyServer) -> None:
    """Twenty messages need no pause between them; apprise alone would sleep 5.5 s each time."""
    results: list[Result] = []
    channel = PushChannel("phone", ntfy.url("alarm-many"))
    rows = [OutboxRow(n, "anna", "phone", message(alert=f"a{n}")) for n in range(20)]
    deliver(
        rows, {("anna", "phone"): channel}, NOW, lambda _, result, __: results.append(result), 4.0
    )
    assert results == [Sent()] * 20
    assert [one["tags"] for one in ntfy.messages("alarm-many")] == [[f"a{n}"] for n in range(20)]
