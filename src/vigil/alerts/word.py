"""The texts of an alert: who, how much, where, why, what first, until when. Pure.

Written for somebody frightened at three in the morning: short, calm, concrete. No account number,
no link or phone number that came from a bank's text; the provider's number comes from the person's
own configuration alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vigil.alerts import plain
from vigil.alerts.decide import MONEY_BACK
from vigil.alerts.safe import bank_text, one_line, unlinked, without_numbers
from vigil.model import Account, Case, Deadline, Finding, Transaction
from vigil.money import format_minor

__all__ = [
    "Story",
    "Words",
    "bank_text",
    "first_step",
    "fit",
    "fit_body",
    "one_line",
    "unlinked",
    "without_numbers",
    "words",
]

BODY_LIMIT = 990  # Pushover takes 1,024 characters; ntfy and others take more
TITLE_LIMIT = 120
_NAME_LIMIT = 60
_REASONS = 3
_ROWS = 3
_ASSUMED = 3
_NO_NAME = "somebody without a name"


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
    head = [*_happened(story), *_why(story), *_case_line(story)]
    tail = [
        step,
        *([] if story.findings[0].rule in MONEY_BACK else _until(story)),
    ]
    body = "\n".join([*head, "", *tail])
    return Words(_title(story), fit_body(body, BODY_LIMIT), step)


def first_step(story: Story) -> str:
    """What to do first, in one or two sentences."""
    lead, account = story.findings[0], story.account
    if lead.rule == "case.refund":
        return "Nothing to do now. Keep the bank's note of it."
    if lead.rule == "case.provisional_credit":
        return "Nothing to do now. The bank can still take it back: keep your evidence."
    call = call_words(account)
    if lead.rule == "case.refund_missing":
        return f"First: ask in writing where the money is, then {call}."
    if lead.rule == "case.credit_reversed":
        return f"First: {call}. Ask why the credit was taken back, and until when you can appeal."
    if lead.rule == "case.recovery_fee":
        return (
            "First: pay nothing more. Nobody honest asks for a fee to get lost money back. "
            f"Then {call}."
        )
    unwanted = "you did not agree to this" if lead.case is not None else "this was not you"
    return f"If {unwanted}: {stop_words(account)}."


def stop_words(account: Account) -> str:
    """How to stop money from leaving an account, as a clause."""
    call = call_words(account)
    if account.kind == "card" or (account.instrument or "").endswith("card"):
        return f"freeze the card in your bank's app first, then {call}"
    return f"{call} now and ask them to stop or recall the payment"


def call_words(account: Account) -> str:
    """Whom to call, and on which number: the configuration's, or where to find it."""
    provider = account.provider or "your bank"
    if account.phone:
        return f"call {provider} on {account.phone}"
    if account.kind == "card":
        return f"call {provider} on the number printed on your card"
    return f"call {provider} on the number on your bank statement or in its app"


def deadline_lines(deadline: Deadline | None) -> list[str]:
    """By which day, with the right, its source and how sure it is."""
    if deadline is None:
        return ["By when: as soon as you can. vigil knows no fixed date for this payment."]
    origin = f"{plain.right_name(deadline.right)}; source {plain.source_name(deadline)}"
    if deadline.shown_as == "now":
        return [f"By when: now; there is no safe waiting time ({origin})."]
    if deadline.shown_as == "may_end_early" or deadline.last_safe is None:
        return [f"By when: soon; the right may end early. Confirm with your bank ({origin})."]
    sure = "" if deadline.confidence == "high" else " Confirm the date with your bank."
    return [f"Last safe day to dispute it: {_day(deadline.last_safe)} ({origin}).{sure}"]


def name_of(transaction: Transaction) -> str:
    """The counterparty as the bank printed it, safe to show and not too long."""
    texts = (bank_text(text) for text in (transaction.payee, transaction.memo) if text)
    return fit(next((text for text in texts if text), _NO_NAME), _NAME_LIMIT)


def reason_text(reason: str, case: Case | None = None) -> str:
    """A finding's reason, safe to show: it quotes names, and what the case knows of the scammer."""
    text = one_line(reason)
    for number in case.accounts if case else ():
        squeezed = re.sub(r"[\s#-]+", "", number)
        if len(squeezed) > 4:
            text = re.sub(re.escape(squeezed), f"...{squeezed[-4:]}", text, flags=re.IGNORECASE)
    return unlinked(without_numbers(text))


