"""Reading the configuration: every problem at once, in plain words, without a value."""

import subprocess
import sys
import tomllib
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigil.errors import VigilError
from vigil.settings import AccountMatch, QuietHours, SecretRef, Settings, WeeklyTime
from vigil.settings.load import default_settings, load, read_settings
from vigil.settings.problems import ConfigError, ConfigProblem

CANARY = "c4n4ryTopicOfNobody"


def texts(text: str) -> list[str]:
    result = load(text, "c.toml")
    assert isinstance(result, list), "the configuration was taken"
    assert all(isinstance(problem, ConfigProblem) for problem in result)
    return [problem.text for problem in result]


def settings(text: str, zone: str | None = None) -> Settings:
    result = load(text, "c.toml", zone)
    assert isinstance(result, Settings), result
    return result


WHOLE = """
[household]
country = "gb"
time_zone = "Europe/London"
[inbox]
path = "/srv/bank"
mode = "poll"
rescan_seconds = 5
[people.anna]
channels = ["phone", "terminal", "phone"]
quiet_hours = "23:30-06:15"
digest = "Monday 8:05"
[people."Tante Ute"]
role = "guardian"
time_zone = "Europe/Berlin"
channels = ["terminal"]
quiet_hours = "none"
[channels.phone]
url = { env = "PHONE_URL" }
[accounts."Mum's visa"]
match = "BENCHBANK ...6789"
owners = ["Tante Ute"]
country = "US"
instrument = "debit_card"
network = "visa"
provider = "Bench Bank"
phone = "(800) 555-0100 ext 12"
[log]
level = "debug"
"""


def test_a_whole_configuration_becomes_values() -> None:
    """Every kind of setting is read into the value that the program works with."""
    read = settings(WHOLE)
    assert (read.household.country, read.inbox.path, read.inbox.rescan_seconds) == (
        "UK",
        "/srv/bank",
        5,
    )
    anna, ute = read.people["anna"], read.people["Tante Ute"]
    assert anna.channels == ("phone", "terminal")
    assert anna.quiet_hours == QuietHours(time(23, 30), time(6, 15))
    assert anna.digest == WeeklyTime(0, time(8, 5))
    assert (anna.time_zone, ute.time_zone) == ("Europe/London", "Europe/Berlin")
    assert (ute.role, ute.quiet_hours) == ("guardian", None)
    assert read.channels["phone"].url == SecretRef("env", "PHONE_URL")
    assert read.channels["terminal"].url is None
    visa = read.accounts["Mum's visa"]
    assert visa.match == AccountMatch("BENCHBANK", "6789")
    assert (visa.owners, visa.country, visa.instrument) == (("Tante Ute",), "US", "debit_card")
    assert (visa.network, visa.phone, read.log.level) == ("visa", "(800) 555-0100 ext 12", "debug")


def test_without_configuration_one_person_is_told_on_the_terminal() -> None:
    """The embedded default watches ~/vigil/inbox and tells "me" in this machine's zone."""
    read = default_settings("Asia/Tokyo")
    assert read == settings("", "Asia/Tokyo")
    assert list(read.people) == ["me"]
    assert read.people["me"].channels == ("terminal",)
    assert read.people["me"].time_zone == read.household.time_zone == "Asia/Tokyo"
    assert (read.household.country, read.inbox.path) == (None, "~/vigil/inbox")
    assert default_settings().household.time_zone == "UTC"


