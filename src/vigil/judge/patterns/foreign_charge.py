"""Money taken far away without any sign that somebody of the household travels.

Signs of travel are lodging, flights and small purchases at the same place, in any account of the
household. A purchase abroad is only told when it is large for this person; cash abroad always.
A country or currency that the account knows well is not far away.
"""

from vigil.judge.common import about, finding, is_young, out_flow, plain
from vigil.judge.facts import Facts, facts_of
from vigil.judge.patterns import Pattern
from vigil.judge.profile import AccountProfile, Learnt
from vigil.judge.samples import Line, habit, ordinary
from vigil.model import Finding, Transaction
from vigil.text import fold
from vigil.text_words import COUNTRIES

ID = "foreign_charge"
NEAR_DAYS = 10  # purchases at the place that show a trip
BOOKED_DAYS = 60  # lodging and flights are paid before
KNOWN_TIMES = 6  # so often abroad in one place is not far away
CASH_PLACES = 4  # withdrawals before an unknown place means anything


def judge(transaction: Transaction, learnt: Learnt) -> Finding | None:
    """A finding for cash or a large purchase far away, without a sign of a trip."""
    if transaction.amount >= 0:
        return None
    facts = facts_of(transaction)
    if not facts.foreign and facts.manner != "cash":
        return None
    if facts.travel == "stay" or is_young(learnt.account):
        return None
    if facts.manner == "cash":
        return _cash(transaction, facts, learnt)
    if facts.foreign and not _usual_place(facts.foreign, learnt.account):
        return _purchase(transaction, facts, learnt)
    return None


def _cash(transaction: Transaction, facts: Facts, learnt: Learnt) -> Finding | None:
    merchant = learnt.merchants.get(transaction.merchant)
    day = transaction.day.toordinal()
    cash = out_flow(transaction, "cash", learnt.account)
    place = transaction.merchant.removeprefix("atm ")
    if facts.foreign:
        if _usual_place(facts.foreign, learnt.account):
            return None
    elif cash is None or cash.count < CASH_PLACES or place == transaction.merchant:
        return None
    if merchant is not None and (merchant.count > 5 or day - merchant.first > NEAR_DAYS):
        return None
    if merchant is None and transaction.merchant in learnt.known():
        return None
    signs = _signs(day, facts.foreign, learnt)
    score = 3.4 if facts.foreign else 3.1
    if cash is not None and -transaction.amount > cash.quantile(0.95):
        score += 0.4
    if merchant is not None:
        score += 0.4  # more than one within days
    score -= signs
    amount = plain(transaction.amount, transaction.currency)
    reason = f"{amount} in cash at {place}, where you never took any; {_trip_words(signs)}"
    related = tuple(entry[1] for entry in merchant.recent) if merchant else ()
    return finding(ID, transaction, score, reason, related)


def _purchase(transaction: Transaction, facts: Facts, learnt: Learnt) -> Finding | None:
    buys = out_flow(transaction, "buy", learnt.account)
    if buys is None or transaction.merchant in learnt.merchants:
        return None
    share = buys.share_at_least(-transaction.amount)
    if share > 0.05:
        return None
    signs = _signs(transaction.day.toordinal(), facts.foreign, learnt)
    score = (3.3 if share < 0.01 else 2.8) - signs
    amount = plain(transaction.amount, transaction.currency)
    usual = about(buys.quantile(0.9), transaction.currency)
    usually = f"you pay at most about {usual} nine times in ten"
    reason = f"{amount} in {facts.foreign}; {usually}; {_trip_words(signs)}"
    return finding(ID, transaction, score, reason)


def _usual_place(place: str, account: AccountProfile) -> bool:
    return account.places.get(place, 0) >= max(KNOWN_TIMES, 0.05 * account.count)


def _signs(day: int, place: str, learnt: Learnt) -> float:
    """How much speaks for a trip: purchases there most, others abroad or a booking little."""
    here = abroad = booked = False
    several = 0
    for account in (learnt.account, *learnt.elsewhere()):
        for when, _, what in account.travel:
            near = abs(when - day) <= NEAR_DAYS
            if what == "stay":
                booked = booked or -BOOKED_DAYS <= when - day <= NEAR_DAYS
            elif near and (not place or what == place or _is_currency(what, place)):
                here, several = True, several + 1
            else:
                abroad = abroad or near
    return 1.0 * here + 0.8 * (several > 2) + 0.3 * abroad + 0.3 * booked


def _is_currency(one: str, other: str) -> bool:
    """Some rows name the country, others only its currency: the two cannot be told apart."""
    return (fold(one) in COUNTRIES) != (fold(other) in COUNTRIES)


def _trip_words(signs: float) -> str:
    return "no sign of a trip" if not signs else "few signs of a trip"


PATTERN = Pattern(
    id=ID,
    title="money taken far away without a trip",
    judge=judge,
    hits=(
        (*ordinary(), Line(95, "ATM WITHDRAWAL BANGKOK THA 7848", -28000, "ATM", "THB")),
        (*ordinary(), Line(95, "GLASS HOUSE LONDON GBR", -98000)),
        (
            *ordinary(),
            *habit("ATM WITHDRAWAL SALEM OR", (-6000,) * 9, 10),
            Line(95, "ATM WITHDRAWAL LISBOA 9688", -26000, "ATM"),
        ),
    ),
    misses=(
        (*ordinary(), Line(95, "GLASS HOUSE LONDON GBR", -1800)),
        (
            *ordinary(),
            Line(70, "BLUE AIRLINES", -42000, "DEBIT", None, "3000"),
            Line(94, "TEA ROOM LONDON GBR", -900),
            Line(95, "ATM WITHDRAWAL LONDON GBR 11", -20000, "ATM", "GBP"),
        ),
        (
            *ordinary(),
            *habit("ATM WITHDRAWAL SALEM OR", (-6000,) * 9, 10),
            Line(95, "ATM WITHDRAWAL SALEM OR", -26000, "ATM"),
        ),
    ),
)
