"""The values that flow through vigil. They are frozen, hold no resource and know no clock.

Amounts are integers of minor units beside their currency; negative is money out.
Days are the days that the bank printed. `datetime` values are aware and in UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

Level = Literal["urgent", "ask", "digest"]
AnswerWord = Literal["not-mine", "mine", "later", "on-it"]
AccountKind = Literal["bank", "card", "investment"]


class Money(NamedTuple):
    """An amount in minor units of a currency."""

    amount: int
    currency: str


# --- what a document says -----------------------------------------------------------------


class Problem(NamedTuple):
    """Something in a document that could not be read as it stands.

    Attributes:
        where: place in the document, such as "line 812, STMTTRN 40".
        row: True when a row of the document stands behind it, so that
            rows in the document = transactions that are not pending + problems with `row`.
        what: what is wrong, in plain words.
        raw: the first 200 characters of the text in question.
    """

    where: str
    row: bool
    what: str
    raw: str


class Original(NamedTuple):
    """The amount in the currency of the purchase.

    OFX 2.2, 5.2 (CURRENCY, ORIGCURRENCY): `rate` is what the bank printed; None where it gave none.
    """

    amount: int | None
    currency: str
    rate: Decimal | None


class Correction(NamedTuple):
    """A row that replaces or deletes the row with that FITID (CORRECTFITID, CORRECTACTION)."""

    fitid: str
    action: Literal["REPLACE", "DELETE"]


class Extra(NamedTuple):
    """What few rows carry; kept apart so that the common row stays small."""

    original: Original | None = None
    corrects: Correction | None = None
    user_day: date | None = None  # DTUSER: the day the person paid
    server_id: str | None = None  # SRVRTID
    sic: str | None = None  # merchant category, leading zeros kept
    address: str | None = None  # PAYEE block: address, city, country, phone in one line
    to_account: str | None = None  # BANKACCTTO, CCACCTTO: where the money went


class Row(NamedTuple):
    """One line of a statement as the document prints it.

    Attributes:
        day: DTPOSTED's own day, never shifted to another zone.
        amount: minor units of `currency`; negative is money out.
        payee: NAME, or the PAYEE block's name, or EXTDNAME.
        fitid: the bank's id as printed; neither unique nor stable in real files.
        kind: TRNTYPE as printed.
        check: CHECKNUM.
        ref: REFNUM.
        place: number of the row within its statement, counted from 1.
    """

    day: date
    amount: int
    currency: str
    payee: str | None
    memo: str | None
    fitid: str | None
    kind: str | None
    check: str | None
    ref: str | None
    pending: bool
    place: int
    extra: Extra | None


class AccountRef(NamedTuple):
    """An account as a document names it; `number` is None where the document gives none."""

    institution: str | None
    number: str | None
    bank: str | None  # BANKID or BROKERID
    kind: AccountKind


class Balance(NamedTuple):
    """The ledger balance that a statement states, and of which day."""

    amount: int
    day: date | None


@dataclass(frozen=True, slots=True)
class StatementHead:
    """What a statement says of itself, its rows apart.

    Attributes:
        start, end: the period that it covers, days included; None where it says nothing.
        rows: number of posted rows in the text (STMTTRN), readable or not.
        pending_rows: number of pending rows in the text (STMTTRNP).
        made: when the bank made the document (DTSERVER), as printed; "" where it does not say.
    """

    account: AccountRef
    currency: str
    start: date | None
    end: date | None
    balance: Balance | None
    rows: int
    pending_rows: int = 0
    made: str = ""


class Batch(NamedTuple):
    """Some rows of one statement, in the order of the document."""

    statement: int  # index into Reading.statements
    rows: list[Row]
    problems: list[Problem]


class Reading(Protocol):
    """A document that a reader understood: heads at once, rows as they are asked for.

    `batches` may be called again and starts anew; it reads the file in bounded pieces.
    """

    format: str
    complete: bool  # False: the document could not be read whole
    statements: tuple[StatementHead, ...]
    problems: tuple[
        Problem, ...
    ]  # remarks on the file or a statement (row False), or rows outside any statement

    def batches(self) -> Iterator[Batch]:
        """All rows, statement by statement."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that no reader takes: one calm sentence that says what to do instead."""

    why: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on a document, checked before and while it is read.

    The defaults are a few times the largest real file seen; a setting can raise them.
    """

    size: int = 50 * 1024 * 1024  # bytes
    depth: int = 64  # open aggregates
    tags: int = 2_000_000
    leaf: int = 4096  # characters of one value

    @classmethod
    def for_size(cls, size: int) -> "Limits":
        """Limits for files of up to `size` bytes: beyond the default, a tag for every 12 bytes."""
        default = cls()
        return cls(size=size, tags=default.tags + max(0, size - default.size) // 12)


# --- what the ledger holds ------------------------------------------------------------------


class Transaction(NamedTuple):
    """One line of the ledger, ready to be judged.

    Attributes:
        id: the ledger's own number.
        account: the ledger's number of the account.
        merchant: the merchant key (text.merchant_key) of the descriptor.
        history: True when its day is on or before the account's watch day: it never rings.
        unsure: True when reconciling could not tell it from another row; both are kept.
    """

    id: int
    account: int
    day: date
    amount: int
    currency: str
    merchant: str
    payee: str | None
    memo: str | None
    kind: str | None
    check: str | None
    fitid: str | None
    pending: bool
    history: bool
    unsure: bool
    extra: Extra | None

    @property
    def descriptor(self) -> str:
        """Name and memo as the bank printed them: half of all real rows have no name."""
        return " ".join(part for part in (self.payee, self.memo) if part)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the household, as the ledger and the configuration know it together.

    Attributes:
        nickname: the name used in texts; without configuration "BENCHBANK ...6789".
        owners: people (configuration names) who are told.
        assumes: what is assumed because the configuration does not say, such as "country US".
    """

    id: int
    nickname: str
    kind: AccountKind
    currency: str
    owners: tuple[str, ...] = ()
    country: str | None = None
    instrument: str | None = (
        None  # words of the rights pack: credit_card, debit_card, bank_transfer...
    )
    network: str | None = None  # visa, mastercard, amex...
    provider: str | None = None
    phone: str | None = None
    assumes: tuple[str, ...] = ()


