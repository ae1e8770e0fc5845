"""`vigil case open|ls|show|note|close`."""

import getpass
import json as json_module
import sys
from typing import TYPE_CHECKING, Any, Optional

import typer

from vigil.cli import app
from vigil.cli.common import desk, now, print_json, send_what_is_due
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
        given["payments"] = [_paid(one) for one in paid] + _picked(world, transaction)
    if expect:
        given["expected"] = [_promised(one) for one in expect]
    if balance:
        given["balance"] = _sum(balance)
    if json:
        given = _from_json(json)
    elif not given:
        given = _ask(world)
    _open(office, world, given, as_json=bool(json))


def _open(office: Any, world: "World", given: dict[str, Any], *, as_json: bool) -> None:
    from vigil import pipeline
    from vigil.answering import OpenCase
    from vigil.cases.draft import read_case
    from vigil.cases.tasks import next_task
    from vigil.store import accounts

    today = world.household.today(now())
    rows = accounts.every(world.db)
    case, problems = read_case(given, today, rows[0].currency if rows else "USD")
    if problems:
        listed = "\n".join(f"  {one}" for one in problems)
        if as_json:
            print_json({"case": None, "matched": [], "next": None, "problems": problems})
        raise VigilError(f"the case was not opened:\n{listed}")
    done = pipeline.act(world, OpenCase(case, getpass.getuser()), now())
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
    from vigil.answering import NoteCase

    done = pipeline.act(desk(context).world(), NoteCase(case, text, getpass.getuser()), now())
    print("\n".join(done.lines))


@case_app.command("close")
def close(
    context: typer.Context, case: int, why: str = typer.Option(..., help="How it ended.")
) -> None:
    """Close a case; new transactions are no longer held against it."""
    from vigil import pipeline
    from vigil.answering import CloseCase

    office = desk(context)
    world = office.world()
    print("\n".join(pipeline.act(world, CloseCase(case, why, getpass.getuser()), now()).lines))
    send_what_is_due(office, world)


def _money(world: "World", number: int) -> list[dict[str, str]]:
    from vigil.judge.progress import missing
    from vigil.judging import progress_of
    from vigil.money import format_minor
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


def _from_json(source: str) -> dict[str, Any]:
    from pathlib import Path

    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
        value = json_module.loads(text)
    except OSError as error:
        raise VigilError(f"{source}: {error.strerror}") from None
    except ValueError as error:
        raise VigilError(f"the case is no JSON object: {error}") from None
    if not isinstance(value, dict):
        raise VigilError("the case is no JSON object: it must begin with {")
    return value


def _paid(text: str) -> dict[str, str]:
    parts = text.split()
    if len(parts) != 3:
        raise VigilError(f'--paid {text!r}: write it like "2026-10-03 383.09 USD".', 2)
    return {"date": parts[0], "amount": parts[1], "currency": parts[2]}


def _promised(text: str) -> dict[str, str]:
    parts = text.split()
    if len(parts) not in (2, 3):
        raise VigilError(f'--expect {text!r}: write it like "383.09 USD 2026-11-20".', 2)
    return dict(zip(("amount", "currency", "due"), parts, strict=False))


def _sum(text: str) -> dict[str, str]:
    parts = text.split()
    if len(parts) != 2:
        raise VigilError(f'--balance {text!r}: write it like "500.00 USD".', 2)
    return {"amount": parts[0], "currency": parts[1]}


def _picked(world: "World", texts: list[str]) -> list[dict[str, Any]]:
    """Payments picked from the ledger by their number."""
    from vigil.money import format_minor
    from vigil.store import ledger

    numbers = []
    for text in texts:
        digits = text.lower().removeprefix("t")
        if not (digits.isascii() and digits.isdigit()):
            raise VigilError(f"{text!r} is no transaction; alerts show them, like t9.", 2)
        numbers.append(int(digits))
    found = ledger.transactions(world.db, numbers)
    if len(found) != len(set(numbers)):
        raise VigilError("one of these transactions is not in the ledger.")
    return [
        {
            "date": one.day.isoformat(),
            "amount": format_minor(one.amount, one.currency),
            "currency": one.currency,
            "fitid": one.fitid,
            "transaction": one.id,
        }
        for one in found
    ]


def _ask(world: "World") -> dict[str, Any]:
    """The questions of `vigil case open`; an empty line skips one."""
    if not sys.stdin.isatty():
        raise VigilError("nothing was given; use options, or --json - with the case on stdin.", 2)
    print("A few questions; an empty line skips one.\n")
    given: dict[str, Any] = {}
    if name := _line("Who took the money (name on the bill or statement)?"):
        given["names"] = [name]
        given["payments"] = _pick(world, name)
    if aliases := _line("Other names they used, with commas?"):
        given["names"] = [*given.get("names", []), *(a.strip() for a in aliases.split(","))]
    for key, question in (
        ("emails", "Their mail address?"),
        ("domains", "Their web site?"),
        ("accounts", "Their IBAN or account number?"),
        ("orders", "Order number?"),
    ):
        if text := _line(question):
            given[key] = [text]
    if text := _line("Where did it happen (alibaba, ebay, a web shop...)?"):
        given["platform"] = text.lower()
    if not given.get("payments") and (
        text := _line('What did you pay, like "2026-10-03 383.09 USD"?')
    ):
        given["payments"] = [_paid(text)]
    if text := _line('Was money promised back, like "383.09 USD 2026-11-20"?'):
        given["expected"] = [_promised(text)]
    if text := _line("A short title for the case?"):
        given["title"] = text
    return given


def _pick(world: "World", name: str) -> list[dict[str, Any]]:
    """Let the person pick payments to that name from the ledger."""
    from vigil.casework import payments_like
    from vigil.money import format_minor

    found = payments_like(world.db, name, world.household.today(now()))[-9:]
    if not found:
        return []
    print("  Is it one of these?")
    for one in found:
        amount = f"{format_minor(one.amount, one.currency)} {one.currency}"
        print(f"  t{one.id}  {one.day} {amount} {one.payee or one.memo}")
    chosen = _line("  Which ones, like t9 t12?")
    return _picked(world, chosen.split()) if chosen else []


def _line(question: str) -> str:
    try:
        return input(f"{question} ").strip()
    except EOFError:
        return ""
