"""What can be said of a setting, kept beside its field.

This module knows no setting of its own; `schema` states them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, fields
from types import MappingProxyType
from typing import Any, cast

_Metadata = dict[str, Any]
_ABOUT = "about"


@dataclass(frozen=True, slots=True)
class About:
    """What is said of one setting.

    Attributes:
        text: one plain line.
        example: its value as TOML writes it.
        allowed: what may stand there; empty where the type says it.
        absent: what holds when it is left out; empty where the default says it.
        required: True where leaving it out is a problem.
        written: the type in TOML where it differs from the field's own.
        read: turns what TOML gives into the field's value; a ValueError says what is wrong.
        least, most: bounds of a number.
        words: where the nearest word for a mistyped value comes from.
    """

    text: str
    example: str
    allowed: str = ""
    absent: str = ""
    required: bool = False
    written: Any = None
    read: Callable[[Any], object] | None = None
    least: int | None = None
    most: int | None = None
    words: Callable[[], Iterable[str]] | None = None

    @property
    def bounded(self) -> bool:
        """True for a number with bounds."""
        return self.least is not None or self.most is not None


@dataclass(frozen=True, slots=True)
class AboutSection:
    """What is said of one section; `example` is a name where the section has named tables."""

    text: str
    kind: type
    example: str = ""

    @property
    def named(self) -> bool:
        """True where each table has a name: [people.anna]."""
        return bool(self.example)


def said(text: str, example: str, allowed: str = "", absent: str = "", **more: Any) -> _Metadata:
    """The metadata of a setting's field; arguments as the attributes of `About`."""
    return {_ABOUT: About(text, example, allowed, absent, **more)}


def section(kind: type, text: str, example: str = "") -> _Metadata:
    """The metadata of a section's field; arguments as the attributes of `AboutSection`."""
    return {_ABOUT: AboutSection(text, kind, example)}


def no_tables() -> Mapping[str, Any]:
    """A section with named tables while the configuration names none."""
    return MappingProxyType({})


def about(entry: Field[Any]) -> About:
    """What is said of a field of a section."""
    return cast("About", entry.metadata[_ABOUT])


def settings_of(kind: type) -> list[Field[Any]]:
    """The fields of a section that the configuration can set, in the order of the example."""
    return [entry for entry in fields(kind) if _ABOUT in entry.metadata]


def sections_of(kind: type) -> dict[str, AboutSection]:
    """The sections of the whole configuration by name, in the order of the example."""
    return {entry.name: cast("AboutSection", entry.metadata[_ABOUT]) for entry in fields(kind)}
