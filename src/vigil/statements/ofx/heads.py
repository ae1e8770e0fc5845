"""The first pass: what a document says of its statements, and how many rows each has.

Rows are counted here, never understood.
"""

from dataclasses import dataclass, field
from datetime import date

from vigil.model import AccountKind, AccountRef, Problem
from vigil.statements.ofx.draft import Draft
from vigil.statements.ofx.names import POSTED
from vigil.statements.ofx.values import day_of
from vigil.statements.ofx.walker import OPEN_ROW

UNKNOWN_CURRENCY = "XXX"  # ISO 4217: no currency
MOST_STRAYS = 10_000  # rows outside every statement; a file with more is none
_MOST_REMARKS = 100
_ACCOUNTS = frozenset("BANKACCTFROM CCACCTFROM INVACCTFROM".split())
_LISTS = frozenset("BANKTRANLIST INVTRANLIST".split())
_MADE = 40  # characters of DTSERVER that are kept
_CODE = 3  # letters of a currency's code


@dataclass(slots=True)
class HeadDraft:
    """What one statement has said of itself so far."""

    kind: AccountKind
    institution: str | None
    made: str
    number: str | None = None
    bank: str | None = None
    currency: str | None = None
    start: date | None = None
    end: date | None = None
    balance: str | None = None
    balance_day: date | None = None
    rows: int = 0
    pending: int = 0
    row_currencies: set[str] = field(default_factory=set)

    def account(self) -> AccountRef:
        """The account as the document names it."""
        return AccountRef(self.institution, self.number, self.bank, self.kind)

    def currency_code(self) -> str:
        """CURDEF, else the one currency that all rows name, else ISO 4217's "none"."""
        if self.currency:
            return self.currency
        return self.row_currencies.pop() if len(self.row_currencies) == 1 else UNKNOWN_CURRENCY


def currency_of(text: str | None) -> str | None:
    """A currency's code in capitals; None for what cannot be one."""
    code = (text or "").upper()
    return code if len(code) == _CODE and code.isascii() and code.isalpha() else None


class HeadSink:
    """Gathers heads, counts and remarks; see `structure.Sink` for its methods.

    Attributes:
        heads: one per statement.
        strays: rows outside every statement, at most MOST_STRAYS + 1.
        remarks: what is wrong with the file or a statement, rows apart.
        broken: whether an end is missing somewhere.
    """

    def __init__(self) -> None:
        self.heads: list[HeadDraft] = []
        self.strays: list[Problem] = []
        self.remarks: list[Problem] = []
        self.broken = False
        self._institution: str | None = None
        self._made = ""
        self._status: dict[str, str] = {}

    def remark(self, where: str, what: str) -> None:
        """Notes something about the file or a statement."""
        if len(self.remarks) < _MOST_REMARKS:
            self.remarks.append(Problem(where, False, what, ""))

    def document(self, whole: bool) -> None:
        """Another document has its own sign-on."""
        self._institution, self._made = None, ""
        if not whole:
            self.broken = True
            self.remark("file", "another document begins before the one before it has ended")

    def begin_statement(self, index: int, kind: AccountKind) -> None:
        """A new head."""
        del index
        self.heads.append(HeadDraft(kind, self._institution, self._made))

    def end_statement(self, index: int, whole: bool) -> None:
        """Says so when the end is missing."""
        if not whole:
            self.broken = True
            self.remark(
                f"statement {index + 1}", "the statement has no end; something may be missing"
            )

    def leaf(self, index: int | None, path: list[str], name: str, value: str) -> None:
        """What a document says of itself or of a statement."""
        inside = path[-1] if path else ""
        if not value:
            return
        if inside == "STATUS":
            self._note_status(name, value)
        elif index is None:
            if name == "ORG" and inside == "FI":
                self._institution = value
            elif name == "DTSERVER" and not self._made:
                self._made = "".join(value.split())[:_MADE]
        else:
            self._note(self.heads[index], path, name, value)

    def _note_status(self, name: str, value: str) -> None:
        """OFX 2.2, 3.1.5: a status of severity ERROR means that the bank gave nothing."""
        if name == "CODE":
            self._status = {}
        self._status[name] = value
        if name == "SEVERITY" and value.upper() == "ERROR":
            code = self._status.get("CODE", "without a code")
            self.remark("file", f"the bank answered with an error ({code})")

    def _note(self, head: HeadDraft, path: list[str], name: str, value: str) -> None:
        inside = path[-1]
        if name == "CURDEF":
            head.currency = head.currency or currency_of(value)
        elif inside in _ACCOUNTS:
            if name == "ACCTID":
                head.number = head.number or value
            elif name in {"BANKID", "BROKERID"}:
                head.bank = head.bank or value
        elif inside == "LEDGERBAL":
            if name == "BALAMT":
                head.balance = head.balance or value
            elif name == "DTASOF":
                head.balance_day = head.balance_day or day_of(value)
        elif name in {"DTSTART", "DTEND"} and not _LISTS.isdisjoint(path):
            _widen(head, name, day_of(value))

    def rows(self, index: int, text: str, start: int, end: int) -> bool:
        """Counts a run."""
        self.heads[index].rows += text.count(OPEN_ROW, start, end)
        return True

    def row(self, index: int | None, draft: Draft) -> None:
        """Counts one row."""
        if index is None:
            self._stray(draft, draft.flaw or "a transaction outside every statement")
            return
        head = self.heads[index]
        if draft.name == POSTED:
            head.rows += 1
        else:
            head.pending += 1
        code = draft.fields.get("CURRENCY.CURSYM")
        if code and not head.currency and currency_of(code):
            head.row_currencies.add(code.upper())

    def lost(self, index: int | None, draft: Draft) -> None:
        """Counts a row that cannot be read."""
        if index is None:
            self._stray(draft, draft.flaw)
        else:
            self.heads[index].rows += 1

    def _stray(self, draft: Draft, why: str) -> None:
        if len(self.strays) <= MOST_STRAYS:
            posted = draft.name == POSTED
            self.strays.append(Problem(f"line {draft.line}, {draft.name}", posted, why, draft.raw))


def _widen(head: HeadDraft, name: str, day: date | None) -> None:
    """A statement may have several lists: its period is all of theirs."""
    if day is None:
        return
    if name == "DTSTART":
        head.start = min(head.start or day, day)
    else:
        head.end = max(head.end or day, day)
