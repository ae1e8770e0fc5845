"""Pushes against a real HTTP server that answers as real servers do on bad days."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from tests.notify.messages import NOW, message
from tests.servers.scripted import Answer, ScriptedServer, scripted

from vigil.notify import Failed, OutboxRow, PushChannel, Result, Sent, check, deliver

ACCEPTED = Answer(200, b'{"id":"x1","event":"message","topic":"alarm"}')


def _ntfy(server: ScriptedServer, options: str = "") -> PushChannel:
    return PushChannel("phone", f"ntfy://127.0.0.1:{server.port}/alarm?rto=0.3&cto=0.3{options}")


def _generic(server: ScriptedServer, options: str = "") -> PushChannel:
    return PushChannel("hook", f"json://127.0.0.1:{server.port}/hook?rto=0.3&cto=0.3{options}")


def test_a_refused_button_is_left_out_and_the_alert_arrives() -> None:
    """400 with actions in the address: the same text goes out again without them."""
    with scripted(Answer(400, b'{"code":40018,"error":"actions"}'), ACCEPTED) as server:
        result = _ntfy(server, "&actions=view,Open,nonsense").send(message())
        first, second = server.requests
    assert result == Sent("accepted without buttons: the server refused them")
    assert first.headers["x-actions"] == "view,Open,nonsense"
    assert "x-actions" not in second.headers
    assert first.body == second.body


def test_a_refused_message_without_buttons_is_not_sent_twice() -> None:
    """400 without actions is a lasting failure after one request."""
    with scripted(Answer(400)) as server:
        result = _ntfy(server).send(message())
    assert isinstance(result, Failed)
    assert result.permanent
    assert len(server.requests) == 1


def test_buttons_are_not_left_out_for_another_failure() -> None:
    """A key that is refused stays refused; nothing is sent again."""
    with scripted(Answer(403)) as server:
        result = _ntfy(server, "&actions=view,Open,nonsense").send(message())
    assert isinstance(result, Failed)
    assert result.permanent
    assert len(server.requests) == 1


def test_a_login_page_that_answers_200_is_not_a_delivery() -> None:
    """A hotel network's page says 200; the message counts as not sent and is tried again."""
    with scripted(Answer(200, b"<html>Welcome to HotelNet</html>")) as server:
        result = _ntfy(server).send(message())
    assert isinstance(result, Failed)
    assert not result.permanent


@pytest.mark.parametrize("service", [_ntfy, _generic])
def test_a_redirect_is_not_followed_into_a_false_success(
    service: Callable[[ScriptedServer], PushChannel],
) -> None:
    """A redirect would turn the message into a GET whose 200 means nothing."""
    with scripted(Answer(302, headers={"Location": "/login"}), ACCEPTED) as server:
        result = service(server).send(message())
    assert isinstance(result, Failed)
    assert not result.permanent
    assert [request.method for request in server.requests] == ["POST"]


@pytest.mark.parametrize("service", [_ntfy, _generic])
@pytest.mark.parametrize("behaviour", ["hang", "drop"])
def test_a_server_that_takes_the_message_and_says_nothing_has_not_accepted_it(
    service: Callable[[ScriptedServer], PushChannel], behaviour: str
) -> None:
    """No answer within the address's own time-out, or a closed connection: nothing is known."""
    answer = Answer(behaviour="hang" if behaviour == "hang" else "drop")
    with scripted(answer) as server:
        result = service(server).send(message())
    assert isinstance(result, Failed)
    assert (result.permanent, result.reached) == (False, False)


@pytest.mark.parametrize(
    ("scheme", "error"),
    [("ntfy", "ntfy://127.0.0.1: no connection"), ("json", "json: did not accept the message")],
)
def test_a_machine_where_nobody_listens_is_a_passing_fault(scheme: str, error: str) -> None:
    """Connection refused: tried again, and nothing was reached."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    result = PushChannel("phone", f"{scheme}://127.0.0.1:{port}/alarm").send(message())
    assert result == Failed(error, reached=False)


def test_the_short_form_of_an_address_hides_its_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    """In `ntfys://topic` the topic stands where others have the host; it is not named."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")  # nothing leaves this machine
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
    result = PushChannel("phone", "ntfys://canary-topic").send(message())
    assert result == Failed("ntfy.sh: no connection", reached=False)


def test_a_host_that_does_not_exist_is_a_passing_fault() -> None:
    """Names do not resolve while a router starts."""
    result = PushChannel("phone", "ntfy://nowhere.invalid/alarm").send(message())
    assert isinstance(result, Failed)
    assert (result.permanent, result.reached) == (False, False)


@pytest.mark.parametrize(
    ("status", "permanent"), [(401, True), (404, True), (429, False), (500, False), (503, False)]
)
def test_any_service_fails_by_its_status(status: int, permanent: bool) -> None:
    """Services other than ntfy are told apart as well."""
    with scripted(Answer(status)) as server:
        result = _generic(server).send(message())
    assert isinstance(result, Failed)
    assert result.permanent is permanent
    assert f"HTTP {status}" in result.error


def test_any_service_that_accepts_has_the_text_and_the_alert() -> None:
    """A service of apprise's own gets title and body, with the alert's id in the text."""
    with scripted() as server:
        result = _generic(server).send(message())
    assert result == Sent()
    (request,) = server.requests
    sent = json.loads(request.body)
    assert sent["title"] == "480.00 USD left Visa"
    assert sent["message"].endswith("\n(a17)")


