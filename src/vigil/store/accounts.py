"""Accounts as the documents name them, their watch day and how far documents vouch for them."""

import sqlite3
from datetime import date, datetime
from typing import NamedTuple

from vigil.model import AccountKind, AccountRef
from vigil.store.rows import moment, stamp


class AccountRow(NamedTuple):
    """An account of the ledger. `watch_day`: rows up to it are history."""

    id: int
    institution: str | None
    bank: str | None
    number: str | None
    kind: AccountKind
    currency: str
    watch_day: date
    first_import_until: datetime
    covered_to: date | None


_SELECT = (
    "SELECT id, institution, bank, number, kind, currency, watch_day, first_import_until,"
    " covered_to FROM account"
)


def _account(row: sqlite3.Row) -> AccountRow:
    covered = row["covered_to"]
    return AccountRow(
        row["id"],
        row["institution"],
        row["bank"],
        row["number"],
        row["kind"],
        row["currency"],
        date.fromisoformat(row["watch_day"]),
        moment(row["first_import_until"]),
        date.fromisoformat(covered) if covered else None,
    )


def every(connection: sqlite3.Connection) -> list[AccountRow]:
    """All accounts, in the order in which they were first seen."""
    return [_account(row) for row in connection.execute(f"{_SELECT} ORDER BY id")]


def get(connection: sqlite3.Connection, account: int) -> AccountRow:
    """The account with this number."""
    return _account(connection.execute(f"{_SELECT} WHERE id = ?", (account,)).fetchone())


def find(connection: sqlite3.Connection, ref: AccountRef) -> AccountRow | None:
    """The account that a document means.

    Exports of one account leave out the institution or the bank's code now and then: what is
    missing on either side does not tell two accounts apart, what differs does.
    """
    rows = connection.execute(
        f"{_SELECT} WHERE number IS ? AND kind = ? ORDER BY id", (ref.number, ref.kind)
    )
    for row in rows:
        if _agrees(row["institution"], ref.institution) and _agrees(row["bank"], ref.bank):
            return _account(row)
    return None


def add(
    connection: sqlite3.Connection,
    ref: AccountRef,
    currency: str,
    watch_day: date,
    now: datetime,
) -> int:
    """Begin to watch an account."""
    cursor = connection.execute(
        "INSERT INTO account (institution, bank, number, kind, currency, watch_day,"
        " first_import_until) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            ref.institution,
            ref.bank,
            ref.number,
            ref.kind,
            currency,
            watch_day.isoformat(),
            stamp(now),
        ),
    )
    return int(cursor.lastrowid or 0)


def learn_names(connection: sqlite3.Connection, account: int, ref: AccountRef) -> None:
    """Fill in an institution or a bank's code that earlier documents left out."""
    connection.execute(
        "UPDATE account SET institution = coalesce(institution, ?), bank = coalesce(bank, ?)"
        " WHERE id = ?",
        (ref.institution, ref.bank, account),
    )


def set_watch_day(connection: sqlite3.Connection, account: int, watch_day: date) -> None:
    """Rows of `account` up to this day are history; it never moves back."""
    connection.execute(
        "UPDATE account SET watch_day = max(watch_day, ?) WHERE id = ?",
        (watch_day.isoformat(), account),
    )


def keep_first_import_open(connection: sqlite3.Connection, account: int, until: datetime) -> None:
    """What lay in the inbox before `until` still belongs to the account's first import."""
    connection.execute(
        "UPDATE account SET first_import_until = max(first_import_until, ?) WHERE id = ?",
        (stamp(until), account),
    )


def cover(connection: sqlite3.Connection, account: int, end: date) -> None:
    """A document vouches for the account up to this day."""
    connection.execute(
        "UPDATE account SET covered_to = max(coalesce(covered_to, ?1), ?1) WHERE id = ?2",
        (end.isoformat(), account),
    )


def note_claims(connection: sqlite3.Connection, account: int) -> None:
    """A document listed a row of this account that lays claim to others: pending, or correcting."""
    connection.execute(
        "UPDATE account SET had_claims = 1 WHERE id = ? AND NOT had_claims", (account,)
    )


def had_claims(connection: sqlite3.Connection, account: int) -> bool:
    """True when a document ever listed a pending or a correcting row of this account."""
    row = connection.execute("SELECT had_claims FROM account WHERE id = ?", (account,)).fetchone()
    return bool(row["had_claims"])


def _agrees(one: str | None, other: str | None) -> bool:
    return not one or not other or one.casefold() == other.casefold()
