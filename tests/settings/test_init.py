"""`vigil init`: five questions, one configuration, one phone."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import segno
from apprise import Apprise
from hypothesis import given
from hypothesis import strategies as st

from vigil.errors import VigilError
from vigil.settings import Settings
from vigil.settings.init import InitStart, Subscription, new_topic, qr_code, run_init
from vigil.settings.load import load, read_settings
from vigil.settings.paths import Paths, place
from vigil.settings.places import zones
from vigil.settings.questions import Answers, configuration, read_place, read_tell, read_who
from vigil.settings.secrets import SecretPlaces, resolve

# apprise 2.2 looks for a module that Python 3.13 drops, and takes its own where it is missing.
IMGHDR = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def paths_in(folder: Path) -> Paths:
    return place({}, folder, (folder / "config", folder / "state"))


def start_in(folder: Path, given_answers: Mapping[str, str] | None = None) -> InitStart:
    return InitStart(
        paths_in(folder),
        given_answers or {},
        system_zone="America/New_York",
        user_name="anna",
    )


def typed(*lines: str) -> tuple[Callable[[str], str], list[str]]:
    """A person who types these lines and then closes the terminal; and what they were asked."""
    rest: Iterator[str] = iter(lines)
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        for line in rest:
            return line
        raise EOFError

    return ask, asked


def loaded(start: InitStart) -> Settings:
    return read_settings(start.paths.config, None, required=True)


def test_five_empty_lines_give_a_working_configuration(tmp_path: Path) -> None:
    """Every question has a sensible default that is shown, and Enter takes it."""
    start = start_in(tmp_path)
    ask, asked = typed("", "", "", "", "")
    said: list[str] = []
    run_init(ask, said.append, start)
    assert [question[:3] for question in asked] == ["1/5", "2/5", "3/5", "4/5", "5/5"]
    assert asked[0].endswith("[US America/New_York]: ")
    read = loaded(start)
    assert (read.household.country, read.household.time_zone) == ("US", "America/New_York")
    assert list(read.people) == ["anna"]
    assert read.people["anna"].channels == ("phone", "terminal")
    assert said[-1] == "Next: vigil notify test"


def test_a_bad_answer_is_asked_again_with_its_reason(tmp_path: Path) -> None:
    """Each question says why an answer will not do, and takes the next one."""
    start = start_in(tmp_path)
    ask, asked = typed(
        "Mars", "de", "inbox", "/srv/bank", "carrier pigeon", "terminal",
        "22", "none", "12345678 owner", "Oma Ute guardian",
    )  # fmt: skip
    said: list[str] = []
    run_init(ask, said.append, start)
    assert len(asked) == 10
    assert [line.strip() for line in said if "will not do" in line] == [
        "That will not do: the country must be two letters, such as US, UK, DE or IN.",
        "That will not do: write the folder in full, from / or ~/ on.",
        "That will not do: write phone, terminal, or an address such as https://ntfy.example.org.",
        "That will not do: not a span of two times; write two times such as 22:00-07:00, or none.",
        (
            "That will not do: a name has letters, digits, spaces, - and _; "
            "at most 32 characters, no long number."
        ),
    ]
    read = loaded(start)
    assert (read.household.time_zone, read.inbox.path) == ("Europe/Berlin", "/srv/bank")
    person = read.people["Oma Ute"]
    assert (person.role, person.quiet_hours, person.channels) == ("guardian", None, ("terminal",))
    assert not (tmp_path / "config" / "phone.url").exists()


@IMGHDR
def test_the_phone_gets_a_secret_topic_that_is_in_no_configuration(tmp_path: Path) -> None:
    """The address lies in a 0600 file; apprise takes it; the page and its code are shown."""
    start = start_in(tmp_path)
    said: list[str] = []
    run_init(None, said.append, start)
    config, secret = start.paths.config, start.paths.config.parent / "phone.url"
    assert config.parent.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (config, secret)} == {0o600}
    url = loaded(start).channels["phone"].url
    assert url is not None
    address = resolve(url, SecretPlaces({}, start.paths)).reveal()
    topic = address.rpartition("/")[2]
    assert topic not in config.read_text(encoding="utf-8")
    assert any(qr_code(f"https://ntfy.sh/{topic}") in text for text in said)
    assert any(f"ntfy://ntfy.sh/{topic}\n" in text for text in said)
    assert Apprise().add(address)


@IMGHDR
@pytest.mark.parametrize(
    ("server", "apprise_url", "android"),
    [
        ("https://ntfy.sh", "ntfys://ntfy.sh/t-1_x", "ntfy://ntfy.sh/t-1_x"),
        ("https://n.org:8443", "ntfys://n.org:8443/t-1_x", "ntfy://n.org:8443/t-1_x"),
        ("http://192.168.1.5", "ntfy://192.168.1.5/t-1_x", "ntfy://192.168.1.5/t-1_x?secure=false"),
    ],
)
def test_a_server_gives_its_addresses(server: str, apprise_url: str, android: str) -> None:
    """What apprise sends to is the very topic that the phone subscribes to."""
    subscription = Subscription(server, "t-1_x")
    assert (subscription.apprise_url, subscription.android_link) == (apprise_url, android)
    service: Any = Apprise.instantiate(apprise_url)
    port = f":{service.port}" if service.port else ""
    scheme = "https" if service.secure else "http"
    assert f"{scheme}://{service.host}{port}" == server
    assert service.topics == ["t-1_x"]


def test_topics_are_long_random_and_usable() -> None:
    """144 random bits, in letters that ntfy takes; never the same twice."""
    topics = {new_topic() for _ in range(100)}
    assert len(topics) == 100
    assert all(len(topic) == len("vigil-") + 24 for topic in topics)
    assert all(topic.replace("-", "").replace("_", "").isalnum() for topic in topics)


def test_the_code_is_that_of_the_page() -> None:
    """The drawn lines are the QR code of the text given."""
    drawn = io.StringIO()
    segno.make("https://ntfy.sh/x", micro=False, error="m").terminal(drawn, compact=True)
    assert qr_code("https://ntfy.sh/x") == drawn.getvalue()


def test_flags_answer_without_asking(tmp_path: Path) -> None:
    """Given answers are not asked for; without a terminal the rest takes its default."""
    start = start_in(
        tmp_path, {"country": "uk", "tell": "terminal", "name": "Ben", "role": "guardian"}
    )
    run_init(None, lambda _: None, start)
    read = loaded(start)
    assert (read.household.country, read.household.time_zone) == ("UK", "Europe/London")
    assert read.people["Ben"].role == "guardian"
    ask, asked = typed("", "")
    other = start_in(tmp_path / "b", dict(start.given))
    run_init(ask, lambda _: None, other)
    assert [question[:3] for question in asked] == ["2/5", "4/5"]


def test_one_half_of_a_pair_can_be_given(tmp_path: Path) -> None:
    """A role without a name, or a zone without a country, is enough."""
    start = start_in(tmp_path, {"role": "guardian", "time_zone": "Europe/Paris"})
    run_init(None, lambda _: None, start)
    read = loaded(start)
    assert read.people["anna"].role == "guardian"
    assert (read.household.country, read.household.time_zone) == ("FR", "Europe/Paris")


@pytest.mark.parametrize("given_answers", [{"country": "Mars"}, {"tell": "x"}, {"inbox": "x"}])
def test_a_given_answer_that_will_not_do_writes_nothing(
    tmp_path: Path, given_answers: dict[str, str]
) -> None:
    """A bad flag is wrong usage."""
    start = start_in(tmp_path, given_answers)
    with pytest.raises(VigilError) as caught:
        run_init(None, print, start)
    assert caught.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_questions_that_end_early_write_nothing(tmp_path: Path) -> None:
    """A closed terminal is told, and no half configuration stays."""
    ask, _ = typed("", "")
    with pytest.raises(VigilError, match="nothing was written"):
        run_init(ask, lambda _: None, start_in(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_configuration_is_not_overwritten_unless_told(tmp_path: Path) -> None:
    """The one that is there stays; when told, it is kept beside the new one."""
    start = start_in(tmp_path)
    start.paths.config.parent.mkdir()
    start.paths.config.write_text("# mine\n", encoding="utf-8")
    with pytest.raises(VigilError, match="is there already"):
        run_init(None, print, start)
    assert start.paths.config.read_text(encoding="utf-8") == "# mine\n"
    run_init(None, lambda _: None, replace(start, overwrite=True))
    assert start.paths.config.with_name("config.toml.old").read_text("utf-8") == "# mine\n"
    assert loaded(start).household.country == "US"


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    """With --config in a shared folder, only vigil's own files are made private."""
    tmp_path.chmod(0o755)
    start = replace(
        start_in(tmp_path), paths=place({}, tmp_path, (tmp_path, tmp_path), tmp_path / "my.toml")
    )
    run_init(None, lambda _: None, start)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    ("answer", "country", "zone"),
    [
        ("US America/Chicago", "US", "America/Chicago"),
        ("Europe/Berlin de", "DE", "Europe/Berlin"),
        ("Europe/Berlin", "DE", "Europe/Berlin"),
        ("us", "US", "America/Denver"),
        ("gb", "UK", "Europe/London"),
        ("unknown UTC", None, "UTC"),
        ("unknown", None, "America/Denver"),
    ],
)
def test_a_place_is_understood_in_any_form(answer: str, country: str | None, zone: str) -> None:
    """One of country and zone is enough; the machine's zone is kept where it is in the country."""
    assert read_place(answer, "America/Denver") == {"country": country, "time_zone": zone}


