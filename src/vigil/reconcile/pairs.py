"""When a row of a statement and a row of the ledger are one and the same: the rules for a pair."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from vigil.model import Row
from vigil.money import format_minor
from vigil.reconcile.values import Glance, Known, Verdict
from vigil.text import counterparty

# A card payment that waits is posted or falls away within some days; banks keep holds up to ten.
PENDING_LAPSES = timedelta(days=10)
_POSTS_EARLIEST, _POSTS_LATEST = timedelta(days=-3), timedelta(days=14)
_TIP = 1.4  # a bill may post with a tip of up to 40 percent
_TOKEN_HOLD = 100  # a hold of one unit or less stands for any sum (pumps, hotels)


def usable_fitid(fitid: str | None) -> str | None:
    """The bank's id, or None for one that names nothing: empty, all zeros, all stars."""
    return fitid if fitid and fitid.strip("0*-.# ") else None


def corrected(row: Row) -> str | None:
    """The id of the row that this one replaces or deletes, None for an ordinary row."""
    return row.extra.corrects.fitid if row.extra and row.extra.corrects else None


def same_text(row: Row, known: Known) -> bool:
    """The same descriptor but for case and blanks, name and memo taken together."""
    if row.payee == known.payee and row.memo == known.memo:
        return True
    return _folded(row.payee, row.memo) == _folded(known.payee, known.memo)


def same_words(row: Row, iso: str, glance: Glance) -> bool:
    """A posted, ordinary row that says what an ordinary row of the ledger says, word by word.

    Args:
        iso: the row's day.
    """
    _, day, amount, currency, payee, memo = glance
    return (
        row.amount == amount
        and row.payee == payee
        and row.memo == memo
        and iso == day
        and row.currency == currency
        and not row.pending
        and not (row.extra and row.extra.corrects)
    )


def lapsed(pending: Iterable[Known], claimed: Collection[int], end: date) -> list[int]:
    """Pending rows that a statement should have posted by now, and neither lists nor posted."""
    return [one.id for one in pending if one.id not in claimed and one.day < end - PENDING_LAPSES]


def _folded(payee: str | None, memo: str | None) -> str:
    return " ".join(f"{payee or ''} {memo or ''}".casefold().split())


def exact(row: Row, known: Known) -> Verdict | None:
    """The same row, word by word."""
    posts = known.pending and not row.pending
    if not posts and same_day_and_amount(row, known) and same_text(row, known):
        return Verdict("same", row, known.id, waits_here(row, known))
    return None


def waits_here(row: Row, known: Known) -> str | None:
    """Why a row that is known as posted is met as one that waits."""
    return "pending here, posted in another document" if row.pending > known.pending else None


def same_day_and_amount(row: Row, known: Known) -> Verdict | None:
    """The same row, with another text."""
    if (row.day, row.amount, row.currency) != (known.day, known.amount, known.currency):
        return None
    if known.pending and not row.pending:
        return Verdict("posts", row, known.id, posting_text(row, known))
    return Verdict("amends", row, known.id, "the bank changed the text")


def posted_under_its_id(row: Row, known: Known) -> Verdict | None:
    """A row that waited and is posted now, under its own id."""
    if not known.pending or row.pending or not _same_sign(row, known):
        return None
    return Verdict("posts", row, known.id, posting_text(row, known))


def moved(row: Row, known: Known) -> Verdict | None:
    """The same row on another day."""
    if (row.amount, row.currency) != (known.amount, known.currency) or not same_text(row, known):
        return None
    return Verdict("amends", row, known.id, f"the bank moved the day from {known.day}")


def reused(row: Row, namesakes: Sequence[Known]) -> str | None:
    """Why a row under a known id is another one: the bank gave the id twice."""
    others = [one for one in namesakes if (one.day, one.amount) != (row.day, row.amount)]
    return f"the bank used the id of a row of {others[0].day} again" if others else None


def _same_sign(row: Row, known: Known) -> bool:
    return row.currency == known.currency and (row.amount < 0) == (known.amount < 0)


def may_post_as(known: Known, row: Row) -> bool:
    """Whether a row that waits may be this posted one, by its payee, day and amount."""
    if not _same_sign(row, known):
        return False
    if not _POSTS_EARLIEST <= row.day - known.day <= _POSTS_LATEST:
        return False
    if counterparty(row.payee, row.memo) != known.merchant:
        return False
    hold, sum_ = abs(known.amount), abs(row.amount)
    return sum_ <= hold * _TIP or hold <= _TOKEN_HOLD


def distance(known: Known, row: Row) -> tuple[int, int]:
    """Of equals the first counts, as `Lookups` gives them: the numbers tell of arrival only."""
    return abs(known.amount - row.amount), abs((known.day - row.day).days)


def posting_text(row: Row, known: Known) -> str:
    """What changed between waiting and posting."""
    if row.amount == known.amount:
        return f"pending since {known.day}, now posted"
    was, now = format_minor(known.amount, known.currency), format_minor(row.amount, row.currency)
    return f"pending as {was} on {known.day}, posted as {now}"
