"""Statements and transactions: what reconciling asks, and what its verdicts write."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from vigil import reconcile
from vigil.model import Row, Transaction
from vigil.reconcile import ContentKey, Known, Verdict
from vigil.store.rows import KNOWN, TRANSACTION, dump_extra, json_list, known, transaction


class StatementRow(NamedTuple):
    """A statement of the ledger; `rank` is its place in the canonical order."""

    id: int
    document: int
    sha256: str
    position: int
    start: date
    end: date
    rank: str


def add_statement(connection: sqlite3.Connection, columns: Mapping[str, object]) -> int:
    """Note a statement; the keys are its columns."""
    cursor = connection.execute(
        'INSERT INTO statement (document, position, account, currency, start, "end", made, rank,'
        " balance, balance_day) VALUES (:document, :position, :account, :currency, :start, :end,"
        " :made, :rank, :balance, :balance_day)",
        columns,
    )
    return int(cursor.lastrowid or 0)


def statements_of(connection: sqlite3.Connection, account: int) -> list[StatementRow]:
    """The statements of an account in canonical order."""
    rows = connection.execute(
        'SELECT statement.id, document, sha256, position, start, "end", rank FROM statement'
        " JOIN document ON document.id = statement.document WHERE account = ? ORDER BY rank",
        (account,),
    )
    return [
        StatementRow(
            row["id"],
            row["document"],
            row["sha256"],
            row["position"],
            date.fromisoformat(row["start"]),
            date.fromisoformat(row["end"]),
            row["rank"],
        )
        for row in rows
    ]


def last_rank(connection: sqlite3.Connection, account: int, but: int) -> str | None:
    """The highest rank among the account's statements, one left out."""
    row = connection.execute(
        "SELECT max(rank) FROM statement WHERE account = ? AND id <> ?", (account, but)
    ).fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class AccountLookups:
    """What reconciling asks of one account while it decides one statement."""

    connection: sqlite3.Connection
    account: int
    statement: int

    def by_fitid(self, fitids: Collection[str]) -> Mapping[str, Sequence[Known]]:
        """Rows that carry, or once carried, one of these ids."""
        found: dict[str, list[Known]] = {}
        wanted = json_list(fitids)
        for row in self.connection.execute(
            f"{KNOWN} WHERE tx.account = ? AND tx.statement <> ?"
            " AND tx.fitid IN (SELECT value FROM json_each(?))"
            " AND tx.state NOT IN ('deleted', 'merged')",
            (self.account, self.statement, wanted),
        ):
            found.setdefault(row["fitid"], []).append(known(row))
        for former, one in self._renamed(wanted):
            namesakes = found.setdefault(former, [])
            if all(other.id != one.id for other in namesakes):
                namesakes.append(one)
        return found

    def _renamed(self, wanted: str) -> Iterator[tuple[str, Known]]:
        """Rows that once carried an id; first the few sightings, then their rows, each by index."""
        sightings = self.connection.execute(
            "SELECT fitid, tx FROM sighting WHERE verdict = 'renamed'"
            " AND fitid IN (SELECT value FROM json_each(?)) AND statement <> ?",
            (wanted, self.statement),
        ).fetchall()
        if not sightings:
            return
        rows = self.connection.execute(
            f"{KNOWN} WHERE tx.id IN (SELECT value FROM json_each(?)) AND tx.account = ?"
            " AND tx.statement <> ?",
            (json_list(row["tx"] for row in sightings), self.account, self.statement),
        )
        by_number = {row["id"]: known(row) for row in rows}
        for row in sightings:
            if row["tx"] in by_number:
                yield row["fitid"], by_number[row["tx"]]

    def by_content(self, keys: Collection[ContentKey]) -> Mapping[ContentKey, Sequence[Known]]:
        """Rows of that day, amount and currency."""
        found: dict[ContentKey, list[Known]] = {}
        days = json_list({day.isoformat() for day, _, _ in keys})
        for row in self.connection.execute(
            f"{KNOWN} WHERE tx.account = ? AND tx.statement <> ?"
            " AND tx.day IN (SELECT value FROM json_each(?))"
            " AND tx.state NOT IN ('deleted', 'merged') ORDER BY tx.id",
            (self.account, self.statement, days),
        ):
            one = known(row)
            found.setdefault((one.day, one.amount, one.currency), []).append(one)
        return found

    def pending(self) -> Sequence[Known]:
        """Rows that still wait to be posted."""
        rows = self.connection.execute(
            f"{KNOWN} WHERE tx.account = ? AND tx.state = 'pending' AND tx.statement <> ?"
            " ORDER BY tx.id",
            (self.account, self.statement),
        )
        return [known(row) for row in rows]

    def own_by_fitid(self, fitid: str) -> Sequence[Known]:
        """Rows that the statement at hand lists under this id."""
        rows = self.connection.execute(
            f"{KNOWN} WHERE tx.account = ?1 AND tx.state NOT IN ('deleted', 'merged', 'correction')"
            " AND (tx.statement = ?2 AND tx.fitid = ?3 OR tx.id IN"
            " (SELECT tx FROM sighting WHERE statement = ?2 AND fitid = ?3)) ORDER BY tx.id",
            (self.account, self.statement, fitid),
        )
        return [known(row) for row in rows]


