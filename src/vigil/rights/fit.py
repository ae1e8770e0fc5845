"""Says which records fit a payment, and what had to be taken for granted for it. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date

from vigil.money import format_minor, parse_amount
from vigil.rights.days import EU_MEMBERS, EURO_AREA
from vigil.rights.facts import Facts, networks, place, words
from vigil.rights.pack import AmountBound, Right

# US accounts of a kind not known have a rule of their own, which is the shortest of its rights.
_OWN_RULE = "unknown"


def fitting(facts: Facts, rights: Mapping[str, Right]) -> dict[str, tuple[str, ...]]:
    """The ids of all records that fit, in the packs' order, each with what was assumed.

    A record that another one replaces (a national copy, a country's own card rule) is not listed
    beside it. Whether a window is over is not looked at here.
    """
    fits: dict[str, tuple[str, ...]] = {}
    for right in rights.values():
        assumed = fit(right, facts)
        if assumed is not None:
            fits[right.id] = assumed
    if any(_OWN_RULE in rights[name].instrument for name in fits):
        fits = {name: said for name, said in fits.items() if rights[name].kind == "fall_back"}
    replaced = {other for name in fits for other in rights[name].replaces}
    return {name: said for name, said in fits.items() if name not in replaced}


def fit(right: Right, facts: Facts) -> tuple[str, ...] | None:
    """What is assumed where the record fits the facts; None where it does not fit."""
    if right.kind == "not_in_force" or not right.offered or right.pending != facts.pending:
        return None
    if right.situation and facts.situation not in right.situation:
        return None
    if not (_in_country(right, facts) and _in_force(right, facts)):
        return None
    parts = (_instrument(right, facts), _network(right, facts), _amount(right.amount, facts))
    said: list[str] = []
    for part in parts:
        if part is None:
            return None
        said.extend(part)
    return tuple(said)


def _in_country(right: Right, facts: Facts) -> bool:
    country, where = place(facts.country), right.jurisdiction
    if where in ("GLOBAL", "unknown"):
        return where == "GLOBAL" or country is None
    if where == "EU":
        return country == "EU" or country in EU_MEMBERS
    return country is not None and where in (country, country.partition("-")[0])


def _in_force(right: Right, facts: Facts) -> bool:
    """Rule by date: the payment's day decides which rule set holds, its first and last included."""
    first, last = right.effective_from, right.effective_until or date.max
    if right.effective_from_outside_euro and place(facts.country) not in EURO_AREA:
        first = right.effective_from_outside_euro
    return (first or date.min) <= facts.date <= last


def _instrument(right: Right, facts: Facts) -> tuple[str, ...] | None:
    """An instrument that is not known fits a country's own rights, never those of a network."""
    have = words(facts.instrument)
    if not right.instrument or have & set(right.instrument):
        return ()
    if have or right.network:
        return None
    if _OWN_RULE in right.instrument:
        return ("kind of payment unknown",)
    return None if right.jurisdiction == "GLOBAL" else ("kind of payment unknown: any",)


def _network(right: Right, facts: Facts) -> tuple[str, ...] | None:
    have = networks(facts)
    if right.network is None or right.network in have:
        return ()
    if have:
        return None
    if right.network == "unknown":
        return ("network unknown: the shortest common window",)
    return (f"network {right.network}",) if right.network_assumed else None


def _amount(bound: AmountBound | None, facts: Facts) -> tuple[str, ...] | None:
    """Whether the sum is inside; another currency is never compared, and an unknown sum fits."""
    if bound is None:
        return ()
    text = " ".join(_bounds(bound))
    if facts.amount is None:
        return (f"amount unknown: {text}",)
    currency = facts.amount.currency
    if currency != bound.currency:
        return (f"amount is in {currency}: {text}",)
    amount = abs(facts.amount.amount)
    if bound.above is not None and amount <= parse_amount(bound.above, currency):
        return None
    if bound.up_to is not None and amount > parse_amount(bound.up_to, currency):
        return None
    return ()


def _bounds(bound: AmountBound) -> Iterator[str]:
    for word, text in (("above", bound.above), ("up to", bound.up_to)):
        if text is not None:
            minor = parse_amount(text, bound.currency)
            yield f"{word} {bound.currency} {format_minor(minor, bound.currency)}"
