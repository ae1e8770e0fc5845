"""One worked date for every right of the packs; a right without a line here is refused."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from vigil.rights import Facts, RightsPack, deadlines, load
from vigil.rights.facts import Moment

_LINES = [
    line.split()
    for line in (Path(__file__).parent / "table.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
_NEVER_LISTED = {
    "eu.psr.impersonation": "it is not in force",
    "mc.4808": "only a bank can choose it",
    "visa.11": "only a bank can choose it",
}


def word(text: str) -> str | None:
    return None if text == "-" else text


def moment(text: str) -> Moment:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


@pytest.fixture(scope="module", name="pack")
def _pack() -> RightsPack:
    return load().pack


@pytest.mark.parametrize("line", _LINES, ids=[line[0] for line in _LINES])
def test_right_ends_on_its_worked_date(line: list[str], pack: RightsPack) -> None:
    """Each right, for a payment that it fits, ends on the day reckoned by hand."""
    name, country, instrument, network, situation, paid, known, limit, target, wait = line
    clock, _, start = known.partition("=")
    facts = Facts(
        country=word(country),
        instrument=word(instrument),
        network=word(network),
        situation=situation,
        date=date.fromisoformat(paid),
        known={clock: moment(start)} if start else {},
        pending=name == "rule.pending",
    )
    today = facts.date + timedelta(days=3)
    found = {row.right: row for row in deadlines(facts, pack, today)}
    if name in _NEVER_LISTED:
        assert name not in found, _NEVER_LISTED[name]
        return
    row = found[name]
    assert row.limit == (moment(limit) if limit != "-" else None)
    assert row.not_before == (moment(wait) if wait != "-" else None)
    if target != "-":
        assert row.target == moment(target)


def test_every_right_of_the_packs_has_a_worked_date(pack: RightsPack) -> None:
    """Whoever adds a right adds its line to table.txt."""
    assert sorted(pack.rights) == sorted(line[0] for line in _LINES)
