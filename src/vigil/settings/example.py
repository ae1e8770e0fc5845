"""Writes the commented configuration from the schema: the example, and the file of `vigil init`.

Prose starts with "# "; a setting that is switched off starts with "#" and its key at once, so that
taking the "#" away switches it on. `python -m vigil.settings.example` prints the example.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import Field
from textwrap import wrap
from typing import Any

from vigil.settings.about import AboutSection, about, sections_of, settings_of
from vigil.settings.allowed import allowed_words
from vigil.settings.problems import join_path
from vigil.settings.schema import Settings

_HEAD = """\
The configuration of vigil. Without it vigil watches ~/vigil/inbox and tells the terminal.
To switch a setting on, take away the "#" in front of it and in front of the [table] above it.
Every value shown is an example; what holds without it is said above it."""
_WIDTH = 96

Given = Mapping[tuple[str, ...], Mapping[str, str]]


def toml_text(text: str) -> str:
    """A text as TOML writes it, in double quotes (TOML 1.0, basic strings)."""
    escaped = json.dumps(text, ensure_ascii=False)  # its escapes are all escapes of TOML
    return escaped.replace("\x7f", "\\u007f")


def example_text() -> str:
    """The whole example, every setting switched off."""
    return config_text({}, _HEAD)


def config_text(given: Given, head: str) -> str:
    """A commented configuration with the given settings switched on.

    Args:
        given: for each table, such as ("people", "anna"), its keys with their values as TOML.
        head: the prose at the top.
    """
    lines = _prose(head)
    for name, note in sections_of(Settings).items():
        lines += ["", "", *_prose(note.text)]
        tables = [path for path in given if path[0] == name]
        default = (name, note.example) if note.named else (name,)
        for path in tables or [default]:
            lines += ["", *_table(path, note, given.get(path))]
    return "\n".join(lines) + "\n"


def _table(path: tuple[str, ...], note: AboutSection, given: Mapping[str, str] | None) -> list[str]:
    lines = [f"{'#' if given is None else ''}[{join_path(*path)}]"]
    for entry in settings_of(note.kind):
        value = (given or {}).get(entry.name)
        written = f"{entry.name} = {value or about(entry).example}"
        lines += ["", *_words(note.kind, entry), written if value else f"#{written}"]
    return lines


def _words(kind: type, entry: Field[Any]) -> list[str]:
    note = about(entry)
    allowed = allowed_words(kind, entry)
    absent = "Required." if note.required else f"Without it: {note.absent or entry.default}."
    return _prose(f"{note.text}\nAllowed: {allowed}.\n{absent}")


def _prose(text: str) -> list[str]:
    return [f"# {line}" for part in text.splitlines() for line in wrap(part, _WIDTH)]


if __name__ == "__main__":
    sys.stdout.write(example_text())
