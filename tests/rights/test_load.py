"""Rights packs are checked, and what is wrong with them is said at once."""

from datetime import date
from pathlib import Path

from vigil.rights import Authority, Right, load

GOOD = """
[[right]]
id = "us.regz.billing_error"
kind = "right"
jurisdiction = "US"
instrument = ["credit_card"]
situation = ["unauthorised"]
clock = "first_statement_sent"
window = { value = 61, unit = "days" }
window_role = "deadline"
action = "Write."
channel = { name = "Issuer" }
evidence = ["statement"]
source = ["https://example.org/rule"]
date_seen = 2026-11-23
confidence = "high"
"""


def test_the_packs_that_come_with_vigil_hold() -> None:
    """No record is left out, and each says where it is from, when that was seen, and how sure."""
    loaded = load()
    assert loaded.problems == ()
    records: list[Right | Authority] = [
        *loaded.pack.rights.values(),
        *loaded.pack.authorities.values(),
    ]
    for record in records:
        assert record.source
        assert all(address.startswith("http") for address in record.source)
        assert record.date_seen >= date(2026, 11, 1)
        assert record.confidence in ("high", "medium", "low")


def test_a_persons_own_folder_overrides_by_id(tmp_path: Path) -> None:
    """The same id is replaced, all else stays."""
    (tmp_path / "mine.toml").write_text(GOOD, "utf-8")
    loaded = load(tmp_path)
    assert loaded.problems == ()
    assert loaded.pack.rights["us.regz.billing_error"].window.value == 61
    assert loaded.pack.rights.keys() == load().pack.rights.keys()


def test_a_folder_that_is_not_there_is_no_fault(tmp_path: Path) -> None:
    """Nobody has to have packs of their own."""
    assert load(tmp_path / "none").problems == ()


def test_all_faults_are_told_at_once_with_file_and_id(tmp_path: Path) -> None:
    """Missing source, date and confidence, a wrong word, a broken file: one line each."""
    bare = "\n".join(
        line
        for line in GOOD.splitlines()
        if not line.startswith(("source", "date_seen", "confidence"))
    )
    wrong = GOOD.replace('unit = "days"', 'unit = "fortnights"').replace("us.regz", "us.mine")
    misspelt = GOOD.replace("action", "actoin").replace("us.regz", "us.other")
    (tmp_path / "bare.toml").write_text(bare, "utf-8")
    (tmp_path / "broken.toml").write_text("[[right", "utf-8")
    (tmp_path / "wrong.toml").write_text(wrong + misspelt + "[other]\nx = 1\n", "utf-8")
    loaded = load(tmp_path)
    text = "\n".join(loaded.problems)
    for name in ("source", "date_seen", "confidence"):
        assert f"bare.toml, us.regz.billing_error: no {name}" in text
    assert "broken.toml: cannot be read" in text
    assert "wrong.toml, us.mine.billing_error" in text
    assert "fortnights" in text
    assert "wrong.toml, us.other.billing_error" in text
    assert "'other' is not a table here" in text
    assert loaded.pack.rights["us.regz.billing_error"].window.value == 60


def test_nonsense_that_types_cannot_see_is_told(tmp_path: Path) -> None:
    """A window of no days, a rule that ends before it begins, names that point nowhere, twins."""
    lines = [
        GOOD.replace("us.regz", "us.a").replace("value = 61", "value = 0"),
        GOOD.replace("us.regz", "us.b")
        + "effective_from = 2027-01-01\neffective_until = 2026-01-01\n",
        GOOD.replace("us.regz", "us.c").replace("first_statement_sent", "full_moon"),
        GOOD.replace("us.regz", "us.d") + 'replaces = ["us.nowhere"]\n',
        GOOD.replace("us.regz", "us.d"),
    ]
    (tmp_path / "mine.toml").write_text("\n".join(lines), "utf-8")
    problems = load(tmp_path).problems
    assert len(problems) == 5
    told = ("0 days", "before it begins", "full_moon", "us.nowhere", "stands there twice")
    assert all(any(word in line for line in problems) for word in told)