def title_of(case: Case) -> str:
    """A case's title in quotation marks."""
    return f"“{fit(unlinked(one_line(case.title)), _NAME_LIMIT)}”"


def fit(text: str, limit: int) -> str:
    """Text within a limit, cut at a word and marked where it was cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(None, 1)[0] if " " in cut[limit // 2 :] else cut).rstrip() + "…"


def fit_body(body: str, limit: int) -> str:
    """A body within a limit; what stands after its last empty line, what to do, is kept whole."""
    if len(body) <= limit:
        return body
    head, gap, tail = body.rpartition("\n\n")
    room = limit - len(gap) - len(tail)
    return f"{fit(head, room)}{gap}{tail}" if gap and room > 1 else fit(body, limit)


def sum_text(transactions: Sequence[Transaction]) -> str:
    """The sums of some rows, such as "960.86 USD", each currency apart and without a sign."""
    totals: dict[str, int] = {}
    for one in transactions:
        totals[one.currency] = totals.get(one.currency, 0) + abs(one.amount)
    return " and ".join(f"{format_minor(sum_, code)} {code}" for code, sum_ in totals.items())


def involved(story: Story) -> list[Transaction]:
    """The transactions an alert is about, by day; what a pattern relates is no part of a case."""
    ids = {one.transaction for one in story.findings}
    telling = [one for one in story.findings if one.case is not None or story.case is None]
    ids |= {number for one in telling for number in one.related if number in story.transactions}
    return sorted((story.transactions[one] for one in ids), key=lambda one: (one.day, one.id))


def _title(story: Story) -> str:
    lead = story.transactions[story.findings[0].transaction]
    ids = {one.transaction for one in story.findings}  # a related row may be an honest one
    moved = [one for one in involved(story) if one.id in ids and one.amount * lead.amount > 0]
    case = f"Case {story.case.id}: " if story.case else ""
    where = f" ({story.account.nickname})"
    if story.findings[0].rule == "case.refund_missing":
        return fit(f"{case}money promised back has not come{where}", TITLE_LIMIT)
    others = " and others" if len({one.merchant for one in moved}) > 1 else ""
    count = f"{len(moved)} payments, " if len(moved) > 1 else ""
    what = f"{count}{sum_text(moved)} {'from' if lead.amount > 0 else 'to'} "
    room = TITLE_LIMIT - len(case) - len(what) - len(others) - len(where)
    return fit(f"{case}{what}{fit(name_of(lead), max(room, 12))}{others}{where}", TITLE_LIMIT)


def _happened(story: Story) -> list[str]:
    moved = involved(story)
    more = len(moved) - _ROWS
    earlier = [f"and {more} before"] if more > 0 else []
    return [*map(_one_row, moved[-_ROWS:]), *earlier, f"Account: {story.account.nickname}"]


def _one_row(one: Transaction) -> str:
    amount = f"{format_minor(abs(one.amount), one.currency)} {one.currency}"
    verb = "from" if one.amount > 0 else "to"
    waits = ", still pending" if one.pending else ""
    unsure = ", perhaps the same as another row" if one.unsure else ""
    return f"{_day(one.day)}: {amount} {verb} {name_of(one)}{waits}{unsure}"


def _why(story: Story) -> list[str]:
    texts = (fit(reason_text(one.reason, story.case), 160) for one in story.findings)
    return [f"Why: {reason}." for reason in list(dict.fromkeys(texts))[:_REASONS]]


def _case_line(story: Story) -> list[str]:
    if not story.case:
        return []
    sure = story.findings[0].confidence
    extent = f" ({round(sure * 100)}% sure)" if sure is not None else ""
    return [f"It belongs to your case {story.case.id}, {title_of(story.case)}{extent}."]


def _until(story: Story) -> list[str]:
    given = story.deadline.assumes if story.deadline else ()
    clauses = [plain.assumed(one) for one in dict.fromkeys((*story.account.assumes, *given))]
    said = [f"Assumed: {fit('; '.join(clauses[:_ASSUMED]), 200)}."] if clauses else []
    return [*deadline_lines(story.deadline), *said]


def _day(day: date | datetime) -> str:
    if isinstance(day, datetime):
        return f"{day:%Y-%m-%d %H:%M %Z}".strip()
    return f"{day:%a} {day.isoformat()}"
