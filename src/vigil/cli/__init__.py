"""The command line. A command imports what it needs when it runs: --help stays quick."""

import logging
import os
import sys
from pathlib import Path
from typing import Optional

os.environ.setdefault("TYPER_USE_RICH", "0")  # rich would cost 200 ms at every start

import typer

from vigil import __version__
from vigil.errors import VigilError

app = typer.Typer(
    name="vigil",
    help="A private watch over a household's money after a scam, and before the next one.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        print(f"vigil {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Optional[str] = typer.Option(
        None, "--config", metavar="FILE", help="Use this configuration instead of the usual one."
    ),
    _: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and end."
    ),
) -> None:
    """A private watch over a household's money after a scam, and before the next one."""
    context.obj = config


def main() -> None:
    """Run a command. What goes wrong is told as one line, never as a traceback."""
    # Bank text may hold characters that an old terminal cannot show; it must not end a command.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # A command says itself what went wrong; `run` gives the log a handler of its own.
    logging.getLogger("vigil").addHandler(logging.NullHandler())
    try:
        _register()
        code = app(prog_name="vigil", standalone_mode=False)
        sys.stdout.flush()  # a reader that has gone away shows here, not at the very end
    except BrokenPipeError:
        _hush()
        code = 1
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except Exception as error:  # noqa: BLE001 - the last fence before a person
        code = _told(error)
    sys.exit(code if isinstance(code, int) else 0)


def _hush() -> None:
    """Nobody reads any more: what is left goes nowhere, in silence."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(error: Exception) -> int:
    """Say what went wrong; the exit code."""
    if isinstance(error, VigilError):
        print(f"vigil: {error}", file=sys.stderr)
        return error.exit_code
    if isinstance(error, typer.TyperException):
        return _usage(error)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        print(f"vigil: {place}{error.strerror or error}. Nothing was changed.", file=sys.stderr)
    elif type(error).__module__ == "sqlite3":
        print(f"vigil: the database takes nothing: {error}. Nothing was changed.", file=sys.stderr)
    else:
        print(f"vigil: {_inside(error)}", file=sys.stderr)
    return 1


def _usage(error: typer.TyperException) -> int:
    """Wrong usage: one line and where to look; a group without a command shows its help."""
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if "\n" in message:
        print(message, file=sys.stderr)
    else:
        path = context.command_path if context else "vigil"
        print(f"vigil: {message} See `{path} --help`.", file=sys.stderr)
    return error.exit_code


def _inside(error: Exception) -> str:
    """A defect of vigil in one line: its kind and place, without any of the person's data."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code if trace else None
    place = f"{Path(code.co_filename).name}, {code.co_name}" if code else "?"
    line = trace.tb_lineno if trace else 0
    return (
        f"something inside vigil failed ({type(error).__name__} in {place}, line {line}). "
        "What was being written was taken back whole. Please report this line."
    )


def _register() -> None:
    """Make the commands known, a file for each group."""
    from vigil.cli import (  # noqa: F401 - importing registers
        account,
        alert,
        backup,
        case,
        demo,
        documents,
        export,
        forget,
        notify,
        replay,
        restore,
        run,
        setup,
        status,
    )
