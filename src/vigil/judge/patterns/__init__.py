"""The patterns: one file each, found by being there.

A module of this package that has a `PATTERN` is a pattern. It carries its own proof: samples
whose last transaction must lead to a finding (`hits`) and such that must not (`misses`).
A pattern is pure, sees one transaction and the learnt state, and may not change either.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from vigil.judge.profile import Learnt
from vigil.judge.samples import Sample
from vigil.model import Finding, Transaction


@dataclass(frozen=True, slots=True)
class Pattern:
    """One detector.

    Attributes:
        id: the rule's name in findings, lessons and commands; the same as the file's.
        title: what it looks for, in plain words.
        judge: a finding or None; `learnt` is what was known before the transaction.
        hits, misses: samples; the last row of each is the one in question.
    """

    id: str
    title: str
    judge: Callable[[Transaction, Learnt], Finding | None]
    hits: tuple[Sample, ...]
    misses: tuple[Sample, ...]


@cache
def all_patterns() -> tuple[Pattern, ...]:
    """Every pattern of this package, in the order of their names."""
    found = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        pattern = getattr(importlib.import_module(f"{__name__}.{module.name}"), "PATTERN", None)
        if isinstance(pattern, Pattern):
            found.append(pattern)
    return tuple(found)
