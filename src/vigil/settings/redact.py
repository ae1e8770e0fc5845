"""Keeps secrets, account numbers and line breaks out of the log: one event is one line.

Works on what is about to be written; it changes no secret and reads none.
"""

import logging
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

from vigil.settings.secrets import Secret

HIDDEN = "[hidden]"
_SHORTEST = 4  # a shorter "secret" would blot out half of every line

# A date, or a SHA-256 (vigil's name of a document), is no account number.
_KEPT = re.compile(
    r"((?<![\w-])(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?!-?[0-9])"
    r"|(?<!\w)[0-9a-f]{64}(?!\w))"
)
_RUN = re.compile(r"[0-9]{8,}")
_GROUPS = re.compile(r"(?<![0-9])[0-9]{4,7}(?:[ -][0-9]{3,7})+(?:[ -][0-9]{1,4})?(?![0-9])")
_GROUPED_NUMBER = 12  # digits; shorter groups are telephone numbers and times
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>[^\s\"'<>]*)")


class RedactingFilter(logging.Filter):
    """Put on a handler: turns every record into one safe line, its traceback included."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        super().__init__()
        self._hidden: tuple[str, ...] = ()
        for secret in secrets:
            self.hide(secret)

    def hide(self, secret: Secret) -> None:
        """From now on no line holds this secret, nor a part of it that works alone."""
        forms = {form for text in _parts(secret.reveal()) for form in _forms(text)}
        longest_first = sorted(forms | set(self._hidden), key=len, reverse=True)
        self._hidden = tuple(form for form in longest_first if len(form) >= _SHORTEST)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record in place; every record passes."""
        record.msg = self.redact(_whole_text(record))
        record.args = None
        record.exc_info = None
        record.exc_text = None
        record.stack_info = None
        return True

    def redact(self, text: str) -> str:
        """The text as it may be written: secrets hidden, long numbers cut, one line."""
        for hidden in self._hidden:
            text = text.replace(hidden, HIDDEN)
        text = _URL.sub(_host_only, text)
        pieces = _KEPT.split(text)
        pieces[::2] = [_cut_numbers(piece) for piece in pieces[::2]]
        return escape("".join(pieces))


def escape(text: str) -> str:
    """The text with every control, format and line character written out as Python escapes it."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return character.encode("unicode_escape").decode("ascii")
    return character


def _whole_text(record: logging.LogRecord) -> str:
    try:
        message = record.getMessage()
    except Exception:  # noqa: BLE001 - a log line must never break the one who writes it
        message = f"{record.msg} (its arguments do not fit)"
    formatter = logging.Formatter()
    parts = [message]
    if record.exc_info:
        parts.append(formatter.formatException(record.exc_info))
    elif record.exc_text:
        parts.append(record.exc_text)
    if record.stack_info:
        parts.append(formatter.formatStack(record.stack_info))
    return "\n".join(parts)


def _parts(secret: str) -> list[str]:
    """The secret, and of an address each part that a library could log by itself."""
    if "://" not in secret:
        return [secret]
    try:
        url = urlsplit(secret)
    except ValueError:
        return [secret]
    pieces = [url.username, url.password, *url.path.split("/")]
    pieces += [value for pair in url.query.split("&") for value in pair.split("=")[1:]]
    return [secret, *(piece for piece in pieces if piece and len(piece) >= 2 * _SHORTEST)]


def _forms(text: str) -> set[str]:
    return {text, unquote(text), quote(text), quote(text, safe="")}


def _host_only(found: re.Match[str]) -> str:
    host, slash, path = found["rest"].partition("/")
    host = host.rpartition("@")[2].partition("?")[0]
    return f"{found['scheme']}://{host}{slash}{'...' if path else ''}"


def _cut_numbers(text: str) -> str:
    text = _GROUPS.sub(_cut_groups, text)
    return _RUN.sub(lambda found: f"...{found[0][-4:]}", text)


def _cut_groups(found: re.Match[str]) -> str:
    digits = re.sub("[^0-9]", "", found[0])
    return f"...{digits[-4:]}" if len(digits) >= _GROUPED_NUMBER else found[0]
