"""A case as a person writes it down: what is read, and what is said of the rest."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigil.cases.draft import read_case
from vigil.model import Expected, Money, Payment

TODAY = date(2026, 11, 3)


def problems(**data: Any) -> list[str]:
    """What is wrong with a case."""
    return read_case({"title": "x", **data}, TODAY, "USD")[1]


def test_the_object_of_the_format_is_read_whole() -> None:
    """Every key of `case open --json`, amounts of either sign, a row as t9 or 9."""
    data = {
        "title": "LED order", "playbook": "marketplace_seller", "owner": "anna",
        "opened": "2026-11-01", "names": ["SHENZHEN X"], "emails": [], "domains": [],
        "accounts": [], "orders": ["TA-1"], "platform": "alibaba", "instrument": "credit_card",
        "provider": "visa",
        "payments": [{"account": "visa", "fitid": None, "date": "2026-10-03", "amount": "383.09",
                      "currency": "USD", "transaction": "t9"}],
        "expected": [{"amount": "383.09", "currency": "USD", "due": "2026-11-20"}],
        "balance": {"amount": "500", "currency": "JPY"},
    }  # fmt: skip
    case, wrong = read_case(data, TODAY, "EUR")
    assert wrong == []
    assert case.payments == (Payment(date(2026, 10, 3), -38309, "USD", "visa", None, 9),)
    assert case.expected == (Expected(38309, "USD", date(2026, 11, 20)),)
    assert (case.balance, case.opened) == (Money(500, "JPY"), date(2026, 11, 1))


def test_without_a_day_a_case_is_opened_today_in_the_accounts_currency() -> None:
    """What is left out has one meaning each."""
    case, wrong = read_case(
        {"names": ["X"], "payments": [{"date": "2026-10-03", "amount": 5}]}, TODAY, "EUR"
    )
    assert wrong == []
    assert (case.opened, case.title, case.payments[0].currency) == (TODAY, "X", "EUR")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"opened": "2026-13-01"}, "opened: '2026-13-01' is no day; write it like 2026-11-03"),
        ({"payments": {"date": "2026-10-03"}}, "payments: expected a list of objects"),
        ({"names": "X"}, "names: expected a list of texts"),
        ({"owner": 3}, "owner: expected a text"),
        ({"playbok": "x"}, "unknown keys: playbok"),
        ({"situation": "gone"}, "situation: 'gone' is unknown; known are unauthorised,"),
        ({"playbook": "x"}, "playbook: 'x' is unknown; known are card_fraud,"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_how_to_write_it(
    data: dict[str, Any], said: str
) -> None:
    """One problem, one clear clause."""
    found = problems(**data)
    assert len(found) == 1
    assert found[0].startswith(said)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"date": None}, "date: a payment needs its day"),
        ({"amount": None}, "amount: it is missing; write it like 383.09"),
        ({"amount": "five"}, "amount: 'five' is not an amount; write it like 383.09"),
        ({"amount": "0"}, "amount: 0 is no sum that anybody pays"),
        ({"amount": "9" * 30}, "amount: 999999999999999999999999999999 is no sum"),
        ({"amount": "5.001"}, "amount: '5.001' has more decimals than USD has"),
        ({"currency": "$"}, "amount: '$' is no currency; write its three letters, like USD"),
        ({"transaction": "x"}, "transaction: 'x' is none; alerts show them, like t9"),
    ],
)
def test_what_is_wrong_with_a_payment_is_said_with_its_place(
    changes: dict[str, Any], said: str
) -> None:
    """One fault in a payment that is right otherwise."""
    found = problems(payments=[{"date": "2026-10-03", "amount": "5", **changes}])
    assert len(found) == 1
    assert found[0].startswith(f"payments[0].{said}")


def test_all_problems_are_said_at_once() -> None:
    """Nobody should mend a case one run at a time."""
    assert len(problems(opened="x", names=3, payments=[{}], expected=[{"due": "x"}])) == 6


def test_a_case_about_nobody_is_refused() -> None:
    """It would match nothing, or everything."""
    assert read_case({"platform": "alibaba"}, TODAY, "USD")[1] == [
        "say who it is about: a title, a name, a domain or an account"
    ]


def test_control_characters_of_a_pasted_name_are_taken_out() -> None:
    """The name is shown in terminals and in pushes later."""
    case, wrong = read_case({"title": "a\x1b[31m\u202eb", "names": ["\u200b"]}, TODAY, "USD")
    assert (case.title, case.names, wrong) == ("a [31m b", (), [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["date", "amount", "currency", "due", "x"]), inner)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    "title names payments expected balance opened cancelled_on owner playbook kind x".split()
)


@given(st.dictionaries(KEYS, JSON))
def test_no_object_breaks_the_reader(data: dict[str, Any]) -> None:
    """Whatever JSON comes in, a case and a list of problems come out."""
    case, wrong = read_case(data, TODAY, "USD")
    assert case.id == 0
    assert all(isinstance(one, str) for one in wrong)