def is_empty(connection: sqlite3.Connection, account: int) -> bool:
    """True while the ledger holds no row of the account."""
    row = connection.execute("SELECT 1 FROM tx WHERE account = ? LIMIT 1", (account,)).fetchone()
    return row is None


class Place(NamedTuple):
    """Where rows are written to."""

    account: int
    statement: int
    history_to: str  # the account's watch day


_INSERT = (
    "INSERT INTO tx (id, account, statement, place, day, amount, currency, merchant, payee, memo,"
    ' fitid, kind, "check", ref, state, verdict, reason, extra)'
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ADDED = frozenset(("new", "unsure", "replaces", "deletes"))


def insert(
    connection: sqlite3.Connection,
    place: Place,
    verdicts: Sequence[Verdict],
    merchants: Sequence[tuple[int, str]],
) -> list[Transaction]:
    """Write the rows that the ledger did not hold; `merchants` gives id and key of each.

    Returns:
        The new transactions that stand for money moved, in the order of `verdicts`.
    """
    top = int(connection.execute("SELECT coalesce(max(id), 0) FROM tx").fetchone()[0])
    rows, added = [], []
    for number, (verdict, (merchant, key)) in enumerate(zip(verdicts, merchants, strict=True), 1):
        row, state = verdict.row, _state(verdict)
        day = row.day.isoformat()
        rows.append(
            (
                top + number,
                place.account,
                place.statement,
                row.place,
                day,
                row.amount,
                row.currency,
                merchant,
                row.payee,
                row.memo,
                row.fitid,
                row.kind,
                row.check,
                row.ref,
                state,
                verdict.kind,
                verdict.reason,
                dump_extra(row.extra) if row.extra else None,
            )
        )
        if state != "correction":
            added.append(
                _as_transaction(top + number, place, verdict, key, day <= place.history_to)
            )
    connection.executemany(_INSERT, rows)
    corrections = [
        (verdict.kind, row[0], verdict.tx)
        for verdict, row in zip(verdicts, rows, strict=True)
        if verdict.kind in ("replaces", "deletes")
    ]
    _correct(connection, corrections)
    return added


def meet(connection: sqlite3.Connection, place: Place, verdicts: Iterable[Verdict]) -> None:
    """Note that rows were seen again."""
    connection.executemany(
        "INSERT INTO sighting (statement, place, tx, fitid, verdict, reason)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                place.statement,
                one.row.place,
                one.tx,
                one.row.fitid if one.kind == "renamed" else None,
                one.kind,
                one.reason,
            )
            for one in verdicts
        ),
    )


