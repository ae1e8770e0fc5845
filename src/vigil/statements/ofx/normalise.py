"""A document's rows as clean SGML with closed leaves, for the second reader. Pure.

It is made of the words that the walker finds, never of the transactions made of them, so that a
fault on the way from words to transactions shows. Rows and statements are numbered in the places
of FITID and ACCTID: the second reader's answer can then be laid beside the first one's.
"""

import re
from typing import NamedTuple

from vigil.model import AccountKind
from vigil.statements.ofx.draft import Draft
from vigil.statements.ofx.names import POSTED
from vigil.statements.ofx.sinks import QuietSink

_HEADER = (
    "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:UTF-8\r\n"
    "CHARSET:NONE\r\nCOMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n<OFX>\r\n"
)
_OPEN = {
    "bank": "<STMTRS>{}<BANKTRANLIST>",
    "card": "<CCSTMTRS>{}<BANKTRANLIST>",
    "investment": "<INVSTMTRS>{}<INVTRANLIST><INVBANKTRAN>",
}
_CLOSE = {
    "bank": "</BANKTRANLIST></STMTRS>\r\n",
    "card": "</BANKTRANLIST></CCSTMTRS>\r\n",
    "investment": "</INVBANKTRAN></INVTRANLIST></INVSTMTRS>\r\n",
}
# What both readers understand alike: one mark at most, or thousands and a mark; not "1,234".
_AMOUNT = re.compile(
    r"[+-]?(?:\d+(?:[.,]\d{1,2})?|\d{1,3}(?:,\d{3})+\.\d{2}|\d{1,3}(?:\.\d{3})+,\d{2})", re.ASCII
)
_DAY = re.compile(r"(?:19|20|21)\d{6}", re.ASCII)
_COMPARED = ("TRNTYPE", "TRNAMT", "NAME", "MEMO")


class Printed(NamedTuple):
    """One row of the normalised text.

    Attributes:
        statement, place: its numbers, as in the first reader's batches.
        plain: whether amount and date are of a form that both readers know.
    """

    statement: int
    place: int
    plain: bool


class Normaliser(QuietSink):
    """Writes the document anew.

    Attributes:
        printed: the posted rows that were written, in order.
    """

    def __init__(self) -> None:
        self.printed: list[Printed] = []
        self._parts = [_HEADER]
        self._place = 0
        self._kind: AccountKind | None = None

    def text(self) -> str:
        """The whole normalised document."""
        self._close()
        return "".join((*self._parts, "</OFX>\r\n"))

    def _close(self) -> None:
        if self._kind:
            self._parts.append(_CLOSE[self._kind])
        self._kind = None

    def begin_statement(self, index: int, kind: AccountKind) -> None:
        """Opens a statement whose account is its number."""
        self._close()
        self._kind, self._place = kind, 0
        self._parts.append(_OPEN[kind].format(f"<ACCTID>{index}</ACCTID>"))

    def rows(self, index: int, text: str, start: int, end: int) -> bool:
        """Every row comes by itself."""
        del index, text, start, end
        return False

    def row(self, index: int | None, draft: Draft) -> None:
        """Writes one posted row that nothing is wrong with so far."""
        if index is None:
            return
        self._place += 1
        if draft.name != POSTED or draft.flaw:
            return
        day = draft.fields.get("DTPOSTED", "")
        shown = _DAY.match(day)
        plain = bool(shown and _AMOUNT.fullmatch(draft.fields.get("TRNAMT", "")))
        self.printed.append(Printed(index, self._place, plain))
        leaves = [("FITID", str(self._place)), ("DTPOSTED", shown[0] if shown else day)]
        leaves += [(name, draft.fields.get(name, "")) for name in _COMPARED]
        inner = "".join(f"<{name}>{_escape(value)}</{name}>" for name, value in leaves if value)
        self._parts.append(f"<STMTTRN>{inner}</STMTTRN>\r\n")

    def lost(self, index: int | None, draft: Draft) -> None:
        """Counts, so that numbers stay those of the first reader."""
        del draft
        if index is not None:
            self._place += 1


def _escape(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
