"""Reads rights packs into frozen values, and says everything that is wrong with them at once.

The only module of the rights that touches files; nothing is read at import, nothing is kept: the
caller holds what `load` returns. A record that does not hold is left out and named, so that one
slip of the pen never costs the other rights.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from vigil.rights.pack import Authority, Clock, Right, RightsPack

_Shape = TypeVar("_Shape", Right, Clock, Authority)
_MUST_SAY = ("source", "date_seen", "confidence")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pack and what was wrong: "us.toml, us.regz.billing_error: no source"."""

    pack: RightsPack
    problems: tuple[str, ...]


class _Raw(NamedTuple):
    """A record as TOML gives it, and the file that it stands in."""

    file: str
    record: Mapping[str, Any]


def load(folder: Path | None = None) -> Loaded:
    """The packs that come with vigil, overridden by id from a person's own folder.

    Args:
        folder: holds *.toml files of the same form; it need not exist.

    Returns:
        All records that hold, and one line for each thing that does not, with file and id.
    """
    problems: list[str] = []
    layers = [_tables(files("vigil") / "packs" / "rights", problems)]
    if folder is not None and folder.is_dir():
        layers.append(_tables(folder, problems))
    pack = RightsPack(
        rights=_merge(layers, "right", Right, problems),
        clocks=_merge(layers, "clock", Clock, problems),
        authorities=_merge(layers, "authority", Authority, problems),
    )
    problems.extend(_dangling(pack))
    return Loaded(pack, tuple(problems))


def _tables(folder: Traversable, problems: list[str]) -> dict[str, list[_Raw]]:
    """The records of every file of a folder, by the name of their table."""
    found: dict[str, list[_Raw]] = {"right": [], "clock": [], "authority": []}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for name, rows in _read(file, problems).items():
            if name not in found or not isinstance(rows, list):
                problems.append(
                    f"{file.name}: {name!r} is not a table here; use [[right]], "
                    "[[clock]] or [[authority]]"
                )
                continue
            found[name].extend(_Raw(file.name, row) for row in rows)
    return found


def _read(file: Traversable, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{file.name}: cannot be read: {error}")
        return {}


def _merge(
    layers: Iterable[dict[str, list[_Raw]]],
    table: str,
    shape: type[_Shape],
    problems: list[str],
) -> dict[str, _Shape]:
    """Records by id; a later layer overrides, twice in one layer is a problem."""
    merged: dict[str, _Shape] = {}
    for layer in layers:
        here: dict[str, _Shape] = {}
        for raw in layer[table]:
            key = str(raw.record.get("name" if shape is Clock else "id", "(no id)"))
            wrong = list(_wrong(raw.record, shape))
            if key in here:
                wrong.append("stands there twice")
            problems.extend(f"{raw.file}, {key}: {what}" for what in wrong)
            if not wrong:
                here[key] = msgspec.convert(raw.record, shape)
        merged.update(here)
    return merged


def _wrong(record: Mapping[str, Any], shape: type[_Shape]) -> Iterator[str]:
    """What keeps a record from being used."""
    missing = [] if shape is Clock else [name for name in _MUST_SAY if not record.get(name)]
    yield from (f"no {name}" for name in missing)
    # The stand-ins let the other faults be told in the same breath as what is missing.
    filled = {"source": ("?",), "date_seen": "1970-01-01", "confidence": "low"}
    whole = {**record, **{name: filled[name] for name in missing}}
    try:
        value = msgspec.convert(whole, shape)
    except msgspec.ValidationError as error:
        yield str(error)
        return
    if isinstance(value, Right):
        yield from _nonsense(value)


def _nonsense(right: Right) -> Iterator[str]:
    """Faults that the types cannot see."""
    timeless = right.window.unit in ("asap", "none", "until_paid")
    if timeless != (right.window.value == 0):
        yield f"window of {right.window.value} {right.window.unit}"
    first, last = right.effective_from, right.effective_until
    if first and last and first > last:
        yield f"effective until {last}, before it begins on {first}"
    if right.post_days < 0:
        yield "post_days is negative"


def _dangling(pack: RightsPack) -> Iterator[str]:
    """Names that point nowhere."""
    for right in pack.rights.values():
        parts = (right.clock_when_unknown, right.plan_on, right.outer_limit, right.target)
        named = [right.clock, *(wait.clock for wait in right.not_before)]
        named += [part.clock for part in parts if part and part.clock]
        yield from (f"{right.id}: no clock {name!r}" for name in named if name not in pack.clocks)
        unknown = [other for other in right.replaces if other not in pack.rights]
        yield from (f"{right.id}: replaces {other!r}, which is not there" for other in unknown)
    for clock in pack.clocks.values():
        named = [*clock.when_unknown, *clock.later_of, *clock.earlier_of]
        yield from (
            f"clock {clock.name}: no clock {name!r}" for name in named if name not in pack.clocks
        )
