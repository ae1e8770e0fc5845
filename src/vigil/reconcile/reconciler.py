"""One statement on its way into the ledger: each of its rows meets at most one known row."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from vigil.model import Correction, Row
from vigil.reconcile.pairs import (
    corrected,
    distance,
    exact,
    may_post_as,
    moved,
    posted_under_its_id,
    posting_text,
    reused,
    same_day_and_amount,
    same_text,
    same_words,
    usable_fitid,
    waits_here,
)
from vigil.reconcile.values import ContentKey, Decided, Known, Lookups, Verdict, VerdictKind


@dataclass(slots=True)
class Reconciler:
    """Decides the rows of one statement.

    Rows come in batches and most are decided at once; the few that could still be claimed by
    another row of the same statement are kept back until `finish`.

    Args:
        start, end: the period of the statement.
        empty: True when the account holds no row of another statement, so nothing can be met.
    """

    lookups: Lookups
    start: date
    end: date
    empty: bool
    claimed: set[int] = field(default_factory=set)
    _held: list[tuple[Row, str | None]] = field(default_factory=list)
    _waiting: bool | None = None

    def batch(self, rows: Sequence[Row]) -> Decided:
        """What can be decided of `rows` now."""
        if self.empty:
            correcting = [row for row in rows if row.extra and row.extra.corrects]
            if not correcting:
                return Decided(new=list(rows))
            self._held += [(row, None) for row in correcting]
            return Decided(new=[row for row in rows if not corrected(row)])
        decided = Decided()
        odd = self._plainly_known(rows, decided)
        rest: list[tuple[Row, str | None]] = []
        wanted = {fitid for row in odd if (fitid := usable_fitid(row.fitid))}
        known = self.lookups.by_fitid(wanted) if wanted else {}
        for row in odd:
            namesakes = known.get(row.fitid or "", ())
            verdict = self._by_fitid(row, namesakes) if namesakes else None
            if verdict:
                decided.verdicts.append(verdict)
            else:
                rest.append((row, reused(row, namesakes)))
        self._by_content(rest, decided)
        return decided

    def _plainly_known(self, rows: Sequence[Row], decided: Decided) -> Sequence[Row]:
        """Meets what is known word by word under an id of its own; returns all the others.

        `_by_fitid` says the same of these rows: this is its short way, as nearly every row of an
        export that overlaps with another is such a one.
        """
        wanted = Counter(row.fitid for row in rows)
        known = self.lookups.alone([usable for one in wanted if (usable := usable_fitid(one))])
        if not known:
            return rows
        odd, same, claimed = [], decided.same, self.claimed
        days = {day: day.isoformat() for day in {row.day for row in rows}}
        for row in rows:
            glance = known.get(row.fitid or "")
            if (
                glance is not None
                and wanted[row.fitid] == 1
                and glance[0] not in claimed
                and same_words(row, days[row.day], glance)
            ):
                claimed.add(glance[0])
                same.append((row.place, glance[0]))
            else:
                odd.append(row)
        return odd

    def finish(self) -> list[Verdict]:
        """Verdicts for the ordinary rows kept back; corrections are left for `corrections`."""
        held = [pair for pair in self._held if not corrected(pair[0])]
        self._held = [pair for pair in self._held if corrected(pair[0])]
        return self._decide_held(held)

    def corrections(self) -> Iterator[Verdict]:
        """Verdicts for the rows that correct others; write each before asking for the next.

        They come last and one by one: what they correct may stand anywhere in the same file, and
        may be a correction itself.
        """
        for pair in self._held:
            yield from self._decide_held([pair])

    def _decide_held(self, held: Sequence[tuple[Row, str | None]]) -> list[Verdict]:
        if not held:
            return []
        keys = {(row.day, row.amount, row.currency) for row, _ in held}
        twins = {} if self.empty else self.lookups.by_content(keys)
        pending = [] if self.empty else list(self.lookups.pending())
        return [self._last_word(row, reason, twins, pending) for row, reason in held]

    def _by_fitid(self, row: Row, namesakes: Sequence[Known]) -> Verdict | None:
        free = [
            known
            for known in namesakes
            if known.id not in self.claimed and known.corrects == corrected(row)
        ]
        alone = len(namesakes) == 1
        for decide in (exact, same_day_and_amount):
            for known in free:
                if verdict := decide(row, known):
                    return self._claim(verdict, known)
        for known in free:
            verdict = posted_under_its_id(row, known)
            if not verdict and alone and self.start <= known.day <= self.end:
                verdict = moved(row, known)
            if verdict:
                return self._claim(verdict, known)
        return None

    def _by_content(self, rest: Sequence[tuple[Row, str | None]], decided: Decided) -> None:
        if not rest:
            return
        keys = {(row.day, row.amount, row.currency) for row, _ in rest}
        twins = self.lookups.by_content(keys)
        if self._waiting is None:
            self._waiting = bool(self.lookups.pending())
        for row, reason in rest:
            if corrected(row) or self._waiting or self._twins_of(row, twins):
                self._held.append((row, reason))
            elif reason:
                decided.verdicts.append(Verdict("new", row, None, reason))
            else:
                decided.new.append(row)

    def _twins_of(self, row: Row, twins: Mapping[ContentKey, Sequence[Known]]) -> list[Known]:
        equal = twins.get((row.day, row.amount, row.currency), ())
        return [
            known
            for known in equal
            if known.id not in self.claimed
            and known.corrects == corrected(row)
            and same_text(row, known)
        ]

    def _last_word(
        self,
        row: Row,
        reason: str | None,
        twins: Mapping[ContentKey, Sequence[Known]],
        pending: Sequence[Known],
    ) -> Verdict:
        for known in self._twins_of(row, twins):
            if verdict := self._renamed(row, known):
                return self._claim(verdict, known)
        if row.extra and row.extra.corrects:
            return self._correction(row, row.extra.corrects)
        if not row.pending and (hold := self._held_sum(row, pending)):
            return self._claim(Verdict("posts", row, hold.id, posting_text(row, hold)), hold)
        if self._twins_of(row, twins):
            return Verdict(
                "unsure",
                row,
                None,
                "day, amount and text of a row known already, under another id of the bank",
            )
        return Verdict("new", row, None, reason)

    def _renamed(self, row: Row, known: Known) -> Verdict | None:
        """A twin under another id, where this statement would have listed the other one too.

        Two statements that share only one day may each hold a charge of its own on that day.
        """
        if known.pending and not row.pending:
            return Verdict("posts", row, known.id, posting_text(row, known))
        named = usable_fitid(row.fitid)
        if named and not known.pending and not usable_fitid(known.fitid):
            return Verdict("renamed", row, known.id, "the bank gave the row an id")
        if known.pending or not named:
            return Verdict("same", row, known.id, waits_here(row, known))
        if max(self.start, known.start) < min(self.end, known.end):
            was = "the bank gave the same row another id"
            return Verdict("renamed", row, known.id, was)
        return None

    def _held_sum(self, row: Row, pending: Sequence[Known]) -> Known | None:
        fitting = [
            known for known in pending if known.id not in self.claimed and may_post_as(known, row)
        ]
        return min(fitting, key=lambda known: distance(known, row), default=None)

    def _correction(self, row: Row, corrects: Correction) -> Verdict:
        wanted, action = corrects
        known = [
            *(() if self.empty else self.lookups.by_fitid([wanted]).get(wanted, ())),
            *self.lookups.own_by_fitid(wanted),
        ]
        if not known:
            return Verdict("new", row, None, "corrects a row that no document here holds")
        kind: VerdictKind = "deletes" if action == "DELETE" else "replaces"
        target = min(known, key=lambda one: abs(one.day - row.day))
        return Verdict(kind, row, target.id, f"the bank {kind} the row of {target.day}")

    def _claim(self, verdict: Verdict, known: Known) -> Verdict:
        self.claimed.add(known.id)
        return verdict
