"""Worked examples, done by somebody else, that lie beside the corpus; never copied."""

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from vigil.model import Deadline, Money
from vigil.money import parse_amount
from vigil.rights import Facts, RightsPack, deadlines, load, passed
from vigil.rights.clocks import instant
from vigil.rights.facts import Moment

_HARD = ("right", "follow_up", "escalation", "fall_back")


def moment(text: str) -> Moment:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def facts_of(given: dict[str, Any]) -> Facts:
    currency = given["currency"]
    return Facts(
        country=given["country"],
        instrument=given["instrument"],
        network=given["network"],
        situation=given["situation"],
        date=date.fromisoformat(given["date"]),
        amount=Money(parse_amount(given["amount"], currency), currency),
        known={name: moment(text) for name, text in given["known"].items()},
        pending=given.get("pending", False),
    )


def same(answer: Moment | None, wanted: str | None) -> bool:
    """Days are compared as days, minutes as instants."""
    if answer is None or wanted is None:
        return answer is None and wanted is None
    other = moment(wanted)
    if isinstance(answer, datetime) and isinstance(other, datetime):
        return instant(answer) == instant(other)
    return answer == other


def faults_of_one(example: dict[str, Any], pack: RightsPack) -> list[str]:
    """What differs in an example of a single right."""
    facts, today = facts_of(example["facts"]), moment(example["facts"]["today"])
    name, expect = example["right"], example["expect"]
    usable = {row.right: row for row in deadlines(facts, pack, today)}
    over = {row.right: row for row in passed(facts, pack, today)}
    row = usable.get(name) or over.get(name)
    faults = []
    if (name in usable) != expect["applies"]:
        faults.append(f"applies {name in usable}")
    if expect["expired"] is not None and (name in over) != expect["expired"]:
        faults.append(f"expired {name in over}")
    for field in ("limit", "not_before"):
        answer = getattr(row, field) if row else None
        if not same(answer, expect[field]):
            faults.append(f"{field} {answer}, not {expect[field]}")
    if "target" in expect and not same(row.target if row else None, expect["target"]):
        faults.append(f"target {row and row.target}, not {expect['target']}")
    if row and row.last_safe and row.limit and instant(row.last_safe) > instant(row.limit):
        faults.append("last safe after the limit")
    return faults


def first_hard(rows: list[Deadline], pack: RightsPack) -> Deadline | None:
    """First hard date as the examples define it: by limit, sure enough, still open."""
    hard = [
        row
        for row in rows
        if row.limit is not None
        and row.confidence != "low"
        and pack.rights[row.right].kind in _HARD
        and pack.rights[row.right].window_role == "deadline"
    ]
    return min(hard, key=lambda row: instant(row.limit or date.max), default=None)


def faults_of_many(example: dict[str, Any], pack: RightsPack) -> list[str]:
    """What differs in an example of all rights of a story, or of a fall-back rule."""
    facts, today = facts_of(example["facts"]), moment(example["facts"]["today"])
    expect = example["expect"]
    rows = deadlines(facts, pack, today)
    names = [row.right for row in rows]
    faults = [f"{name} not listed" for name in expect["applies"] if name not in names]
    faults += [f"{name} listed" for name in expect["not"] if name in names]
    listed = [name for name in names if name in expect["applies"]]
    if not faults and listed != expect["applies"]:
        faults.append(f"order {listed}")
    first, wanted = first_hard(rows, pack), expect["first_limit"]
    if not same(first.limit if first else None, wanted["date"] if wanted else None):
        faults.append(f"first limit {first and (first.right, first.limit)}, not {wanted}")
    if first and wanted and wanted["right"]:
        allowed = [wanted["right"], *wanted.get("or", [])]
        if first.right not in allowed:
            faults.append(f"first is {first.right}")
    for before, after in expect.get("before", []):
        if names.index(before) > names.index(after):
            faults.append(f"{after} before {before}")
    if "target" in expect and not any(same(row.target, expect["target"]) for row in rows):
        faults.append(f"no target {expect['target']}")
    return faults


def test_every_worked_example_holds() -> None:
    """Limits, targets, waits and what is over are as somebody else worked them out."""
    corpus = os.environ.get("VIGIL_CORPUS")
    if not corpus:
        pytest.skip("VIGIL_CORPUS is not set: it names the folder beside which facts/ lies")
    file = Path(corpus).parent / "facts" / "deadline_examples.jsonl"
    if not file.is_file():
        pytest.skip("facts/deadline_examples.jsonl is not beside the corpus")
    pack = load().pack
    wrong, count = {}, 0
    for line in file.read_text("utf-8").splitlines():
        example = json.loads(line)
        count += 1
        one = example["right"] is not None
        faults = (faults_of_one if one else faults_of_many)(example, pack)
        if faults:
            wrong[example["id"]] = faults
    assert not wrong, f"{count - len(wrong)} of {count} hold"
    assert count > 0
