"""What a statement format is to the rest of vigil. It may not know any format by name."""

from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from vigil.model import Limits, Reading, Refusal


class Format(NamedTuple):
    """One statement format; a module of this package that has a constant `FORMAT` is one.

    Attributes:
        name: the word that `vigil read` shows.
        identify: from the first bytes and the file's name, whether this reader should take it.
        read: reads a seekable file; a document that cannot be read is a Refusal, never an error.
    """

    name: str
    identify: Callable[[bytes, str], bool]
    read: Callable[[BinaryIO, str, Limits], Reading | Refusal]
