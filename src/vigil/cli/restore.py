"""`vigil restore`."""

import sqlite3
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import typer

from vigil.cli import app
from vigil.cli.common import many, now
from vigil.cli.keys import HELP, asked_keys
from vigil.errors import VigilError

if TYPE_CHECKING:
    from vigil.keeping.manifest import Manifest
    from vigil.keeping.restore import Restored
    from vigil.settings import Settings
    from vigil.settings.paths import Paths


@app.command()
def restore(
    context: typer.Context,
    file: Path = typer.Argument(..., metavar="FILE", help="A backup."),
    key: Optional[str] = typer.Option(None, metavar="FILE", help=HELP),
    to: Optional[Path] = typer.Option(
        None, metavar="FOLDER", help="Into this folder instead of vigil's own; for a drill."
    ),
) -> None:
    """Bring a backup back into an empty place: all of it, or nothing."""
    from vigil.keeping.restore import refuse_used
    from vigil.keeping.restore import restore as bring_back
    from vigil.keeping.unpacking import is_sealed
    from vigil.settings.paths import find_paths
    from vigil.watch.alone import only_one

    paths = find_paths(Path(context.obj) if context.obj else None)
    if to is not None:
        # A drill must not give this machine a configuration.
        place = to.absolute()
        if place.exists() and any(place.iterdir()):
            raise VigilError(f"{place} is not empty; name another folder, or an empty one.")
        paths = replace(paths, state=place, config=place / "config.toml")
    refuse_used(paths)
    keys = asked_keys(key) if is_sealed(file) else ()
    with only_one(paths):

        def settle(db: sqlite3.Connection, manifest: "Manifest", folder: Path) -> None:
            _settle(db, manifest, _settings(paths, folder))

        found = bring_back(file, keys, paths, settle)
    _print(paths, found)


def _settings(paths: "Paths", folder: Path) -> "Settings":
    """The configuration that will hold: the one on this machine, or the one of the backup."""
    import os

    from vigil.keeping.manifest import CONFIG
    from vigil.settings.load import default_settings, read_settings
    from vigil.settings.places import system_zone

    zone = system_zone(os.environ)
    config = paths.config if paths.config.exists() else folder / CONFIG
    try:
        return read_settings(config, zone)
    except VigilError as error:
        print(
            f"vigil: the configuration has faults; look at it afterwards: {error}", file=sys.stderr
        )
        return default_settings(zone)


def _settle(db: sqlite3.Connection, manifest: "Manifest", settings: "Settings") -> None:
    from vigil.household import household_of
    from vigil.steps.returning import come_back
    from vigil.steps.ringing import Teller
    from vigil.store import done

    come_back(Teller(db, household_of(settings), now()), manifest.made_at)
    done.note(db, done.BACKUP, None, manifest.made_at)


def _print(paths: "Paths", found: "Restored") -> None:
    from vigil.cli.backup import contents_line

    manifest = found.manifest
    print(f"Restored into {paths.state}, and every file is as it was.")
    print(f"  {contents_line(manifest)}")
    opened = manifest.counts["open_alerts"]
    if opened:
        print(f"  What is open rings on as before ({many(opened, 'alert')}): vigil alert ls")
    if found.config and found.in_use:
        print(f"  The configuration: {found.config}")
    elif found.config:
        print(f"  The configuration on this machine stays; that of the backup is {found.config}")
    print("Not in any backup: passwords and the addresses of phones. vigil notify test shows")
    print("which are missing.")
    print("Then drop the bank's files from after that day into the inbox again; what vigil")
    print("knows already is not taken twice.")
