"""The form of a rights pack: what a record may say, field by field. Plain values, no logic.

The files under `vigil/packs/rights/` are data that people maintain; `load` checks them against
these shapes. A list that is empty (`instrument`, `situation`) means "any".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import msgspec

Unit = Literal[
    "minutes", "hours", "days", "business_days", "weeks", "months", "years",
    "asap", "none", "until_paid",
]  # fmt: skip
Kind = Literal[
    "right", "follow_up", "best_effort", "helper_clock", "escalation",
    "not_in_force", "partly_in_force", "fall_back",
]  # fmt: skip
Situation = Literal[
    "unauthorised", "not_received", "not_as_described", "counterfeit", "misrepresented",
    "duplicate", "wrong_amount", "cancelled_subscription", "cancelled_order",
    "refund_not_processed", "late_delivery", "changed_mind", "scam_authorised_payment",
]  # fmt: skip
Confidence = Literal["high", "medium", "low"]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all records share: frozen, and a misspelt field is an error."""


class Length(_Record, frozen=True):
    """A length of time.

    Attributes:
        value: how many; 0 with asap, none, until_paid; negative counts back from the clock.
        or_same_day: months and years only: the law's words allow the same day-number too, so that
            a day more is a second, later reading.
    """

    value: int
    unit: Unit
    or_same_day: bool = False


class Window(Length, frozen=True):
    """The window of a record. `not_for`: situations in which nothing has to be waited for."""

    not_for: tuple[Situation, ...] = ()


class Variant(Length, frozen=True):
    """Another window for one country (UK-SCT) or one instrument (charge_card)."""

    country: str | None = None
    instrument: str | None = None


class Counted(Length, frozen=True):
    """A length of time counted from a named clock; without one, from the record's own."""

    clock: str | None = None


class Wait(Length, frozen=True, kw_only=True):
    """The earliest day on which acting is allowed.

    It holds when its clock is known, in the situations named (none named: in all), and unless the
    clock `unless_known` is known. The payment date is always known.
    """

    clock: str
    situation: tuple[Situation, ...] = ()
    unless_known: str | None = None


class AmountBound(_Record, frozen=True):
    """The sums for which a right is given, as decimal strings of one currency."""

    currency: str
    above: str | None = None
    up_to: str | None = None


class Channel(_Record, frozen=True):
    """Where to say it."""

    name: str
    url: str = ""
    phone: str = ""


class Right(_Record, frozen=True, kw_only=True):
    """One right, duty or rule of thumb, with its window and its source.

    Attributes:
        jurisdiction: country, EU (27 members), GLOBAL, or "unknown": used when no country is known.
        network: None fits any; "unknown" is used when no network is known.
        network_assumed: the instrument all but names its network, so that an unknown one is taken
            for it, and said to be.
        clock: event from which the window is counted, a name of clocks.toml.
        clock_when_unknown: stands in for the clock in this record only.
        variant: other windows for a country or an instrument.
        plan_on: the safer reading where sources disagree: it gives the limit, while `window` and
            `clock` say until when the right is not called over.
        outer_limit: the limit is never later than this.
        target: best day, where the record names one.
        not_before: waits; the latest of those that hold counts.
        window_role: deadline: last day. target: best odds, no legal end. earliest: not before.
        whose: "seller" when the clock binds the other side; such a date is never missed by you.
        must_be_received: notice must have arrived; `post_days` are then taken off.
        issuer_files: the window binds the card issuer, so the person must be earlier.
        effective_from, effective_until: payment dates for which the record is the rule.
        effective_from_outside_euro: the same for EU members outside the euro area.
        offered: False for codes that only a bank can choose.
        replaces: records that are not listed where this one fits.
        chargeback_kills: a platform claim that ends when the bank opens a chargeback.
        pending: the record for lines that have not posted; no other is used for them.
        key_point: cap or the thing to know.
        source_as_of: of what date or version the source is, in words.
        date_seen: day on which the source was last read.
        seen: "excerpt" when the number stood in the text read, "background" when it did not.
    """

    id: str
    kind: Kind
    jurisdiction: str
    instrument: tuple[str, ...]
    situation: tuple[Situation, ...]
    clock: str
    window: Window
    window_role: Literal["deadline", "target", "earliest"]
    action: str
    channel: Channel
    evidence: tuple[str, ...]
    source: tuple[str, ...]
    date_seen: date
    confidence: Confidence
    network: str | None = None
    network_assumed: bool = False
    amount: AmountBound | None = None
    clock_when_unknown: Counted | None = None
    variant: tuple[Variant, ...] = ()
    plan_on: Counted | None = None
    outer_limit: Counted | None = None
    target: Counted | None = None
    not_before: tuple[Wait, ...] = ()
    whose: Literal["person", "seller"] = "person"
    must_be_received: bool = False
    post_days: int = 10
    issuer_files: bool = False
    effective_from: date | None = None
    effective_from_outside_euro: date | None = None
    effective_until: date | None = None
    offered: bool = True
    replaces: tuple[str, ...] = ()
    chargeback_kills: bool = False
    pending: bool = False
    key_point: str = ""
    source_as_of: str = ""
    seen: Literal["excerpt", "background"] = "excerpt"
    note: str = ""


class Clock(_Record, frozen=True):
    """An event from which windows are counted; clocks.toml says what the fields mean."""

    name: str
    meaning: str
    where_found: str
    when_unknown: tuple[str, ...] = ()
    may_be_later: int = 0
    later_of: tuple[str, ...] = ()
    earlier_of: tuple[str, ...] = ()


class Authority(_Record, frozen=True):
    """A body that takes reports. `not_in`: parts of the country that have their own."""

    id: str
    country: str
    name: str
    source: tuple[str, ...]
    date_seen: date
    confidence: Confidence
    url: str = ""
    phone: str = ""
    who: str = ""
    note: str = ""
    source_as_of: str = ""
    not_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RightsPack:
    """All records, by id; made by `load`, held by the caller."""

    rights: Mapping[str, Right]
    clocks: Mapping[str, Clock]
    authorities: Mapping[str, Authority]
