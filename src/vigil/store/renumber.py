"""Folding an account anew without losing the numbers under which people know its transactions."""

import sqlite3
from collections.abc import Iterator, Mapping

from vigil.store import sightings
from vigil.store.sightings import Sighting

Former = Mapping[tuple[int, int], int]  # (statement, place) of a row: the transaction it met


def set_aside(connection: sqlite3.Connection, account: int) -> Former:
    """Take an account's transactions out of sight, so that it can be folded anew.

    Foreign keys are looked at again when the transaction commits: by then `take_back_numbers`
    has given every number its row again.
    """
    connection.execute("PRAGMA defer_foreign_keys = ON")
    former = {(one.statement, one.place): one.tx for one in _places(connection, account)}
    connection.execute(
        "DELETE FROM link WHERE from_tx IN (SELECT id FROM tx WHERE account = ?)", (account,)
    )
    sightings.forget(connection, account)
    connection.execute("UPDATE tx SET account = -account WHERE account = ?", (account,))
    return former


def take_back_numbers(connection: sqlite3.Connection, account: int, former: Former) -> list[int]:
    """Give the transactions of a new fold the numbers under which people know them.

    Returns:
        Numbers that no row had before.
    """
    places = sorted(
        _places(connection, account), key=lambda one: (one.tx, one.rank, one.statement, one.place)
    )
    numbers: dict[int, int] = {}
    taken: set[int] = set()
    for one in places:
        number = former.get((one.statement, one.place))
        if one.tx not in numbers and number is not None and number not in taken:
            numbers[one.tx] = number
            taken.add(number)
    swaps = [(old, new) for new, old in numbers.items()]
    connection.executemany("DELETE FROM tx WHERE id = ?", ((old,) for old in taken))
    connection.executemany("UPDATE tx SET id = ? WHERE id = ?", swaps)
    sightings.renumber(connection, account, numbers)
    connection.executemany("UPDATE link SET from_tx = ? WHERE from_tx = ?", swaps)
    connection.executemany("UPDATE link SET to_tx = ? WHERE to_tx = ?", swaps)
    connection.execute(
        "UPDATE tx SET account = -account, state = 'merged',"
        " reason = 'another order of documents shows that it is a row known already'"
        " WHERE account = -?",
        (account,),
    )
    return sorted({one.tx for one in places} - set(numbers))


def _places(connection: sqlite3.Connection, account: int) -> Iterator[Sighting]:
    """Where each transaction of an account was first written, and where it was met again."""
    first = connection.execute(
        "SELECT statement, place, id, '' FROM tx WHERE account = ? AND state <> 'merged'",
        (account,),
    )
    yield from (Sighting(*row) for row in first)
    yield from sightings.of_account(connection, account)
