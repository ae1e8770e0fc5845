"""Every pattern proves itself on its own samples."""

import pytest

from vigil.judge import judge
from vigil.judge.patterns import Pattern, all_patterns
from vigil.judge.profile import Learnt
from vigil.judge.samples import Sample, transactions
from vigil.model import Finding

PATTERNS = all_patterns()
HITS = [(p, sample) for p in PATTERNS for sample in p.hits]
MISSES = [(p, sample) for p in PATTERNS for sample in p.misses]


def ids(value: object) -> str:
    return value.id if isinstance(value, Pattern) else ""


def last_finding(pattern: Pattern, sample: Sample) -> Finding | None:
    """What the pattern says of the sample's last row, after the rows before it were learnt."""
    *before, last = transactions(sample)
    learnt = Learnt()
    learnt.known = lambda: {key: profile.count for key, profile in learnt.merchants.items()}
    for transaction in before:
        learnt.learn(transaction)
    return pattern.judge(last, learnt)


def test_the_first_patterns_are_found_by_being_there() -> None:
    """A file in the package is a pattern; nothing has to be registered."""
    assert {p.id for p in PATTERNS} >= {
        "card_testing",
        "duplicate_charge",
        "foreign_charge",
        "lookalike_merchant",
        "new_payee_amount",
    }


@pytest.mark.parametrize("pattern", PATTERNS, ids=ids)
def test_a_pattern_carries_its_proof(pattern: Pattern) -> None:
    """A pattern without a hit or a miss is not finished; its id is its file's name."""
    assert pattern.hits
    assert pattern.misses
    assert pattern.title
    assert pattern.judge.__module__.endswith(pattern.id)


@pytest.mark.parametrize(("pattern", "sample"), HITS, ids=ids)
def test_a_hit_leads_to_a_finding_with_a_reason(pattern: Pattern, sample: Sample) -> None:
    """The last row is found, its reason has numbers or a name, its level follows its score."""
    found = last_finding(pattern, sample)
    assert found is not None
    assert found.rule == pattern.id
    assert found.transaction == len(sample)
    assert found.level == (
        "urgent" if found.score >= 4 else "ask" if found.score >= 3 else "digest"
    )
    assert len(found.reason) > 20


@pytest.mark.parametrize(("pattern", "sample"), MISSES, ids=ids)
def test_a_miss_is_never_asked_about(pattern: Pattern, sample: Sample) -> None:
    """The honest twin of a fraud stays below the level at which a person is asked."""
    found = last_finding(pattern, sample)
    assert found is None or found.level == "digest"


@pytest.mark.parametrize("pattern", PATTERNS, ids=ids)
def test_history_is_never_shown_to_a_pattern(pattern: Pattern) -> None:
    """The same rows as history give no finding at all."""
    for sample in pattern.hits:
        rows = [t._replace(history=True) for t in transactions(sample)]
        assert judge(rows, Learnt()).findings == []


@pytest.mark.parametrize("pattern", [p for p in PATTERNS if p.id != "lookalike_merchant"], ids=ids)
def test_a_young_account_is_not_alarmed(pattern: Pattern) -> None:
    """On the first day of an account nothing is unusual yet; only a disguise is one at once."""
    found = judge(transactions(pattern.hits[0][-1:]), Learnt()).findings
    assert [f for f in found if f.level != "digest"] == []
