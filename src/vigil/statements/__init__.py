"""Reading bank statements: bytes in, heads and rows and problems out.

To add a format, put one module or package here that has a constant `FORMAT`. Nothing in this
package writes, asks the network or knows the time.
"""

import importlib
import os
import pkgutil
from functools import lru_cache
from typing import BinaryIO

from vigil.model import Limits, Reading, Refusal
from vigil.statements.format import Format
from vigil.statements.refuse import refuse_empty, refuse_size, refuse_unknown

HEAD_BYTES = 16 * 1024  # enough for every header; real ones are below 1 KiB


@lru_cache(maxsize=1)
def formats() -> tuple[Format, ...]:
    """Every format in this package, by name."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        candidate = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FORMAT", None)
        if isinstance(candidate, Format):
            found.append(candidate)
    return tuple(sorted(found))


def open_statement(source: BinaryIO, name: str, limits: Limits) -> Reading | Refusal:
    """Finds the format of a document and reads what it says of itself; its rows come later.

    Args:
        source: a seekable file opened for bytes; it must stay open while rows are read.
        name: the file's name, for documents whose bytes do not say what they are.
        limits: bounds, checked before anything is read.
    """
    size = source.seek(0, os.SEEK_END)
    if size == 0:
        return refuse_empty()
    if size > limits.size:
        return refuse_size(size, limits.size)
    source.seek(0)
    head = source.read(HEAD_BYTES)
    for known in formats():
        if known.identify(head, name):
            return known.read(source, name, limits)
    return refuse_unknown(head, name)
