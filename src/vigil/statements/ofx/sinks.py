"""The second pass, and the survey of amounts that it may call for."""

import re
from collections.abc import Callable, Sequence
from operator import itemgetter

from vigil.model import AccountKind, Batch, Limits, Problem, Row, StatementHead
from vigil.statements.ofx import fast
from vigil.statements.ofx.amounts import Amount, amount_of, shape_of
from vigil.statements.ofx.draft import Draft
from vigil.statements.ofx.names import POSTED
from vigil.statements.ofx.rows import Place, row_of
from vigil.statements.ofx.walker import OPEN_ROW

BATCH = 1000  # rows of one batch at most
_AMOUNT = re.compile(r"<(?:TRNAMT)>\s*([^<\r\n]{0,64})")
_PLAIN = re.compile(r"[+-]?\d+\.\d\d", re.ASCII)

# The decimal mark that the other rows of a statement prove; asked only when one is in doubt.
Mark = Callable[[int], str | None]


class QuietSink:
    """A sink that takes nothing; others override what they want."""

    def document(self, whole: bool) -> None:
        """Nothing."""

    def begin_statement(self, index: int, kind: AccountKind) -> None:
        """Nothing."""

    def end_statement(self, index: int, whole: bool) -> None:
        """Nothing."""

    def leaf(self, index: int | None, path: list[str], name: str, value: str) -> None:
        """Nothing."""

    def lost(self, index: int | None, draft: Draft) -> None:
        """Nothing."""


class Survey(QuietSink):
    """Which decimal mark the amounts of each statement prove.

    Attributes:
        marks: the marks by statement.
    """

    def __init__(self) -> None:
        self.marks: dict[int, set[str]] = {}

    def mark(self, index: int) -> str | None:
        """The one mark of a statement; if it proves none, the one mark of the file."""
        own = self.marks.get(index, set())
        every = own or set().union(*self.marks.values())
        return next(iter(every)) if len(every) == 1 else None

    def leaf(self, index: int | None, path: list[str], name: str, value: str) -> None:
        """The balance is an amount like any other."""
        del path
        if index is not None and name == "BALAMT":
            self._weigh(index, value)

    def rows(self, index: int, text: str, start: int, end: int) -> bool:
        """All amounts of a run."""
        for amount in _AMOUNT.findall(text, start, end):
            self._weigh(index, amount.strip())
        return True

    def row(self, index: int | None, draft: Draft) -> None:
        """The amount of one row."""
        if index is not None:
            self._weigh(index, draft.fields.get("TRNAMT", ""))

    def _weigh(self, index: int, text: str) -> None:
        marks = self.marks.setdefault(index, set())
        if "." in marks and _PLAIN.fullmatch(text):
            return
        shape = shape_of(text)
        if not isinstance(shape, str) and shape.grouped is None and shape.mark:
            marks.add(shape.mark)


class RowSink(QuietSink):
    """Makes rows and problems, and hands them out in batches.

    Args:
        heads: the statements, as the first pass found them.
        limits: bounds of a leaf.
        mark: settles amounts in doubt.
        plain: False to send every row the longer way, as tests do to hold both ways equal.
    """

    def __init__(
        self, heads: Sequence[StatementHead], limits: Limits, mark: Mark, *, plain: bool = True
    ) -> None:
        self._heads, self._limits, self._mark, self._plain = heads, limits, mark, plain
        self._order: tuple[str, ...] = fast.USUAL
        self._pick: Callable[[fast.Found], fast.Found] | None = None
        self._index = -1
        self._posted = self._pending = 0
        self._doubted = False
        self._tables = fast.Tables(self._resolve, "")
        self._rows: list[Row] = []
        self._problems: list[Problem] = []
        self._ready: list[Batch] = []

    def take(self, *, last: bool = False) -> list[Batch]:
        """The batches that are full, and what remains when the document has ended."""
        if last:
            self._flush()
        ready, self._ready = self._ready, []
        return ready

    def _flush(self) -> None:
        for start in range(0, max(len(self._rows), len(self._problems)), BATCH):
            rows, problems = (
                self._rows[start : start + BATCH],
                self._problems[start : start + BATCH],
            )
            self._ready.append(Batch(self._index, rows, problems))
        self._rows, self._problems = [], []

    def _resolve(self, text: str, currency: str) -> Amount | str:
        shape = shape_of(text)
        if isinstance(shape, str):
            return shape
        if shape.grouped is None:
            return amount_of(shape, currency, None)
        self._doubted = True  # what a table remembers now is true of this statement only
        return amount_of(shape, currency, self._mark(self._index))

    def begin_statement(self, index: int, kind: AccountKind) -> None:
        """Rows count from one again."""
        del kind
        self._flush()
        self._index = index
        self._posted = self._pending = 0
        currency = self._heads[index].currency
        if self._doubted or currency != self._tables.currency:
            self._tables = fast.Tables(self._resolve, currency)

    def rows(self, index: int, text: str, start: int, end: int) -> bool:
        """A run of plain rows, if every one of them is ordinary."""
        del index
        if not self._plain:
            return False
        count = text.count(OPEN_ROW, start, end)
        found = self._find(text, start, end)
        if len(found) != count:
            order = fast.learn_order(text, start, end)
            if order is None or order == self._order:
                return False
            self._set_order(order)
            found = self._find(text, start, end)
            if len(found) != count:
                return False
        rows = self._tables.rows(found, self._posted + self._pending + 1)
        if rows is None:
            return False
        self._posted += count
        self._rows += rows
        if len(self._rows) >= BATCH:
            self._flush()
        return True

    def _find(self, text: str, start: int, end: int) -> list[fast.Found]:
        found = fast.pattern(self._order, self._limits.leaf).findall(text, start, end)
        return found if self._pick is None else list(map(self._pick, found))

    def _set_order(self, order: tuple[str, ...]) -> None:
        self._order = order
        usual = order == fast.USUAL
        self._pick = None if usual else itemgetter(*(order.index(name) for name in fast.USUAL))

    def row(self, index: int | None, draft: Draft) -> None:
        """One row the longer way; a row outside every statement is in the heads' problems."""
        if index is None:
            return
        posted = draft.name == POSTED
        self._posted += posted
        self._pending += not posted
        number = self._posted if posted else self._pending
        place = Place(number, self._posted + self._pending)
        row, problems = row_of(draft, self._heads[index].currency, place, self._resolve)
        if row:
            self._rows.append(row)
        self._problems += problems
        if len(self._rows) >= BATCH or len(self._problems) >= BATCH:
            self._flush()

    def lost(self, index: int | None, draft: Draft) -> None:
        """A row that could not be read: a problem like any other."""
        if index is not None:
            self.row(index, draft)
