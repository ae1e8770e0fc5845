"""Evidence that a transaction belongs to a case: identifiers, names, words of recovery fraud.

Pure. A name is compared once per merchant key and case (remembered), identifiers are looked
for in the raw text, where they are strong evidence: an IBAN, an order number, a domain.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from vigil.model import Case, Transaction
from vigil.text import fold, merchant_key, name_similarity

SAME_NAME = 0.8  # from here two names are held to be one counterparty
_KINDS = re.compile(r"^(?:zelle|venmo|wire|transfer|cash app) ")

# What "we get your money back" firms call themselves: FTC, "Refund and recovery scams";
# the second list is shared with honest firms and counts with further evidence only.
_RECOVERY = re.compile(
    r"\b(?:recover\w*|reclaim\w*|retriev\w*|trac(?:e|ing|er|ers)|chargebacks?|refunds?|claims?"
    r"|forensics?"
    r"|legal|law"
    r"|lawyers?|attorneys?|solicitors?|advocates?|barristers?|notary|clearance|processing"
    r"|release|anti-?fraud|cyber|hack\w*|investigat\w*|justice|compensation|restitution"
    r"|arbitration)\b"
)
_ADVICE = re.compile(
    r"\b(?:advis\w*|partners?|consult\w*|associates?|agency|bureau|solutions|services|group|council"
    r"|commission|support|resolution|fin(?:ance|ancial)|capital|trust)\b"
)
# ISO 18245: legal services, business services, management, detectives, other professions.
_ADVICE_SIC = frozenset({"7392", "7393", "7399", "8111", "8999"})

PROVISIONAL = re.compile(
    r"\b(?:provisional|prov(?:\.|is)? ?(?:cr|credit)|temporary credit|temp credit|conditional"
    r" credit"
    r"|dispute(?:d)? credit|chargeback credit|claim credit|fraud credit)\b"
)
REVERSED = re.compile(r"\b(?:revers\w*|rev|retract\w*|rescind\w*|withdrawn|taken back|adj\w*)\b")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Cases made ready for matching; remembers what it found for each merchant key.

    Attributes:
        cases: the open cases.
        identifiers: for each case its addresses, domains, account and order numbers, folded.
        keys: for each case its names as merchant keys.
        sums: money out that means something to a case whoever takes it.
        earliest: the ordinal of the day on which the first case was opened.
    """

    cases: tuple[Case, ...]
    identifiers: tuple[tuple[str, ...], ...]
    keys: tuple[tuple[str, ...], ...]
    sums: frozenset[int]
    earliest: int
    _similar: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def similarity(self, merchant: str) -> tuple[float, ...]:
        """How surely the merchant is each case's counterparty, in the order of the cases."""
        found = self._similar.get(merchant)
        if found is None:
            found = tuple(best_name(merchant, keys) for keys in self.keys)
            self._similar[merchant] = found
        return found

    def found_identifiers(self, transaction: Transaction) -> tuple[str | None, ...]:
        """For each case the first of its identifiers in the raw text or the target account."""
        if not any(self.identifiers):
            return (None,) * len(self.cases)
        extra = transaction.extra
        text = transaction.descriptor
        if extra is not None:
            text = f"{text} {extra.address or ''} {extra.to_account or ''}"
        squeezed = _squeeze(text)
        return tuple(next((k for k in own if k in squeezed), None) for own in self.identifiers)


def prepare(cases: tuple[Case, ...]) -> Prepared:
    """Cases with their names, identifiers and sums reduced once."""
    return Prepared(
        cases=cases,
        identifiers=tuple(_identifiers(case) for case in cases),
        keys=tuple(
            tuple(dict.fromkeys(_bare(merchant_key(name)) for name in case.names if name.strip()))
            for case in cases
        ),
        sums=frozenset().union(*(_sums(case) for case in cases)),
        earliest=min((case.opened.toordinal() for case in cases), default=0),
    )


def _sums(case: Case) -> set[int]:
    sums = {payment.amount for payment in case.payments}
    if case.balance is not None:
        sums.add(-abs(case.balance.amount))
    return sums


@lru_cache(maxsize=8192)
def best_name(merchant: str, keys: tuple[str, ...]) -> float:
    """The best similarity of a merchant key with any of a case's names."""
    bare = _bare(merchant)
    return max((name_similarity(bare, key) for key in keys), default=0.0)


def recovery_words(transaction: Transaction) -> int:
    """2 for words of recovery fraud, 1 for those of advisers and agents, 0 for none."""
    text = fold(transaction.descriptor)
    if _RECOVERY.search(text):
        return 2
    extra = transaction.extra
    advice = _ADVICE.search(text) or (extra is not None and extra.sic in _ADVICE_SIC)
    return 1 if advice else 0


def _identifiers(case: Case) -> tuple[str, ...]:
    """Short ones would be found everywhere and are left out."""
    given = (*case.emails, *case.domains, *case.accounts, *case.orders)
    return tuple(s for s in (_squeeze(text) for text in given) if len(s) >= 5)


def _squeeze(text: str) -> str:
    return re.sub(r"[\s#-]+", "", fold(text))


def _bare(merchant: str) -> str:
    return _KINDS.sub("", merchant)
