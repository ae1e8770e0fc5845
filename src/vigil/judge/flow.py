"""How amounts are spread: counts in log buckets, from which shares and percentiles follow.

Integers only, so that the same amounts in any order give the same state. Currencies and
directions are the callers' business.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec


class Flow(msgspec.Struct, array_like=True):
    """Amounts of one currency in one direction: how many, how much, and how they are spread."""

    count: int = 0
    total: int = 0
    smallest: int = 0
    largest: int = 0
    buckets: dict[int, int] = msgspec.field(default_factory=dict)

    def add(self, amount: int) -> None:
        """Count one amount, given without its sign."""
        if self.count == 0 or amount < self.smallest:
            self.smallest = amount
        self.largest = max(self.largest, amount)
        self.count += 1
        self.total += amount
        slot = bucket(amount)
        self.buckets[slot] = self.buckets.get(slot, 0) + 1

    def add_many(self, amounts: Sequence[int]) -> None:
        """Count some amounts, given without their signs."""
        smallest = min(amounts)
        self.smallest = min(self.smallest, smallest) if self.count else smallest
        self.largest = max(self.largest, *amounts)
        self.count += len(amounts)
        self.total += sum(amounts)
        buckets = self.buckets
        for slot, times in Counter(map(bucket, amounts)).items():
            buckets[slot] = buckets.get(slot, 0) + times

    def share_at_least(self, amount: int) -> float:
        """Share of the amounts that lie in the amount's own bucket or above it."""
        if not self.count:
            return 0.0
        slot = bucket(amount)
        return sum(n for b, n in self.buckets.items() if b >= slot) / self.count

    def quantile(self, share: float) -> int:
        """The amount below which that share of all amounts lies, to about 10 %."""
        return quantile(self.buckets, share, self.smallest, self.largest)


@lru_cache(maxsize=16384)
def bucket(amount: int) -> int:
    """The number of the log bucket of an amount: eight to an octave, integers only."""
    bits = amount.bit_length()
    return (bits << 3) | ((amount >> (bits - 4) if bits > 3 else amount << (4 - bits)) & 7)


def floor_of(slot: int) -> int:
    """The smallest amount of a bucket."""
    bits, eighth = slot >> 3, slot & 7
    top = 8 | eighth
    return top << (bits - 4) if bits > 3 else top >> (4 - bits)


def quantile(buckets: Mapping[int, int], share: float, smallest: int, largest: int) -> int:
    """The amount at a share (0 to 1) of a histogram, within its smallest and largest."""
    wanted, seen = share * sum(buckets.values()), 0
    for slot in sorted(buckets):
        seen += buckets[slot]
        if seen >= wanted:
            edge = floor_of(slot) if share < 0.5 else floor_of(slot + 1) - 1
            return min(max(edge, smallest), largest)
    return largest