# --- cases ---------------------------------------------------------------------------------


class Payment(NamedTuple):
    """Money that went to the scammer; `amount` is negative."""

    day: date
    amount: int
    currency: str
    account: str | None = None  # nickname in the configuration, or a typed name
    fitid: str | None = None
    transaction: int | None = None  # the ledger's number, once found


class Expected(NamedTuple):
    """Money promised back; `amount` is positive."""

    amount: int
    currency: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Case:
    """One scam: who took the money, what was lost, what should come back.

    Attributes:
        kind: the playbook, such as marketplace_seller, card_fraud, subscription_trap.
        situation: word of the rights pack (unauthorised, not_received...), None while not known.
        balance: what is still to be paid of an order, as the person knows it.
        cancelled_on: the day a subscription was cancelled.
    """

    id: int
    title: str
    kind: str
    owner: str | None
    opened: date
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    platform: str | None = None
    instrument: str | None = None
    provider: str | None = None
    situation: str | None = None
    payments: tuple[Payment, ...] = ()
    expected: tuple[Expected, ...] = ()
    balance: Money | None = None
    cancelled_on: date | None = None


# --- what is said of a transaction -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """What a pattern or the case matcher says of one transaction, or of its absence.

    Attributes:
        rule: id of the pattern, or "case.<kind>".
        transaction: the ledger's number; for an absence the anchor (the promise, the last deposit).
        score: comparable across rules: 1 is "hardly worth a word", 2 the digest's floor,
            3 worth asking, 4 and more worth waking somebody.
        reason: a clause with numbers: "412.00; you usually pay them 35.00 to 52.00".
        case: the case it belongs to.
        confidence: 0 to 1, of a case match.
        related: other transactions of the same happening (the small test charge, the twin).
    """

    rule: str
    transaction: int
    level: Level
    score: float
    reason: str
    case: int | None = None
    confidence: float | None = None
    related: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when something can be done, with its source and how sure it is.

    Attributes:
        limit: the last day by the rule's own text; None where there is none.
        last_safe: limit less post, issuer and weekend buffers; the only date in a push.
        target: the best day.
        not_before: the first day on which acting is allowed.
        shown_as: how a text may speak of it.
        why: the arithmetic, step by step.
        assumes: facts that were not known and how they were taken ("country US").
    """

    right: str
    limit: date | datetime | None
    last_safe: date | datetime | None
    target: date | datetime | None
    not_before: date | None
    shown_as: Literal["firm", "may_end_early", "now", "not_in_force"]
    confidence: Literal["high", "medium", "low"]
    source: str
    clock: str
    clock_date: date | datetime | None
    clock_assumed: bool
    action: str = ""
    why: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    channel: Mapping[str, str] = field(default_factory=dict)


# --- what people are told --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """A text for one person on one channel. Plain text: bank text is not to be trusted as markup.

    Attributes:
        alert: public id ("a17"), the same in every repeat, so that a repeat is harmless.
        priority: "high" rings through, "default" is an ordinary notification, "low" is silent.
    """

    alert: str
    title: str
    body: str
    priority: Literal["high", "default", "low"]
