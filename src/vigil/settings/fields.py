"""Reads the tables of a configuration field by field, by what the schema says of each.

Every fault is noted and reading goes on, so that a person sees all of them at once.
msgspec checks types and bounds; its own messages are not shown, because they quote values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import Field
from types import MappingProxyType
from typing import Annotated, Any

import msgspec

from vigil.settings.about import AboutSection, about, settings_of
from vigil.settings.allowed import allowed_words, words_for, written_type
from vigil.settings.problems import HIDDEN, ConfigProblem, join_path, kind_of, nearest
from vigil.settings.values import SECRET_KINDS, plain_name

_NAME_RULE = "letters, digits, spaces, - and _, at most 32 characters, no long number"


class Reader:
    """Collects the problems of one configuration while its tables are read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[ConfigProblem] = []

    def note(self, path: str, what: str, allowed: str = "", meant: str | None = None) -> None:
        """Notes one problem."""
        self.problems.append(ConfigProblem(self.source, path, what, allowed, meant))

    def unknown_keys(self, table: Mapping[str, object], known: list[str], *path: str) -> None:
        """Notes every key that the schema does not know, with the nearest that it does."""
        for key in table:
            if key not in known:
                allowed = "" if nearest(key, known) else ", ".join(known)
                where = join_path(*path, key)
                self.note(where, "not known here", allowed, nearest(key, known))

    def section(self, name: str, note: AboutSection, value: object) -> object:
        """One section: a value of its kind, or a mapping of them by name."""
        if not isinstance(value, dict):
            shape = f"[{name}.{note.example}]" if note.named else f"[{name}]"
            self.note(join_path(name), f"holds {kind_of(value)}", f"a table {shape}")
            return MappingProxyType({}) if note.named else note.kind()
        if not note.named:
            return note.kind(**self.fields(note.kind, value, name))
        return MappingProxyType(dict(self._tables(name, note, value)))

    def _tables(
        self, name: str, note: AboutSection, value: dict[str, object]
    ) -> Iterator[tuple[str, object]]:
        for place, (key, table) in enumerate(value.items(), start=1):
            if not plain_name(key):
                where = f"{join_path(name)}.{HIDDEN}"
                self.note(where, f"name {place} of this section cannot be used", _NAME_RULE)
            elif not isinstance(table, dict):
                allowed = f"a table [{name}.{note.example}]"
                self.note(join_path(name, key), f"holds {kind_of(table)}", allowed)
            else:
                yield key, note.kind(key, **self.fields(note.kind, table, name, key))

    def fields(self, kind: type, table: Mapping[str, object], *path: str) -> dict[str, object]:
        """The values of a table's fields that could be read; the others keep their default."""
        entries = settings_of(kind)
        self.unknown_keys(table, [entry.name for entry in entries], *path)
        found: dict[str, object] = {}
        for entry in entries:
            where = join_path(*path, entry.name)
            if entry.name in table:
                self._field(kind, entry, table[entry.name], where, found)
            elif about(entry).required:
                self.note(where, "is missing", allowed_words(kind, entry))
        return found

    def _field(
        self, kind: type, entry: Field[Any], value: object, where: str, found: dict[str, object]
    ) -> None:
        note = about(entry)
        try:
            read = msgspec.convert(value, _bounded_type(kind, entry))
            found[entry.name] = note.read(read) if note.read else read
        except msgspec.ValidationError:
            what = "does not fit" if _right_kind(entry, value) else f"holds {kind_of(value)}"
            self._misfit(kind, entry, value, where, what)
        except ValueError as error:
            self._misfit(kind, entry, value, where, str(error))

    def _misfit(self, kind: type, entry: Field[Any], value: object, where: str, what: str) -> None:
        meant = nearest(value, words_for(kind, entry))
        if about(entry).written is object and isinstance(value, dict) and len(value) == 1:
            meant = nearest(next(iter(value)), SECRET_KINDS)
        self.note(where, what, allowed_words(kind, entry), meant)


def _bounded_type(kind: type, entry: Field[Any]) -> Any:
    note = about(entry)
    written = written_type(kind, entry)
    return (
        Annotated[written, msgspec.Meta(ge=note.least, le=note.most)] if note.bounded else written
    )


def _right_kind(entry: Field[Any], value: object) -> bool:
    """True when the value has the right type and only its content does not fit."""
    if about(entry).bounded:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, list if about(entry).written == tuple[str, ...] else str)
