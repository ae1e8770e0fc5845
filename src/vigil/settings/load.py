"""From the text of a configuration to settings that can be used, or to all of its problems.

`load` is a function of its arguments; only `read_settings` touches a file.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vigil.errors import VigilError
from vigil.settings.about import sections_of
from vigil.settings.fields import Reader
from vigil.settings.problems import ConfigError, ConfigProblem
from vigil.settings.rules import broken_rules
from vigil.settings.schema import TERMINAL, Channel, Person, Settings
from vigil.settings.toml_text import read_toml
from vigil.settings.values import plain_name

_FALLBACK_ZONE = "UTC"


def load(
    text: str, source_name: str, system_zone: str | None = None
) -> Settings | list[ConfigProblem]:
    """Settings, or every problem of the text, in the order of the file's sections.

    Args:
        text: TOML.
        source_name: what problems call the file.
        system_zone: time zone of this machine, for a household that names none; None is UTC.

    Never raises, whatever the text is.
    """
    tables = read_toml(text)
    if isinstance(tables, tuple):
        return [ConfigProblem(source_name, *tables)]
    reader = Reader(source_name)
    sections = sections_of(Settings)
    reader.unknown_keys(tables, list(sections))
    read: dict[str, Any] = {
        name: reader.section(name, note, tables[name])
        for name, note in sections.items()
        if name in tables
    }
    settings = completed(Settings(**read), system_zone)
    rules = broken_rules(settings, _names(tables, settings), source_name)
    problems = [*reader.problems, *rules]
    return problems or settings


def _names(tables: Mapping[str, object], settings: Settings) -> dict[str, frozenset[str]]:
    """The people and channels that the file names, also those whose table has a fault.

    A name that is no plain one is left out: it can be an address, and problems list these names.
    """
    found: dict[str, frozenset[str]] = {}
    for section, usable in (("people", settings.people), ("channels", settings.channels)):
        table = tables.get(section)
        names = table if isinstance(table, dict) and table else usable
        found[section] = frozenset(name for name in names if plain_name(name))
    return found


def completed(settings: Settings, system_zone: str | None) -> Settings:
    """Settings with what they leave out: zones, the terminal, and somebody to tell."""
    zone = settings.household.time_zone or system_zone or _FALLBACK_ZONE
    people = settings.people or {"me": Person("me", channels=(TERMINAL,))}
    in_zone = {
        name: replace(person, time_zone=person.time_zone or zone) for name, person in people.items()
    }
    channels = {TERMINAL: Channel(TERMINAL), **settings.channels}
    return replace(
        settings,
        household=replace(settings.household, time_zone=zone),
        people=MappingProxyType(in_zone),
        channels=MappingProxyType(channels),
    )


def default_settings(system_zone: str | None = None) -> Settings:
    """What holds without any configuration: one person "me", told on the terminal."""
    return completed(Settings(), system_zone)


def read_settings(config: Path, system_zone: str | None, *, required: bool = False) -> Settings:
    """The settings of a file; without the file the embedded default.

    Args:
        config: the file.
        system_zone: time zone of this machine.
        required: True when a person named the file: then it must be there.

    Raises:
        ConfigError: with every problem of the file.
        VigilError: when the file is missing though required, or cannot be read.
    """
    try:
        text = config.read_text(encoding="utf-8")
    except FileNotFoundError:
        if required:
            raise VigilError(f"{config}: there is no such file", exit_code=2) from None
        return default_settings(system_zone)
    except UnicodeDecodeError:
        raise VigilError(f"{config}: this is not a text in UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise VigilError(f"{config}: cannot be read ({error.strerror})") from None
    result = load(text, str(config), system_zone)
    if isinstance(result, list):
        raise ConfigError(result)
    return result
