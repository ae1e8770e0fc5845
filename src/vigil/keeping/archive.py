"""The form of a backup: a plain tar that every tar program opens, written and read as a stream.

The reader takes nothing on trust. After the manifest it knows every byte of the headers that must
follow, and compares: so no member can be a link, lie elsewhere, be there twice, or be larger than
was said. It writes nothing itself; the caller's sinks do.
"""

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from vigil.keeping.manifest import Entry, Manifest, dump, load, sums

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
_CHUNK = 256 * 1024
_BLOCK, _RECORD = tarfile.BLOCKSIZE, tarfile.RECORDSIZE
_MOST_MANIFEST = 64 * 1024 * 1024  # some 300,000 documents


class Source(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class Sink(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes, /) -> object:
        """Take all of them."""


class DamagedError(Exception):
    """An archive that is not what its manifest says; the text is a clause."""


class ChangedError(Exception):
    """A file that is not any more what it was when the manifest was made; the text names it."""


Open = Callable[[Entry], AbstractContextManager[Source]]
Take = Callable[[Entry], AbstractContextManager[Sink]]


def pack(manifest: Manifest, opened: Open) -> Iterator[bytes]:
    """The archive in pieces; `opened` gives the bytes of each file.

    Raises:
        ChangedError: a file has other bytes than its entry says.
    """
    made_at = int(manifest.made_at.timestamp())
    content = dump(manifest)
    size = 0
    for piece in _pack(manifest, content, made_at, opened):
        size += len(piece)
        yield piece
    yield bytes(2 * _BLOCK + -(size + 2 * _BLOCK) % _RECORD)


def _pack(manifest: Manifest, content: bytes, made_at: int, opened: Open) -> Iterator[bytes]:
    yield _whole(MANIFEST, content, made_at)
    for entry in manifest.files:
        yield _header(entry.path, entry.size, made_at)
        with opened(entry) as source:
            yield from _pieces(entry, source)
        yield bytes(-entry.size % _BLOCK)
    yield _whole(SUMS, sums(manifest, hashlib.sha256(content).hexdigest()), made_at)


def _pieces(entry: Entry, source: Source) -> Iterator[bytes]:
    digest, left = hashlib.sha256(), entry.size
    while left:
        piece = source.read(min(_CHUNK, left))
        if not piece:
            raise ChangedError(entry.path)
        digest.update(piece)
        left -= len(piece)
        yield piece
    if source.read(1) or digest.hexdigest() != entry.sha256:
        raise ChangedError(entry.path)


def unpack(stream: Source, begin: Callable[[Manifest], Take]) -> Manifest:
    """Read an archive to its last byte; every file goes to the sink that is given for it.

    Args:
        stream: the plain archive.
        begin: is told the manifest before any file comes, and gives the sinks.

    Raises:
        DamagedError: anything is not as the manifest says; what the sinks took is worth nothing.
    """
    reader = _Reader(stream)
    manifest, content, made_at = _manifest(reader)
    take = begin(manifest)
    for entry in manifest.files:
        reader.must_be(_header(entry.path, entry.size, made_at), entry.path)
        with take(entry) as sink:
            if reader.copy(entry.size, sink) != entry.sha256:
                raise DamagedError(f"{entry.path} in it has changed")
        reader.must_be(bytes(-entry.size % _BLOCK), entry.path)
    last = sums(manifest, hashlib.sha256(content).hexdigest())
    reader.must_be(_whole(SUMS, last, made_at), SUMS)
    reader.must_be(bytes(2 * _BLOCK + -(reader.place + 2 * _BLOCK) % _RECORD), "its end")
    if stream.read(1):
        raise DamagedError("something follows after its end")
    return manifest


def _manifest(reader: "_Reader") -> tuple[Manifest, bytes, int]:
    head = reader.exactly(_BLOCK, MANIFEST)
    try:
        info = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError):
        raise DamagedError("it is no backup of vigil, or its beginning is damaged") from None
    made_at = int(info.mtime)
    if not 0 <= info.size <= _MOST_MANIFEST or _header(MANIFEST, info.size, made_at) != head:
        raise DamagedError("it is no backup of vigil, or its beginning is damaged")
    content = reader.exactly(info.size, MANIFEST)
    reader.must_be(bytes(-info.size % _BLOCK), MANIFEST)
    manifest = load(content)
    if isinstance(manifest, str):
        raise DamagedError(manifest)
    if int(manifest.made_at.timestamp()) != made_at:
        raise DamagedError("its list of contents has changed")
    return manifest, content, made_at


class _Reader:
    """Reads a stream in exact pieces."""

    def __init__(self, stream: Source) -> None:
        self._stream = stream
        self.place = 0

    def exactly(self, size: int, where: str) -> bytes:
        """The next bytes, all of them there."""
        pieces: list[bytes] = []
        left = size
        while left:
            piece = self._stream.read(min(_CHUNK, left))
            if not piece:
                raise DamagedError(f"it ends too early, in {where}")
            pieces.append(piece)
            left -= len(piece)
        self.place += size
        return b"".join(pieces)

    def must_be(self, expected: bytes, where: str) -> None:
        """Read on over bytes that are known beforehand."""
        if self.exactly(len(expected), where) != expected:
            raise DamagedError(f"its frame around {where} has changed")

    def copy(self, size: int, sink: Sink) -> str:
        """Give the next bytes to a sink; their SHA-256."""
        digest, left = hashlib.sha256(), size
        while left:
            piece = self.exactly(min(_CHUNK, left), "a file")
            digest.update(piece)
            sink.write(piece)
            left -= len(piece)
        return digest.hexdigest()


def _whole(name: str, content: bytes, made_at: int) -> bytes:
    return _header(name, len(content), made_at) + content + bytes(-len(content) % _BLOCK)


def _header(name: str, size: int, made_at: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, made_at, 0o600
    # GNU's form holds sizes beyond 8 GiB in the one block; pax would put a member before it.
    return info.tobuf(tarfile.GNU_FORMAT)
