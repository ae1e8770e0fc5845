"""Which row of a statement is new, and which one the ledger holds already: one-to-one, counted.

Pure: what the ledger holds comes in through `Lookups`; verdicts come out, each with its reason
where the reason is not plain. Nothing is matched twice, two equal charges stay two, and what
cannot be decided is kept as a row of its own and called unsure.

The rules are those of `docs/reconciling.md`. They are applied to the statements of an account in
one canonical order (`rank`), so that the order in which files arrive does not matter.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple, Protocol

from vigil.model import Correction, Row
from vigil.money import format_minor
from vigil.text import counterparty

VerdictKind = Literal["new", "same", "amends", "renamed", "posts", "unsure", "replaces", "deletes"]
ContentKey = tuple[date, int, str]

# A card payment that waits is posted or falls away within some days; banks keep holds up to ten.
PENDING_LAPSES = timedelta(days=10)
_POSTS_EARLIEST, _POSTS_LATEST = timedelta(days=-3), timedelta(days=14)
_TIP = 1.4  # a bill may post with a tip of up to 40 percent
_TOKEN_HOLD = 100  # a hold of one unit or less stands for any sum (pumps, hotels)


class Known(NamedTuple):
    """A row of the ledger as reconciling sees it.

    Attributes:
        pending: it was never seen as posted, be it that it waits or that it lapsed.
        start, end: the period of its first statement.
        corrects: the id of the row that it replaces or deletes, None for an ordinary row.
    """

    id: int
    day: date
    amount: int
    currency: str
    payee: str | None
    memo: str | None
    merchant: str
    fitid: str | None
    pending: bool
    start: date
    end: date
    corrects: str | None


class Verdict(NamedTuple):
    """What is to be done with a row; `tx` is the ledger's row that it meets."""

    kind: VerdictKind
    row: Row
    tx: int | None = None
    reason: str | None = None


class Lookups(Protocol):
    """What the ledger answers about one account, rows of the statement at hand left out.

    Rows come in canonical order: by the rank of their first statement, then by place.
    """

    def by_fitid(self, fitids: Collection[str]) -> Mapping[str, Sequence[Known]]:
        """Rows that carry, or once carried, one of these ids."""

    def by_content(self, keys: Collection[ContentKey]) -> Mapping[ContentKey, Sequence[Known]]:
        """Rows of that day, amount and currency."""

    def pending(self) -> Sequence[Known]:
        """Rows that still wait to be posted."""

    def own_by_fitid(self, fitid: str) -> Sequence[Known]:
        """Rows that the statement at hand lists under this id: a file may correct itself."""


def rank(end: date, start: date, made: str, sha256: str, position: int) -> str:
    """The place of a statement in the canonical order: later end, later start, made later."""
    return f"{end.isoformat()} {start.isoformat()} {made or '-'} {sha256} {position:06}"


