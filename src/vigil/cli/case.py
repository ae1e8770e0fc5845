"""`vigil case open|ls|show|note|close`."""

from typing import TYPE_CHECKING, Any, Optional

import typer

from vigil.cli import app
from vigil.cli.case_input import ask, from_json, paid_of, picked, promised_of, sum_of
from vigil.cli.common import desk, me, now, print_json, send_what_is_due
from vigil.errors import VigilError

if TYPE_CHECKING:
    from vigil.pipeline import World

case_app = typer.Typer(help="Scams: who took the money, what was lost.", no_args_is_help=True)
app.add_typer(case_app, name="case")


@case_app.command("open")
def open_case(  # noqa: PLR0917 - typer makes an option of each
    context: typer.Context,
    title: Optional[str] = typer.Option(None, help="A short name for the case."),
    playbook: Optional[str] = typer.Option(None, help="marketplace_seller, card_fraud, ..."),
    owner: Optional[str] = typer.Option(None, help="Whose case it is: a person's name."),
    opened: Optional[str] = typer.Option(
        None, metavar="DATE", help="Since when; today if left out."
    ),
    name: list[str] = typer.Option([], help="Name or alias of who took the money; repeatable."),
    email: list[str] = typer.Option([], help="Their mail address; repeatable."),
    domain: list[str] = typer.Option([], help="Their web site; repeatable."),
    account: list[str] = typer.Option([], help="Their IBAN or account number; repeatable."),
    order: list[str] = typer.Option([], help="Order number; repeatable."),
    platform: Optional[str] = typer.Option(None, help="Where it happened: alibaba, ebay..."),
    instrument: Optional[str] = typer.Option(
        None, help="credit_card, debit_card, bank_transfer..."
    ),
    provider: Optional[str] = typer.Option(None, help="The bank or card you paid with."),
    paid: list[str] = typer.Option(
        [],
        metavar="DATE AMOUNT CURRENCY",
        help='A payment, as "2026-10-03 383.09 USD"; repeatable.',
    ),
    transaction: list[str] = typer.Option([], help="A payment known to vigil: t9; repeatable."),
    expect: list[str] = typer.Option(
        [],
        metavar="AMOUNT CURRENCY [DATE]",
        help='Money promised back, as "383.09 USD 2026-11-20".',
    ),
    balance: Optional[str] = typer.Option(
        None, metavar="AMOUNT CURRENCY", help="Rest of the order."
    ),
    cancelled_on: Optional[str] = typer.Option(None, metavar="DATE", help="When you cancelled."),
    json: Optional[str] = typer.Option(
        None, "--json", metavar="FILE", help="The case as a JSON object; - reads it from stdin."
    ),
) -> None:
    """Open a case. Without anything given it asks."""
    office = desk(context)
    world = office.world()
    lists = {
        "names": name,
        "emails": email,
        "domains": domain,
        "accounts": account,
        "orders": order,
    }
    texts = {
        "title": title, "playbook": playbook, "owner": owner, "opened": opened,
        "platform": platform, "instrument": instrument, "provider": provider,
        "cancelled_on": cancelled_on,
    }  # fmt: skip
    given: dict[str, Any] = {key: value for key, value in {**lists, **texts}.items() if value}
    if paid or transaction:
        given["payments"] = [paid_of(one) for one in paid] + picked(world, transaction)
    if expect:
        given["expected"] = [promised_of(one) for one in expect]
    if balance:
        given["balance"] = sum_of(balance)
    if json and given:
        raise VigilError("--json takes the whole case; leave the other options out.", 2)
    if json:
        given = from_json(json)
    elif not given:
        given = ask(world)
    _open(office, world, given, as_json=bool(json))


