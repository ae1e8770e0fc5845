"""`vigil ingest` and `vigil read`."""

import sys
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from vigil.cli import app
from vigil.cli.common import desk, now, print_json, send_what_is_due
from vigil.errors import VigilError

if TYPE_CHECKING:
    from vigil.pipeline import Outcome, World
    from vigil.sources.intake import Document


@app.command()
def ingest(
    context: typer.Context,
    paths: list[Path] = typer.Argument(..., metavar="PATH...", help="Files, or folders of files."),
    history: bool = typer.Option(False, "--history", help="Nothing in these files rings."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would happen; change nothing."),
) -> None:
    """Take statement files into the ledger, as if they had been dropped into the inbox."""
    office = desk(context)
    world = office.world()
    started = now()
    failed = False
    for path in _files(paths):
        try:
            outcome = _ingest(world, path, started, history=history, dry_run=dry_run)
        except VigilError as error:  # the other files are taken, and what they cause is sent
            print(f"vigil: {error}", file=sys.stderr)
            failed = True
            continue
        print(f"would be: {outcome.line()}" if dry_run else outcome.line())
        failed = failed or outcome.state == "rejected"
    if not dry_run:
        from vigil.watch.second_look import look_again

        send_what_is_due(office, world)
        look_again(world, now())
        send_what_is_due(office, world)
    if failed:
        raise typer.Exit(1)


@app.command()
def read(
    context: typer.Context,
    paths: list[Path] = typer.Argument(..., metavar="PATH..."),
    json: bool = typer.Option(False, "--json"),
) -> None:
    """Say what is understood of a file; nothing is stored."""
    from vigil.render_read import fully_understood, read_lines
    from vigil.statements import open_statement

    limits = desk(context).setup.limits
    understood = True
    for path in paths:
        try:
            with _opened(path) as file:
                found = read_lines(str(path), open_statement(file, path.name, limits))
        except VigilError as error:
            print(f"vigil: {error}", file=sys.stderr)
            understood = False
            continue
        understood = understood and fully_understood(found)
        if json:
            print_json(found)
        else:
            _print_reading(found)
    if not understood:
        raise typer.Exit(1)


def _ingest(
    world: "World", path: Path, started: datetime, *, history: bool, dry_run: bool
) -> "Outcome":
    from vigil import pipeline

    document = _uncopied(path) if dry_run else _kept(world, path)
    return pipeline.ingest(
        world,
        document,
        now(),
        history="all" if history else "first",
        landed_at=started,
        dry_run=dry_run,
    )


def _kept(world: "World", path: Path) -> "Document":
    from vigil.sources.intake import Document, original_at, take

    try:
        taken = take(original_at(path), world.documents, world.limits.size, "command")
    except OSError as error:
        raise VigilError(f"{path}: {error.strerror}") from None
    if isinstance(taken, Document):
        return taken
    why = getattr(taken, "why", "it changes while it is read; try again when it rests")
    raise VigilError(f"{path}: {why}")


def _uncopied(path: Path) -> "Document":
    """The file as it lies there: a dry run keeps no copy."""
    import hashlib

    from vigil.sources.intake import Document

    with _opened(path) as file:
        digest = hashlib.file_digest(file, "sha256")
    return Document(digest.hexdigest(), path.stat().st_size, path.name, path, "command")


def _files(paths: list[Path]) -> list[Path]:
    """The files named, and those in the folders named, by name; hidden ones are passed over."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.is_file())
            files += [one for one in inside if not one.name.startswith(".")]
        else:
            files.append(path)
    return files


def _opened(path: Path) -> BufferedReader:
    if path.is_dir():
        raise VigilError(f"{path}: is a folder; name the files in it")
    if not path.is_file():
        raise VigilError(f"{path}: there is no such file")
    try:
        return path.open("rb")
    except OSError as error:
        raise VigilError(f"{path}: {error.strerror}") from None


def _print_reading(found: dict[str, Any]) -> None:
    from vigil.notify.fit import visible

    whole = "" if found["complete"] else ", not complete"
    print(f"{found['path']}: {found['format'] or 'not understood'}{whole}")
    for statement in found["statements"]:
        account, currency = (
            statement["account"] or "account without a number",
            statement["currency"],
        )
        period = f"{statement['from'] or '?'} to {statement['to'] or '?'}"
        institution = statement["institution"] or ""
        print(visible(f"\n  {institution} {account} ({statement['kind']}), {period}".lstrip("\n")))
        for one in statement["transactions"]:
            words = visible(" ".join(part for part in (one["payee"], one["memo"]) if part))
            waits = " pending" if one["pending"] else ""
            print(f"  {one['date']} {one['amount']:>12} {one['currency']} {words[:60]}{waits}")
        if balance := statement["balance"]:
            print(f"  balance {balance['amount']} {currency} on {balance['date'] or '?'}")
    for problem in found["problems"]:
        print(visible(f"  problem: {problem['where']}: {problem['what']}"))
