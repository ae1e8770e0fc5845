"""`vigil demo`: see it work before anything is set up."""

from vigil.cli import app


@app.command()
def demo() -> None:
    """Play a made-up scam and a night of fraud: no account, no network, under a minute."""
    import tempfile
    from datetime import UTC, datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from vigil.demo import play

    zone = ZoneInfo("America/New_York")
    tonight = datetime.now(zone).replace(hour=3, minute=4, second=0, microsecond=0)
    with tempfile.TemporaryDirectory(prefix="vigil-demo-") as folder:
        play(Path(folder), tonight.astimezone(UTC), print)
