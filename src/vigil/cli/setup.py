"""`vigil init`."""

import os
import sys
from pathlib import Path
from typing import Optional

import typer

from vigil.cli import app
from vigil.cli.common import me


@app.command()
def init(  # noqa: PLR0917 - typer makes an option of each
    context: typer.Context,
    country: Optional[str] = typer.Option(None, help="Two letters, such as US or UK."),
    time_zone: Optional[str] = typer.Option(None, help="Such as America/New_York."),
    inbox: Optional[str] = typer.Option(None, help="The folder to watch."),
    tell: Optional[str] = typer.Option(None, help="terminal, phone, or the https address of ntfy."),
    quiet_hours: Optional[str] = typer.Option(None, help="Such as 22:00-07:00, or none."),
    name: Optional[str] = typer.Option(None, help="Who is told."),
    role: Optional[str] = typer.Option(None, help="owner or guardian."),
    overwrite: bool = typer.Option(False, help="Replace a configuration; the old one is kept."),
    yes: bool = typer.Option(False, "--yes", help="Take the defaults without asking."),
) -> None:
    """Ask five questions, write the configuration, connect the phone, make a key for backups."""
    from vigil.settings.init import InitStart, run_init
    from vigil.settings.paths import find_paths
    from vigil.settings.places import system_zone

    paths = find_paths(Path(context.obj) if context.obj else None)
    flags = {
        "country": country, "time_zone": time_zone, "inbox": inbox, "tell": tell,
        "quiet_hours": quiet_hours, "name": name, "role": role,
    }  # fmt: skip
    start = InitStart(
        paths,
        {key: value for key, value in flags.items() if value},
        overwrite,
        system_zone(os.environ),
        me(),
        lambda: _backup_key(paths.config, yes=yes),
    )
    run_init(None if yes or not sys.stdin.isatty() else input, print, start)


def _backup_key(config: Path, *, yes: bool) -> str | None:
    """The public half of the household's key: that of the configuration that is replaced, or new.

    A new one is made only where somebody looks on: its other half is shown once and kept nowhere.
    """
    from vigil.errors import VigilError
    from vigil.keeping.paper import NO_KEY, new_key
    from vigil.settings.init import qr_code
    from vigil.settings.load import read_settings

    try:
        known = read_settings(config, None).backup.public_key
    except VigilError:
        known = None
    if known:
        print("Backups keep their key: its other half is on your paper.")
        return known
    if not sys.stdout.isatty():
        print(f"There is nobody here to write down a key for backups. {NO_KEY}")
        return None
    return new_key(None if yes or not sys.stdin.isatty() else input, print, qr_code)
