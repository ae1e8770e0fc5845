"""Which copies of documents are let go. A pure decision: nothing here reads or removes anything."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple


class Copy(NamedTuple):
    """The copy of a document in the documents folder."""

    document: int
    sha256: str
    taken_at: datetime


def to_let_go(
    copies: Iterable[Copy], cited: Collection[int], now: datetime, days: int
) -> list[Copy]:
    """The copies that are older than `days` and that nothing speaks of.

    Args:
        cited: numbers of the documents that a case or an open alert speaks of, or that are still
            to be read a second time.
        days: 0 keeps every copy for ever.
    """
    if days <= 0:
        return []
    before = now - timedelta(days=days)
    return [one for one in copies if one.taken_at < before and one.document not in cited]
