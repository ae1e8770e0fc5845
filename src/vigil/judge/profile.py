"""What vigil has learnt of an account and of each merchant in it: running totals, never a scan.

`learn` is the only thing here that changes a value in place. Every profile is a commutative
fold: the same posted transactions in any order give the same state, which is what makes a
rebuild after an undo equal to the incremental way. It reads no clock and knows no storage.

Days are kept as ordinals (`date.toordinal`), amounts in minor units, each currency for itself.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from vigil.judge.facts import Facts, facts_of, paid_day
from vigil.judge.flow import Flow, bucket
from vigil.model import Transaction

RECENT = 12  # transactions remembered of a merchant
FIRSTS_DAYS = 60  # how long a first-time merchant of an account is remembered one by one
TRAVEL_DAYS = 120  # how long a sign of travel is remembered
CHECKS = 24  # checks remembered
SIGNS = 96  # signs of travel remembered

Entry = tuple[int, int, int, str, int]  # day, transaction, amount, currency, day paid or 0
Start = tuple[int, int, int, str, str]  # day, transaction, amount, currency, manner of payment
First = tuple[int, int, int, str, str, str]  # the same, and the merchant key
Sign = tuple[int, int, str]  # day, transaction, place
Check = tuple[int, int, int, int]  # day, transaction, amount, number

_Dated = TypeVar("_Dated", Entry, Sign, Check)


class MerchantProfile(msgspec.Struct, array_like=True):
    """One merchant in one account.

    Attributes:
        last: the last day with them.
        start: the earliest transaction.
        flows: by currency and direction, "USD-" for money out and "USD+" for money in.
        recent: the latest transactions, oldest first.
    """

    count: int = 0
    last: int = 0
    start: Start | None = None
    flows: dict[str, Flow] = msgspec.field(default_factory=dict)
    recent: list[Entry] = msgspec.field(default_factory=list)

    @property
    def first(self) -> int:
        """The first day, 0 while nothing is known."""
        return self.start[0] if self.start else 0

    def out(self, currency: str) -> Flow | None:
        """The money that went out to them in that currency."""
        return self.flows.get(currency + "-")


class AccountProfile(msgspec.Struct, array_like=True):
    """One account: what is usual in it, and what was new or far away lately.

    Attributes:
        flows: by currency and manner of payment, such as "USD buy" (see `facts`).
        starts: by currency and manner, buckets of each merchant's first amount.
        firsts: first-time merchants of the last days one by one, oldest first.
        travel: signs of travel (lodging, flights, purchases far away), oldest first.
        places: countries and foreign currencies, with the number of transactions.
        checks: the latest checks as (day, transaction, amount, number).
    """

    count: int = 0
    first: int = 0
    last: int = 0
    merchants: int = 0
    flows: dict[str, Flow] = msgspec.field(default_factory=dict)
    starts: dict[str, dict[int, int]] = msgspec.field(default_factory=dict)
    firsts: list[First] = msgspec.field(default_factory=list)
    travel: list[Sign] = msgspec.field(default_factory=list)
    places: dict[str, int] = msgspec.field(default_factory=dict)
    checks: list[Check] = msgspec.field(default_factory=list)

    @property
    def age(self) -> int:
        """Days between the first and the last transaction."""
        return self.last - self.first


def _nothing_known() -> Mapping[str, int]:
    return {}


def _no_others() -> Iterable[AccountProfile]:
    return ()


@dataclass(slots=True)
class Learnt:
    """The learnt state of one account while a batch of it is judged.

    Attributes:
        merchants: profiles of the batch's merchants; a missing one is a new merchant.
        known: all merchant keys of the household with their counts; asked for new merchants only.
        elsewhere: the profiles of the household's other accounts; asked for signs of travel only.
    """

    account: AccountProfile = field(default_factory=AccountProfile)
    merchants: dict[str, MerchantProfile] = field(default_factory=dict)
    known: Callable[[], Mapping[str, int]] = _nothing_known
    elsewhere: Callable[[], Iterable[AccountProfile]] = _no_others

    def learn(self, transaction: Transaction) -> None:
        """Take a posted transaction into the totals; a pending one may still change and waits."""
        if transaction.pending:
            return
        facts = facts_of(transaction)
        merchant = self.merchants.get(transaction.merchant)
        if merchant is None:
            merchant = self.merchants[transaction.merchant] = MerchantProfile()
        entry = (
            transaction.day.toordinal(),
            transaction.id,
            transaction.amount,
            transaction.currency,
            paid_day(transaction),
        )
        _learn_merchant(merchant, entry)
        _learn_account(self.account, entry, facts)
        if merchant.start is None or entry[:2] < merchant.start[:2]:
            move_first(self.account, merchant, (*entry[:4], facts.manner), transaction.merchant)
        if facts.number or facts.foreign or facts.travel:
            learn_rare(self.account, entry, facts)


def _learn_merchant(merchant: MerchantProfile, entry: Entry) -> None:
    day, _, amount, currency, _ = entry
    merchant.count += 1
    merchant.last = max(merchant.last, day)
    key = currency + ("-" if amount < 0 else "+")
    flow = merchant.flows.get(key)
    if flow is None:
        flow = merchant.flows[key] = Flow()
    flow.add(abs(amount))
    _keep_latest(merchant.recent, entry, RECENT)


def _learn_account(account: AccountProfile, entry: Entry, facts: Facts) -> None:
    day, _, amount, currency, _ = entry
    account.first = min(account.first, day) if account.count else day
    account.count += 1
    advance(account, day)
    key = f"{currency} {facts.manner}"
    flow = account.flows.get(key)
    if flow is None:
        flow = account.flows[key] = Flow()
    flow.add(abs(amount))


def advance(account: AccountProfile, day: int) -> None:
    """The account is known up to a day: what is too long ago is no longer remembered one by one."""
    if day > account.last:
        account.last = day
        _forget(account.firsts, day - FIRSTS_DAYS)
        _forget(account.travel, day - TRAVEL_DAYS)


def move_first(account: AccountProfile, merchant: MerchantProfile, start: Start, key: str) -> None:
    """A merchant's earliest transaction is another one now: the account's memory of it follows."""
    before, merchant.start = merchant.start, start
    if before is None:
        account.merchants += 1
    else:
        _drop(account.starts, f"{before[3]} {before[4]}", bucket(abs(before[2])))
        if (gone := (*before, key)) in account.firsts:
            account.firsts.remove(gone)
    slots = account.starts.setdefault(f"{start[3]} {start[4]}", {})
    slot = bucket(abs(start[2]))
    slots[slot] = slots.get(slot, 0) + 1
    if start[0] > account.last - FIRSTS_DAYS:
        insort(account.firsts, (*start, key))


def _drop(starts: dict[str, dict[int, int]], name: str, slot: int) -> None:
    slots = starts[name]
    slots[slot] -= 1
    if not slots[slot]:
        del slots[slot]
    if not slots:
        del starts[name]


def _forget(dated: list[First] | list[Sign], until: int) -> None:
    while dated and dated[0][0] <= until:
        del dated[0]


def _keep_latest(latest: list[_Dated], entry: _Dated, limit: int) -> None:
    """Keep the last of them by day and number: the same ones in whatever order they come."""
    if latest and entry[:2] < latest[-1][:2]:
        insort(latest, entry)
    else:
        latest.append(entry)
    if len(latest) > limit:
        del latest[0]


def learn_rare(account: AccountProfile, entry: Entry, facts: Facts) -> None:
    """What few transactions have: a check's number, a place far away, a sign of travel."""
    if facts.number:
        _keep_latest(account.checks, (entry[0], entry[1], entry[2], facts.number), CHECKS)
    if facts.foreign:
        account.places[facts.foreign] = account.places.get(facts.foreign, 0) + 1
    if facts.travel and entry[0] > account.last - TRAVEL_DAYS:
        _keep_latest(account.travel, (entry[0], entry[1], facts.travel), SIGNS)


def encode(profile: MerchantProfile | AccountProfile) -> bytes:
    """A profile as JSON, for the store."""
    return msgspec.json.encode(profile)


_merchant_decoder = msgspec.json.Decoder(MerchantProfile)
_account_decoder = msgspec.json.Decoder(AccountProfile)


def decode_merchant(text: bytes | str) -> MerchantProfile:
    """The profile that `encode` wrote.

    Raises:
        msgspec.DecodeError: when the text is not such a profile; the account is then rebuilt.
    """
    return _merchant_decoder.decode(text)


def decode_account(text: bytes | str) -> AccountProfile:
    """The profile that `encode` wrote.

    Raises:
        msgspec.DecodeError: when the text is not such a profile; the account is then rebuilt.
    """
    return _account_decoder.decode(text)
