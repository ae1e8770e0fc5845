"""Bytes to text in bounded pieces: which letters a document uses, and where it may be cut.

The order is: byte order mark, strict UTF-8 over the whole document, the character set that the
header declares, Windows 1252. Reads the source from any place and never holds it whole.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

WINDOW = 1 << 19  # bytes read at once
_LONGEST_TAG = 8192  # characters; a longer run behind a "<" is text
_TAIL = 2  # characters that may be the first of "-->" or "]]>"
_FALLBACK = "cp1252"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(rb"CHARSET\s*[:=]\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_ENCODING = re.compile(rb"\bENCODING\s*[:=]\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_CODEPAGE = re.compile(r"(?:windows|cp|ibm)?[-_]?(\d{3,4})")
_ISO = re.compile(r"(?:iso)?[-_]?8859[-_](\d{1,2})")
_OTHERS = frozenset(
    "shift_jis euc-jp iso-2022-jp gbk gb2312 gb18030 big5 euc-kr koi8-r koi8-u macintosh".split()
)


class Encoding(NamedTuple):
    """How a document's bytes become text.

    Attributes:
        codec: name of the codec.
        skip: bytes of the byte order mark.
        exact: False when bytes stand in the document that the codec does not know;
            they are read as U+FFFD.
        newline: the character that ends a line.
    """

    codec: str
    skip: int
    exact: bool
    newline: str


def choose_encoding(source: BinaryIO, head: bytes) -> Encoding:
    """Decides on the letters of a whole document; reads it once, in pieces."""
    newline = "\r" if b"\r" in head and b"\n" not in head else "\n"
    for mark, wide in _BOMS:
        if head.startswith(mark):
            return Encoding(wide, len(mark), _decodes(source, len(mark), wide), newline)
    unmarked = _wide_without_mark(head)
    if unmarked:
        return Encoding(unmarked, 0, _decodes(source, 0, unmarked), newline)
    for codec in ("utf-8", declared_codec(head), _FALLBACK):
        if codec and _decodes(source, 0, codec):
            return Encoding(codec, 0, True, newline)
    return Encoding(_FALLBACK, 0, False, newline)


def declared_codec(head: bytes) -> str | None:
    """The codec of the character set that an OFX 1.x or XML header names, if it names a real one.

    ISO 8859-1 is read as Windows 1252, its superset for text, as web browsers do.
    """
    for pattern in (_CHARSET, _ENCODING):
        found = pattern.search(head[:4096])
        codec = _codec(found[1].decode("ascii").lower()) if found else None
        if codec:
            return codec
    return None


def _codec(name: str) -> str | None:
    iso = _ISO.fullmatch(name)
    page = _CODEPAGE.fullmatch(name)
    if iso:
        candidate = _FALLBACK if iso[1] == "1" else f"iso8859-{iso[1]}"
    elif page:
        candidate = f"cp{page[1]}"
    elif name in _OTHERS:
        candidate = name
    else:
        return None
    try:
        return codecs.lookup(candidate).name
    except LookupError:
        return None


def _wide_without_mark(head: bytes) -> str | None:
    """UTF-16 whose byte order mark is missing: every second byte of a Latin header is zero."""
    sample = head[:200]
    half = len(sample) // 2
    if half < 8 or sample.count(0) < half * 0.9:
        return None
    if sample[1::2].count(0) >= half * 0.9:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) >= half * 0.9 else None


def _decodes(source: BinaryIO, skip: int, codec: str) -> bool:
    """Whether all bytes mean something; a letter cut in two at the very end is no fault here."""
    decoder = codecs.getincrementaldecoder(codec)()
    source.seek(skip)
    try:
        while chunk := source.read(WINDOW):
            decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def pieces(source: BinaryIO, encoding: Encoding) -> Iterator[str]:
    """The text in pieces of about a window, cut before a row or a tag, without NUL characters.

    Keeps its own place in the source, so that others may read it meanwhile.
    """
    decoder = codecs.getincrementaldecoder(encoding.codec)("replace")
    place, carry = encoding.skip, ""
    while True:
        source.seek(place)
        chunk = source.read(WINDOW)
        if not chunk:
            break
        place += len(chunk)
        buffer = carry + decoder.decode(chunk)
        if "\0" in buffer:
            buffer = buffer.replace("\0", "")
        cut = _cut(buffer)
        if cut:
            yield buffer[:cut]
        carry = buffer[cut:]
    if carry:
        yield carry


def _cut(buffer: str) -> int:
    """Where a piece may end: before the last row, else before the last tag, else anywhere."""
    for mark in ("<STMTTRN>", "<"):
        cut = buffer.rfind(mark)
        if cut > 0:
            return cut
    if buffer.startswith("<") and len(buffer) < _LONGEST_TAG:
        return 0
    return max(len(buffer) - _TAIL, 0)
