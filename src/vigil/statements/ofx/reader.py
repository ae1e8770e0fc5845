"""Reads one OFX document: a first bounded pass for its heads, a second one for its rows."""

from collections.abc import Iterator
from functools import cached_property
from typing import BinaryIO

from vigil.model import Balance, Batch, Limits, Problem, Reading, Refusal, StatementHead
from vigil.statements.ofx.amounts import Amount, amount_of, shape_of
from vigil.statements.ofx.decode import Encoding, choose_encoding, pieces
from vigil.statements.ofx.heads import MOST_STRAYS, UNKNOWN_CURRENCY, HeadDraft, HeadSink
from vigil.statements.ofx.sinks import RowSink, Survey
from vigil.statements.ofx.structure import Sink
from vigil.statements.ofx.walker import OddTags, Walker
from vigil.statements.refuse import refuse_empty, refuse_size

_HEAD = 64 * 1024  # bytes that tell the letters and line ends
_SHORTEST_TAG = 5  # characters of the shortest tag of a row: a small file cannot have too many
_SHORTEST_ROW = 40  # bytes of the shortest row that says anything


class OfxReading:
    """A document that was understood; its source must stay open while rows are asked for."""

    def __init__(self, source: BinaryIO, encoding: Encoding, limits: Limits) -> None:
        self.format = "ofx"
        self.complete = False
        self.statements: tuple[StatementHead, ...] = ()
        self.problems: tuple[Problem, ...] = ()
        self._source, self._encoding, self._limits = source, encoding, limits
        self._size = source.seek(0, 2)
        self._counting = self._size > _SHORTEST_TAG * limits.tags
        self._odd = OddTags()

    def batches(self, *, plain: bool = True) -> Iterator[Batch]:
        """All rows, statement by statement; `plain` is for the test that holds both ways equal."""
        sink = RowSink(self.statements, self._limits, self._mark, plain=plain)
        walker = self._walker(sink)
        for piece in pieces(self._source, self._encoding):
            walker.feed(piece)
            yield from sink.take()
        walker.finish()
        yield from sink.take(last=True)

    def _walker(self, sink: Sink) -> Walker:
        return Walker(
            sink, self._limits, self._encoding.newline, self._odd, counting=self._counting
        )

    def over(self, source: BinaryIO, limits: Limits) -> "OfxReading":
        """The same document from another open file."""
        again = OfxReading(source, self._encoding, limits)
        again.complete, again.statements, again.problems = (
            self.complete,
            self.statements,
            self.problems,
        )
        again._counting = self._counting
        return again

    def walk(self, sink: Sink) -> Walker:
        """The whole document once, through a sink."""
        walker = self._walker(sink)
        for piece in pieces(self._source, self._encoding):
            walker.feed(piece)
        walker.finish()
        return walker

    @cached_property
    def _survey(self) -> Survey:
        survey = Survey()
        self.walk(survey)
        return survey

    def _mark(self, index: int) -> str | None:
        return self._survey.mark(index)

    def _balance(self, index: int, draft: HeadDraft, currency: str) -> Balance | None:
        amount = self._balance_amount(index, draft, currency)
        if isinstance(amount, Amount):
            return Balance(amount.minor, draft.balance_day)
        return None

    def _balance_amount(self, index: int, draft: HeadDraft, currency: str) -> Amount | str:
        shape = shape_of(draft.balance or "")
        if isinstance(shape, str):
            return shape
        mark = self._mark(index) if shape.grouped is not None else None
        return amount_of(shape, currency, mark)

    def first_pass(self) -> Refusal | None:
        """Finds heads, counts and remarks, and whether the document is whole."""
        sink = HeadSink()
        walker = self.walk(sink)
        if len(sink.strays) > MOST_STRAYS:
            return Refusal(
                f"More than {MOST_STRAYS} transactions of this file stand outside every statement;"
                " it is no bank's export. Download it again."
            )
        rows = sum(head.rows for head in sink.heads)
        if rows > MOST_STRAYS and self._size < rows * _SHORTEST_ROW:
            return Refusal(
                f"The file has {rows} transactions with no room for a date and an amount in each;"
                " it is no bank's export. Download it again."
            )
        if walker.stopped and not sink.heads:
            return Refusal(f"This is no bank's export: {walker.stopped}.")
        self._counting = self._counting and bool(walker.stopped)
        self.complete = walker.ended and not walker.stopped and not sink.broken
        self._remark(sink, walker)
        self.statements = tuple(
            self._head(index, draft, sink) for index, draft in enumerate(sink.heads)
        )
        self.problems = (*sink.remarks, *sink.strays)
        return None

    def _remark(self, sink: HeadSink, walker: Walker) -> None:
        if walker.stopped:
            sink.remark("file", walker.stopped)
        elif not walker.ended:
            sink.remark("file", "the file has no end (</OFX>): the download may have been cut")
        if not self._encoding.exact:
            sink.remark("file", "some letters are not of the file's character set")
        if not sink.heads:
            sink.remark("file", "no bank, card or investment statement in this file")

    def _head(self, index: int, draft: HeadDraft, sink: HeadSink) -> StatementHead:
        currency = draft.currency_code()
        where = f"statement {index + 1}"
        if currency == UNKNOWN_CURRENCY and draft.rows:
            sink.remark(where, "the statement names no currency")
        balance = self._balance(index, draft, currency)
        if draft.balance and balance is None:
            sink.remark(where, "the balance cannot be read")
        return StatementHead(
            draft.account(),
            currency,
            draft.start,
            draft.end,
            balance,
            draft.rows,
            draft.pending,
            draft.made,
        )


def read_ofx(source: BinaryIO, name: str, limits: Limits) -> Reading | Refusal:
    """Reads an OFX or QFX document as far as its heads."""
    del name
    size = source.seek(0, 2)
    if size == 0:
        return refuse_empty()
    if size > limits.size:
        return refuse_size(size, limits.size)
    source.seek(0)
    reading = OfxReading(source, choose_encoding(source, source.read(_HEAD)), limits)
    return reading.first_pass() or reading
