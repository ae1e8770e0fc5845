"""Sending: recorded after success, tried again, a dead channel told on a living one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.home import CONFIG, Home, Line
from tests.servers.scripted import Answer, ScriptedServer, scripted

from vigil.settings.paths import Paths
from vigil.steps import answering
from vigil.store import outbox
from vigil.store.database import open_database
from vigil.watch.sending import Channels, open_channels, send_due

DAY = date(2026, 11, 2)
TWO_CHANNELS = (
    CONFIG.replace(
        '[people.anna]\nchannels = ["terminal"]', '[people.anna]\nchannels = ["phone", "spare"]'
    )
    + '[channels.phone]\nurl = { file = "phone.url" }\n'
    + '[channels.spare]\nurl = { file = "spare.url" }\n'
)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers on loopback are spoken to directly, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")


@pytest.fixture
def spare() -> Iterator[ScriptedServer]:
    """A push service that takes everything."""
    with scripted() as server:
        yield server


class Phones:
    """anna's home with two channels, each a server on this machine."""

    def __init__(self, folder: Path, phone: str, spare: ScriptedServer) -> None:
        self.home = Home(folder, TWO_CHANNELS)
        self.home.read(Line(DAY, -86, "QX PAYWAVE"), Line(DAY, -1000, "MOON BAKERY"))
        for name, url in (("phone", phone), ("spare", f"json://127.0.0.1:{spare.port}/")):
            if url:
                (folder / f"{name}.url").write_text(url)
                (folder / f"{name}.url").chmod(0o600)
        self.paths = Paths(folder / "config.toml", False, folder, folder)
        self.channels = self.opened()

    def opened(self) -> Channels:
        """The channels as a start opens them."""
        return open_channels(self.home.settings, self.paths)

    def send(self, later: timedelta = timedelta()) -> int:
        """Send what is due by the wall clock, or by a later one."""
        now = datetime.now(UTC) + later
        return send_due(self.home.db, self.home.world.household, self.channels.by_name, now)


def address(server: ScriptedServer) -> str:
    """Where to push to."""
    return f"json://127.0.0.1:{server.port}/"


def now() -> datetime:
    """The recording side uses the wall clock."""
    return datetime.now(UTC)


def test_a_message_is_recorded_as_accepted_after_the_service_took_it(
    tmp_path: Path, spare: ScriptedServer
) -> None:
    """Both channels get it, once; a second call sends nothing."""
    with scripted() as phone:
        phones = Phones(tmp_path, address(phone), spare)
        phones.home.find("QX PAYWAVE", now=now())
        assert phones.home.letters(state="accepted") == []
        assert phones.send() == 2
        assert phones.send() == 0
        assert (len(phone.requests), len(spare.requests)) == (1, 1)
        assert b"0.86 USD to QX PAYWAVE" in phone.requests[0].body
        assert len(phones.home.letters(state="accepted")) == 2


def test_a_failed_message_is_tried_again_also_after_a_restart(
    tmp_path: Path, spare: ScriptedServer
) -> None:
    """The try, its error and the next moment are rows, so nothing is lost with the process."""
    with scripted(Answer(503), Answer()) as phone:
        phones = Phones(tmp_path, address(phone), spare)
        phones.home.find("QX PAYWAVE", now=now())
        phones.send()
        row = phones.home.letters(channel="phone")[0]
        assert (row["state"], row["attempts"]) == ("queued", 1)
        assert "HTTP 503" in row["detail"]
        assert phones.send() == 0
        phones.home.db.close()
        phones.home.db = open_database(tmp_path / "vigil.db")
        phones.channels = phones.opened()
        assert phones.send(timedelta(minutes=1)) == 1
        assert phones.home.letters(channel="phone")[0]["state"] == "accepted"
        assert len(spare.requests) == 1


def test_a_dead_channel_is_told_once_on_a_living_one_and_ends_when_it_lives(
    tmp_path: Path, spare: ScriptedServer
) -> None:
    """404 is for good: told at once, on the other channel alone, and not again at each try."""
    with scripted(*[Answer(404)] * 3, Answer()) as phone:
        phones = Phones(tmp_path, address(phone), spare)
        phones.home.find("QX PAYWAVE", now=now())
        phones.home.find("MOON BAKERY", now=now())
        phones.send()
        dead = phones.home.open()[0]
        assert dead.title == "phone does not reach anna"
        told = phones.home.letters(alert=dead.id, person="anna")
        assert [row["channel"] for row in told] == ["spare"]
        phones.send(timedelta(hours=12))
        rung = len(phones.home.letters(alert=dead.id))
        phones.send(timedelta(hours=24))
        assert len(phones.home.letters(alert=dead.id)) == rung
        assert any(b"phone does not reach anna" in one.body for one in spare.requests)
        phones.send(timedelta(hours=48))
        phones.send(timedelta(hours=72))
        assert phones.home.alert(dead.id).state == "closed"


def test_repeats_do_not_hide_how_long_a_channel_has_been_dead(
    tmp_path: Path, spare: ScriptedServer
) -> None:
    """An urgent alert comes again every few minutes; each repeat takes over what failed before."""
    with scripted(Answer(503)) as phone:
        phones = Phones(tmp_path, address(phone), spare)
        alert = phones.home.find("QX PAYWAVE", now=now())
        phones.send()
        first = phones.home.letters(channel="phone")[0]["first_failed_at"]
        phones.home.tick(now() + timedelta(minutes=4))
        newest = phones.home.letters(alert=alert.id, channel="phone")[-1]
        assert (newest["why"], newest["attempts"]) == ("again", 1)
        assert newest["first_failed_at"] == first


def test_a_channel_whose_secret_is_missing_is_told(tmp_path: Path, spare: ScriptedServer) -> None:
    """The other channel says so; the secret's place is named, no address."""
    phones = Phones(tmp_path, "", spare)
    assert set(phones.channels.problems) == {"phone"}
    phones.home.find("QX PAYWAVE", now=now())
    phones.send()
    assert phones.home.open()[0].title == "phone does not reach anna"
    assert "phone.url" in phones.home.open()[0].body


def test_an_answer_takes_back_what_still_waits(tmp_path: Path, spare: ScriptedServer) -> None:
    """A message that a dead channel holds is not sent after the alert was answered."""
    with scripted(Answer(503), Answer()) as phone:
        phones = Phones(tmp_path, address(phone), spare)
        alert = phones.home.find("QX PAYWAVE", now=now())
        phones.send()
        phones.home.act(answering.Answer(alert.id, "mine"))
        assert outbox.due(phones.home.db, now() + timedelta(days=9)) == []
        assert len(phone.requests) == 1
