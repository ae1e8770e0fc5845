"""What `vigil case open` is given: a JSON object, the texts of options, answers to questions.

Everything becomes one object in the form of `--json`, which `cases.draft` reads and checks.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vigil.cli.common import now
from vigil.errors import VigilError

if TYPE_CHECKING:
    from vigil.pipeline import World


def from_json(source: str) -> dict[str, Any]:
    """The object of a file, or of stdin for "-"."""
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
        value = json.loads(text)
    except OSError as error:
        raise VigilError(f"{source}: {error.strerror}") from None
    except ValueError as error:
        raise VigilError(f"the case is no JSON object: {error}") from None
    if not isinstance(value, dict):
        raise VigilError("the case is no JSON object: it must begin with {")
    return value


def paid_of(text: str) -> dict[str, str]:
    """A payment as "2026-10-03 383.09 USD"."""
    parts = text.split()
    if len(parts) != 3:
        raise VigilError(f'--paid {text!r}: write it like "2026-10-03 383.09 USD".', 2)
    return {"date": parts[0], "amount": parts[1], "currency": parts[2]}


def promised_of(text: str) -> dict[str, str]:
    """Money promised back as "383.09 USD 2026-11-20"."""
    parts = text.split()
    if len(parts) not in (2, 3):
        raise VigilError(f'--expect {text!r}: write it like "383.09 USD 2026-11-20".', 2)
    return dict(zip(("amount", "currency", "due"), parts, strict=False))


def sum_of(text: str) -> dict[str, str]:
    """The rest of an order as "500.00 USD"."""
    parts = text.split()
    if len(parts) != 2:
        raise VigilError(f'--balance {text!r}: write it like "500.00 USD".', 2)
    return {"amount": parts[0], "currency": parts[1]}


def picked(world: "World", texts: list[str]) -> list[dict[str, Any]]:
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


def ask(world: "World") -> dict[str, Any]:
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
        given["payments"] = [paid_of(text)]
    if text := _line('Was money promised back, like "383.09 USD 2026-11-20"?'):
        given["expected"] = [promised_of(text)]
    if text := _line("A short title for the case?"):
        given["title"] = text
    return given


def _pick(world: "World", name: str) -> list[dict[str, Any]]:
    """Let the person pick payments to that name from the ledger."""
    from vigil.alerts.word import name_of
    from vigil.money import format_minor
    from vigil.steps.casework import payments_like

    found = payments_like(world.db, name, world.household.today(now()))[-9:]
    if not found:
        return []
    print("  Is it one of these?")
    for one in found:
        amount = f"{format_minor(one.amount, one.currency)} {one.currency}"
        print(f"  t{one.id}  {one.day} {amount} {name_of(one)}")
    chosen = _line("  Which ones, like t9 t12?")
    return picked(world, chosen.split()) if chosen else []


def _line(question: str) -> str:
    try:
        return input(f"{question} ").strip()
    except EOFError:
        return ""
