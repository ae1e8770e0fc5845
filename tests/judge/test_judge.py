"""Judging a batch: order, history, lessons, the fence, and the same answer twice."""

import copy
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judge.build import transaction

from vigil.judge import Lesson, judge
from vigil.judge import patterns as pattern_package
from vigil.judge.patterns import Pattern
from vigil.judge.profile import Learnt
from vigil.judge.samples import ordinary, transactions
from vigil.model import Case, Finding, Payment, Transaction

LIFE = list(transactions(ordinary()))
AFTER = len(LIFE)


def known_life() -> Learnt:
    learnt = Learnt()
    judge([t._replace(history=True) for t in LIFE], learnt)
    return learnt


def twins() -> list[Transaction]:
    return [
        transaction(AFTER + 1, "FERN STORE", -4975, 90),
        transaction(AFTER + 2, "FERN STORE", -4975, 91),
    ]


def test_each_transaction_is_judged_with_what_the_ones_before_it_taught() -> None:
    """The second of two equal charges in one batch is found, and it names the first."""
    found = judge(twins(), known_life()).findings
    assert [(f.rule, f.transaction, f.related) for f in found] == [
        ("duplicate_charge", AFTER + 2, (AFTER + 1,))
    ]
    assert "same amount at the same shop as 2026-04-01" in found[0].reason


@given(st.integers(0, 40))
def test_judging_twice_from_one_state_gives_the_same_findings(skip: int) -> None:
    """Nothing but the arguments decides."""
    state = known_life()
    rows = [t._replace(id=t.id + AFTER) for t in LIFE[skip:]] + twins()
    assert judge(rows, copy.deepcopy(state)) == judge(rows, copy.deepcopy(state))


def lesson(**changes: object) -> Lesson:
    plain = Lesson(1, "fern store", "duplicate_charge", 4000, 5000, "USD", date(2026, 3, 1))
    return plain._replace(**changes)  # type: ignore[arg-type]  # the names are checked at run time


@pytest.mark.parametrize("rule", ["duplicate_charge", None])
def test_mine_silences_a_pattern_inside_its_band(rule: str | None) -> None:
    """The finding is kept beside the day of the answer, and nobody is told."""
    judged = judge(twins(), known_life(), lessons=[lesson(rule=rule)])
    assert judged.findings == []
    assert [s.why for s in judged.suppressed] == ["you said it was yours on 2026-03-01"]


@pytest.mark.parametrize(
    "changes",
    [
        {"high": 4900},
        {"rule": "card_testing"},
        {"currency": "EUR"},
        {"account": 2},
        {"merchant": "x"},
    ],
)
def test_mine_teaches_nothing_beyond_its_band(changes: dict[str, object]) -> None:
    """Another amount, rule, currency, account or merchant still rings."""
    judged = judge(twins(), known_life(), lessons=[lesson(**changes)])
    assert [f.rule for f in judged.findings] == ["duplicate_charge"]


def test_a_lesson_never_silences_a_case() -> None:
    """What one scammer took once does not make a later charge of his a good one."""
    case = Case(7, "fern", "card_fraud", None, date(2026, 3, 1), names=("FERN STORE",))
    judged = judge(twins(), known_life(), [case], lessons=[lesson(rule=None)])
    assert {(f.rule, f.case) for f in judged.findings} == {("case.new_charge", 7)}


def test_history_is_held_against_cases_but_shown_to_no_pattern() -> None:
    """The one review list can tell case matches; nothing else of history is a finding."""
    case = Case(
        7,
        "fern",
        "card_fraud",
        None,
        date(2026, 3, 31),
        names=("FERN STORE",),
        payments=(Payment(date(2026, 4, 1), -4975, "USD"),),
    )
    judged = judge([t._replace(history=True) for t in twins()], known_life(), [case])
    assert [f.rule for f in judged.findings] == ["case.payment", "case.new_charge"]
    assert [item[1] for item in judged.progress[7].payments] == [AFTER + 1]


def failing(transaction: Transaction, learnt: Learnt) -> Finding | None:
    """A pattern with a defect."""
    raise ZeroDivisionError(f"{transaction.id} {len(learnt.merchants)}")


def test_a_failing_pattern_is_recorded_and_loses_nothing() -> None:
    """One bad pattern is a fault per transaction; the others' findings stay, all is learnt."""
    bad = Pattern("bad", "fails", failing, (), ())
    learnt = known_life()
    judged = judge(twins(), learnt, patterns=(bad, *pattern_package.all_patterns()))
    assert [(f.rule, f.transaction) for f in judged.faults] == [
        ("bad", AFTER + 1),
        ("bad", AFTER + 2),
    ]
    assert [f.rule for f in judged.findings] == ["duplicate_charge"]
    assert learnt.account.count == AFTER + 2
