"""What may stand in a setting: its type and bounds, and the same in plain words.

Reads the schema only; no configuration passes through here.
"""

from dataclasses import Field
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from vigil.settings.about import about


@lru_cache(maxsize=64)
def _hint(kind: type, name: str) -> Any:
    return get_type_hints(kind)[name]


def written_type(kind: type, entry: Field[Any]) -> Any:
    """The type that TOML must give for a field, without its bounds."""
    note = about(entry)
    if note.written is not None:
        return note.written
    return _hint(kind, entry.name)


def _literals(hint: Any) -> list[str]:
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    return [word for part in get_args(hint) for word in _literals(part)]


def words_for(kind: type, entry: Field[Any]) -> list[str]:
    """The words that a mistyped value is held against; none where any text may stand."""
    source = about(entry).words
    return sorted(source()) if source else _literals(_hint(kind, entry.name))


def allowed_words(kind: type, entry: Field[Any]) -> str:
    """What may stand in a field, in plain words."""
    note = about(entry)
    if note.allowed:
        return note.allowed
    if note.bounded:
        return f"a whole number from {note.least} to {note.most}"
    return ", ".join(_literals(_hint(kind, entry.name)))
