"""Learnt state: the profile of each account and of each merchant in it, as JSON."""

import sqlite3
from collections.abc import Collection, Mapping

from vigil.judge.profile import (
    AccountProfile,
    Learnt,
    MerchantProfile,
    decode_account,
    decode_merchant,
    encode,
)
from vigil.store.rows import json_list


def load_account(connection: sqlite3.Connection, account: int) -> AccountProfile:
    """What is known of an account; an empty profile at its beginning."""
    row = connection.execute("SELECT learnt FROM account WHERE id = ?", (account,)).fetchone()
    return decode_account(row["learnt"]) if row["learnt"] else AccountProfile()


def load_merchants(
    connection: sqlite3.Connection, account: int, keys: Collection[str]
) -> dict[str, MerchantProfile]:
    """What is known of some merchants of an account; new ones are left out."""
    rows = connection.execute(
        "SELECT merchant.key, profile.learnt FROM profile JOIN merchant"
        " ON merchant.id = profile.merchant WHERE profile.account = ?"
        " AND merchant.key IN (SELECT value FROM json_each(?))",
        (account, json_list(keys)),
    )
    return {row["key"]: decode_merchant(row["learnt"]) for row in rows}


def other_accounts(connection: sqlite3.Connection, account: int) -> list[AccountProfile]:
    """The profiles of the household's other accounts."""
    rows = connection.execute(
        "SELECT learnt FROM account WHERE id <> ? AND learnt IS NOT NULL", (account,)
    )
    return [decode_account(row["learnt"]) for row in rows]


def known_merchants(connection: sqlite3.Connection) -> dict[str, int]:
    """Every merchant of the household, and how often they were met."""
    return {
        row["key"]: row["seen"]
        for row in connection.execute("SELECT key, seen FROM merchant WHERE seen > 0")
    }


def save(
    connection: sqlite3.Connection, account: int, learnt: Learnt, met: Mapping[str, int]
) -> None:
    """Write what was learnt; `met` says how often each changed merchant was met since."""
    connection.execute(
        "UPDATE account SET learnt = ? WHERE id = ?", (encode(learnt.account).decode(), account)
    )
    connection.executemany(
        "INSERT INTO profile (account, merchant, learnt)"
        " VALUES (?, (SELECT id FROM merchant WHERE key = ?), ?)"
        " ON CONFLICT (account, merchant) DO UPDATE SET learnt = excluded.learnt",
        ((account, key, encode(learnt.merchants[key]).decode()) for key in met),
    )
    connection.executemany(
        "UPDATE merchant SET seen = seen + ? WHERE key = ?",
        ((times, key) for key, times in met.items()),
    )


def forget(connection: sqlite3.Connection, account: int) -> None:
    """Unlearn an account, before it is learnt anew from the ledger."""
    mine = {
        row["merchant"]: 0
        for row in connection.execute("SELECT merchant FROM profile WHERE account = ?", (account,))
    }
    others = connection.execute(
        "SELECT theirs.merchant, theirs.learnt FROM profile AS mine JOIN account AS other"
        " ON other.id <> mine.account JOIN profile AS theirs ON theirs.account = other.id"
        " AND theirs.merchant = mine.merchant WHERE mine.account = ?",
        (account,),
    )
    for row in others:
        mine[row["merchant"]] += decode_merchant(row["learnt"]).count
    connection.executemany(
        "UPDATE merchant SET seen = ? WHERE id = ?",
        ((times, merchant) for merchant, times in mine.items()),
    )
    connection.execute("DELETE FROM profile WHERE account = ?", (account,))
    connection.execute("UPDATE account SET learnt = NULL WHERE id = ?", (account,))