def amend(connection: sqlite3.Connection, verdict: Verdict, merchant: int) -> None:
    """Give a transaction the words, the day and, when it posts, the amount of a later document."""
    row = verdict.row
    if verdict.kind == "posts":
        connection.execute(
            'UPDATE tx SET amount = ?, fitid = ?, kind = ?, "check" = ?, ref = ?,'
            " state = 'posted', extra = ? WHERE id = ?",
            (
                row.amount,
                row.fitid,
                row.kind,
                row.check,
                row.ref,
                dump_extra(row.extra),
                verdict.tx,
            ),
        )
    connection.execute(
        "UPDATE tx SET day = ?, payee = ?, memo = ?, merchant = ?, reason = ? WHERE id = ?",
        (row.day.isoformat(), row.payee, row.memo, merchant, verdict.reason, verdict.tx),
    )


def lapse(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Pending rows that never posted."""
    connection.executemany("UPDATE tx SET state = 'lapsed' WHERE id = ?", ((one,) for one in ids))


def transactions(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Transaction]:
    """The transactions with these numbers, by day."""
    rows = connection.execute(
        f"{TRANSACTION} WHERE tx.id IN (SELECT value FROM json_each(?)) ORDER BY tx.day, tx.id",
        (json_list(ids),),
    )
    return [transaction(row) for row in rows]


def live_transactions(connection: sqlite3.Connection, account: int) -> list[Transaction]:
    """Every row of an account that stands for money moved or about to move, by day."""
    rows = connection.execute(
        f"{TRANSACTION} WHERE tx.account = ? AND tx.state IN ('posted', 'pending')"
        " ORDER BY tx.day, tx.id",
        (account,),
    )
    return [transaction(row) for row in rows]


def since(
    connection: sqlite3.Connection, day: date, merchants: Collection[str], sums: Collection[int]
) -> list[Transaction]:
    """Live transactions from `day` on, of one of these merchants or with one of these amounts."""
    rows = connection.execute(
        f"{TRANSACTION} WHERE tx.day >= ? AND tx.state IN ('posted', 'pending')"
        " AND (merchant.key IN (SELECT value FROM json_each(?))"
        " OR tx.amount IN (SELECT value FROM json_each(?))) ORDER BY tx.day, tx.id",
        (day.isoformat(), json_list(merchants), json_list(sums)),
    )
    return [transaction(row) for row in rows]


def merchant_ids(connection: sqlite3.Connection, keys: Collection[str]) -> dict[str, int]:
    """The numbers of merchant keys; unknown ones are added."""
    connection.executemany(
        "INSERT INTO merchant (key) VALUES (?) ON CONFLICT (key) DO NOTHING",
        ((key,) for key in sorted(keys)),
    )
    rows = connection.execute(
        "SELECT key, id FROM merchant WHERE key IN (SELECT value FROM json_each(?))",
        (json_list(keys),),
    )
    return {row["key"]: row["id"] for row in rows}


def is_added(verdict: Verdict) -> bool:
    """True when the verdict makes a row of its own."""
    return verdict.kind in _ADDED


def lookups(connection: sqlite3.Connection, place: Place) -> reconcile.Lookups:
    """What reconciling asks while it decides the statement of `place`."""
    return AccountLookups(connection, place.account, place.statement)


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


def _correct(
    connection: sqlite3.Connection, corrections: Sequence[tuple[str, int, int | None]]
) -> None:
    for kind, correcting, target in corrections:
        state = "deleted" if kind == "deletes" else "replaced"
        connection.execute("UPDATE tx SET state = ? WHERE id = ?", (state, target))
        connection.execute(
            "INSERT INTO link (kind, from_tx, to_tx) VALUES (?, ?, ?)", (kind, correcting, target)
        )


def _state(verdict: Verdict) -> str:
    if verdict.kind == "deletes" or (verdict.kind == "new" and _deletes_nothing(verdict.row)):
        return "correction"
    return "pending" if verdict.row.pending else "posted"


def _deletes_nothing(row: Row) -> bool:
    return bool(row.extra and row.extra.corrects and row.extra.corrects.action == "DELETE")


def _as_transaction(
    number: int, place: Place, verdict: Verdict, merchant: str, history: bool
) -> Transaction:
    row = verdict.row
    return Transaction(
        number,
        place.account,
        row.day,
        row.amount,
        row.currency,
        merchant,
        row.payee,
        row.memo,
        row.kind,
        row.check,
        row.fitid,
        row.pending,
        history,
        verdict.kind == "unsure",
        row.extra,
    )