def usable_fitid(fitid: str | None) -> str | None:
    """The bank's id, or None for one that names nothing: empty, all zeros, all stars."""
    return fitid if fitid and fitid.strip("0*-.# ") else None


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

    def batch(self, rows: Sequence[Row]) -> list[Verdict]:
        """Verdicts for those of `rows` that can be decided now."""
        if self.empty:
            self._held += [(row, None) for row in rows if _corrected(row)]
            return [Verdict("new", row) for row in rows if not _corrected(row)]
        verdicts: list[Verdict] = []
        rest: list[tuple[Row, str | None]] = []
        wanted = {fitid for row in rows if (fitid := usable_fitid(row.fitid))}
        known = self.lookups.by_fitid(wanted) if wanted else {}
        for row in rows:
            namesakes = known.get(row.fitid or "", ())
            verdict = self._by_fitid(row, namesakes) if namesakes else None
            if verdict:
                verdicts.append(verdict)
            else:
                rest.append((row, _reused(row, namesakes)))
        return verdicts + self._by_content(rest)

    def finish(self) -> list[Verdict]:
        """Verdicts for the ordinary rows kept back; corrections are left for `corrections`."""
        held = [pair for pair in self._held if not _corrected(pair[0])]
        self._held = [pair for pair in self._held if _corrected(pair[0])]
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
            if known.id not in self.claimed and known.corrects == _corrected(row)
        ]
        alone = len(namesakes) == 1
        for decide in (_exact, _same_day_and_amount):
            for known in free:
                if verdict := decide(row, known):
                    return self._claim(verdict, known)
        for known in free:
            verdict = _posted_under_its_id(row, known)
            if not verdict and alone and self.start <= known.day <= self.end:
                verdict = _moved(row, known)
            if verdict:
                return self._claim(verdict, known)
        return None

    def _by_content(self, rest: Sequence[tuple[Row, str | None]]) -> list[Verdict]:
        if not rest:
            return []
        keys = {(row.day, row.amount, row.currency) for row, _ in rest}
        twins = self.lookups.by_content(keys)
        if self._waiting is None:
            self._waiting = bool(self.lookups.pending())
        verdicts = []
        for row, reason in rest:
            if _corrected(row) or self._waiting or self._twins_of(row, twins):
                self._held.append((row, reason))
            else:
                verdicts.append(Verdict("new", row, None, reason))
        return verdicts

    def _twins_of(self, row: Row, twins: Mapping[ContentKey, Sequence[Known]]) -> list[Known]:
        equal = twins.get((row.day, row.amount, row.currency), ())
        return [
            known
            for known in equal
            if known.id not in self.claimed
            and known.corrects == _corrected(row)
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
            return self._claim(Verdict("posts", row, hold.id, _posting_text(row, hold)), hold)
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
            return Verdict("posts", row, known.id, _posting_text(row, known))
        named = usable_fitid(row.fitid)
        if named and not known.pending and not usable_fitid(known.fitid):
            return Verdict("renamed", row, known.id, "the bank gave the row an id")
        if known.pending or not named:
            return Verdict("same", row, known.id, _waits_here(row, known))
        if max(self.start, known.start) < min(self.end, known.end):
            was = "the bank gave the same row another id"
            return Verdict("renamed", row, known.id, was)
        return None

    def _held_sum(self, row: Row, pending: Sequence[Known]) -> Known | None:
        fitting = [
            known for known in pending if known.id not in self.claimed and _may_post_as(known, row)
        ]
        return min(fitting, key=lambda known: _distance(known, row), default=None)

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


def _corrected(row: Row) -> str | None:
    return row.extra.corrects.fitid if row.extra and row.extra.corrects else None


def same_text(row: Row, known: Known) -> bool:
    """The same descriptor but for case and blanks, name and memo taken together."""
    if row.payee == known.payee and row.memo == known.memo:
        return True
    return _folded(row.payee, row.memo) == _folded(known.payee, known.memo)


def lapsed(pending: Iterable[Known], claimed: Collection[int], end: date) -> list[int]:
    """Pending rows that a statement should have posted by now, and neither lists nor posted."""
    return [one.id for one in pending if one.id not in claimed and one.day < end - PENDING_LAPSES]


def _folded(payee: str | None, memo: str | None) -> str:
    return " ".join(f"{payee or ''} {memo or ''}".casefold().split())


def _exact(row: Row, known: Known) -> Verdict | None:
    posts = known.pending and not row.pending
    if not posts and _same_day_and_amount(row, known) and same_text(row, known):
        return Verdict("same", row, known.id, _waits_here(row, known))
    return None


def _waits_here(row: Row, known: Known) -> str | None:
    return "pending here, posted in another document" if row.pending > known.pending else None


def _same_day_and_amount(row: Row, known: Known) -> Verdict | None:
    if (row.day, row.amount, row.currency) != (known.day, known.amount, known.currency):
        return None
    if known.pending and not row.pending:
        return Verdict("posts", row, known.id, _posting_text(row, known))
    return Verdict("amends", row, known.id, "the bank changed the text")


def _posted_under_its_id(row: Row, known: Known) -> Verdict | None:
    if not known.pending or row.pending or not _same_sign(row, known):
        return None
    return Verdict("posts", row, known.id, _posting_text(row, known))


def _moved(row: Row, known: Known) -> Verdict | None:
    if (row.amount, row.currency) != (known.amount, known.currency) or not same_text(row, known):
        return None
    return Verdict("amends", row, known.id, f"the bank moved the day from {known.day}")


def _reused(row: Row, namesakes: Sequence[Known]) -> str | None:
    others = [one for one in namesakes if (one.day, one.amount) != (row.day, row.amount)]
    return f"the bank used the id of a row of {others[0].day} again" if others else None


def _same_sign(row: Row, known: Known) -> bool:
    return row.currency == known.currency and (row.amount < 0) == (known.amount < 0)


def _may_post_as(known: Known, row: Row) -> bool:

    if not _same_sign(row, known):
        return False
    if not _POSTS_EARLIEST <= row.day - known.day <= _POSTS_LATEST:
        return False
    if counterparty(row.payee, row.memo) != known.merchant:
        return False
    hold, sum_ = abs(known.amount), abs(row.amount)
    return sum_ <= hold * _TIP or hold <= _TOKEN_HOLD


def _distance(known: Known, row: Row) -> tuple[int, int]:
    """Of equals the first counts, as `Lookups` gives them: the numbers tell of arrival only."""
    return abs(known.amount - row.amount), abs((known.day - row.day).days)


def _posting_text(row: Row, known: Known) -> str:
    if row.amount == known.amount:
        return f"pending since {known.day}, now posted"
    was, now = format_minor(known.amount, known.currency), format_minor(row.amount, row.currency)
    return f"pending as {was} on {known.day}, posted as {now}"
