"""Two cheap looks at an OFX file's ends, for whoever waits for it to be whole. Pure."""

import re

# What only OFX has near its beginning; a header may be missing.
_SIGNS = re.compile(
    rb"OFXHEADER|<\??OFX[\s>]|<(?:SIGNON|BANK|CREDITCARD|INVSTMT)MSGSRSV1[\s>]"
    rb"|<(?:CC|INV)?STMT(?:TRN)?RS[\s>]|<STMTTRN[\s>]",
    re.IGNORECASE,
)
_WEB = (b"<!doctype html", b"<html")
# Behind the end tag: white space, end-of-file marks, one comment.
_END = re.compile(rb"</OFX\s*>(?:\s|\x1a|<!--(?:[^-]|-(?!->))*-->)*\Z", re.IGNORECASE)
_TAIL = 4096


def looks_like_ofx(head: bytes) -> bool:
    """Whether the first bytes (a few KiB) are those of an OFX or QFX file, in any letters."""
    plain = _narrow(head)
    return not plain.lstrip().lower().startswith(_WEB) and bool(_SIGNS.search(plain))


def is_ofx_complete(tail: bytes) -> bool:
    """Whether the last bytes (a few hundred are enough) end the document: `</OFX>`.

    White space, NULs, an end-of-file mark or comments may follow.
    """
    return bool(_END.search(_narrow(tail[-_TAIL:])))


def _narrow(data: bytes) -> bytes:
    """Latin text of any width as ASCII bytes."""
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"")
