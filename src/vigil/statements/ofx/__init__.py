"""OFX 1.x (SGML) and 2.x (XML), also named QFX or QBO: vigil's own scanner, and a second reader.

The flow: `decode` makes text of the bytes, `walker` and `structure` find statements and rows in
it, `heads` keeps what the first pass says, `sinks`, `fast` and `rows` make transactions in the
second. `second` holds the result against ofxparse.
"""

from vigil.statements.format import Format
from vigil.statements.ofx.reader import read_ofx
from vigil.statements.ofx.whole import is_ofx_complete, looks_like_ofx


def _identify(head: bytes, name: str) -> bool:
    del name
    return looks_like_ofx(head)


FORMAT = Format("ofx", _identify, read_ofx)

__all__ = ["FORMAT", "is_ofx_complete", "looks_like_ofx"]
