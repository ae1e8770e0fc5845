"""The short way of reconciling says what the long way says."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vigil.model import Row
from vigil.reconcile import ContentKey, Glance, Known, Reconciler, Verdict

Said = tuple[int, str, int | None, str | None]  # place, verdict, transaction, reason
START, END = date(2026, 1, 1), date(2026, 1, 9)
_days = st.integers(1, 3).map(lambda day: date(2026, 1, day))
_sums = st.sampled_from([-500, -600])
_names = st.sampled_from(["SHOP A", "shop a", "SHOP B", None])
_memos = st.sampled_from([None, "REF 1"])
_ids = st.sampled_from([None, "0", "F1", "F2", "F3"])

_known = st.lists(
    st.builds(
        lambda day, amount, payee, memo, fitid, pending: Known(
            0, day, amount, "USD", payee, memo, "shop", fitid, pending, START, END, None
        ),
        _days, _sums, _names, _memos, _ids, st.booleans(),
    ),
    min_size=1,
    max_size=4,
).map(lambda known: [one._replace(id=number) for number, one in enumerate(known, 1)])  # fmt: skip
# One thing changed at most: what looks nearly the same is what the two ways could judge unlike.
_CHANGED: dict[str, st.SearchStrategy[Any]] = {
    "day": _days, "amount": _sums, "payee": _names, "memo": _memos, "fitid": _ids,
    "pending": st.booleans(),
}  # fmt: skip
_changes = st.sampled_from(sorted(_CHANGED)).flatmap(
    lambda name: _CHANGED[name].map(lambda value: {name: value})
)


@st.composite
def _ledger_and_rows(draw: st.DrawFn) -> tuple[list[Known], list[Row]]:
    """Rows of a ledger, and a statement that repeats some of them, changed here and there."""
    known = draw(_known)
    repeated = draw(st.lists(st.tuples(st.sampled_from(known), _changes), max_size=6))
    rows = [
        Row(
            one.day, one.amount, "USD", one.payee, one.memo, one.fitid, None, None, None,
            one.pending, place, None,
        )._replace(**changes)
        for place, (one, changes) in enumerate(repeated, 1)
    ]  # fmt: skip
    return known, rows


@dataclass(frozen=True)
class Memory:
    """A ledger in memory; without `short` every row goes the long way."""

    known: Sequence[Known]
    short: bool

    def alone(self, fitids: Collection[str]) -> Mapping[str, Glance]:
        """The ids of one posted row each."""
        carriers = Counter(one.fitid for one in self.known)
        return {
            one.fitid: (one.id, f"{one.day}", one.amount, one.currency, one.payee, one.memo)
            for one in self.known
            if self.short and one.fitid in fitids and one.fitid and carriers[one.fitid] == 1
            if not one.pending
        }

    def by_fitid(self, fitids: Collection[str]) -> Mapping[str, Sequence[Known]]:
        """All rows of an id."""
        return {fitid: [one for one in self.known if one.fitid == fitid] for fitid in fitids}

    def by_content(self, keys: Collection[ContentKey]) -> Mapping[ContentKey, Sequence[Known]]:
        """All rows, by day and sum."""
        found: dict[ContentKey, list[Known]] = {key: [] for key in keys}
        for one in self.known:
            found.setdefault((one.day, one.amount, one.currency), []).append(one)
        return found

    def pending(self) -> Sequence[Known]:
        """The rows that wait."""
        return [one for one in self.known if one.pending]

    def own_by_fitid(self, fitid: str) -> Sequence[Known]:
        """Only corrections ask for these."""
        raise AssertionError(fitid)


def _said(rows: list[Row], known: list[Known], *, short: bool) -> set[Said]:
    reconciler = Reconciler(Memory(known, short), START, END, empty=False)
    said: set[Said] = set()
    verdicts: list[Verdict] = []
    for some in (rows[:3], rows[3:]):
        decided = reconciler.batch(some)
        said |= {(row.place, "new", None, None) for row in decided.new}
        said |= {(place, "same", met, None) for place, met in decided.same}
        verdicts += decided.verdicts
    verdicts += reconciler.finish()
    return said | {(one.row.place, one.kind, one.tx, one.reason) for one in verdicts}


@given(_ledger_and_rows())
@settings(max_examples=500)
def test_what_is_plainly_known_is_what_the_long_way_calls_the_same(
    both: tuple[list[Known], list[Row]],
) -> None:
    """Every row gets one verdict, and the same one by either way."""
    known, rows = both
    short = _said(rows, known, short=True)
    assert len(short) == len(rows)
    assert short == _said(rows, known, short=False)
