"""What is known of one payment when its rights are asked for, and how the words are read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from vigil.model import Money

Moment = date | datetime
Day = date  # the field `date` of Facts would hide the name
# The network says no more than the instrument does.
_SAME_AS_INSTRUMENT = frozenset({"cash_app", "paypal", "pix", "upi", "venmo", "zelle"})


@dataclass(frozen=True, slots=True)
class Facts:
    """A payment, in the words of the rights packs. None is "not known", never "none".

    Attributes:
        country: ISO code; GB and UK are one, UK-SCT is Scotland.
        instrument, network: one word, or several split by commas (credit_card,marketplace).
        situation: what happened; an unanswered line is asked about as unauthorised.
        date: day of the payment.
        posted: day on which the line was booked.
        amount: the payment; the sign is not looked at.
        known: days and moments by the name of their clock.
        pending: the line has not posted.
        assumes: what the caller took for granted in these facts ("country US").
    """

    country: str | None
    instrument: str | None
    network: str | None
    date: Day
    situation: str = "unauthorised"
    posted: Day | None = None
    amount: Money | None = None
    known: Mapping[str, Moment] = field(default_factory=dict)
    pending: bool = False
    assumes: tuple[str, ...] = ()


def place(country: str | None) -> str | None:
    """The country in the packs' own words: GB is UK, GB-SCT is UK-SCT; None where unknown."""
    code = (country or "").strip().upper().replace("_", "-")
    if code == "GB" or code.startswith("GB-"):
        code = "UK" + code.removeprefix("GB")
    if code != "UK-SCT":
        code = code.partition("-")[0]
    return code or None


def words(text: str | None) -> frozenset[str]:
    """The words of a list split by commas, in small letters."""
    parts = (part.strip().lower() for part in (text or "").split(","))
    return frozenset(part for part in parts if part)


def networks(facts: Facts) -> frozenset[str]:
    """The networks known, those included that an instrument is named after."""
    return words(facts.network) | (words(facts.instrument) & _SAME_AS_INSTRUMENT)
