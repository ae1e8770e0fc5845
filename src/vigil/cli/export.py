"""`vigil export`."""

from pathlib import Path
from typing import Optional

import typer

from vigil.cli import app
from vigil.cli.common import desk, many, now
from vigil.errors import VigilError


@app.command()
def export(
    context: typer.Context,
    csv: bool = typer.Option(False, "--csv", help="For a spreadsheet; the default."),
    json: bool = typer.Option(False, "--json", help="JSON Lines, the texts exactly as they came."),
    to: Optional[Path] = typer.Option(None, metavar="FOLDER", help="A new or an empty folder."),
) -> None:
    """Write transactions, accounts, alerts, cases and decisions as files to take elsewhere."""
    from vigil.keeping.exporting import write_export

    if csv and json:
        raise VigilError("Say --csv or --json, not both.", 2)
    world = desk(context).world()
    folder = to or Path(f"vigil-export-{now():%Y-%m-%dT%H%M%SZ}")
    written = write_export(world.db, world.household, folder.absolute(), as_json=json)
    print(f"Written into {folder.absolute()}:")
    for name, count in written.items():
        print(f"  {name}: {many(count, 'row')}")
    print("They hold whole account numbers, and anybody who has them can read them.")