def _open(office: Any, world: "World", given: dict[str, Any], *, as_json: bool) -> None:
    from vigil import pipeline
    from vigil.cases.draft import read_case
    from vigil.cases.tasks import next_task
    from vigil.steps.answering import OpenCase
    from vigil.steps.casework import problems_of
    from vigil.steps.ringing import Teller
    from vigil.store import accounts

    today = world.household.today(now())
    rows = accounts.every(world.db)
    case, problems = read_case(given, today, rows[0].currency if rows else "USD")
    problems += problems_of(Teller(world.db, world.household, now()), case)
    if problems and as_json:
        print_json({"case": None, "matched": [], "next": None, "problems": problems})
    if problems:
        raise VigilError(f"the case was not opened: {'; '.join(problems)}", 1 if as_json else 2)
    done = pipeline.act(world, OpenCase(case, me()), now())
    assert done.case is not None  # noqa: S101 - opening gives the case
    step = next_task(done.case, today)
    if as_json:
        print_json({
            "case": str(done.case.id),
            "matched": [
                {"transaction": f"t{m.transaction}", "confidence": m.confidence, "reason": m.reason}
                for m in done.matched
            ],
            "next": {"task": step.task, "due": step.due.isoformat()},
            "problems": [],
        })  # fmt: skip
    else:
        print("\n".join(done.lines))
        for one in done.matched:
            print(f"  t{one.transaction}: {one.reason} ({round(one.confidence * 100)}% sure)")
        print(f"First: {step.task}. vigil now holds every new transaction against this case.")
    send_what_is_due(office, world)


@case_app.command("ls")
def ls(context: typer.Context, json: bool = typer.Option(False, "--json")) -> None:
    """List cases, the newest first."""
    from vigil.cli.views import case_object
    from vigil.store import casebook

    world = desk(context).world()
    rows = casebook.every(world.db)
    if not rows and not json:
        print("No case yet. `vigil case open` asks what happened.")
    for row in rows:
        if json:
            print_json(case_object(*row))
        else:
            print(f"{row.case.id:3} {row.state:7} {row.case.opened} {row.case.title}")


@case_app.command("show")
def show(context: typer.Context, case: int, json: bool = typer.Option(False, "--json")) -> None:
    """Show a case: its money, its first date, and everything that happened."""
    from vigil.cli.views import case_object
    from vigil.store import casebook

    world = desk(context).world()
    row = casebook.get(world.db, case)
    events = casebook.timeline(world.db, case)
    if json:
        timeline = [{"at": one.at, "what": one.what} for one in events]
        print_json({**case_object(*row), "money": _money(world, case), "timeline": timeline})
        return
    state = f"{row.state}, {row.closed_why}" if row.closed_why else row.state
    print(f"Case {row.case.id} ({state}), since {row.case.opened}\n{row.case.title}\n")
    for money in _money(world, case):
        print(
            f"{money['currency']}: lost {money['lost']}, returned {money['returned']},"
            f" provisional {money['provisional']}, still missing {money['missing']}"
        )
    print("\nWhat happened:")
    for one in events:
        print(f"  {one.at[:16].replace('T', ' ')} {one.what}")


@case_app.command("note")
def note(context: typer.Context, case: int, text: str) -> None:
    """Add a line to a case: a call, a letter, a reference number."""
    from vigil import pipeline
    from vigil.steps.answering import NoteCase

    done = pipeline.act(desk(context).world(), NoteCase(case, text, me()), now())
    print("\n".join(done.lines))


@case_app.command("close")
def close(
    context: typer.Context, case: int, why: str = typer.Option(..., help="How it ended.")
) -> None:
    """Close a case; new transactions are no longer held against it."""
    from vigil import pipeline
    from vigil.steps.answering import CloseCase

    office = desk(context)
    world = office.world()
    print("\n".join(pipeline.act(world, CloseCase(case, why, me()), now()).lines))
    send_what_is_due(office, world)


def _money(world: "World", number: int) -> list[dict[str, str]]:
    from vigil.judge.progress import missing
    from vigil.money import format_minor
    from vigil.steps.judging import progress_of
    from vigil.store import casebook

    case = casebook.get(world.db, number).case
    progress = progress_of(world.db, case)
    currencies = dict.fromkeys(
        [*(p.currency for p in case.payments), *(e.currency for e in case.expected)]
    )
    return [
        {
            "currency": code,
            "lost": format_minor(-sum(p.amount for p in case.payments if p.currency == code), code),
            "returned": format_minor(progress.returned(code), code),
            "provisional": format_minor(progress.standing(code), code),
            "missing": format_minor(max(0, missing(case, progress, code)), code),
        }
        for code in currencies
    ]
