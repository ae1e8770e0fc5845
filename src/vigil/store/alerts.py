"""Alerts with their findings, and the decisions people took on them."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from vigil.errors import VigilError
from vigil.model import Deadline, Finding, Level, Transaction
from vigil.store.rows import (
    dump_deadline,
    json_list,
    load_deadline,
    moment,
    optional_moment,
    stamp,
)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as the store holds it. `kind`: finding, review (history's one list) or self."""

    id: int
    kind: str
    subject: str
    level: Level
    state: str
    since: datetime
    account: int | None
    case: int | None
    owners: tuple[str, ...]
    title: str
    body: str
    first_step: str
    deadline: Deadline | None
    answer: str | None
    again_at: datetime | None
    rung: int

    @property
    def public_id(self) -> str:
        """The id that people and programs use: "a17"."""
        return f"a{self.id}"


class Text(NamedTuple):
    """The words of an alert and what its date rests on."""

    title: str
    body: str
    first_step: str
    deadline: Deadline | None


class Subject(NamedTuple):
    """What an alert is about."""

    kind: str
    name: str
    account: int | None = None
    case: int | None = None
    owners: tuple[str, ...] = ()


class FindingRow(NamedTuple):
    """A finding with the amount it spoke of."""

    id: int
    finding: Finding
    day: date
    amount: int
    currency: str
    undone: bool


_SELECT = (
    "SELECT id, kind, subject, level, state, since, account, scam, owners, title, body,"
    " first_step, deadline, answer, again_at, rung FROM alert"
)


def parse_id(text: str) -> int:
    """The number in a public id: "a17" or "17".

    Raises:
        VigilError: the text is no alert id.
    """
    digits = text.lower().removeprefix("a")
    if not digits.isascii() or not digits.isdigit():
        raise VigilError(f"{text!r} is no alert; `vigil alert ls` lists them, like a17.", 2)
    return int(digits)


def get(connection: sqlite3.Connection, alert: int) -> AlertRow:
    """The alert with this number.

    Raises:
        VigilError: there is none.
    """
    row = connection.execute(f"{_SELECT} WHERE id = ?", (alert,)).fetchone()
    if row is None:
        raise VigilError(f"There is no alert a{alert}; `vigil alert ls` lists them.")
    return _alert(row)


def every(connection: sqlite3.Connection, *, only_open: bool) -> list[AlertRow]:
    """Alerts, the newest first."""
    where = "WHERE state = 'open'" if only_open else ""
    return [_alert(row) for row in connection.execute(f"{_SELECT} {where} ORDER BY id DESC")]


def open_on(connection: sqlite3.Connection, subject: str) -> AlertRow | None:
    """The open alert on a subject."""
    row = connection.execute(
        f"{_SELECT} WHERE subject = ? AND state = 'open' ORDER BY id DESC LIMIT 1", (subject,)
    ).fetchone()
    return _alert(row) if row else None


def open_about(connection: sqlite3.Connection, subject: str) -> list[AlertRow]:
    """The open alerts on a subject: one for each group of people who may know of it."""
    rows = connection.execute(
        f"{_SELECT} WHERE subject = ? AND state = 'open' ORDER BY id", (subject,)
    )
    return [_alert(row) for row in rows]


def open_with(connection: sqlite3.Connection, transactions: Iterable[int]) -> list[AlertRow]:
    """The open alerts, history's list apart, that speak of one of these transactions."""
    rows = connection.execute(
        f"{_SELECT} WHERE state = 'open' AND kind = 'finding' AND id IN"
        " (SELECT alert FROM finding WHERE suppressed IS NULL AND undone_at IS NULL"
        " AND tx IN (SELECT value FROM json_each(?))) ORDER BY id",
        (json_list(transactions),),
    )
    return [_alert(row) for row in rows]


def open_on_case(connection: sqlite3.Connection, case: int) -> list[AlertRow]:
    """The open alerts that belong to a case."""
    rows = connection.execute(
        f"{_SELECT} WHERE scam = ? AND state = 'open' AND kind = 'finding' ORDER BY id", (case,)
    )
    return [_alert(row) for row in rows]


def ringing(connection: sqlite3.Connection, now: datetime) -> list[AlertRow]:
    """Open alerts whose next ring is due."""
    rows = connection.execute(
        f"{_SELECT} WHERE state = 'open' AND again_at <= ? ORDER BY again_at", (stamp(now),)
    )
    return [_alert(row) for row in rows]


def next_ring(connection: sqlite3.Connection) -> datetime | None:
    """When the next open alert rings again."""
    row = connection.execute(
        "SELECT min(again_at) FROM alert WHERE again_at IS NOT NULL AND state = 'open'"
    ).fetchone()
    return optional_moment(row[0])


def next_id(connection: sqlite3.Connection) -> int:
    """The number that the next alert gets, for a text that names its own alert."""
    row = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM alert").fetchone()
    return int(row[0])


def add(
    connection: sqlite3.Connection, subject: Subject, level: Level, text: Text, now: datetime
) -> int:
    """Open an alert."""
    cursor = connection.execute(
        "INSERT INTO alert (kind, subject, level, state, since, changed_at, account, scam, owners,"
        " title, body, first_step, deadline)"
        " VALUES (?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            subject.kind,
            subject.name,
            level,
            stamp(now),
            stamp(now),
            subject.account,
            subject.case,
            json.dumps(subject.owners),
            *_text(text),
        ),
    )
    return int(cursor.lastrowid or 0)


def grow(
    connection: sqlite3.Connection, alert: int, level: Level, text: Text, now: datetime
) -> None:
    """An open alert heard of more: new words, and it starts to ring anew."""
    connection.execute(
        "UPDATE alert SET level = ?, changed_at = ?, title = ?, body = ?, first_step = ?,"
        " deadline = ?, rung = 0 WHERE id = ?",
        (level, stamp(now), *_text(text), alert),
    )


