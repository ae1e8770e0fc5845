"""The scanner's one way through a document: tags in, statements and rows and leaves out.

It is linear in the text and holds one row at most. Runs of ordinary rows are handed on as they
stand; everything else goes tag by tag through `structure.py`. It may not look at a value itself.
"""

import re

from vigil.model import Limits
from vigil.statements.ofx.draft import Draft
from vigil.statements.ofx.names import POSTED, ROWS
from vigil.statements.ofx.structure import Sink, Structure

OPEN_ROW, CLOSE_ROW = "<STMTTRN>", "</STMTTRN>"
# One transaction of the document, readable or not; the law on rows counts these.
ROW_TAG = re.compile(r"<STMTTRN(?=[\s/>])", re.IGNORECASE | re.ASCII)
# The first tag that is not a plain tag of an ordinary row.
_ODD = re.compile(
    r"<(?!/?(?:TRN(?:TYPE|AMT)|DT(?:POSTED|USER|AVAIL)|STMTTRN|S(?:RVRTID|IC)"
    r"|FITID|CHECKNUM|REFNUM|NAME|MEMO)>)"
)
_PLAIN = re.compile(r"<(/?)([A-Z]+)>([^<]*)")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9._:-]*)(?:[\s/][^<>]*)?>")
_DECLARATION = re.compile(r"<[!?][^<>]*>")
# A "<" that begins nothing, with the text behind it, and all that follow it in the same way.
_STRAY = re.compile(
    r"(?:<(?!/?[A-Za-z][A-Za-z0-9._:-]*(?:[\s/][^<>]*)?>|!--|!\[CDATA\[|[!?][^<>]*>)[^<]*+)++"
)
_COMMENT, _CDATA = ("<!--", "-->"), ("<![CDATA[", "]]>")
_MOST_REMEMBERED = 50_000  # odd tags; an ordinary statement has some thirty
_CHUNK = 8192  # characters of a run that are tried again when the whole run is not ordinary
_RAW = 200


class OddTags:
    """Where the odd tags stand, piece by piece, so that a second walk need not look again."""

    def __init__(self) -> None:
        self._pieces: list[dict[int, int]] = []
        self._room = _MOST_REMEMBERED

    def of_piece(self, number: int) -> dict[int, int]:
        """From a place in the piece, the place of the next odd tag or the piece's end."""
        while number >= len(self._pieces):
            self._pieces.append({})
        return self._pieces[number]

    def next(self, known: dict[int, int], text: str, place: int) -> int:
        """The next odd tag at or after a place, or the end of the text."""
        end = known.get(place)
        if end is None:
            found = _ODD.search(text, place)
            end = found.start() if found else len(text)
            if self._room:
                self._room -= 1
                known[place] = end
        return end


