"""`vigil replay`: what would have rung."""

from pathlib import Path
from typing import Optional

import typer

from vigil.cli import app
from vigil.cli.common import desk, print_json


@app.command()
def replay(
    context: typer.Context,
    folder: Path = typer.Argument(..., metavar="DIR", help="Statement files, in any depth."),
    cases: Optional[Path] = typer.Option(None, metavar="FILE", help="Open cases, as JSON Lines."),
    json: bool = typer.Option(False, "--json"),
) -> None:
    """Print what would have rung, had each file just arrived. Nothing is stored or sent."""
    import tempfile

    from vigil.household import household_of
    from vigil.replaying import read_cases, replay

    household = household_of(desk(context).settings)
    opened = read_cases(cases) if cases else []
    with tempfile.TemporaryDirectory(prefix="vigil-replay-") as scratch:
        for line in replay(folder, opened, household, Path(scratch)):
            if json:
                print_json(line)
                continue
            case = f" (case {line['case']})" if line["case"] else ""
            print(f"{line['at']} {line['level']:6} {line['rule']}{case}: {line['reason']}")
