"""The values of reconciling: what the ledger tells of its rows, and what is decided of new ones."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, Protocol

from vigil.model import Row

VerdictKind = Literal["new", "same", "amends", "renamed", "posts", "unsure", "replaces", "deletes"]
ContentKey = tuple[date, int, str]
Glance = tuple[int, str, int, str, str | None, str | None]  # see Lookups.alone


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


@dataclass(slots=True)
class Decided:
    """What is decided of some rows: most are plainly new or plainly known, the rest has words.

    Attributes:
        new: rows that the ledger does not hold, without a further word.
        same: rows known word by word: the row's place, and the transaction that it met.
        verdicts: all the others.
    """

    new: list[Row] = field(default_factory=list)
    same: list[tuple[int, int]] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)


class Lookups(Protocol):
    """What the ledger answers about one account, rows of the statement at hand left out.

    Rows come in canonical order: by the rank of their first statement, then by place.
    """

    def alone(self, fitids: Collection[str]) -> Mapping[str, Glance]:
        """Of these ids those that one posted, ordinary row carries and no other row does.

        Returns:
            By id: number, day (ISO), amount, currency, payee and memo.
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
