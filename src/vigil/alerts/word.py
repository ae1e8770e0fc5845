"""The texts of an alert: who, how much, where, why, what first, until when. Pure.

Written for somebody frightened at three in the morning: short, calm, concrete. No account number,
no link or phone number that came from a bank's text; the provider's number comes from the person's
own configuration alone.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from vigil.model import Account, Case, Deadline, Finding, Transaction
from vigil.money import format_minor

BODY_LIMIT = 990  # Pushover takes 1,024 characters; ntfy and others take more
TITLE_LIMIT = 120
_NAME_LIMIT = 60
_REASONS = 3
_MONEY_BACK = ("case.refund", "case.provisional_credit")


@dataclass(frozen=True, slots=True)
class Story:
    """All that a text needs: one happening with what it refers to."""

    findings: Sequence[Finding]
    transactions: Mapping[int, Transaction]
    account: Account
    case: Case | None
    deadline: Deadline | None


@dataclass(frozen=True, slots=True)
class Words:
    """A text in its parts; `body` holds first step and deadline too."""

    title: str
    body: str
    first_step: str


def words(story: Story) -> Words:
    """Title, body and first step of an alert."""
    step = first_step(story)
    lines = [
        _happened(story),
        *_why(story),
        *_case_line(story),
        "",
        step,
        *([] if story.findings[0].rule in _MONEY_BACK else deadline_lines(story.deadline)),
        *_assumed(story),
    ]
    return Words(_title(story), fit("\n".join(lines), BODY_LIMIT), step)


def first_step(story: Story) -> str:
    """What to do first, in one or two sentences."""
    lead, account = story.findings[0], story.account
    if lead.rule in _MONEY_BACK:
        return (
            "Nothing to do now. Keep the bank's note of it; a provisional credit can be taken back."
        )
    call = _call(account)
    if lead.rule == "case.refund_missing":
        return f"First: ask the seller in writing where the money is, then {call}."
    if lead.rule == "case.credit_reversed":
        return f"First: {call} and ask why the credit was taken back and until when you can appeal."
    if lead.rule == "case.recovery_fee":
        return (
            "First: pay nothing more. Nobody honest asks for a fee to get lost money back. "
            f"Then {call}."
        )
    if account.kind == "card" or (account.instrument or "").endswith("card"):
        return f"If this was not you: freeze the card in your bank's app first, then {call}."
    return f"If this was not you: {call} now and ask them to stop or recall the payment."


def deadline_lines(deadline: Deadline | None) -> list[str]:
    """By which day, with the right, its source and how sure it is."""
    if deadline is None:
        return ["By when: as soon as you can; vigil knows no rule for this payment."]
    source = urlsplit(deadline.source).hostname or deadline.source
    origin = f"{deadline.right}, {source}"
    if deadline.shown_as == "now":
        return [f"By when: now; there is no safe waiting time ({origin})."]
    if deadline.shown_as == "may_end_early" or deadline.last_safe is None:
        return [f"By when: soon; the right may end early. Confirm with your bank ({origin})."]
    sure = "" if deadline.confidence == "high" else "; confirm with your bank"
    return [f"Last safe day: {_day(deadline.last_safe)} ({origin}{sure})."]


def name_of(transaction: Transaction) -> str:
    """The counterparty as the bank printed it, safe to show and not too long."""
    raw = transaction.payee or transaction.memo or "somebody without a name"
    return fit(one_line(raw), _NAME_LIMIT)


def one_line(text: str) -> str:
    """Bank text on one line, without control characters or marks that turn its direction."""
    kept = (" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join("".join(kept).split())


def fit(text: str, limit: int) -> str:
    """Text within a limit, cut at a word and marked where it was cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(None, 1)[0] if " " in cut[limit // 2 :] else cut).rstrip() + "…"


def sum_text(transactions: Sequence[Transaction]) -> str:
    """The sums of some rows, such as "960.86 USD", each currency apart and without a sign."""
    totals: dict[str, int] = {}
    for one in transactions:
        totals[one.currency] = totals.get(one.currency, 0) + abs(one.amount)
    return " and ".join(f"{format_minor(sum_, code)} {code}" for code, sum_ in totals.items())


def involved(story: Story) -> list[Transaction]:
    """The transactions an alert is about, by day."""
    ids = {one.transaction for one in story.findings}
    ids |= {
        number for one in story.findings for number in one.related if number in story.transactions
    }
    return sorted((story.transactions[one] for one in ids), key=lambda one: (one.day, one.id))


def _title(story: Story) -> str:
    moved = involved(story)
    lead = story.transactions[story.findings[0].transaction]
    direction = "from" if lead.amount > 0 else "to"
    what = f"{sum_text(moved)} {direction} {name_of(lead)}"
    if story.findings[0].rule == "case.refund_missing":
        what = "Money promised back has not come"
    count = f"{len(moved)} rows, " if len(moved) > 1 else ""
    case = f"Case {story.case.id}: " if story.case else ""
    return fit(f"{case}{count}{what} ({story.account.nickname})", TITLE_LIMIT)


def _happened(story: Story) -> str:
    moved = involved(story)
    shown = [_one_row(one) for one in moved[-3:]]
    more = f" and {len(moved) - 3} before" if len(moved) > 3 else ""
    return f"{'; '.join(shown)}{more}. Account: {story.account.nickname}."


def _one_row(one: Transaction) -> str:
    amount = f"{format_minor(abs(one.amount), one.currency)} {one.currency}"
    verb = "came from" if one.amount > 0 else "went to"
    waits = ", still pending" if one.pending else ""
    unsure = ", perhaps the same as another row" if one.unsure else ""
    return f"{amount} {verb} {name_of(one)} on {one.day}{waits}{unsure}"


def _why(story: Story) -> list[str]:
    reasons = list(dict.fromkeys(fit(one_line(one.reason), 160) for one in story.findings))
    return [f"Why: {reason}." for reason in reasons[:_REASONS]]


def _case_line(story: Story) -> list[str]:
    if not story.case:
        return []
    sure = story.findings[0].confidence
    extent = f", {round(sure * 100)}% sure" if sure is not None else ""
    return [f"It belongs to case {story.case.id}, “{fit(one_line(story.case.title), 60)}”{extent}."]


def _call(account: Account) -> str:
    provider = account.provider or "your bank"
    phone = f" on {account.phone}" if account.phone else " on the number printed on your card"
    if not account.phone and account.kind != "card":
        phone = " on the number of your bank statement or its app"
    return f"call {provider}{phone}"


def _assumed(story: Story) -> list[str]:
    assumed = list(story.account.assumes)
    if story.deadline:
        assumed += [one for one in story.deadline.assumes if one not in assumed]
    return [f"Assumed: {'; '.join(assumed[:4])}."] if assumed else []


def _day(day: date | datetime) -> str:
    if isinstance(day, datetime):
        return f"{day:%Y-%m-%d %H:%M %Z}".strip()
    return f"{day:%a} {day.isoformat()}"
