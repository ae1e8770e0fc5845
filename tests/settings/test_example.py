"""The example configuration: generated from the schema, complete, and usable."""

import re
import subprocess
import sys
from dataclasses import Field
from pathlib import Path
from typing import Any

import pytest

from vigil.settings import Settings
from vigil.settings.about import AboutSection, about, sections_of, settings_of
from vigil.settings.example import example_text
from vigil.settings.load import default_settings, load

EXAMPLE = Path(__file__).parents[2] / "config" / "vigil.example.toml"
SETTINGS = [
    (section, note, entry)
    for section, note in sections_of(Settings).items()
    for entry in settings_of(note.kind)
]
NAMES = [f"{section}.{entry.name}" for section, _, entry in SETTINGS]


def switched_on(text: str) -> str:
    return re.sub(r"(?m)^#(?=[a-z\[])", "", text)


def test_the_example_in_the_repository_is_the_generated_one() -> None:
    """config/vigil.example.toml is what `python -m vigil.settings.example` prints."""
    printed = subprocess.run(
        [sys.executable, "-m", "vigil.settings.example"], check=True, capture_output=True
    )
    assert printed.stdout == EXAMPLE.read_bytes()


def test_the_example_as_it_stands_changes_nothing() -> None:
    """Every setting of the example is switched off."""
    assert load(example_text(), "example", "Asia/Tokyo") == default_settings("Asia/Tokyo")


def test_the_example_switched_on_is_a_whole_configuration() -> None:
    """With every # taken away the example loads without a problem and says something new."""
    read = load(switched_on(example_text()), "example")
    assert isinstance(read, Settings), read
    assert read.people["anna"].channels == ("phone", "terminal")
    assert read.accounts["visa"].owners == ("anna",)
    assert read.household.country == "US"


@pytest.mark.parametrize(("section", "note", "entry"), SETTINGS, ids=NAMES)
def test_every_setting_stands_in_the_example(
    section: str, note: AboutSection, entry: Field[Any]
) -> None:
    """A setting of the schema appears under its table with its line and its example."""
    table = f"#[{section}.{note.example}]" if note.named else f"#[{section}]"
    part = example_text().split(table)[1].split("\n\n\n")[0]
    assert f"#{entry.name} = {about(entry).example}" in part
    assert re.sub(r"\n# ", " ", part).count(about(entry).text) == 1


@pytest.mark.parametrize(("section", "note", "entry"), SETTINGS, ids=NAMES)
def test_every_example_reads_alone(section: str, note: AboutSection, entry: Field[Any]) -> None:
    """The example value of each setting is one that the setting takes."""
    table = f"[{section}.{note.example}]" if note.named else f"[{section}]"
    result = load(f"{table}\n{entry.name} = {about(entry).example}", "example")
    wrong = [] if isinstance(result, Settings) else result
    mine = [problem for problem in wrong if problem.path.endswith(entry.name)]
    assert [problem for problem in mine if "is no " not in problem.what] == []


def test_a_default_that_is_named_is_the_default() -> None:
    """What the example says to hold without a setting is what holds without it."""
    plain = default_settings()
    assert plain.people["me"].quiet_hours is not None
    assert f"{plain.people['me'].quiet_hours.start:%H:%M}" == "22:00"
    assert f"{plain.people['me'].quiet_hours.end:%H:%M}" == "07:00"
    assert (plain.people["me"].digest.weekday, plain.people["me"].digest.at.hour) == (6, 18)
