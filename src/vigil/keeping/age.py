"""The fence around pyrage: keys, sealing to a public key, and opening, all as streams.

The format is age (https://age-encryption.org/v1): the `age` program opens what is sealed here. A
private key is never written, logged or put into an error's text by this module.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import BinaryIO, NamedTuple

import pyrage

from vigil.errors import VigilError
from vigil.keeping.archive import Source
from vigil.settings.secrets import Secret

MAGIC = b"age-encryption.org/v1\n"
_CHUNK = 256 * 1024
_PRIVATE = "AGE-SECRET-KEY-"
_PRIVATE_LENGTH = 74  # characters of a whole private key


class Pair(NamedTuple):
    """The public half seals, the private half opens."""

    public: str
    private: Secret


def new_pair() -> Pair:
    """A fresh pair of keys."""
    identity = pyrage.x25519.Identity.generate()
    return Pair(str(identity.to_public()), Secret(str(identity)))


def check_public(text: str) -> None:
    """Raise VigilError when the text is no public key."""
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise VigilError(
            "public_key under [backup] in the configuration has a wrong or missing character; "
            "copy it again, or make a new key with `vigil backup key --new`"
        ) from None


def public_of(private: Secret) -> str:
    """The public half that belongs to a private one."""
    return str(_identity(private).to_public())


def read_private(text: str) -> list[Secret]:
    """The private keys in what a person typed, or in a file as `age-keygen` writes it.

    Spaces, line ends and small letters do not matter; lines that start with # are remarks.

    Raises:
        VigilError: there is none, or one has a wrong character; the text is not repeated.
    """
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    plain = "".join("".join(lines).split()).upper()
    before, *keys = plain.split(_PRIVATE)
    if before or not keys:
        raise VigilError(
            "This is no private key. It begins with AGE-SECRET-KEY-1 and stands on your paper."
        )
    secrets = [Secret(_PRIVATE + key) for key in keys]
    for secret in secrets:
        _identity(secret)
    return secrets


def _identity(private: Secret) -> "pyrage.x25519.Identity":
    text = private.reveal()
    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        pass
    if len(text) != _PRIVATE_LENGTH:
        what = f"it has {len(text)} characters, a whole one has {_PRIVATE_LENGTH}"
    else:
        what = "one character or more is wrong"
    raise VigilError(
        f"This is not quite a private key: {what}. Look at your paper again; there is no letter O, "
        "I or B in it after the first 1."
    )


def seal(plain: Iterator[bytes], target: BinaryIO, publics: Sequence[str]) -> None:
    """Encrypt a stream to public keys, each of which opens it alone.

    Raises:
        OSError: the target takes no more; and whatever `plain` raises.
    """
    source, sink = _Pieces(plain), _Writer(target)
    keys = [pyrage.x25519.Recipient.from_str(one) for one in publics]
    try:
        pyrage.encrypt_io(source, sink, keys)
    except (pyrage.EncryptError, OSError) as error:
        # The library turns what was raised in a read or write into a text of its own.
        raise source.failed or sink.failed or OSError(f"it cannot be encrypted: {error}") from None


@contextmanager
def opened(sealed: BinaryIO, privates: Sequence[Secret]) -> Iterator[Source]:
    """The plain stream behind a sealed one, decrypted as it is read.

    Every piece is authentic before it is given out; that nothing is missing is known only when
    the stream was read to its end.

    Raises:
        VigilError: no key opens it, or it is damaged.
    """
    identities = [_identity(one) for one in privates]
    failed: list[Exception] = []
    read_end, write_end = os.pipe()

    def work() -> None:
        sink = os.fdopen(write_end, "wb")
        try:
            pyrage.decrypt_io(sealed, sink, identities)
            sink.flush()
        except Exception as error:  # noqa: BLE001 - told to the reader, in the other thread
            failed.append(error)
        finally:
            with suppress(OSError):
                sink.close()

    thread = threading.Thread(target=work, name="decrypt", daemon=True)
    thread.start()
    try:
        with os.fdopen(read_end, "rb") as plain:
            try:
                yield plain
            except Exception:
                # The stream ended early because decrypting failed: that is the cause to tell. A
                # fault of the reader's own leaves the thread blocked, and `failed` empty.
                if failed:
                    raise _why(failed[0]) from None
                raise
            while plain.read(_CHUNK):
                pass
    finally:
        thread.join()
    if failed:
        raise _why(failed[0])


def _why(error: Exception) -> VigilError:
    if isinstance(error, pyrage.DecryptError) and "No matching keys" in str(error):
        return VigilError(
            "this key does not open it. It takes the private half of the key with which it was "
            "made (or the first bytes of the file are damaged)"
        )
    return VigilError("it is damaged or not whole")


class _Pieces:
    """A stream of pieces that is read in any sizes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")
        self.failed: Exception | None = None

    def read(self, size: int) -> bytes:
        try:
            while not self._rest:
                self._rest = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except Exception as error:
            self.failed = error
            raise
        found, self._rest = self._rest[:size], self._rest[size:]
        return bytes(found)


class _Writer:
    """Writes all of what it is given, and remembers why it could not."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.failed: Exception | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._target.write(data)
        except Exception as error:
            self.failed = error
            raise

    def flush(self) -> None:
        self._target.flush()
