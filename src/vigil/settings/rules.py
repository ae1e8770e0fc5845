"""What must hold between the settings, once each of them can be read alone.

Returns problems, changes nothing.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

from vigil.settings.matching import overlap
from vigil.settings.problems import ConfigProblem, join_path, nearest
from vigil.settings.schema import TERMINAL, AccountSettings, Settings


def broken_rules(
    settings: Settings, named: Mapping[str, frozenset[str]], source: str
) -> Iterator[ConfigProblem]:
    """The rules that a configuration breaks.

    Args:
        settings: what could be read.
        named: the names of people and channels as the file gives them, usable or not: a person
            whose own table has a fault is still a person.
        source: name of the file, for the problems.
    """
    yield from _channels_of_people(settings, named["channels"] | {TERMINAL}, source)
    yield from _owners_of_accounts(settings, named["people"], source)
    yield from _same_match(settings, source)


def _channels_of_people(
    settings: Settings, known: frozenset[str], source: str
) -> Iterator[ConfigProblem]:
    for person in settings.people.values():
        where = join_path("people", person.name, "channels")
        yield from _unknown_names("channel", person.channels, known, where, source)


def _owners_of_accounts(
    settings: Settings, known: frozenset[str], source: str
) -> Iterator[ConfigProblem]:
    for account in settings.accounts.values():
        where = join_path("accounts", account.nickname, "owners")
        yield from _unknown_names("person", account.owners, known, where, source)


def _unknown_names(
    kind: str, names: tuple[str, ...], known: frozenset[str], where: str, source: str
) -> Iterator[ConfigProblem]:
    for place, name in enumerate(names, start=1):
        if name not in known:
            meant = nearest(name, sorted(known))
            what = f"entry {place} is no {kind} of this file"
            yield ConfigProblem(source, where, what, ", ".join(sorted(known)), meant)


def _same_match(settings: Settings, source: str) -> Iterator[ConfigProblem]:
    readable = [account for account in settings.accounts.values() if account.match.last]
    for first, second in combinations(readable, 2):
        if overlap(first.match, second.match):
            yield ConfigProblem(source, _match_path(second), _twice(first), "")


def _match_path(account: AccountSettings) -> str:
    return join_path("accounts", account.nickname, "match")


def _twice(first: AccountSettings) -> str:
    return (
        f"means the same account as {_match_path(first)}; "
        "give more last characters, or remove one of the two"
    )
