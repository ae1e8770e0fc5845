"""No secret of an address reaches a log, a stream, an exception or a `repr`, at any log level."""

import io
import logging
from collections.abc import Iterator

import pytest
from tests.notify.messages import NOW, message
from tests.servers.scripted import Answer, scripted

from vigil.notify import OutboxRow, PushChannel, Result, check, deliver

SECRETS = ("canary-topic", "canary-pass", "canary-text", "canary-title", "canary0token")


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """All that any library logs, at the lowest level there is."""
    caught = io.StringIO()
    handler = logging.StreamHandler(caught)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(1)
    yield caught
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.mark.parametrize(
    "address",
    [
        "ntfy://anna:canary-pass@127.0.0.1:{port}/canary-topic?rto=0.2&actions=view,x,canary-topic",
        "ntfy://127.0.0.1:{port}/canary-topic?token=canary-pass&rto=0.2",
        "json://anna:canary-pass@127.0.0.1:{port}/canary-topic?rto=0.2",
        "mmost://127.0.0.1:{port}/canary0token0abcdefghijk?rto=0.2",
        "ntfy://127.0.0.1:{port}/canary-topic?mode=canary-topic",
        "canary-topic://127.0.0.1:{port}/canary-pass",
    ],
)
@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b'{"id":"x","topic":"canary-topic"}'),
        Answer(200, b"canary-topic"),
        Answer(400, b'{"error":"canary-topic"}'),
        Answer(403, b'{"error":"canary-topic"}'),
        Answer(500, b"canary-text"),
        Answer(302, headers={"Location": "/canary-topic"}),
        Answer(behaviour="drop"),
        Answer(behaviour="hang"),
    ],
)
def test_no_output_holds_a_secret(
    address: str,
    answer: Answer,
    everything_logged: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Every kind of answer, every kind of address, the root logger at its lowest level."""
    results: list[Result] = []
    text = message(title="canary-title", body="canary-text")
    with scripted(answer) as server:
        url = address.format(port=server.port)
        channel = PushChannel("phone", url)
        row = OutboxRow(1, "anna", "phone", text)
        deliver(
            [row], {("anna", "phone"): channel}, NOW, lambda _, result, __: results.append(result)
        )
        said = check(url)
    printed = capfd.readouterr()
    outputs = (everything_logged.getvalue(), *printed, repr(results), repr(channel), str(said))
    assert len(results) == 1
    assert [secret for secret in SECRETS for output in outputs if secret in output] == []
