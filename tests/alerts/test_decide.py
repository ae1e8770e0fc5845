"""Grouping: which findings are one happening."""

from datetime import date

from vigil.alerts.decide import happenings
from vigil.model import Finding, Transaction


def row(number: int, merchant: str, cents: int = -4800, account: int = 1) -> Transaction:
    """A row with only what grouping looks at."""
    day = date(2026, 11, 3)
    return Transaction(
        number, account, day, cents, "USD", merchant, merchant, None, None, None, None,
        pending=False, history=False, unsure=False, extra=None,
    )  # fmt: skip


def finding(rule: str, number: int, score: float = 3.2, **more: object) -> Finding:
    """A finding with the level of its score."""
    level = "urgent" if score >= 4 else "ask"
    return Finding(rule, number, level, score, "48.00; why", **more)  # type: ignore[arg-type]  # by name


def test_findings_on_one_transaction_are_one_happening() -> None:
    """Two patterns that speak of the same charge make one alert at the worse level."""
    rows = {1: row(1, "qx")}
    found = happenings([finding("foreign", 1), finding("card_testing", 1, 4.2)], rows)
    assert [(one.level, [f.rule for f in one.findings]) for one in found] == [
        ("urgent", ["card_testing", "foreign"])
    ]


def test_a_related_transaction_draws_two_merchants_together() -> None:
    """The small test charge elsewhere belongs to the large one that it prepared."""
    rows = {1: row(1, "small"), 2: row(2, "large")}
    found = happenings([finding("new", 1), finding("card_testing", 2, 4.2, related=(1,))], rows)
    assert len(found) == 1


def test_a_case_match_outranks_a_pattern_of_a_higher_score() -> None:
    """What is known of a scam leads, whatever a pattern thinks."""
    rows = {1: row(1, "seller")}
    found = happenings([finding("new", 1, 4.5), finding("case.new_charge", 1, 3.2, case=3)], rows)
    assert found[0].findings[0].rule == "case.new_charge"
    assert (found[0].case, found[0].level, found[0].subject) == (3, "urgent", "case 3 out")


def test_money_back_is_another_happening_than_an_alarm_of_the_same_case() -> None:
    """A refund is not folded into the alarm of a new charge by the same seller."""
    rows = {1: row(1, "seller"), 2: row(2, "seller", 5000)}
    found = happenings(
        [finding("case.new_charge", 1, 4.2, case=3), finding("case.refund", 2, 3.0, case=3)], rows
    )
    assert [one.subject for one in found] == ["case 3 out", "case 3 back"]


def test_a_pattern_on_a_cases_charge_draws_no_stranger_into_the_case() -> None:
    """A test charge elsewhere may have been for the case's charge; it is its own happening."""
    rows = {1: row(1, "tiny"), 2: row(2, "stranger"), 3: row(3, "seller")}
    found = happenings(
        [
            finding("card_testing", 2, 4.2, related=(1,)),
            finding("card_testing", 3, 3.2, related=(1,)),
            finding("case.new_charge", 3, 4.2, case=3),
        ],
        rows,
    )
    assert [(one.case, {f.transaction for f in one.findings}) for one in found] == [
        (None, {2}),
        (3, {3}),
    ]


def test_rows_without_a_name_have_nothing_in_common() -> None:
    """Two checks without a payee are two happenings."""
    rows = {1: row(1, ""), 2: row(2, "")}
    assert len(happenings([finding("new", 1), finding("new", 2)], rows)) == 2


def test_one_merchant_on_two_accounts_is_two_happenings() -> None:
    """Each account has its own people who are told."""
    rows = {1: row(1, "qx"), 2: row(2, "qx", account=2)}
    assert len(happenings([finding("new", 1), finding("new", 2)], rows)) == 2