def test_options_that_would_hide_a_failure_are_not_taken() -> None:
    """An "optional" service counts failures as success, and retries belong to the outbox."""
    with scripted(Answer(500)) as server:
        result = _generic(server, "&optional=yes&retry=3&wait=0").send(message())
    assert isinstance(result, Failed)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "address",
    [
        "ntfy://127.0.0.1:{port}/alarm?image=yes&avatar_url=http://x.org/i.png&attach=http://x.org/",
        "mmost://127.0.0.1:{port}/abcdefghijklmnopqrstuvwx?image=yes",
    ],
)
def test_no_push_names_a_picture_for_the_phone_to_fetch(address: str) -> None:
    """No icon, logo or attachment of a third party is in header or body."""
    with scripted(ACCEPTED) as server:
        PushChannel("phone", address.format(port=server.port)).send(message())
        (request,) = server.requests
    said = str(dict(request.headers)) + request.body.decode()
    assert "http" not in said
    assert "icon" not in said.lower()


def test_bank_text_is_no_markup() -> None:
    """A merchant's name cannot draw a link, even where the address asks for Markdown."""
    name = "[click](http://example.org) <b>SHOP</b>"
    with scripted(ACCEPTED) as server:
        _ntfy(server, "&format=markdown").send(message(body=name))
        (request,) = server.requests
    assert json.loads(request.body)["message"] == f"{name}\n(a17)"
    assert "x-markdown" not in request.headers


def test_bank_text_is_no_markup_for_a_service_that_takes_html() -> None:
    """Where the address asks for HTML, the text is escaped."""
    with scripted() as server:
        _generic(server, "&format=html").send(message(body="<b>SHOP</b> & Co"))
        (request,) = server.requests
    assert "&lt;b&gt;SHOP&lt;/b&gt;" in json.loads(request.body)["message"]


def test_a_second_message_does_not_wait_behind_one_that_hangs() -> None:
    """While a send waits for its answer, another is refused at once and tried later."""
    with scripted(Answer(behaviour="hang")) as server:
        channel = PushChannel("phone", f"ntfy://127.0.0.1:{server.port}/alarm?rto=20")
        first = threading.Thread(target=channel.send, args=(message(),))
        first.start()
        assert server.arrived.acquire(timeout=10)
        second = channel.send(message())
        server.closing.set()
        first.join(10)
    assert isinstance(second, Failed)
    assert not second.reached
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "canary-topic",
        "canary://canary-host/canary-topic",
        "ntfy://",
        "ntfy://127.0.0.1:99999999/canary-topic",
        "ntfy://canary-host/canary-topic?mode=canary",
        "ntfy://canary.host/",
        "tgram://canary-token/",
        "http://[::canary/",
        "ntfy://h/\x00canary\n",
    ],
)
def test_an_address_that_is_not_understood_is_told_without_being_shown(url: str) -> None:
    """A topic or token is a password; the words about it hold none of it."""
    said = check(url)
    assert said is None or "canary" not in said
    result = PushChannel("phone", url + "?cto=0.2").send(message())
    assert isinstance(result, Failed)
    assert "canary-topic" not in result.error


@pytest.mark.parametrize(
    "url",
    ["ntfys://ntfy.sh/alarm", "https://ntfy.sh/alarm", "ntfys://alarm", "json://localhost/x"],
)
def test_an_address_that_is_understood_has_nothing_wrong(url: str) -> None:
    """The short form, the web address and the full form are all good."""
    assert check(url) is None


def test_apprises_own_pause_between_messages_is_off() -> None:
    """A service whose plug-in sleeps 5.5 s between two messages gets three within the patience."""
    results: list[Result] = []
    rows = [OutboxRow(number, "anna", "home", message()) for number in range(3)]
    with scripted() as server:
        home = PushChannel("home", f"hassio://127.0.0.1:{server.port}/accesstoken")
        deliver(
            rows, {("anna", "home"): home}, NOW, lambda _, result, __: results.append(result), 4
        )
    assert results == [Sent()] * 3


def test_a_send_that_hangs_does_not_keep_the_process_from_ending() -> None:
    """The daemon ends when it is told to, whatever a server does."""
    code = (
        "import sys; from datetime import datetime, UTC; from vigil.model import Message;"
        "from vigil.notify import *;"
        "row = OutboxRow(1, 'anna', 'hook', Message('a1', 't', 'b', 'high'));"
        "channel = PushChannel('hook', sys.argv[1]);"
        "deliver([row], {('anna', 'hook'): channel}, datetime.now(UTC),"
        " lambda *result: print(result[1].error), 1)"
    )
    with scripted(Answer(behaviour="hang")) as server:
        url = f"json://127.0.0.1:{server.port}/hook?rto=30"
        ran = subprocess.run(
            [sys.executable, "-c", code, url],
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        )
    assert ran.stdout.strip() == "no answer within 1 s"


def test_importing_the_channels_does_not_import_apprise() -> None:
    """It costs a third of a second, which no command pays that sends nothing."""
    code = (
        "import sys, vigil.notify; vigil.notify.PushChannel('a', 'ntfy://h/t');"
        "print([name for name in ('apprise', 'requests') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
