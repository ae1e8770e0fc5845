"""Which account of the configuration a document means, and how texts call an account.

Pure. The whole number of an account never leaves this module.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from vigil.model import Account, AccountKind, AccountRef
from vigil.settings.matching import fold, matches
from vigil.settings.schema import AccountSettings, Settings
from vigil.settings.values import MOST_LAST_CHARACTERS, plain_name, read_match

_SHOWN = 4
_SHORT_NUMBER = 6  # of a shorter one, four characters would be most of it


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Why no table of the configuration can be used for an account, as one calm sentence."""

    why: str


def match_account(
    settings: Settings,
    institution: str | None,
    number: str | None,
    known: Iterable[AccountRef] = (),
) -> AccountSettings | Ambiguous | None:
    """The table that means this account; None when none does.

    Args:
        settings: the configuration.
        institution: as the document gives it.
        number: as the document gives it.
        known: the other accounts of the ledger: a table that means two accounts is refused.
    """
    found = [
        account
        for account in settings.accounts.values()
        if matches(account.match, institution, number)
    ]
    if not found:
        return None
    if len(found) > 1:
        names = " and ".join(f"[accounts.{account.nickname}]" for account in found)
        return Ambiguous(f"{names} both mean {display_name(institution, number)}")
    others = {fold(other.number) for other in known if _means(found[0], other)} - {fold(number)}
    if others:
        return Ambiguous(
            f"[accounts.{found[0].nickname}] means more than one account; "
            "give more last characters in match"
        )
    return found[0]


def _means(account: AccountSettings, other: AccountRef) -> bool:
    return matches(account.match, other.institution, other.number)


def describe(
    settings: Settings,
    ref: AccountRef,
    *,
    row: int,
    currency: str,
    known: Iterable[AccountRef] = (),
) -> Account:
    """The account as patterns, deadlines and texts see it; `row` is the ledger's number.

    An account without a table, or with two, is watched just the same: under its institution and
    last characters, told to the owners of the household, with what is assumed said in `assumes`.
    """
    found = match_account(settings, ref.institution, ref.number, known)
    table = found if isinstance(found, AccountSettings) else AccountSettings("")
    owners = table.owners or household_owners(settings)
    country = table.country or settings.household.country
    instrument = table.instrument or ("credit_card" if ref.kind == "card" else None)
    assumes = (
        f"country {country}" if country and not table.country else "",
        f"instrument {instrument}" if instrument and not table.instrument else "",
        f"owners {', '.join(owners)}" if len(owners) > 1 and not table.owners else "",
        found.why if isinstance(found, Ambiguous) else "",
    )
    return Account(
        id=row,
        nickname=table.nickname or display_name(ref.institution, ref.number),
        kind=ref.kind,
        currency=currency,
        owners=owners,
        country=country,
        instrument=instrument,
        network=table.network,
        provider=table.provider,
        phone=table.phone,
        assumes=tuple(text for text in assumes if text),
    )


def household_owners(settings: Settings) -> tuple[str, ...]:
    """Whom an account concerns that names nobody: the owners, or the guardians where none is."""
    owners = tuple(name for name, person in settings.people.items() if person.role == "owner")
    return owners or tuple(settings.people)


def display_name(institution: str | None, number: str | None) -> str:
    """How an account without nickname is called: "BENCHBANK ...6789"."""
    name = _one_line(institution) or "account"
    last = last_characters(number)
    return f"{name} ...{last}" if last else name


def last_characters(number: str | None) -> str:
    """The last four characters of a number; of a number shorter than six, at most half."""
    text = "".join((number or "").split())
    shown = _SHOWN if len(text) >= _SHORT_NUMBER else len(text) // 2
    return text[len(text) - shown :] if text.isprintable() else ""


def _one_line(text: str | None) -> str:
    printable = (character if character.isprintable() else " " for character in text or "")
    return " ".join("".join(printable).split())[:60]


def paste_lines(institution: str | None, number: str, kind: AccountKind) -> str:
    """The lines that give an account its nickname; `vigil account ls` prints them.

    Where four characters would not do for `match`, more of the number is given, never all of it.
    """
    name = _one_line(institution)
    found = _paste_match(institution, number)
    match = (
        f'match = "{found}"'
        if found
        else "# Its number is too short to be known by its end, so it can have no nickname."
    )
    instrument = ['instrument = "credit_card"  # or "debit_card"'] if kind == "card" else []
    lines = [
        f"[accounts.{_nickname(name, last_characters(number))}]",
        match,
        *instrument,
        '#owners = ["anna"]  # the people who are told of it',
        '#phone = "+1 800 555 0100"  # the number on the back of the card',
    ]
    return "\n".join(lines) + "\n"


def _paste_match(institution: str | None, number: str) -> str | None:
    """A `match` that reads back and means this account: with the institution where that works."""
    text = "".join(number.split())
    name = (institution or "").strip()
    for most in range(min(_SHOWN, len(text) - 1), min(MOST_LAST_CHARACTERS, len(text) - 1) + 1):
        for candidate in (f"{name} ...{text[-most:]}", f"...{text[-most:]}"):
            if _reads_back(candidate, institution, number):
                return candidate
    return None


def _reads_back(candidate: str, institution: str | None, number: str) -> bool:
    if '"' in candidate or "\\" in candidate:
        return False
    try:
        return matches(read_match(candidate), institution, number)
    except ValueError:
        return False


def _nickname(name: str, last: str) -> str:
    words = "-".join(part for part in (name.lower(), last) if part)
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in words).strip("-")[:32]
    return safe if plain_name(safe) else "NICKNAME"
