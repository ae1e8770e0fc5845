"""Removing rows for good: those of one account, and what names one person.

Each function runs inside the caller's transaction; `erased` makes sure that the bytes are gone.
Numbers stay what they are: nothing else is renumbered.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from vigil.errors import VigilError
from vigil.store.rows import json_list

_THESE = "(SELECT value FROM json_each(?1))"
_ONLY = """
SELECT DISTINCT document.id, sha256 FROM statement
  JOIN document ON document.id = statement.document WHERE account = ?1
  AND NOT EXISTS (SELECT 1 FROM statement AS other
    WHERE other.document = statement.document AND other.account <> ?1)
"""
_SHARED = """
SELECT DISTINCT document FROM statement AS one WHERE account = ?1
  AND EXISTS (SELECT 1 FROM statement AS other
    WHERE other.document = one.document AND other.account <> ?1)
"""


@contextmanager
def erased(connection: sqlite3.Connection) -> Iterator[None]:
    """Rows that are deleted inside leave no bytes in the database or its log.

    Needs room for a second copy of the database for a moment.

    Raises:
        VigilError: the rows are gone, and another command reads the log that holds their bytes.
    """
    connection.execute("PRAGMA secure_delete = ON")
    yield
    try:
        connection.execute("VACUUM")
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise VigilError(
            f"It is forgotten, but the database could not be written anew ({error}): old bytes may "
            "be left in its log until no vigil command runs any more."
        ) from error
    if busy:
        raise VigilError(
            "It is forgotten, but another vigil command still reads the database: old bytes may "
            "be left in its log until that command ends."
        )


def own_documents(connection: sqlite3.Connection, account: int) -> dict[int, str]:
    """Documents that speak of this account alone, with their hashes."""
    return {row["id"]: row["sha256"] for row in connection.execute(_ONLY, (account,))}


def shared_documents(connection: sqlite3.Connection, account: int) -> list[int]:
    """Documents that speak of this account and of others."""
    return [row["document"] for row in connection.execute(_SHARED, (account,))]


def transactions_of(connection: sqlite3.Connection, account: int) -> set[int]:
    """The numbers of all rows of an account."""
    return {row[0] for row in connection.execute("SELECT id FROM tx WHERE account = ?", (account,))}


def alerts_on(connection: sqlite3.Connection, account: int) -> list[int]:
    """Alerts that speak of this account, alone or among others; those of vigil's own faults too."""
    rows = connection.execute(
        "SELECT id FROM alert WHERE account = ?1 OR subject = 'order ' || ?1 OR id IN (SELECT alert"
        " FROM finding WHERE tx IN (SELECT id FROM tx WHERE account = ?1)) ORDER BY id",
        (account,),
    )
    return [row["id"] for row in rows]


def alerts_on_documents(connection: sqlite3.Connection, documents: Collection[int]) -> list[int]:
    """What vigil said of itself about these documents."""
    rows = connection.execute(
        "SELECT alert.id FROM document JOIN alert ON alert.kind = 'self' AND alert.subject IN ("
        "'document ' || document.id, 'second reader ' || document.id, 'rejected ' || sha256)"
        f" WHERE document.id IN {_THESE}",
        (json_list(documents),),
    )
    return [row["id"] for row in rows]


def alerts_to(connection: sqlite3.Connection, person: str) -> list[int]:
    """Alerts that concern this person."""
    rows = connection.execute(
        "SELECT id FROM alert WHERE EXISTS"
        " (SELECT 1 FROM json_each(alert.owners) WHERE value = ?) ORDER BY id",
        (person,),
    )
    return [row["id"] for row in rows]


def cases_on(connection: sqlite3.Connection, account: int) -> set[int]:
    """Cases to which transactions of this account were ever matched."""
    rows = connection.execute(
        "SELECT DISTINCT scam FROM finding WHERE scam IS NOT NULL"
        " AND tx IN (SELECT id FROM tx WHERE account = ?)",
        (account,),
    )
    return {row["scam"] for row in rows}


def remove_findings(connection: sqlite3.Connection, transactions: Collection[int]) -> None:
    """Nothing was ever said of these transactions."""
    gone = json_list(transactions)
    connection.execute(f"DELETE FROM finding WHERE tx IN {_THESE}", (gone,))
    rows = connection.execute(
        "SELECT id, related FROM finding WHERE EXISTS"
        f" (SELECT 1 FROM json_each(finding.related) WHERE value IN {_THESE})",
        (gone,),
    ).fetchall()
    for row in rows:
        left = [one for one in json.loads(row["related"]) if one not in transactions]
        connection.execute(
            "UPDATE finding SET related = ? WHERE id = ?", (json.dumps(left), row["id"])
        )


