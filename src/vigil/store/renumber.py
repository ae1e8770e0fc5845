"""Folding an account anew without losing the numbers under which people know its transactions."""

import sqlite3
from collections.abc import Mapping

Former = Mapping[tuple[int, int], int]  # (statement, place) of a row: the transaction it met


def set_aside(connection: sqlite3.Connection, account: int) -> Former:
    """Take an account's transactions out of sight, so that it can be folded anew.

    Foreign keys are looked at again when the transaction commits: by then `take_back_numbers`
    has given every number its row again.
    """
    connection.execute("PRAGMA defer_foreign_keys = ON")
    former = {
        (row["statement"], row["place"]): row["id"]
        for row in connection.execute(
            "SELECT tx.statement, tx.place, tx.id FROM tx WHERE account = ?1 AND state <> 'merged'"
            " UNION ALL SELECT sighting.statement, sighting.place, sighting.tx FROM sighting"
            " JOIN statement ON statement.id = sighting.statement WHERE statement.account = ?1",
            (account,),
        )
    }
    connection.execute(
        "DELETE FROM link WHERE from_tx IN (SELECT id FROM tx WHERE account = ?)", (account,)
    )
    connection.execute(
        "DELETE FROM sighting WHERE statement IN (SELECT id FROM statement WHERE account = ?)",
        (account,),
    )
    connection.execute("UPDATE tx SET account = -account WHERE account = ?", (account,))
    return former


def take_back_numbers(connection: sqlite3.Connection, account: int, former: Former) -> list[int]:
    """Give the transactions of a new fold the numbers under which people know them.

    Returns:
        Numbers that no row had before.
    """
    places = connection.execute(
        "SELECT tx.id, tx.statement, tx.place, '' AS rank FROM tx WHERE account = ?1"
        " UNION ALL SELECT sighting.tx, sighting.statement, sighting.place, rank FROM sighting"
        " JOIN statement ON statement.id = sighting.statement WHERE statement.account = ?1"
        " ORDER BY 1, rank, 2, 3",
        (account,),
    ).fetchall()
    numbers: dict[int, int] = {}
    taken: set[int] = set()
    for row in places:
        number = former.get((row["statement"], row["place"]))
        if row["id"] not in numbers and number is not None and number not in taken:
            numbers[row["id"]] = number
            taken.add(number)
    swaps = [(old, new) for new, old in numbers.items()]
    connection.executemany("DELETE FROM tx WHERE id = ?", ((old,) for old in taken))
    connection.executemany("UPDATE tx SET id = ? WHERE id = ?", swaps)
    connection.executemany("UPDATE sighting SET tx = ? WHERE tx = ?", swaps)
    connection.executemany("UPDATE link SET from_tx = ? WHERE from_tx = ?", swaps)
    connection.executemany("UPDATE link SET to_tx = ? WHERE to_tx = ?", swaps)
    connection.execute(
        "UPDATE tx SET account = -account, state = 'merged',"
        " reason = 'another order of documents shows that it is a row known already'"
        " WHERE account = -?",
        (account,),
    )
    return sorted({row["id"] for row in places} - set(numbers))
