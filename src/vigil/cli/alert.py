"""`vigil alert ls|show|answer` and `vigil undo`."""

from typing import TYPE_CHECKING, Optional, get_args

import typer

from vigil.cli import app
from vigil.cli.common import desk, me, now, parse_wait, print_json, send_what_is_due
from vigil.errors import VigilError
from vigil.model import AnswerWord

if TYPE_CHECKING:
    from vigil.pipeline import World
    from vigil.store.alerts import AlertRow

alert_app = typer.Typer(help="What rang, and what you answer.", no_args_is_help=True)
app.add_typer(alert_app, name="alert")


@alert_app.command("ls")
def ls(
    context: typer.Context,
    every: bool = typer.Option(False, "--all", help="Answered and closed ones too."),
    json: bool = typer.Option(False, "--json"),
) -> None:
    """List alerts, the newest first; open ones only unless --all."""
    from vigil.store import alerts

    world = desk(context).world()
    rows = alerts.every(world.db, only_open=not every)
    if not rows and not json:
        print("Nothing is open." if not every else "Nothing ever rang.")
    for alert in rows:
        if json:
            print_json(_object(world, alert))
        else:
            print(f"{alert.public_id:5} {alert.level:6} {_state(alert):9} {alert.title}")


@alert_app.command("show")
def show(context: typer.Context, alert: str, json: bool = typer.Option(False, "--json")) -> None:
    """Show an alert in full: why it rang, what to do, by when, and whom it reached."""
    from vigil.alerts.word import reason_text
    from vigil.store import alerts, outbox

    world = desk(context).world()
    row = alerts.get(world.db, alerts.parse_id(alert))
    if json:
        print_json(_object(world, row))
        return
    print(f"{row.public_id} ({row.level}, {_state(row)})\n{row.title}\n\n{row.body}")
    if row.deadline:
        print(f"\nThe date: {row.deadline.right}, confidence {row.deadline.confidence}")
        for step in row.deadline.why:
            print(f"  {step}")
        print(f"  source: {row.deadline.source}")
    findings = alerts.findings_of(world.db, row.id)
    if findings:
        print("\nFindings:")
    for one in findings:
        taken_back = " (taken back)" if one.undone else ""
        reason = reason_text(one.finding.reason)
        told = f"{one.finding.rule} {one.finding.score}: {reason}{taken_back}"
        print(f"  t{one.finding.transaction} {one.day} {told}")
    for sent in outbox.deliveries(world.db, row.id):
        detail = f": {sent.detail}" if sent.detail else ""
        tries = "1 try" if sent.attempts == 1 else f"{sent.attempts} tries"
        print(f"\n{sent.person} on {sent.channel}: {sent.state}, {tries}{detail}")


@alert_app.command("answer")
def answer(
    context: typer.Context,
    alert: str,
    word: str = typer.Argument(..., metavar="not-mine|mine|later|on-it"),
    wait: Optional[str] = typer.Option(None, "--for", help="How long *later* is: 30m, 2h, 3d."),
) -> None:
    """Answer an alert: it stops ringing, and vigil learns from it or opens a case."""
    from vigil import pipeline
    from vigil.steps.answering import Answer
    from vigil.store import alerts

    known: tuple[AnswerWord, ...] = get_args(AnswerWord)
    chosen = next((one for one in known if one == word), None)
    if chosen is None:
        raise VigilError(f"{word!r} is no answer; say one of {', '.join(known)}.", 2)
    if wait and chosen != "later":
        raise VigilError("--for goes with later only.", 2)
    office = desk(context)
    world = office.world()
    length = parse_wait(wait) if wait else None
    action = Answer(alerts.parse_id(alert), chosen, length, me())
    for line in pipeline.act(world, action, now()).lines:
        print(line)
    send_what_is_due(office, world)


@app.command()
def undo(context: typer.Context) -> None:
    """Take back the newest decision: an answer, a case opened or closed."""
    from vigil import pipeline
    from vigil.steps.answering import Undo

    office = desk(context)
    world = office.world()
    for line in pipeline.act(world, Undo(me()), now()).lines:
        print(line)
    send_what_is_due(office, world)


def _state(alert: "AlertRow") -> str:
    """Open, how it was answered, or closed; a *later* or *on-it* is still open."""
    return alert.answer or alert.state


def _object(world: "World", alert: "AlertRow") -> dict[str, object]:
    from vigil.cli.views import alert_object
    from vigil.store import accounts, alerts, outbox

    rows = accounts.every(world.db)
    names = {row.id: world.household.account(row, rows).nickname for row in rows}
    nickname = names.get(alert.account) if alert.account is not None else None
    findings = alerts.findings_of(world.db, alert.id)
    return alert_object(alert, nickname, findings, outbox.deliveries(world.db, alert.id))