def remove_alerts(connection: sqlite3.Connection, alerts: Iterable[int]) -> None:
    """Remove alerts with their messages and the decisions on them.

    A decision that taught something about another account stays, without its alert, and so does
    its undo.
    """
    these = (json_list(alerts),)
    connection.execute(f"UPDATE finding SET alert = NULL WHERE alert IN {_THESE}", these)
    connection.execute(f"DELETE FROM outbox WHERE alert IN {_THESE}", these)
    taught = "SELECT decision FROM lesson"
    connection.execute(
        f"UPDATE decision SET alert = NULL WHERE alert IN {_THESE}"
        f" AND (id IN ({taught}) OR undoes IN ({taught}))",
        these,
    )
    connection.execute(f"DELETE FROM decision WHERE alert IN {_THESE}", these)
    connection.execute(f"DELETE FROM alert WHERE id IN {_THESE}", these)


def remove_lessons(connection: sqlite3.Connection, account: int) -> None:
    """What answers taught about an account."""
    connection.execute("DELETE FROM lesson WHERE account = ?", (account,))


def remove_lines(connection: sqlite3.Connection, case: int, beginnings: Collection[str]) -> None:
    """The lines of a case's timeline that begin with one of these texts."""
    rows = connection.execute("SELECT id, what FROM scam_event WHERE scam = ?", (case,)).fetchall()
    for row in rows:
        if row["what"].startswith(tuple(beginnings)):
            connection.execute("DELETE FROM scam_event WHERE id = ?", (row["id"],))


def remove_ledger(connection: sqlite3.Connection, account: int, documents: Collection[int]) -> None:
    """The rows of an account, and the documents that speak of it alone."""
    own = "(SELECT id FROM tx WHERE account = ?1)"
    statements = "(SELECT id FROM statement WHERE account = ?1)"
    for rows in (
        f"link WHERE from_tx IN {own} OR to_tx IN {own}",
        f"sighting WHERE statement IN {statements}",
        "tx WHERE account = ?1",
        "profile WHERE account = ?1",
        "statement WHERE account = ?1",
        "account WHERE id = ?1",
    ):
        connection.execute(f"DELETE FROM {rows}", (account,))
    connection.execute(
        "DELETE FROM merchant WHERE NOT EXISTS (SELECT 1 FROM tx WHERE merchant = merchant.id)"
        " AND NOT EXISTS (SELECT 1 FROM profile WHERE merchant = merchant.id)"
    )
    gone = (json_list(documents),)
    connection.execute(f"DELETE FROM problem WHERE document IN {_THESE}", gone)
    connection.execute(f"DELETE FROM document WHERE id IN {_THESE}", gone)
    connection.execute("UPDATE source SET last_event = NULL, last_event_at = NULL")


def blank_second_views(connection: sqlite3.Connection, documents: Collection[int]) -> None:
    """What two readers differ in, of documents that stay, may quote what is forgotten."""
    connection.execute(
        f"UPDATE document SET second_view = NULL WHERE id IN {_THESE}", (json_list(documents),)
    )


def blank_messages(connection: sqlite3.Connection, words: Collection[str]) -> list[int]:
    """Empty every message that names one of these; the waiting ones among them, to be worded anew.

    Messages on no alert (the weekly note) that wait are removed: the next one is on its way.
    """
    waiting = []
    rows = connection.execute("SELECT id, alert, state, title, body FROM outbox").fetchall()
    for row in rows:
        if not any(word in f"{row['title']}\n{row['body']}\n" for word in words):
            continue
        if row["state"] != "queued":
            connection.execute("UPDATE outbox SET title = '', body = '' WHERE id = ?", (row["id"],))
        elif row["alert"] is None:
            connection.execute("DELETE FROM outbox WHERE id = ?", (row["id"],))
        else:
            waiting.append(row["id"])
    return waiting


def reword_message(connection: sqlite3.Connection, row: int, title: str, body: str) -> None:
    """Give a waiting message other words."""
    connection.execute("UPDATE outbox SET title = ?, body = ? WHERE id = ?", (title, body, row))


def message(connection: sqlite3.Connection, row: int) -> tuple[int, str]:
    """The alert and the person of a message."""
    found = connection.execute("SELECT alert, person FROM outbox WHERE id = ?", (row,)).fetchone()
    return int(found["alert"]), str(found["person"])


def remove_person(connection: sqlite3.Connection, person: str) -> None:
    """What was sent or is to be sent to a person, and what is due for them."""
    connection.execute("DELETE FROM outbox WHERE person = ?", (person,))
    connection.execute("DELETE FROM schedule WHERE name = ?", (f"digest {person}",))
    connection.execute("UPDATE decision SET by = 'somebody' WHERE by = ?", (person,))


def set_owners(
    connection: sqlite3.Connection, alert: int, subject: str, owners: Collection[str]
) -> None:
    """Give an alert other listeners."""
    connection.execute(
        "UPDATE alert SET subject = ?, owners = ? WHERE id = ?",
        (subject, json.dumps(list(owners)), alert),
    )


def channel_alerts(connection: sqlite3.Connection, person: str) -> list[int]:
    """What vigil said of the channels of a person."""
    beginning = f"channel {person} "
    rows = connection.execute("SELECT id, subject FROM alert WHERE kind = 'self'")
    return [row["id"] for row in rows if row["subject"].startswith(beginning)]