@pytest.mark.parametrize("answer", ["", "US UK", "Europe/Paris Europe/Rome", "Europe/Nowhere"])
def test_a_place_that_is_none_has_a_reason(answer: str) -> None:
    """What cannot be a place is refused, an empty answer among it."""
    with pytest.raises(ValueError, match=r"country|time zone"):
        read_place(answer, "UTC")


@pytest.mark.parametrize(
    "answer",
    [
        *"ftp://x https:// https://a/b https://u:p@a https://a?x=1 https://a_b https://[::1".split(),
        "https://a:99999",
        "https://a b",
        "",
    ],
)
def test_a_server_with_more_than_a_host_is_refused(answer: str) -> None:
    """Topic, user and password have no place in the answer."""
    with pytest.raises(ValueError, match="write phone, terminal, or an address"):
        read_tell(answer)


def _takes(name: str) -> bool:
    try:
        read_who(f"{name} owner", "me")
    except ValueError:
        return False
    return True


NAMES = st.text(st.characters(categories=["L"]) | st.sampled_from(" '-_0189"), min_size=1)


@given(
    st.sampled_from([None, "US", "UK"]),
    st.sampled_from(sorted(zones())),
    st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20),
    st.sampled_from([None, "https://ntfy.sh"]),
    NAMES.filter(_takes),
)
def test_every_set_of_answers_makes_a_configuration_that_loads(
    country: str | None, zone: str, folder: str, server: str | None, name: str
) -> None:
    """Quotes, backslashes and letters of any script are written so that they read back."""
    who = read_who(f"{name} owner", "me")["name"] or ""
    answers = Answers(country, zone, f"/srv/a{folder}", server, "none", who, "owner")
    read = load(configuration(answers), "c.toml")
    assert isinstance(read, Settings), read
    assert (read.inbox.path, list(read.people)) == (f"/srv/a{folder}", [who])
