"""`vigil status` and `vigil source ls`."""

from typing import TYPE_CHECKING, Any

import typer

from vigil.cli import app
from vigil.cli.common import desk, now, print_json

if TYPE_CHECKING:
    from vigil.store.done import Done

source_app = typer.Typer(help="Where documents come from.", no_args_is_help=True)
_BACKUP_DAYS = 30
app.add_typer(source_app, name="source")


@app.command()
def status(context: typer.Context, json: bool = typer.Option(False, "--json")) -> None:
    """Say whether vigil watches, what it heard last, what is open. Exit 1: it needs you."""
    found = _found(context)
    if json:
        print_json(found)
    else:
        _print(found)
    if found["needs_you"]:
        raise typer.Exit(1)


@source_app.command("ls")
def ls(context: typer.Context, json: bool = typer.Option(False, "--json")) -> None:
    """List the sources with their state and what came last."""
    for one in _found(context)["sources"]:
        if json:
            print_json(one)
        else:
            last = (
                f", last: {one['last_event']} at {one['last_event_at']}"
                if one["last_event"]
                else ""
            )
            print(f"{one['source']}: {one['state']} since {one['since']}{last}")


def _found(context: typer.Context) -> dict[str, Any]:
    from vigil.alerts.safe import without_numbers
    from vigil.store import accounts, alerts, documents, done, outbox, state
    from vigil.watch.alone import daemon_runs

    office = desk(context)
    world = office.world()
    db, running = world.db, daemon_runs(office.paths)
    opened = alerts.every(db, only_open=True)
    stuck = outbox.undelivered(db, now())
    sources = [
        {
            "source": one.name,
            "state": one.state if running else "stopped",
            "since": one.since,
            # Banks put account numbers into the names of files.
            "last_event": without_numbers(one.last_event) if one.last_event else None,
            "last_event_at": one.last_event_at,
            "error": one.error if running else None,
        }
        for one in state.sources(db)
    ]
    ill = [one for one in sources if running and one["state"] == "failed"]
    return {
        "running": running,
        "inbox": str(office.setup.inbox),
        "state_folder": str(office.paths.state),
        "config": str(office.paths.config) if office.paths.config.exists() else None,
        "sources": sources,
        "accounts": len(accounts.every(db)),
        **dict(documents.counts(db)),
        "open": [
            {"alert": one.public_id, "level": one.level, "answer": one.answer, "title": one.title}
            for one in opened
        ],
        "undelivered": [
            {
                "person": row["person"],
                "channel": row["channel"],
                "attempts": row["attempts"],
                "error": row["detail"],
            }
            for row in stuck
        ],
        "backup": _backup(done.last(db, done.BACKUP)),
        "needs_you": bool(not running or ill or stuck or any(a.level != "digest" for a in opened)),
    }


def _backup(last: "Done | None") -> dict[str, Any]:
    """The last backup. That there is none, or an old one, is said gently: it is no alarm."""
    return {
        "last": f"{last.at:%Y-%m-%dT%H:%M:%SZ}" if last else None,
        "file": last.what if last else None,
        "days": (now() - last.at).days if last else None,
    }


def _print_backup(found: dict[str, Any]) -> None:
    last = found["backup"]
    if last["last"] is None:
        if found["documents"]:
            print("No backup yet: vigil backup makes one")
        return
    old = last["days"] > _BACKUP_DAYS
    ago = f", {last['days']} days ago; vigil backup makes a fresh one" if old else ""
    print(f"Last backup: {last['last'][:10]}{ago}")


def _print(found: dict[str, Any]) -> None:
    watching = f"vigil watches {found['inbox']}" if found["running"] else "vigil is not running"
    print(watching)
    for one in found["sources"]:
        print(f"  {one['source']}: {one['state']} since {one['since'][:16]}")
        if one["error"]:
            print(f"    {one['error']}")
        if one["last_event"]:
            print(f"    last, at {one['last_event_at'][:16]}: {one['last_event']}")
    print(
        f"{found['documents']} documents ({found['rejected']} rejected),"
        f" {found['accounts']} accounts, {found['transactions']} transactions"
    )
    for count, words in (
        (found["problem_rows"], "rows could not be read"),
        (found["unsure_rows"], "rows may be the same as another; both are kept"),
        (found["differing"], "documents that two readers read differently"),
    ):
        if count:
            print(f"  {count} {words}")
    _print_backup(found)
    print(f"{len(found['open'])} open alerts")
    for one in found["open"]:
        answered = f" ({one['answer']})" if one["answer"] else ""
        print(f"  {one['alert']} {one['level']}{answered}: {one['title']}")
    print(f"{len(found['undelivered'])} undelivered messages")
    for one in found["undelivered"]:
        why = one["error"] or "waiting"
        print(f"  to {one['person']} on {one['channel']}, {one['attempts']} tries: {why}")
