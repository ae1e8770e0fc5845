"""Compares accounts as documents name them with accounts as the configuration names them. Pure."""

import unicodedata

from vigil.settings.values import AccountMatch


def fold(text: str | None) -> str:
    """Letters and digits of a text, without case, accents, spaces and marks."""
    plain = unicodedata.normalize("NFKD", text or "")
    return "".join(character for character in plain.casefold() if character.isalnum())


def matches(match: AccountMatch, institution: str | None, number: str | None) -> bool:
    """True when a document's account can be the one that `match` means.

    An institution that either side leaves out contradicts nothing: many exports name none.
    """
    if not match.last or not fold(number).endswith(fold(match.last)):
        return False
    return _same_institution(match.institution, institution)


def overlap(first: AccountMatch, second: AccountMatch) -> bool:
    """True when one account number could be meant by both."""
    one, two = fold(first.last), fold(second.last)
    if not (one.endswith(two) or two.endswith(one)):
        return False
    return _same_institution(first.institution, second.institution)


def _same_institution(one: str | None, two: str | None) -> bool:
    return not fold(one) or not fold(two) or fold(one) == fold(two)
