"""Answers which rights a payment has, until when, and which to use first.

Pure: facts in, dates out. Nothing here promises that a claim succeeds, and nothing looks at a
clock: `today` is an argument.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from vigil.model import Deadline
from vigil.rights.clocks import as_day, instant, is_past
from vigil.rights.facts import Facts, Moment, place
from vigil.rights.fit import fitting
from vigil.rights.pack import Authority, RightsPack
from vigil.rights.reckon import Reckoned, reckon
from vigil.rights.shape import shape

# Kinds whose last day is the person's own.
_OWN_LAST_DAY = frozenset({"right", "follow_up", "escalation", "fall_back"})
# Rule order_of_attack: a bank date this near comes before the platform's claim.
_BANK_FIRST = timedelta(days=14)
# Rule unauthorised_first: money that somebody else holds is first of all stopped.
_AT_ONCE = frozenset({"unauthorised", "scam_authorised_payment"})


class _Row(NamedTuple):
    found: Reckoned
    deadline: Deadline


def deadlines(facts: Facts, pack: RightsPack, today: Moment) -> list[Deadline]:
    """Every right that can still be used, in order of attack.

    Args:
        facts: what is known of the payment.
        pack: the records.
        today: a day, or a moment with its zone where minutes count.

    Returns:
        What is to be done at once, then by date, then what has no date; a platform's claim comes
        before the chargeback that would end it, unless the bank's date is within 14 days. Of a
        pending line only the call to the bank.
    """
    rows = [row for row in _rows(facts, pack, today) if not _is_over(row.found, today)]
    return [row.deadline for row in _order(rows, as_day(today))]


def passed(facts: Facts, pack: RightsPack, today: Moment) -> list[Deadline]:
    """The rights that fit and are over for certain, the latest first."""
    rows = [row for row in _rows(facts, pack, today) if _is_over(row.found, today)]
    rows.sort(key=lambda row: instant(row.found.limit or today), reverse=True)
    return [row.deadline for row in rows]


def first_deadline(facts: Facts, pack: RightsPack, today: Moment) -> Deadline | None:
    """The deadline whose last safe date an alert shows: the earliest firm one still open."""
    firm = [
        deadline
        for deadline in deadlines(facts, pack, today)
        if deadline.shown_as == "firm"
        and deadline.last_safe is not None
        and pack.rights[deadline.right].kind in _OWN_LAST_DAY
    ]
    return min(firm, key=lambda deadline: instant(deadline.last_safe or today), default=None)


def act_now(facts: Facts, pack: RightsPack, today: Moment) -> bool:
    """Whether the first step is to stop the money (freeze the card, call the bank), date or not."""
    if facts.situation in _AT_ONCE:
        return True
    return any(row.shown_as == "now" for row in deadlines(facts, pack, today))


def authorities(pack: RightsPack, country: str | None) -> list[Authority]:
    """Who takes reports in a country, world-wide bodies last; a phone only where marked high."""
    code = place(country)
    near = {code, code.partition("-")[0]} if code else set()
    local = [
        body
        for body in pack.authorities.values()
        if body.country in near and code not in body.not_in
    ]
    world = [body for body in pack.authorities.values() if body.country == "GLOBAL"]
    return [_without_unsure_phone(body) for body in (*local, *world)]


def _without_unsure_phone(body: Authority) -> Authority:
    return body if body.confidence == "high" else msgspec.structs.replace(body, phone="")


def _rows(facts: Facts, pack: RightsPack, today: Moment) -> list[_Row]:
    rows = []
    for name, said in fitting(facts, pack.rights).items():
        found = reckon(pack.rights[name], facts, pack)
        rows.append(_Row(found, shape(found, said, facts, today, pack.clocks)))
    return rows


def _is_over(found: Reckoned, today: Moment) -> bool:
    """Over for certain: by the latest reading; the seller's clock is never the person's to miss."""
    return (
        found.right.whose == "person" and found.latest is not None and is_past(found.latest, today)
    )


def _order(rows: list[_Row], today: date) -> list[_Row]:
    """By urgency; dated platform claims are moved before the first chargeback (see `deadlines`)."""
    rows = sorted(rows, key=_urgency)
    bank = next((row for row in rows if row.found.right.issuer_files and _date(row)), None)
    if bank is None or as_day(_date(bank) or today) <= today + _BANK_FIRST:
        return rows
    cut = rows.index(bank)
    late = [row for row in rows[cut:] if row.found.right.chargeback_kills and _date(row)]
    return [*rows[:cut], *late, *(row for row in rows[cut:] if row not in late)]


def _urgency(row: _Row) -> tuple[int, datetime]:
    far = datetime.max.replace(tzinfo=instant(date(2000, 1, 1)).tzinfo)
    if row.found.right.window.unit == "asap":
        return 0, far
    moment = _date(row)
    return (1, instant(moment)) if moment else (2, far)


def _date(row: _Row) -> Moment | None:
    """The date that orders: the limit, else the target."""
    return row.deadline.limit or row.deadline.target
