"""A new merchant whose name looks like one that the household knows, and is another.

Look-alike letters of other alphabets and digits among letters are strong signs; one letter more,
less or other is a weaker one, since banks cut and misspell names too. Asked only for a merchant's
first charges. It never compares people's names by one letter: "linda b" is not "linda d".
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from vigil.judge.common import finding
from vigil.judge.facts import facts_of
from vigil.judge.patterns import Pattern
from vigil.judge.profile import Learnt
from vigil.judge.samples import Line, habit, ordinary
from vigil.model import Finding, Transaction
from vigil.text import has_two_alphabets, skeleton
from vigil.text_words import WELL_KNOWN

ID = "lookalike_merchant"
FIRST_CHARGES = 2  # a look-alike that goes on charging is told twice, then it is known
SHORTEST = 5  # shorter names differ by one letter honestly
_SITE = re.compile(r"\.(?:com|net|org)\b.*")
_DIGIT_IN_WORD = re.compile(r"[^\W\d_][01358]+[^\W\d_]")


def judge(transaction: Transaction, learnt: Learnt) -> Finding | None:
    """A finding for the first charges of a merchant that imitates a known one."""
    if transaction.amount >= 0:
        return None
    merchant = learnt.merchants.get(transaction.merchant)
    if merchant is not None and merchant.count >= FIRST_CHARGES:
        return None
    manner, known = facts_of(transaction).manner, learnt.known()
    if manner not in {"buy", "send"} or known.get(transaction.merchant, 0) > FIRST_CHARGES:
        return None
    new = repr(transaction.merchant)
    found = _imitated(transaction.merchant, known, manner == "buy")
    if found is not None:
        name, score, how = found
        reason = f"new name {new} looks like {name!r}, which you know: {how}"
        return finding(ID, transaction, score, reason)
    if has_two_alphabets(transaction.merchant):
        reason = f"new name {new} mixes letters of two alphabets in one word"
        return finding(ID, transaction, 4.2, reason)
    return None


def _imitated(key: str, known: Mapping[str, int], letters: bool) -> tuple[str, float, str] | None:
    """The known name, the score and in what way the new one differs; disguises come first."""
    seen, (first, _, rest) = _seen(key), key.partition(" ")
    first_seen = _seen(first) if rest and len(first) >= SHORTEST else None
    names = [n for n in (*known, *WELL_KNOWN) if len(n) >= SHORTEST and n != key]
    for name in names:
        look = _seen(name)
        # "amaz0n mktplace" imitates "amazon"; "amazon mktplace" does not.
        if look == seen or (look == first_seen and name != first):
            return (name, *_disguise(key))
    if not letters:
        return None
    near = process.extract(key, names, scorer=OSA.distance, score_cutoff=1, limit=None)
    edited = [name for name, _, _ in near if _one_edit(key, name)]
    if not edited:
        return None
    name = max(edited, key=lambda n: known.get(n, 0))
    return name, 3.4 if known.get(name, 0) >= 3 else 2.6, "one letter differs"


@lru_cache(maxsize=8192)
def _seen(key: str) -> str:
    """What the name looks like, reduced once more: "apple.c0m" reads as "apple.com", so "apple"."""
    return _SITE.sub("", skeleton(key))


def _disguise(key: str) -> tuple[float, str]:
    if not key.isascii():
        return 4.6, "letters of another alphabet"
    if _DIGIT_IN_WORD.search(key):
        return 4.3, "digits instead of letters"
    return 4.0, "letters that look alike"


def _one_edit(key: str, name: str) -> bool:
    """Of names one edit apart: a letter inside, not a cut-off end, a plural, a space or a digit."""
    ours, theirs = key.split(), name.split()
    if len(ours) != len(theirs):
        return False
    word, other = next((a, b) for a, b in zip(ours, theirs, strict=True) if a != b)
    cut_off = word.startswith(other) or other.startswith(word)
    return not cut_off and min(len(word), len(other)) >= 3 and word.isalpha() and other.isalpha()


PATTERN = Pattern(
    id=ID,
    title="a new name that imitates one you know",
    judge=judge,
    hits=(
        (*ordinary(), Line(95, "GREEN GR0CER #7", -4200)),
        (*ordinary(), *habit("AUDIBLE*X9", (-1500,) * 3, 30), Line(95, "AUDIBL\u0435*Y8", -4999)),
        (
            *ordinary(),
            *habit("GREENWOOD BOOKS", (-1500,) * 3, 30),
            Line(95, "GREENWOD BOOKS", -4999),
        ),
        (*ordinary(), Line(95, "PAYPAI *SOMEBODY", -4999)),
    ),
    misses=(
        (*ordinary(), Line(95, "GREEN GROCER #99", -4200)),
        (
            *ordinary(),
            *habit("ZELLE TO LINDA B", (-1500,) * 3, 30),
            Line(95, "ZELLE TO LINDA D", -4999),
        ),
        (
            *ordinary(),
            *habit("GREENWOOD BOOKS", (-1500,) * 3, 30),
            Line(95, "GREENWOOD BOOK", -4999),
        ),
        (*ordinary(), *habit("ALDI", (-1500,) * 3, 30), Line(95, "ALTI", -4999)),
    ),
)
