"""What tags mean for the shape of a document: statements, rows, blocks and leaves.

It forgives what real banks do: open leaves, wrongly closed aggregates, a tag inside a name. What
the leaves mean is the business of the sink that it feeds; it may not look at a value itself.
"""

from typing import Protocol

from vigil.model import AccountKind, Limits
from vigil.statements.ofx.draft import Draft
from vigil.statements.ofx.names import (
    AGGREGATES,
    BLOCKS,
    KNOWN,
    LEAVES,
    ROWS,
    STATEMENTS,
    WORDS,
)
from vigil.statements.ofx.values import decode_entities, join_lines


class Sink(Protocol):
    """What is done with the parts of a document."""

    def document(self, whole: bool) -> None:
        """An <OFX> begins; `whole` is False when the one before it has not ended."""

    def begin_statement(self, index: int, kind: AccountKind) -> None:
        """A statement begins, counted from 0."""

    def end_statement(self, index: int, whole: bool) -> None:
        """It ends; `whole` is False when no end tag of its own closed it."""

    def leaf(self, index: int | None, path: list[str], name: str, value: str) -> None:
        """A leaf outside rows, and the aggregates that it stands in."""

    def rows(self, index: int, text: str, start: int, end: int) -> bool:
        """A run of finished plain rows; False when they must come one by one."""

    def row(self, index: int | None, draft: Draft) -> None:
        """One finished row; `index` is None outside every statement."""

    def lost(self, index: int | None, draft: Draft) -> None:
        """A row's tag in a place where no row can be read."""


class Structure:
    """The open leaf, row, statement and aggregates, as tags come by.

    Attributes:
        ended: whether nothing came after the last </OFX>.
        stopped: in words the limit that ended the walk; "" for none.
    """

    def __init__(self, sink: Sink, limits: Limits) -> None:
        self.ended = False
        self.stopped = ""
        self._sink = sink
        self._limits = limits
        self._stack: list[str] = []
        self._statement: int | None = None
        self._statements = 0
        self._statement_depth = 0
        self._draft: Draft | None = None
        self._row_depth = 0
        self._leaf: str | None = None
        self._last = ""  # the text behind the open leaf's tag, or behind the last word like one
        self._parts: list[str] = []
        self._length = self._solid = 0  # of the leaf's text; up to its last letter

    def _stop(self, why: str) -> None:
        """Ends the walk: what still comes is only counted, with the last statement."""
        if self.stopped:
            return
        self.stopped = f"{why}; it was not read further"
        if self._draft:
            self._draft.flaw = self.stopped
        self._leaf = None
        self._end_row()
        if self._statement is None and self._statements:
            self._statement = self._statements - 1

    def _finish(self) -> None:
        """The end of the document: what is still open was cut."""
        if self._draft:
            self._draft.flaw = "the file ends inside this transaction"
        self._end_row()
        self._end_statement(whole=not self.ended)

    # --- leaves ---------------------------------------------------------------------------------

    def _words(self, text: str, *, decoded: bool = False) -> None:
        if self._leaf is None:
            return
        self._last = text
        if not self._length:
            text = text.lstrip()
        if not text:
            return
        limit = self._limits.leaf
        if self._length <= limit:
            kept = text[: limit + 1]
            self._parts.append(kept if decoded else decode_entities(kept))
        solid = len(text.rstrip())
        if solid:
            self._solid = self._length + solid
        self._length += len(text)

    def _settle(self, *, opening: bool = False) -> None:
        """Ends the open leaf; one of nothing, before another tag opens, was an aggregate."""
        name = self._leaf
        if name is None:
            return
        self._leaf = None
        value = join_lines("".join(self._parts))
        draft = self._draft
        if opening and not value and name not in LEAVES:
            self._push(name)
        elif draft is None:
            if self._solid <= self._limits.leaf:
                self._sink.leaf(self._statement, self._stack, name, value)
        else:
            if self._solid > self._limits.leaf:
                draft.flaw = f"{name} has more than {self._limits.leaf} characters"
            draft.put(self._key(name), value)

    def _key(self, name: str) -> str:
        """A leaf's name within its row: "PAYEE.NAME" inside a block that it belongs to."""
        while len(self._stack) > self._row_depth and self._stack[-1] in BLOCKS:
            block = self._stack[-1]
            if name in BLOCKS[block]:
                return f"{block}.{name}"
            self._stack.pop()
        return name

    def _is_word(self, name: str) -> bool:
        """Whether what looks like a tag is part of a name: "PIX <FULANO>", "A<BR>B".

        Extensions have a dot in their name (OFX 2.2, 2.5.2.1), so they are never words; nor is a
        tag that begins a line.
        """
        if name in KNOWN or "." in name or self._leaf not in WORDS:
            return False
        last = self._last
        line = max(last.rfind("\n"), last.rfind("\r"))
        return line < 0 or bool(last[line:].strip())

    # --- aggregates -----------------------------------------------------------------------------

    def _push(self, name: str) -> None:
        self._stack.append(name)
        if len(self._stack) > self._limits.depth:
            self._stop(f"the file nests deeper than {self._limits.depth} levels")

    def _open(self, name: str) -> None:
        """Any tag that opens, rows apart."""
        if name in STATEMENTS:
            self._begin_statement(name)
        elif name == "OFX":
            self._begin_document()
        elif name in AGGREGATES:
            self._push(name)
        else:
            self._leaf, self._last = name, ""
            self._parts = []
            self._length = self._solid = 0

    def _close(self, name: str) -> None:
        if self._leaf == name:
            self._settle()
            return
        self._settle()
        if name in ROWS:
            self._end_row()
        elif name in STATEMENTS:
            self._end_row()
            self._end_statement(whole=True)
        elif name in self._stack:
            self._pop(name)
        if name == "OFX":
            self.ended = True

    def _pop(self, name: str) -> None:
        depth = len(self._stack) - 1 - self._stack[::-1].index(name)
        if self._draft and depth < self._row_depth:
            self._end_row()
        if self._statement is not None and depth < self._statement_depth:
            self._end_statement(whole=False)
        del self._stack[depth:]

    def _begin_document(self) -> None:
        whole = "OFX" not in self._stack
        if self._draft and not whole:
            self._draft.flaw = "another document begins inside this transaction"
        self._end_row()
        self._end_statement(whole=False)
        self._sink.document(whole)
        self._stack[:] = ["OFX"]

    def _begin_statement(self, name: str) -> None:
        self._end_row()
        self._end_statement(whole=False)
        self._statement_depth = len(self._stack)
        self._statement = self._statements
        self._statements += 1
        self._sink.begin_statement(self._statement, STATEMENTS[name])
        self._push(name)

    def _end_statement(self, *, whole: bool) -> None:
        if self._statement is None:
            return
        self._sink.end_statement(self._statement, whole)
        self._statement = None
        del self._stack[self._statement_depth :]

    # --- rows -----------------------------------------------------------------------------------

    def _begin_row(self, name: str, line: int, raw: str) -> None:
        self._end_row()
        self._draft = Draft(name, line, raw)
        self._row_depth = len(self._stack)

    def _end_row(self) -> None:
        draft = self._draft
        if draft is None:
            return
        self._settle()
        self._draft = None
        del self._stack[self._row_depth :]
        self._sink.row(self._statement, draft)