class Walker(Structure):
    """Walks one document piece by piece, and feeds a sink.

    Args:
        sink: takes the parts.
        limits: bounds.
        newline: the character that ends a line.
        odd: what an earlier walk of the same document remembers.
        counting: False when an earlier walk has found the tags to be within their limit.
    """

    def __init__(
        self,
        sink: Sink,
        limits: Limits,
        newline: str,
        odd: OddTags | None = None,
        *,
        counting: bool = True,
    ) -> None:
        super().__init__(sink, limits)
        self._odd = odd or OddTags()
        self._piece = 0
        self._counting = counting
        self._newline = newline
        self._text = ""
        self._line, self._mark = 1, 0
        self._skipping: tuple[str, str] | None = None
        self._tags = 0

    # --- pieces -----------------------------------------------------------------------------

    def feed(self, text: str) -> None:
        """Walks one piece; pieces must be cut before a tag, as `decode.pieces` does."""
        self._text, self._mark = text, 0
        place = 0
        known = self._odd.of_piece(self._piece)
        self._piece += 1
        while place < len(text):
            if self.stopped:
                self._lose(place, len(text), self.stopped)
                break
            if self._skipping:
                place = self._skip(self._skipping, place)
                continue
            end = self._odd.next(known, text, place)
            if end > place:
                self._run(place, end)
            place = self._token(end) if end < len(text) and not self.stopped else end
        self._line_at(len(text))

    def finish(self) -> None:
        """The end of the document: what is still open was cut."""
        self._finish()

    def _skip(self, kind: tuple[str, str], place: int) -> int:
        text, end = self._text, kind[1]
        found = text.find(end, place)
        stop = found if found >= 0 else len(text)
        if kind is _CDATA:
            self._words(text[place:stop], decoded=True)
        self._lose(place, stop, "a transaction inside a comment or quoted text")
        if found < 0:
            return stop
        self._skipping = None
        return found + len(end)

    def _token(self, place: int) -> int:
        """One tag that is not plain: returns the place behind it."""
        text = self._text
        tag = _TAG.match(text, place)
        if tag:
            self._count_tags(1)
            if self.stopped:
                self._lose(place, tag.end(), self.stopped)
            else:
                self._tag(tag, place)
            return tag.end()
        for kind in (_COMMENT, _CDATA):
            if text.startswith(kind[0], place):
                self._skipping = kind
                return place + len(kind[0])
        stray = _STRAY.match(text, place)
        if stray:
            self._lose(place, stray.end(), "a transaction's tag has no end")
            self._words(stray[0])
            return stray.end()
        declaration = _DECLARATION.match(text, place)
        return declaration.end() if declaration else place + 1

    def _tag(self, tag: re.Match[str], place: int) -> None:
        name = tag[2].upper()
        if self._is_word(name):
            self._words(tag[0])
            return
        self.ended = False
        if tag[1]:
            self._close(name)
            return
        self._begin(name, place, tag.end())
        if tag[0].endswith("/>") and not self.stopped:
            self._close(name)

    def _begin(self, name: str, place: int, end: int) -> None:
        self._settle(opening=True)
        if self.stopped:  # the tag before it was one level too deep
            self._lose(place, end, self.stopped)
        elif name in ROWS:
            self._begin_row(name, self._line_at(place), self._raw(place))
        else:
            self._open(name)

    def _count_tags(self, tags: int) -> None:
        self._tags += tags
        if self._tags > self._limits.tags:
            self._stop(f"the file has more than {self._limits.tags} tags")

    def _lose(self, start: int, end: int, why: str) -> None:
        """Rows whose tags stand where none can be read."""
        for row in ROW_TAG.finditer(self._text, start, end):
            place = row.start()
            draft = Draft(POSTED, self._line_at(place), self._raw(place), why)
            self._sink.lost(self._statement, draft)

    def _raw(self, place: int) -> str:
        return self._text[place : place + _RAW].partition("</STMTTRN")[0]

    def _line_at(self, place: int) -> int:
        self._line += self._text.count(self._newline, self._mark, place)
        self._mark = max(place, self._mark)
        return self._line

    # --- runs of plain tags ---------------------------------------------------------------------

    def _run(self, start: int, end: int) -> None:
        text = self._text
        first = text.find("<", start, end)
        if first < 0:
            self._words(text[start:end])
            return
        if first > start:
            self._words(text[start:first])
        if self._counting:
            self._count_tags(text.count("<", first, end))
        self.ended = False
        if self.stopped:
            self._lose(first, end, self.stopped)
            return
        begin = text.find(OPEN_ROW, first, end)
        if self._statement is None or begin < 0:
            self._slowly(first, end)
            return
        if begin > first:
            self._slowly(first, begin)
        last = text.rfind(OPEN_ROW, begin, end)
        stop = end if text.rfind(CLOSE_ROW, begin, end) > last else last
        if stop > begin:
            self._settle()
            self._end_row()
            self._rows(self._statement, begin, stop)
        if stop < end:
            self._slowly(stop, end)

    def _rows(self, index: int, begin: int, stop: int) -> None:
        """Finished plain rows: all at once, else by chunks, else one by one."""
        if self._sink.rows(index, self._text, begin, stop):
            return
        for chunk, chunk_end in self._spans(begin, stop, _CHUNK):
            if self._sink.rows(index, self._text, chunk, chunk_end):
                continue
            for row, row_end in self._spans(chunk, chunk_end, 1):
                if not self._sink.rows(index, self._text, row, row_end):
                    self._slowly(row, row_end)
                    self._settle()
                    self._end_row()

    def _spans(self, begin: int, stop: int, size: int) -> list[tuple[int, int]]:
        """Cuts a run before rows, into spans of at least a size."""
        spans = []
        while begin < stop:
            following = self._text.find(OPEN_ROW, begin + size, stop)
            end = following if following >= 0 else stop
            spans.append((begin, end))
            begin = end
        return spans

    def _slowly(self, start: int, end: int) -> None:
        for found in _PLAIN.finditer(self._text, start, end):
            closing, name, words = found.groups()
            if self.stopped:
                self._lose(found.start(), found.end(), self.stopped)
            elif closing:
                self._close(name)
            else:
                self._begin(name, found.start(), found.end())
            if words:
                self._words(words)