def turn_to(connection: sqlite3.Connection, alert: int, subject: Subject) -> None:
    """An open alert turns out to be about something else, such as a case."""
    connection.execute(
        "UPDATE alert SET subject = ?, account = ?, scam = ?, owners = ? WHERE id = ?",
        (subject.name, subject.account, subject.case, json.dumps(subject.owners), alert),
    )


def absorb(connection: sqlite3.Connection, alert: int, other: int, now: datetime) -> None:
    """Two open alerts are found to be one: the other's findings move, and it ends."""
    connection.execute("UPDATE finding SET alert = ? WHERE alert = ?", (alert, other))
    settle(connection, other, "closed", None, now)


def ring_again(
    connection: sqlite3.Connection, alert: int, again_at: datetime | None, rung: int
) -> None:
    """Set when an alert rings next, and how often it has rung."""
    connection.execute(
        "UPDATE alert SET again_at = ?, rung = ? WHERE id = ?",
        (stamp(again_at) if again_at else None, rung, alert),
    )


def settle(
    connection: sqlite3.Connection, alert: int, state: str, answer: str | None, now: datetime
) -> None:
    """Give an alert its state and answer; one that is no longer open rings no more."""
    connection.execute(
        "UPDATE alert SET state = ?, answer = ?, changed_at = ?,"
        " again_at = CASE WHEN ? = 'open' THEN again_at END WHERE id = ?",
        (state, answer, stamp(now), state, alert),
    )


def add_findings(
    connection: sqlite3.Connection,
    alert: int | None,
    findings: Iterable[tuple[Finding, str | None]],
    transactions: Mapping[int, Transaction],
) -> None:
    """Keep findings, each with why it was suppressed if it was."""
    connection.executemany(
        "INSERT INTO finding (alert, tx, rule, level, score, reason, scam, confidence, amount,"
        " currency, related, suppressed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                alert,
                one.transaction,
                one.rule,
                one.level,
                one.score,
                one.reason,
                one.case,
                one.confidence,
                transactions[one.transaction].amount,
                transactions[one.transaction].currency,
                json.dumps(one.related),
                suppressed,
            )
            for one, suppressed in findings
        ),
    )


_FINDING = (
    "SELECT finding.*, tx.day FROM finding JOIN tx ON tx.id = finding.tx WHERE suppressed IS NULL"
)


def findings_of(connection: sqlite3.Connection, alert: int) -> list[FindingRow]:
    """The findings of an alert, the oldest first."""
    rows = connection.execute(f"{_FINDING} AND alert = ? ORDER BY finding.id", (alert,))
    return [_finding(row) for row in rows]


def findings_on_case(connection: sqlite3.Connection, case: int) -> list[FindingRow]:
    """What was matched to a case, the oldest first."""
    rows = connection.execute(f"{_FINDING} AND scam = ? ORDER BY finding.id", (case,))
    return [_finding(row) for row in rows]


def known_findings(
    connection: sqlite3.Connection, transactions: Sequence[int]
) -> set[tuple[int, str, int | None]]:
    """(transaction, rule, case) of what was ever said of these transactions, undone or not."""
    rows = connection.execute(
        "SELECT tx, rule, scam FROM finding WHERE tx IN (SELECT value FROM json_each(?))",
        (json_list(transactions),),
    )
    return {(row["tx"], row["rule"], row["scam"]) for row in rows}


def undo_findings(connection: sqlite3.Connection, alert: int, now: datetime | None) -> None:
    """Take back the case matches of an alert, or (with None) put them in force again."""
    connection.execute(
        "UPDATE finding SET undone_at = ? WHERE alert = ? AND scam IS NOT NULL",
        (stamp(now) if now else None, alert),
    )


def undo_case(connection: sqlite3.Connection, case: int, now: datetime) -> None:
    """Nothing that was matched to a case counts any longer."""
    connection.execute(
        "UPDATE finding SET undone_at = ? WHERE scam = ? AND undone_at IS NULL", (stamp(now), case)
    )


def undo_links(
    connection: sqlite3.Connection, case: int, transactions: Iterable[int], now: datetime
) -> None:
    """These transactions are no longer linked to a case as its payments."""
    connection.execute(
        "UPDATE finding SET undone_at = ? WHERE scam = ? AND rule = 'case.payment'"
        " AND alert IS NULL AND tx IN (SELECT value FROM json_each(?))",
        (stamp(now), case, json_list(transactions)),
    )


def _text(text: Text) -> tuple[str, str, str, str | None]:
    return text.title, text.body, text.first_step, dump_deadline(text.deadline)


def _alert(row: sqlite3.Row) -> AlertRow:
    return AlertRow(
        id=row["id"],
        kind=row["kind"],
        subject=row["subject"],
        level=row["level"],
        state=row["state"],
        since=moment(row["since"]),
        account=row["account"],
        case=row["scam"],
        owners=tuple(json.loads(row["owners"])),
        title=row["title"],
        body=row["body"],
        first_step=row["first_step"],
        deadline=load_deadline(row["deadline"]),
        answer=row["answer"],
        again_at=optional_moment(row["again_at"]),
        rung=row["rung"],
    )


def _finding(row: sqlite3.Row) -> FindingRow:
    finding = Finding(
        rule=row["rule"],
        transaction=row["tx"],
        level=row["level"],
        score=row["score"],
        reason=row["reason"],
        case=row["scam"],
        confidence=row["confidence"],
        related=tuple(json.loads(row["related"])),
    )
    return FindingRow(
        row["id"],
        finding,
        date.fromisoformat(row["day"]),
        row["amount"],
        row["currency"],
        row["undone_at"] is not None,
    )
