"""File names: which are passed over, how one is shown, how one is made safe to write.

A name comes from anybody who can write into the inbox: it is data, never a path. Pure.
"""

import unicodedata
from fnmatch import fnmatchcase

DONE = "done"
REJECTED = "rejected"

# Names that programs use while they write, and litter of file managers. Sources: Firefox .part,
# Chrome .crdownload, Safari .download, Edge .partial, Opera .opdownload, FileZilla .filepart,
# Office ~$ owner files, LibreOffice .~lock (also hidden), Finder "Icon\r".
_PASSED_OVER = (
    ".*",
    "~$*",
    "*.part",
    "*.partial",
    "*.crdownload",
    "*.download",
    "*.opdownload",
    "*.filepart",
    "*.tmp",
    "thumbs.db",
    "desktop.ini",
    "icon\r",
)
# Not writable on a Windows or SMB share that carries the inbox, and noise in a shell.
_AWKWARD = frozenset('/\\:*?"<>|')
# Cc, Cf: control and formatting, with the marks that turn the writing direction; Cs: bytes that are
# no UTF-8 (surrogateescape); Co, Cn: private and unassigned; Zl, Zp: line and paragraph breaks.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def passed_over(name: str) -> bool:
    """Whether a name is hidden, temporary or a partial download: no word is said about it."""
    lower = name.lower()
    return any(fnmatchcase(lower, pattern) for pattern in _PASSED_OVER)


def own_folder(name: str) -> bool:
    """Whether a folder of that name is vigil's own."""
    return name in {DONE, REJECTED}


def _unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN


def _escaped(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: PEP 383
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shown_name(name: str, length: int = 120) -> str:
    """A name as it may stand in a log, a terminal or an alert: one line, nothing hidden.

    Args:
        name: as the operating system gives it, bytes that are no UTF-8 as surrogates.
        length: characters after which the middle is left out.
    """
    text = "".join(_escaped(each) if _unseen(each) or each == "\\" else each for each in name)
    if len(text) <= length:
        return text
    return f"{text[: length - 20]}...{text[-17:]}"


def _cut(text: str, room: int) -> str:
    """The start of a text that fits into so many bytes of UTF-8."""
    return text.encode()[: max(room, 0)].decode(errors="ignore")


def safe_name(name: str, tag: str = "", room: int = 240) -> str:
    """A name that any file system takes: `<stem>.<tag><suffix>`, at most `room` bytes of UTF-8.

    What cannot be seen, and what a Windows share refuses, becomes an underscore.
    """
    clean = "".join("_" if not each.isprintable() or each in _AWKWARD else each for each in name)
    clean = clean.strip(" .") or "unnamed"
    stem, dot, suffix = clean.rpartition(".")
    if not stem or len(suffix.encode()) > 16:
        stem, dot, suffix = clean, "", ""
    ending = (f".{tag}" if tag else "") + dot + suffix
    return _cut(stem, room - len(ending.encode())) + ending
