"""What is learnt: the same for any order, bounded, and true to the amounts."""

import random
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judge.build import transaction

from vigil.judge.common import usual_words
from vigil.judge.flow import Flow, bucket, floor_of
from vigil.judge.learning import learn_many
from vigil.judge.profile import (
    CHECKS,
    FIRSTS_DAYS,
    RECENT,
    Learnt,
    decode_account,
    decode_merchant,
    encode,
)
from vigil.model import Extra, Original, Transaction

PAYEES = (
    "GROCER #1",
    "BEAN HOUSE",
    "ZELLE TO ANN B",
    "ATM WITHDRAWAL ROMA ITA 12",
    "CHECK 12",
    "HILTON",
)

rows = st.lists(
    st.builds(
        lambda payee, amount, day, currency, far, kind: transaction(
            0,
            payee,
            amount,
            day,
            currency=currency,
            kind=kind,
            extra=Extra(original=Original(None, "THB", None)) if far else None,
        ),
        st.sampled_from(PAYEES),
        st.integers(-500_000, 500_000).filter(bool),
        st.integers(0, 400),
        st.sampled_from(("USD", "JPY")),
        st.booleans(),
        st.sampled_from(("DEBIT", "POS", "XFER", "CHECK")),
    ),
    max_size=60,
)


def numbered(plain: list[Transaction]) -> list[Transaction]:
    return [row._replace(id=number) for number, row in enumerate(plain, 1)]


def learnt_of(rows: list[Transaction]) -> Learnt:
    learnt = Learnt()
    for row in rows:
        learnt.learn(row)
    return learnt


@given(rows, st.randoms(use_true_random=False))
def test_the_same_transactions_in_any_order_give_the_same_state(
    plain: list[Transaction], chance: random.Random
) -> None:
    """Learning is a commutative fold: a rebuild equals the incremental way."""
    ordered = numbered(plain)
    shuffled = ordered.copy()
    chance.shuffle(shuffled)
    one, other = learnt_of(ordered), learnt_of(shuffled)
    assert one.account == other.account
    assert one.merchants == other.merchants


@given(rows, st.integers(0, 60), st.randoms(use_true_random=False))
def test_many_learnt_together_give_the_state_of_one_by_one(
    plain: list[Transaction], cut: int, chance: random.Random
) -> None:
    """Sums over many rows are no other fold, in whatever order and pieces they come."""
    ordered = numbered(plain)
    pending = [row._replace(id=row.id + 1000, pending=True) for row in ordered[::7]]
    shuffled = ordered + pending
    chance.shuffle(shuffled)
    together = Learnt()
    learn_many(together, shuffled[:cut])
    learn_many(together, shuffled[cut:])
    one_by_one = learnt_of(ordered)
    assert together.account == one_by_one.account
    assert together.merchants == one_by_one.merchants


@given(rows)
def test_a_profile_survives_its_encoding(plain: list[Transaction]) -> None:
    """What the store reads back is what was learnt."""
    learnt = learnt_of(numbered(plain))
    assert decode_account(encode(learnt.account)) == learnt.account
    for profile in learnt.merchants.values():
        assert decode_merchant(encode(profile)) == profile


def test_a_damaged_profile_is_refused() -> None:
    """A text that is no profile raises, so that the account is rebuilt."""
    with pytest.raises(msgspec.DecodeError):
        decode_account(b'{"no": "profile"}')


@given(st.integers(1, 10**12))
def test_a_bucket_holds_its_amount_to_an_eighth(amount: int) -> None:
    """Every amount lies between its bucket's floor and the next one's, an eighth apart at most."""
    low, high = floor_of(bucket(amount)), floor_of(bucket(amount) + 1)
    assert low <= amount < high or amount < 8
    assert high - low <= max(1, low // 8)


@given(st.lists(st.integers(1, 10**7), min_size=1), st.floats(0, 1))
def test_a_quantile_lies_within_what_was_seen(amounts: list[int], share: float) -> None:
    """Percentiles are never outside the smallest and largest amount."""
    flow = Flow()
    for amount in amounts:
        flow.add(amount)
    assert min(amounts) <= flow.quantile(share) <= max(amounts)
    assert flow.total == sum(amounts)


def test_currencies_and_directions_are_kept_apart() -> None:
    """A refund and a yen charge do not touch what is usual in dollars."""
    learnt = learnt_of(
        [
            transaction(1, "GROCER", -1000),
            transaction(2, "GROCER", 700),
            transaction(3, "GROCER", -90_000, currency="JPY"),
        ]
    )
    flows = learnt.merchants["grocer"].flows
    assert {key: flow.total for key, flow in flows.items()} == {
        "USD-": 1000,
        "USD+": 700,
        "JPY-": 90_000,
    }


def test_the_usual_range_is_told_in_numbers() -> None:
    """Three payments make a habit, which is told with the account's own decimals."""
    amounts = [-3500, -4100, -4600, -5200]
    learnt = learnt_of([transaction(n, "GROCER", a, n) for n, a in enumerate(amounts, 1)])
    assert usual_words(learnt.merchants["grocer"], "USD") == "you usually pay them 35.00 to 52.00"
    assert usual_words(learnt.merchants["grocer"], "EUR") == ""


def test_a_pending_row_is_not_learnt() -> None:
    """It may still change or vanish; what posts is learnt."""
    learnt = learnt_of([transaction(1, "GROCER", -1000, pending=True)])
    assert learnt.account.count == 0
    assert learnt.merchants == {}


def test_memory_is_bounded() -> None:
    """Ten years of daily rows leave a profile of a few kilobytes."""
    day = date(2016, 1, 1)
    learnt = Learnt()
    for n in range(1, 3650):
        payee = "BEAN HOUSE" if n % 3 else f"CHECK {n}"
        row = transaction(n, payee, -(300 + n % 5000), day + timedelta(days=n))
        learnt.learn(row._replace(merchant=row.merchant if n % 5 else f"shop {n}"))
    assert len(learnt.account.checks) <= CHECKS
    assert len(learnt.account.firsts) <= FIRSTS_DAYS
    assert all(len(m.recent) <= RECENT for m in learnt.merchants.values())
    assert len(encode(learnt.account)) < 12_000
