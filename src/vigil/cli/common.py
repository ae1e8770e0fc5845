"""What commands share: finding the configuration, opening the state, printing, sending."""

import getpass
import json
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from vigil.errors import VigilError

if TYPE_CHECKING:
    from vigil.pipeline import World
    from vigil.settings import Settings
    from vigil.settings.paths import Paths
    from vigil.watch.daemon import Setup


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command works with: the configuration and the places on this machine."""

    settings: "Settings"
    paths: "Paths"

    @property
    def setup(self) -> "Setup":
        """What a watch needs to start."""
        from vigil.watch.daemon import setup_of

        return setup_of(self.settings, self.paths)

    def world(self) -> "World":
        """The database and what the pipeline needs beside it."""
        from vigil.watch.daemon import open_world

        return open_world(self.setup, lambda line: print(f"vigil: {line}", file=sys.stderr))


def desk(context: typer.Context) -> Desk:
    """The configuration of this call; without a file the embedded default."""
    from vigil.settings.load import read_settings
    from vigil.settings.paths import find_paths
    from vigil.settings.places import system_zone

    paths = find_paths(Path(context.obj) if context.obj else None)
    settings = read_settings(paths.config, system_zone(os.environ), required=paths.config_named)
    return Desk(settings, paths)


def now() -> datetime:
    """The wall clock: commands are the shell, everything behind them takes it as an argument."""
    return datetime.now(UTC)


def me() -> str:
    """Who takes a decision, for the record; a service's user may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "me"


def many(count: int, thing: str) -> str:
    """A count with its noun: "1 alert", "2 alerts"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on one line."""
    print(json.dumps(value, ensure_ascii=False))


def log_to_stderr(level: str, secrets: Any = ()) -> None:
    """One event, one line, with secrets and account numbers masked."""
    from vigil.settings.redact import RedactingFilter

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(RedactingFilter(secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def send_what_is_due(office: Desk, world: "World") -> None:
    """Send what a command caused, or let the daemon do it where one runs."""
    from vigil.watch.alone import daemon_runs, poke

    if daemon_runs(office.paths):
        poke(office.paths)
        return
    from vigil.steps.reviewing import SETTLES
    from vigil.store import outbox
    from vigil.watch.sending import open_channels, send_due

    # A command ends, so a review list that waits for further files must not wait for them.
    soon = now() + SETTLES
    if outbox.due(world.db, soon):
        channels = open_channels(office.settings, office.paths)
        send_due(world.db, world.household, channels.by_name, soon)
        for row in outbox.undelivered(world.db, now()):
            if row["attempts"]:
                where = f"{row['person']} on {row['channel']}: {row['detail']}"
                print(f"vigil: a message did not reach {where}. It waits.", file=sys.stderr)


def parse_wait(text: str) -> "Any":
    """A length of time such as 30m, 2h or 3d, as a timedelta.

    Raises:
        VigilError: the text is no such length.
    """
    from datetime import timedelta

    units = {"m": "minutes", "h": "hours", "d": "days"}
    text = text.strip()
    number, unit = text[:-1], text[-1:].lower()
    if not (number.isascii() and number.isdigit() and unit in units and 0 < int(number) < 1000):
        raise VigilError(f"{text!r} is no length of time; write it like 30m, 2h or 3d.", 2)
    return timedelta(**{units[unit]: int(number)})
