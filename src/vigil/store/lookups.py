"""What reconciling asks of the ledger while it decides one statement; each answer by an index."""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vigil.reconcile import ContentKey, Glance, Known
from vigil.store.rows import KNOWN, KNOWN_PAIRS, json_list, known

# The canonical order, never the numbers: those tell in which order documents arrived.
_ORDER = "ORDER BY statement.rank, tx.place"


@dataclass(frozen=True, slots=True)
class AccountLookups:
    """What reconciling asks of one account while it decides one statement."""

    connection: sqlite3.Connection
    account: int
    statement: int

    def alone(self, fitids: Collection[str]) -> Mapping[str, Glance]:
        """Of these ids those that one posted, ordinary row carries and no other row does."""
        if not fitids:
            return {}
        cursor = self.connection.cursor()
        cursor.row_factory = None  # a plain tuple costs half of a Row
        ordinary = "state = 'posted' AND (extra IS NULL OR instr(extra, '\"corrects\"') = 0)"
        rows = cursor.execute(
            f"SELECT fitid, {ordinary}, id, day, amount, currency, payee, memo FROM tx"
            " WHERE account = ? AND statement <> ? AND state NOT IN ('deleted', 'merged')"
            " AND fitid IN (SELECT value FROM json_each(?))",
            (self.account, self.statement, json_list(fitids)),
        ).fetchall()
        found = {row[0]: row[2:] for row in rows if row[1]}
        if len(found) < len(rows):
            carriers = Counter(row[0] for row in rows)
            found = {fitid: row for fitid, row in found.items() if carriers[fitid] == 1}
        return found

    def by_fitid(self, fitids: Collection[str]) -> Mapping[str, Sequence[Known]]:
        """Rows that carry, or once carried, one of these ids."""
        found: dict[str, list[Known]] = {}
        wanted = json_list(fitids)
        for row in self.connection.execute(
            f"{KNOWN} WHERE tx.account = ? AND tx.statement <> ?"
            " AND tx.fitid IN (SELECT value FROM json_each(?))"
            f" AND tx.state NOT IN ('deleted', 'merged') {_ORDER}",
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
        wanted = json_list({(day.isoformat(), amount) for day, amount, _ in keys})
        for row in self.connection.execute(
            f"{KNOWN_PAIRS} WHERE tx.account = ? AND tx.statement <> ?"
            f" AND tx.state NOT IN ('deleted', 'merged') {_ORDER}",
            (wanted, self.account, self.statement),
        ):
            one = known(row)
            found.setdefault((one.day, one.amount, one.currency), []).append(one)
        return found

    def pending(self) -> Sequence[Known]:
        """Rows that still wait to be posted."""
        rows = self.connection.execute(
            f"{KNOWN} WHERE tx.account = ? AND tx.state = 'pending' AND tx.statement <> ? {_ORDER}",
            (self.account, self.statement),
        )
        return [known(row) for row in rows]

    def own_by_fitid(self, fitid: str) -> Sequence[Known]:
        """Rows that the statement at hand lists under this id."""
        rows = self.connection.execute(
            f"{KNOWN} WHERE tx.account = ?1 AND tx.state NOT IN ('deleted', 'merged', 'correction')"
            " AND (tx.statement = ?2 AND tx.fitid = ?3 OR tx.id IN"
            " (SELECT tx FROM sighting WHERE statement = ?2 AND fitid = ?3)) " + _ORDER,
            (self.account, self.statement, fitid),
        )
        return [known(row) for row in rows]
