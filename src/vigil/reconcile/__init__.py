"""Which row of a statement is new, and which one the ledger holds already: one-to-one, counted.

Pure: what the ledger holds comes in through `Lookups`; what is to be done comes out, with a reason
where it is not plain. Nothing is matched twice, two equal charges stay two, and what cannot be
decided is kept as a row of its own and called unsure.

The rules are those of `docs/reconciling.md`: `pairs` says when a row and a known one are one and
the same, `reconciler` gives each row of a statement at most one of them. They are applied to the
statements of an account in one canonical order (`rank`), so that the order in which files arrive
does not matter.
"""

from vigil.reconcile.pairs import lapsed
from vigil.reconcile.reconciler import Reconciler
from vigil.reconcile.values import ContentKey, Decided, Glance, Known, Lookups, Verdict, rank

__all__ = [
    "ContentKey",
    "Decided",
    "Glance",
    "Known",
    "Lookups",
    "Reconciler",
    "Verdict",
    "lapsed",
    "rank",
]
