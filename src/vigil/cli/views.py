"""What `--json` prints of alerts and cases, as DESIGN of the output formats says. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from vigil.model import Case, Deadline
from vigil.money import format_minor
from vigil.store.alerts import AlertRow, FindingRow
from vigil.store.outbox import Delivery


def alert_object(
    alert: AlertRow,
    account: str | None,
    findings: Sequence[FindingRow],
    deliveries: Sequence[Delivery],
) -> dict[str, Any]:
    """An alert with all its keys; unknown is null."""
    return {
        "alert": alert.public_id,
        "level": alert.level,
        "state": alert.state,
        "since": instant(alert.since),
        "account": account,
        "owners": list(alert.owners),
        "title": alert.title,
        "body": alert.body,
        "findings": [_finding(one) for one in findings],
        "first_step": alert.first_step,
        "deadline": _deadline(alert.deadline),
        "answer": alert.answer,
        "again_at": instant(alert.again_at) if alert.again_at else None,
        "deliveries": [
            {
                "person": one.person,
                "channel": one.channel,
                "state": one.state,
                "attempts": one.attempts,
            }
            for one in deliveries
        ],
    }


def case_object(case: Case, state: str, closed_why: str | None) -> dict[str, Any]:
    """A case with all its keys."""
    return {
        "case": str(case.id),
        "title": case.title,
        "playbook": case.kind,
        "state": state,
        "closed_why": closed_why,
        "owner": case.owner,
        "opened": case.opened.isoformat(),
        "names": list(case.names),
        "emails": list(case.emails),
        "domains": list(case.domains),
        "accounts": list(case.accounts),
        "orders": list(case.orders),
        "platform": case.platform,
        "instrument": case.instrument,
        "provider": case.provider,
        "situation": case.situation,
        "payments": [
            {
                "account": one.account,
                "fitid": one.fitid,
                "date": one.day.isoformat(),
                "amount": format_minor(one.amount, one.currency),
                "currency": one.currency,
                "transaction": f"t{one.transaction}" if one.transaction else None,
            }
            for one in case.payments
        ],
        "expected": [
            {
                "amount": format_minor(one.amount, one.currency),
                "currency": one.currency,
                "due": _day(one.due),
            }
            for one in case.expected
        ],
        "balance": (
            {
                "amount": format_minor(case.balance.amount, case.balance.currency),
                "currency": case.balance.currency,
            }
            if case.balance
            else None
        ),
        "cancelled_on": _day(case.cancelled_on),
    }


def instant(moment: datetime) -> str:
    """An instant in UTC to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _finding(row: FindingRow) -> dict[str, Any]:
    finding = row.finding
    return {
        "transaction": f"t{finding.transaction}",
        "date": row.day.isoformat(),
        "amount": format_minor(row.amount, row.currency),
        "currency": row.currency,
        "rule": finding.rule,
        "case": str(finding.case) if finding.case is not None else None,
        "score": finding.score,
        "reason": finding.reason,
    }


def _deadline(deadline: Deadline | None) -> dict[str, Any] | None:
    if deadline is None:
        return None
    return {
        "last_safe": _day(deadline.last_safe),
        "right": deadline.right,
        "confidence": deadline.confidence,
        "assumes": list(deadline.assumes),
        "source": deadline.source,
    }


def _day(day: date | datetime | None) -> str | None:
    return day.isoformat() if day else None
