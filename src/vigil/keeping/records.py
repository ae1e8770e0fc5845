"""How the rows of an export are made of the store. Reads only.

A value is a text, a whole number, true or false, a list of texts, or None.
"""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from vigil.household import Household
from vigil.model import Extra
from vigil.money import format_minor
from vigil.store import accounts as account_store
from vigil.store import alerts as alert_store
from vigil.store import casebook, export, outbox
from vigil.store.rows import load_extra, moment

Record = dict[str, Any]


def _names(db: sqlite3.Connection, household: Household) -> dict[int | None, Record]:
    """Account and nickname by the ledger's number."""
    rows = account_store.every(db)
    return {None: {"account": None, "nickname": None}} | {
        row.id: {"account": row.number, "nickname": household.account(row, rows).nickname}
        for row in rows
    }


def transactions(db: sqlite3.Connection, household: Household) -> Iterator[Record]:
    """Every row of the ledger, those that no longer count among them."""
    names = _names(db, household)
    for row in export.transactions(db):
        yield {
            "transaction": f"t{row['id']}",
            **names[row["account"]],
            "date": row["day"],
            "amount": format_minor(row["amount"], row["currency"]),
            "currency": row["currency"],
            **{name: row[name] for name in ("payee", "memo", "fitid", "kind", "check", "ref")},
            "merchant": row["merchant"],
            "state": row["state"],
            "history": bool(row["history"]),
            "unsure": row["verdict"] == "unsure",
            "reason": row["reason"],
            **_extra(load_extra(row["extra"]) or Extra()),
            "corrected_by": f"t{row['from_tx']}" if row["from_tx"] else None,
            "document": row["sha256"],
        }


def _extra(extra: Extra) -> Record:
    original, corrects = extra.original, extra.corrects
    known = original is not None and original.amount is not None
    return {
        "original_amount": format_minor(original.amount or 0, original.currency)
        if original and known
        else None,
        "original_currency": original.currency if original else None,
        "original_rate": str(original.rate) if original and original.rate is not None else None,
        "paid_on": extra.user_day.isoformat() if extra.user_day else None,
        "category": extra.sic,
        "address": extra.address,
        "to_account": extra.to_account,
        "corrects": corrects.fitid if corrects else None,
        "correction": corrects.action if corrects else None,
    }


def accounts(db: sqlite3.Connection, household: Household) -> Iterator[Record]:
    """The accounts, with what the configuration says of them."""
    rows = account_store.every(db)
    for row in rows:
        found = household.account(row, rows)
        yield {
            "account": row.number,
            "nickname": found.nickname,
            "institution": row.institution,
            "bank": row.bank,
            "kind": row.kind,
            "currency": row.currency,
            "owners": list(found.owners),
            "country": found.country,
            "instrument": found.instrument,
            "network": found.network,
            "provider": found.provider,
            "watch_day": row.watch_day.isoformat(),
            "covered_to": row.covered_to.isoformat() if row.covered_to else None,
        }


def alerts(db: sqlite3.Connection, household: Household) -> Iterator[Record]:
    """The alerts, the oldest first."""
    names = _names(db, household)
    for row in export.alerts(db):
        one = alert_store.get(db, row["id"])
        safe = one.deadline.last_safe if one.deadline else None
        yield {
            "alert": one.public_id,
            "kind": one.kind,
            "level": one.level,
            "state": one.state,
            "since": _instant(one.since),
            "changed_at": _instant(moment(row["changed_at"])),
            **names[one.account],
            "case": str(one.case) if one.case is not None else None,
            "owners": list(one.owners),
            "title": one.title,
            "body": one.body,
            "first_step": one.first_step,
            "last_safe": safe.isoformat() if safe else None,
            "right": one.deadline.right if one.deadline else None,
            "confidence": one.deadline.confidence if one.deadline else None,
            "source": one.deadline.source if one.deadline else None,
            "answer": one.answer,
            "again_at": _instant(one.again_at) if one.again_at else None,
            "reached": [
                f"{sent.person} on {sent.channel}: {sent.state}"
                for sent in outbox.deliveries(db, one.id)
            ],
        }


