"""The tables of an export and their columns, whose names are stable.

One definition for both forms: the columns of a CSV file are the keys of a JSON line.
"""

import sqlite3
from collections.abc import Callable, Iterator
from typing import NamedTuple

from vigil.household import Household
from vigil.keeping import records
from vigil.keeping.records import Record


class Table(NamedTuple):
    """One file of an export.

    Attributes:
        foreign: columns whose text comes from a bank, a payee or a person; the others are vigil's
            own: amounts, days, ids and words of vigil.
    """

    name: str
    columns: tuple[str, ...]
    foreign: frozenset[str]
    records: Callable[[sqlite3.Connection, Household], Iterator[Record]]


def _table(
    name: str,
    columns: str,
    foreign: str,
    made: Callable[[sqlite3.Connection, Household], Iterator[Record]],
) -> Table:
    return Table(name, tuple(columns.split()), frozenset(foreign.split()), made)


TABLES = (
    _table(
        "transactions",
        "transaction account nickname date amount currency payee memo fitid kind check ref merchant"
        " state history unsure reason original_amount original_currency original_rate paid_on"
        " category address to_account corrects correction corrected_by document",
        "account nickname payee memo fitid kind check ref merchant reason currency"
        " original_currency category address to_account corrects",
        records.transactions,
    ),
    _table(
        "accounts",
        "account nickname institution bank kind currency owners country instrument network provider"
        " watch_day covered_to",
        "account nickname institution bank currency owners provider",
        records.accounts,
    ),
    _table(
        "alerts",
        "alert kind level state since changed_at account nickname case owners title body first_step"
        " last_safe right confidence source answer again_at reached",
        "account nickname owners title body first_step source reached",
        records.alerts,
    ),
    _table(
        "findings",
        "finding alert transaction date amount currency rule level score reason case confidence"
        " related suppressed undone_at",
        "currency reason suppressed",
        records.findings,
    ),
    _table(
        "cases",
        "case title playbook state closed_why owner opened names emails domains accounts orders"
        " platform instrument provider situation balance balance_currency cancelled_on",
        "title playbook closed_why owner names emails domains accounts orders platform instrument"
        " provider situation balance_currency",
        records.cases,
    ),
    _table(
        "case_money",
        "case what date amount currency account fitid transaction",
        "currency account fitid",
        records.case_money,
    ),
    _table("case_events", "case at what", "what", records.case_events),
    _table("decisions", "decision at by action alert undoes data", "by data", records.decisions),
    _table(
        "documents",
        "document name size source format complete state why taken_at second_reader copy_let_go_at",
        "name source why",
        records.documents,
    ),
)
