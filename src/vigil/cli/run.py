"""`vigil run`: the watch."""

import typer

from vigil.cli import app
from vigil.cli.common import desk, log_to_stderr


@app.command()
def run(context: typer.Context) -> None:
    """Watch the inbox and tell what matters, until it is stopped."""
    from vigil.watch.daemon import Daemon, stop_on_signals
    from vigil.watch.sending import open_channels

    office = desk(context)
    setup = office.setup
    channels = open_channels(office.settings, office.paths)
    log_to_stderr(office.settings.log.level, channels.secrets)
    for name, why in channels.problems.items():
        typer.echo(f"vigil: channel {name} cannot be used: {why}", err=True)

    def ready() -> None:
        people = ", ".join(
            f"{person.name} on {' and '.join(person.channels)}"
            for person in office.settings.people.values()
        )
        print(f"vigil watches {setup.inbox}", flush=True)
        print(f"It tells {people}. Drop OFX or QFX exports into the folder; Ctrl-C ends it.")
        if not office.paths.config.exists():
            print("No configuration yet: `vigil init` asks five questions and writes one.")
        print(flush=True)

    daemon = Daemon(setup, ready)
    stop_on_signals(daemon)
    daemon.run()