def findings(db: sqlite3.Connection, _: Household) -> Iterator[Record]:
    """What was ever said of a transaction, also where no alert came of it."""
    for row in export.findings(db):
        yield {
            "finding": row["id"],
            "alert": f"a{row['alert']}" if row["alert"] else None,
            "transaction": f"t{row['tx']}",
            "date": row["day"],
            "amount": format_minor(row["amount"], row["currency"]),
            "currency": row["currency"],
            "rule": row["rule"],
            "level": row["level"],
            "score": row["score"],
            "reason": row["reason"],
            "case": str(row["scam"]) if row["scam"] is not None else None,
            "confidence": row["confidence"],
            "related": [f"t{one}" for one in json.loads(row["related"])],
            "suppressed": row["suppressed"],
            "undone_at": _instant(moment(row["undone_at"])) if row["undone_at"] else None,
        }


def cases(db: sqlite3.Connection, _: Household) -> Iterator[Record]:
    """The cases, the oldest first."""
    for row in reversed(casebook.every(db)):
        case, balance = row.case, row.case.balance
        yield {
            "case": str(case.id),
            "title": case.title,
            "playbook": case.kind,
            "state": row.state,
            "closed_why": row.closed_why,
            "owner": case.owner,
            "opened": case.opened.isoformat(),
            **{name: list(getattr(case, name)) for name in _LISTS},
            **{name: getattr(case, name) for name in _WORDS},
            "balance": format_minor(balance.amount, balance.currency) if balance else None,
            "balance_currency": balance.currency if balance else None,
            "cancelled_on": case.cancelled_on.isoformat() if case.cancelled_on else None,
        }


_LISTS = ("names", "emails", "domains", "accounts", "orders")
_WORDS = ("platform", "instrument", "provider", "situation")


def case_money(db: sqlite3.Connection, _: Household) -> Iterator[Record]:
    """What was paid in each case, and what was promised back."""
    for row in reversed(casebook.every(db)):
        number = {"case": str(row.case.id)}
        for paid in row.case.payments:
            yield {
                **number,
                "what": "paid",
                "date": paid.day.isoformat(),
                "amount": format_minor(paid.amount, paid.currency),
                "currency": paid.currency,
                "account": paid.account,
                "fitid": paid.fitid,
                "transaction": f"t{paid.transaction}" if paid.transaction else None,
            }
        for promised in row.case.expected:
            yield {
                **number,
                "what": "promised",
                "date": promised.due.isoformat() if promised.due else None,
                "amount": format_minor(promised.amount, promised.currency),
                "currency": promised.currency,
                "account": None,
                "fitid": None,
                "transaction": None,
            }


def case_events(db: sqlite3.Connection, _: Household) -> Iterator[Record]:
    """The timelines of all cases."""
    for row in export.events(db):
        yield {"case": str(row["scam"]), "at": _instant(moment(row["at"])), "what": row["what"]}


def decisions(db: sqlite3.Connection, _: Household) -> Iterator[Record]:
    """What people decided."""
    for row in export.decisions(db):
        yield {
            "decision": row["id"],
            "at": _instant(moment(row["at"])),
            "by": row["by"],
            "action": row["action"],
            "alert": f"a{row['alert']}" if row["alert"] else None,
            "undoes": row["undoes"],
            "data": row["data"],
        }


def documents(db: sqlite3.Connection, _: Household) -> Iterator[Record]:
    """What was taken."""
    for row in export.documents(db):
        yield {
            "document": row["sha256"],
            **{name: row[name] for name in ("name", "size", "source", "format")},
            "complete": bool(row["complete"]),
            "state": row["state"],
            "why": row["why"],
            "taken_at": _instant(moment(row["taken_at"])),
            "second_reader": row["second"],
            "copy_let_go_at": _instant(moment(row["dropped_at"])) if row["dropped_at"] else None,
        }


def _instant(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
