"""How far a case has come: what came back, what was credited for the time being, what is late.

Pure and immutable: `progress_after` gives a new value, so that undo is a fold without the
undone finding. Sums are kept per currency and never mixed. Money that did not come is judged
against the coverage of the accounts, never against the clock.
"""

from datetime import date, timedelta

import msgspec

from vigil.judge.common import level_of, plain
from vigil.model import Case, Finding, Transaction

Item = tuple[int, int, int, str]  # day, transaction, amount, currency


class CaseProgress(msgspec.Struct, frozen=True, array_like=True):
    """What was matched to a case so far.

    Attributes:
        payments: the case's own payments, found in the ledger; the first is the anchor.
        refunds: money that came back for good.
        provisional: credits that the bank may take back.
        reversed: credits that it did take back.
        parts: payments that may be parts of an order's balance.
        charges: further money out that was matched.
        overdue: due days (ordinals) whose absence has been told.
    """

    payments: tuple[Item, ...] = ()
    refunds: tuple[Item, ...] = ()
    provisional: tuple[Item, ...] = ()
    reversed: tuple[Item, ...] = ()
    parts: tuple[Item, ...] = ()
    charges: tuple[Item, ...] = ()
    overdue: tuple[int, ...] = ()

    def returned(self, currency: str) -> int:
        """Sum that came back for good in a currency."""
        return sum(item[2] for item in self.refunds if item[3] == currency)

    def standing(self, currency: str) -> int:
        """Sum of provisional credits that were not taken back."""
        given = sum(item[2] for item in self.provisional if item[3] == currency)
        return given + sum(item[2] for item in self.reversed if item[3] == currency)


NO_PROGRESS = CaseProgress()
_FIELDS = {
    "case.payment": "payments",
    "case.refund": "refunds",
    "case.provisional_credit": "provisional",
    "case.credit_reversed": "reversed",
    "case.new_charge": "charges",
    "case.after_cancel": "charges",
    "case.recovery_fee": "charges",
    "case.balance": "charges",
}


def progress_after(
    progress: CaseProgress, finding: Finding, transaction: Transaction
) -> CaseProgress:
    """The progress with one finding of `match` taken in; the same one twice counts once."""
    name = _FIELDS.get(finding.rule)
    if name is None:
        return progress
    if finding.rule == "case.balance" and (finding.confidence or 0) < 0.5:
        name = "parts"
    items: tuple[Item, ...] = getattr(progress, name)
    if any(item[1] == transaction.id for item in items):
        return progress
    item = (transaction.day.toordinal(), transaction.id, transaction.amount, transaction.currency)
    return msgspec.structs.replace(progress, **{name: tuple(sorted((*items, item)))})


def missing(case: Case, progress: CaseProgress, currency: str) -> int:
    """What should still come back in a currency: what was promised, else what was paid."""
    promised = sum(e.amount for e in case.expected if e.currency == currency)
    paid = -sum(p.amount for p in case.payments if p.currency == currency)
    return (promised or paid) - progress.returned(currency)


def told_overdue(progress: CaseProgress, due: date) -> CaseProgress:
    """The progress once the absence of what was due on that day has been told."""
    if due.toordinal() in progress.overdue:
        return progress
    return msgspec.structs.replace(progress, overdue=(*progress.overdue, due.toordinal()))


def overdue(
    case: Case, progress: CaseProgress, covered_to: date, grace_days: int
) -> Finding | None:
    """A finding when promised money has not come, although the accounts are covered long enough.

    Args:
        case: a case with `expected` money.
        progress: what came back so far.
        covered_to: the day up to which documents vouch for the accounts in question.
        grace_days: days that a promise may be late without a word.

    Returns:
        The earliest absence not yet told (record it by `told_overdue`); its transaction is the
        payment it answers, 0 where none is linked.
    """
    wanted: dict[str, int] = {}
    for promise in sorted(case.expected, key=lambda e: e.due or date.max):
        if promise.due is None or promise.due + timedelta(days=grace_days) > covered_to:
            continue
        wanted[promise.currency] = wanted.get(promise.currency, 0) + promise.amount
        open_sum = wanted[promise.currency] - progress.returned(promise.currency)
        if open_sum > 0 and promise.due.toordinal() not in progress.overdue:
            return _absence(case, progress, promise.due, (open_sum, promise.currency))
    return None


def _absence(case: Case, progress: CaseProgress, due: date, left: tuple[int, str]) -> Finding:
    score = 3.6
    anchor = progress.payments[0][1] if progress.payments else 0
    came = progress.returned(left[1])
    part = f"only {plain(came, left[1])} came back; " if came else "nothing has come back; "
    reason = f"{part}{plain(*left)} was promised by {due.isoformat()}"
    return Finding("case.refund_missing", anchor, level_of(score), score, reason, case.id, 0.9)


def encode_progress(progress: CaseProgress) -> bytes:
    """Progress as JSON, for the store."""
    return msgspec.json.encode(progress)


_decoder = msgspec.json.Decoder(CaseProgress)


def decode_progress(text: bytes | str) -> CaseProgress:
    """The progress that `encode_progress` wrote.

    Raises:
        msgspec.DecodeError: when the text is no progress.
    """
    return _decoder.decode(text)