CASES = tomllib.loads(
    (Path(__file__).parent / "bad_configurations.toml").read_text(encoding="utf-8")
)["case"]
TOO_MUCH = [
    ("a = " + "9" * 5000, "the file: has a number that is too long"),
    ("a = " + "[" * 5000, "the file: has lists or tables nested too deeply"),
    ("#" * 1_000_001, "the file: has more than 1,000,000 characters"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["problems"][0][:40])
def test_a_bad_configuration_is_told_in_these_words(case: dict[str, Any]) -> None:
    """Each fault names its place, what is wrong, what is allowed and the nearest known name."""
    assert texts(case["text"]) == [f"c.toml: {line}" for line in case["problems"]]


@pytest.mark.parametrize(("text", "expected"), TOO_MUCH, ids=["number", "depth", "size"])
def test_a_text_beyond_all_bounds_is_told(text: str, expected: str) -> None:
    """A number, a depth or a size that no household needs is refused in one line."""
    assert texts(text) == [f"c.toml: {expected}"]


def test_all_problems_are_told_at_once() -> None:
    """One reading lists the faults of every section, and rules between sections beside them."""
    found = texts(
        "[household]\ncountry = 1\n[inbox]\nmod = 'auto'\n[people.anna]\nrole = 'x'\n"
        "channels = ['fone']\n[channels.phone]\nurl = 1\n[accounts.a]\nmatch = ''\nowners = ['bob']"
    )
    assert [line.split(": ")[1] for line in found] == [
        "household.country",
        "inbox.mod",
        "people.anna.role",
        "channels.phone.url",
        "accounts.a.match",
        "people.anna.channels",
        "accounts.a.owners",
    ]


def test_a_channel_with_a_fault_of_its_own_is_still_a_channel() -> None:
    """A person who names a channel whose address is wrong hears of the address only."""
    anna = "[people.anna]\nchannels = ['phone']\n"
    assert [line.split(": ")[1] for line in texts(anna + "[channels.phone]\nurl = 1")] == [
        "channels.phone.url"
    ]
    assert [line.split(": ")[1] for line in texts(anna + "[channels]\nphone = 1")] == [
        "channels.phone"
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"[channels.phone]\nurl = 'ntfys://ntfy.sh/{CANARY}'",
        f"[channels.phone]\nurl = '{CANARY}'",
        f"[channels]\nphone = 'ntfys://ntfy.sh/{CANARY}'",
        f"[channels.phone]\nurl = ['{CANARY}']",
        f"[channels.phone]\nurl = {{ file = 'ntfys://ntfy.sh/{CANARY}' }}",
        f"[channels.phone]\nurl = {{ env = '{CANARY}-with-dash' }}",
        f"[channels.phone]\nurl = {{ credential = 'a/{CANARY}' }}",
        f"[channels.phone]\nurl = {{ {CANARY} = 'x' }}",
        f"[channels.phone]\nurl = {{ file = 'x', env = '{CANARY}' }}",
        f"[channels.'ntfys://ntfy.sh/{CANARY}']\nurl = 'terminal'",
        f"[channels.'x://{CANARY}']\nurl = 'terminal'\n[people.a]\nchannels = ['b']",
        f"[people.'x://{CANARY}']\n[accounts.a]\nmatch = '...6789'\nowners = ['b']",
        f"[channels.phone]\n'ntfys://ntfy.sh/{CANARY}' = 1",
        f"'ntfys://ntfy.sh/{CANARY}' = 1",
        f"[people.anna]\nchannels = ['ntfys://ntfy.sh/{CANARY}', '{CANARY}']",
        f"[people.anna]\nchannels = 'ntfys://ntfy.sh/{CANARY}'",
        f"[people.anna]\nchannels = ['terminal']\nrole = '{CANARY}'",
        f"[inbox]\npath = '{CANARY}'\nmode = '{CANARY}'",
        f"[log]\nlevel = '{CANARY}'",
        f"[channels.phone]\nurl = ntfys://ntfy.sh/{CANARY}",
        f"[channels.phone]\nurl = 'ntfys://ntfy.sh/{CANARY}",
        f"[channels.phone]\nurl = {{ file = '{CANARY}', file = '{CANARY}' }}",
    ],
)
def test_no_problem_shows_a_value(text: str) -> None:
    """Wherever a secret was put by mistake, no problem and no repr of one shows it."""
    result = load(text, "c.toml")
    assert isinstance(result, list)
    assert result
    assert CANARY not in repr(result)
    assert CANARY not in str(ConfigError(result))
    assert all(CANARY not in problem.text for problem in result)


def test_the_settings_do_not_show_where_a_secret_is_kept() -> None:
    """The repr of the settings leaves out the names of secrets."""
    read = settings(f"[channels.phone]\nurl = {{ file = '{CANARY}' }}")
    assert CANARY not in repr(read)


VALUES = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(st.characters(exclude_categories=["C"], exclude_characters="'"), max_size=12),
        st.sampled_from(["terminal", "22:00-07:00", "BENCHBANK ...6789", "US", "x://y/z"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["file", "env", "url", "match", "x y"]), inner, max_size=3),
    ),
    max_leaves=4,
)
KEYS = st.sampled_from(
    "country time_zone path mode rescan_seconds role channels quiet_hours digest url match owners "
    "instrument phone provider level other".split()
)
TABLES = st.sampled_from(
    "household inbox people people.anna people.'' channels channels.phone accounts accounts.a "
    "log other".split()
)


def toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"'{key}' = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(inner) for inner in value) + "]"
    return f"'{value}'" if isinstance(value, str) else str(value)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    """Whatever a file holds, reading gives settings or problems."""
    assert isinstance(load(text, "c.toml"), Settings | list)


@given(st.dictionaries(TABLES, st.dictionaries(KEYS, VALUES, max_size=5), max_size=5))
def test_no_table_raises(tables: dict[str, dict[str, object]]) -> None:
    """Any value under any key of any section gives settings or at least one problem."""
    lines = [
        f"[{name}]\n" + "\n".join(f"{key} = {toml(value)}" for key, value in keys.items())
        for name, keys in tables.items()
    ]
    result = load("\n".join(lines), "c.toml")
    assert isinstance(result, Settings) or len(result) > 0


def test_a_missing_file_is_the_default_unless_somebody_named_it(tmp_path: Path) -> None:
    """Without a file the default holds; a file named on the command line must be there."""
    missing = tmp_path / "none.toml"
    assert read_settings(missing, None) == default_settings()
    with pytest.raises(VigilError, match="there is no such file") as caught:
        read_settings(missing, None, required=True)
    assert caught.value.exit_code == 2


def test_a_file_that_cannot_be_used_is_one_error_with_all_problems(tmp_path: Path) -> None:
    """The error of a file holds every problem, one line each."""
    file = tmp_path / "c.toml"
    file.write_text("a = 1\nb = 2\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_settings(file, None)
    assert str(caught.value).splitlines() == [
        f"{file}: {key}: not known here; allowed: household, inbox, people, channels, accounts, "
        "backup, retention, log"
        for key in "ab"
    ]
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(VigilError, match="save it as UTF-8"):
        read_settings(file, None)
    with pytest.raises(VigilError, match="cannot be read"):
        read_settings(tmp_path, None)


def test_only_the_reader_loads_heavy_libraries() -> None:
    """Importing the settings, the accounts or the log filter loads no library from outside."""
    code = (
        "import sys\n"
        "import vigil.settings.accounts, vigil.settings.paths, vigil.settings.redact\n"
        "import vigil.settings.init\n"
        "heavy = {'msgspec', 'platformdirs', 'segno', 'keyring', 'tzdata'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert out.stdout == "[]\n"
