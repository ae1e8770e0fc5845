"""Laws that hold for every right, whatever the dates."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from vigil.model import Deadline
from vigil.rights import Facts, deadlines, load
from vigil.rights.clocks import as_day, instant

PACK = load().pack
RIGHTS = sorted(PACK.rights.values(), key=lambda right: right.id)
COUNTRIES = {"GLOBAL": ["JP", "US", "IN"], "EU": ["IE", "NL", "PL"], "UK": ["GB", "UK-SCT"]}
# Clocks that somebody can know; those made of two are given by their limbs.
CLOCKS = sorted(
    name for name, clock in PACK.clocks.items() if not (clock.later_of or clock.earlier_of)
)

days = st.dates(date(2024, 1, 1), date(2031, 12, 31))


@st.composite
def payments(draw: st.DrawFn) -> Facts:
    """A payment that fits some right by its words; its dates are anything."""
    right = draw(st.sampled_from(RIGHTS))
    where = right.jurisdiction
    return Facts(
        country=draw(
            st.sampled_from(COUNTRIES.get(where, [None if where == "unknown" else where]))
        ),
        instrument=draw(st.sampled_from(right.instrument or ("credit_card",))),
        network=right.network if right.network != "unknown" else None,
        date=draw(days),
        situation=draw(st.sampled_from(right.situation or ("unauthorised",))),
        known=draw(st.dictionaries(st.sampled_from(CLOCKS), days, max_size=4)),
    )


def moved(facts: Facts, by: timedelta) -> Facts:
    """The same payment, all its dates some days later."""
    return Facts(
        facts.country,
        facts.instrument,
        facts.network,
        facts.date + by,
        facts.situation,
        known={name: as_day(moment) + by for name, moment in facts.known.items()},
    )


def by_right(facts: Facts, today: date) -> dict[str, Deadline]:
    return {row.right: row for row in deadlines(facts, PACK, today)}


@settings(max_examples=150)
@given(payments(), st.integers(1, 60))
def test_a_later_start_never_gives_an_earlier_limit(facts: Facts, by: int) -> None:
    """When all dates move forward, no limit moves back."""
    today = facts.date
    first = by_right(facts, today)
    second = by_right(moved(facts, timedelta(days=by)), today)
    for name in first.keys() & second.keys():
        early, late = first[name].limit, second[name].limit
        if early and late:
            assert instant(late) >= instant(early)


@settings(max_examples=200)
@given(payments(), st.integers(0, 500))
def test_shown_dates_never_pass_the_limit(facts: Facts, after: int) -> None:
    """Target, then last safe, then limit; and nothing shown lies in the past or before its wait."""
    today = facts.date + timedelta(days=after)
    for row in deadlines(facts, PACK, today):
        if row.limit and row.last_safe:
            assert instant(row.last_safe) <= instant(row.limit)
            assert as_day(row.last_safe) >= min(today, as_day(row.limit))
        if row.target and row.last_safe:
            assert instant(row.target) <= instant(row.last_safe)
        if row.not_before and row.limit:
            assert row.not_before <= as_day(row.limit)
        if row.shown_as != "firm":
            assert row.last_safe is None
        if row.confidence == "low":
            assert (row.last_safe, row.target, row.shown_as) == (None, None, "may_end_early")


@settings(max_examples=150)
@given(payments(), st.integers(0, 45), st.data())
def test_a_date_that_was_assumed_is_never_after_the_true_one(
    facts: Facts, after: int, data: st.DataObject
) -> None:
    """Whatever an unknown clock turns out to be, the date shown before was not too late."""
    bare = Facts(
        facts.country, facts.instrument, facts.network, facts.date, facts.situation, known={}
    )
    for row in deadlines(bare, PACK, facts.date):
        clock = data.draw(st.sampled_from(sorted({row.clock, PACK.rights[row.right].clock})))
        truth = {clock: facts.date + timedelta(days=after)}
        told = Facts(
            facts.country, facts.instrument, facts.network, facts.date, facts.situation, known=truth
        )
        true = by_right(told, facts.date).get(row.right)
        if row.last_safe and true and true.limit:
            assert instant(row.last_safe) <= instant(true.limit)


@settings(max_examples=60)
@given(payments())
def test_great_britain_and_the_united_kingdom_are_one(facts: Facts) -> None:
    """GB gives what UK gives."""
    here, there = (
        Facts(code, facts.instrument, facts.network, facts.date, facts.situation)
        for code in ("GB", "UK")
    )
    assert by_right(here, facts.date) == by_right(there, facts.date)
