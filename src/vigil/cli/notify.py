"""`vigil notify test`."""

import typer

from vigil.cli import app
from vigil.cli.common import desk

notify_app = typer.Typer(help="The ways to reach people.", no_args_is_help=True)
app.add_typer(notify_app, name="notify")


@notify_app.command("test")
def test(context: typer.Context) -> None:
    """Send a test message on every channel and say what each service answered."""
    from vigil.model import Message
    from vigil.notify import Failed
    from vigil.watch.sending import open_channels

    office = desk(context)
    channels = open_channels(office.settings, office.paths)
    failed = False
    for person in office.settings.people.values():
        for name in person.channels:
            message = Message(
                "test",
                f"A test from vigil for {person.name}",
                "If you can read this, alarms reach you here. Nothing has happened.",
                "default",
            )
            result = channels.by_name[name].send(message)
            bad = isinstance(result, Failed)
            failed = failed or bad
            words = f"failed: {result.error}" if isinstance(result, Failed) else result.detail
            print(f"{person.name} on {name}: {words}")
    if failed:
        raise typer.Exit(1)
    print("Accepted is not seen: look at the phone.")
