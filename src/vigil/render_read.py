"""What `vigil read --json` says of a statement: plain dicts in the documented shape. Pure.

All keys are always present and an unknown value is None. Numbers of accounts are given as the
document prints them: this is the one output, with `replay` and `export`, that does.
"""

from typing import Any

from vigil.model import Original, Problem, Reading, Refusal, Row, StatementHead
from vigil.money import format_minor

_NO_CURRENCY = "XXX"  # ISO 4217

Json = dict[str, Any]


def read_lines(path_shown: str, found: Reading | Refusal) -> Json:
    """The object of one file; reads all rows of a Reading.

    Args:
        path_shown: the path as the person gave it.
        found: what a format's reader made of the file.
    """
    if isinstance(found, Refusal):
        problem = Problem("file", False, found.why, found.raw)
        return _object(path_shown, None, False, [], [_problem(problem)])
    statements = [_statement(head) for head in found.statements]
    problems = [_problem(problem) for problem in found.problems]
    for batch in found.batches():
        statements[batch.statement]["transactions"] += [_transaction(row) for row in batch.rows]
        problems += [_problem(problem) for problem in batch.problems]
    return _object(path_shown, found.format, found.complete, statements, problems)


def fully_understood(line: Json) -> bool:
    """Whether the object tells of a file read whole and without any problem: exit code 0."""
    return line["complete"] is True and not line["problems"]


def _object(
    path: str, form: str | None, complete: bool, statements: list[Json], problems: list[Json]
) -> Json:
    return {
        "path": path,
        "format": form,
        "complete": complete,
        "statements": statements,
        "notices": [],
        "trust": None,
        "problems": problems,
    }


def _problem(problem: Problem) -> Json:
    return problem._asdict()


def _currency(code: str) -> str | None:
    return None if code == _NO_CURRENCY else code


def _statement(head: StatementHead) -> Json:
    balance = head.balance and {
        "amount": format_minor(head.balance.amount, head.currency),
        "date": head.balance.day and head.balance.day.isoformat(),
    }
    return {
        "account": head.account.number,
        "institution": head.account.institution,
        "kind": head.account.kind,
        "currency": _currency(head.currency),
        "from": head.start and head.start.isoformat(),
        "to": head.end and head.end.isoformat(),
        "balance": balance,
        "transactions": [],
    }


def _transaction(row: Row) -> Json:
    original = row.extra and row.extra.original
    corrects = row.extra and row.extra.corrects
    return {
        "date": row.day.isoformat(),
        "amount": format_minor(row.amount, row.currency),
        "currency": _currency(row.currency),
        "payee": row.payee,
        "memo": row.memo,
        "fitid": row.fitid,
        "kind": row.kind,
        "check": row.check,
        "ref": row.ref,
        "pending": row.pending,
        "original": _original(original) if original else None,
        "corrects": corrects._asdict() if corrects else None,
    }


def _original(original: Original) -> Json:
    amount = original.amount
    return {
        "amount": None if amount is None else format_minor(amount, original.currency),
        "currency": original.currency,
        "rate": None if original.rate is None else str(original.rate),
    }
