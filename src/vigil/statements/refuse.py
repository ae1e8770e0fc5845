"""Why a document is not taken, in one calm sentence that says what to do instead. Pure."""

from vigil.model import Refusal

_ASK = "Ask the bank's site for the OFX, QFX or 'Quicken/Money' export of the same account."
_RAW = 200  # characters of the document shown beside a reason
_MIB = 1024 * 1024

# First bytes, as the formats' own specifications fix them.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "This is a PDF."),
    (b"\x89PNG", "This is a picture."),
    (b"\xff\xd8\xff", "This is a picture."),
    (b"GIF8", "This is a picture."),
    (b"BM", "This is a picture."),
    (b"II*\x00", "This is a picture."),
    (b"MM\x00*", "This is a picture."),
    (b"PK\x03\x04", "This is a zip archive or an Office document."),
    (b"PK\x05\x06", "This is an empty zip archive."),
    (b"\x1f\x8b", "This is a compressed file."),
    (b"7z\xbc\xaf\x27\x1c", "This is a compressed file."),
    (b"Rar!", "This is a compressed file."),
    (b"\xd0\xcf\x11\xe0", "This is an old Office document."),
    (b"{\\rtf", "This is a text document."),
)
_NAMES: tuple[tuple[tuple[str, ...], str], ...] = (
    ((".csv", ".tsv"), "This is a table (CSV), which vigil does not read yet."),
    ((".qif",), "This is a QIF file, which vigil does not read yet."),
    ((".sta", ".mt940", ".940"), "This is an MT940 file, which vigil does not read yet."),
    ((".pdf",), "This is named like a PDF but is not one."),
    ((".jpg", ".jpeg", ".png", ".heic", ".webp", ".gif"), "This is a picture."),
    ((".xls", ".xlsx", ".ods"), "This is a spreadsheet."),
    ((".zip",), "This is a zip archive."),
    ((".doc", ".docx", ".odt"), "This is an Office document."),
)


def refuse_empty() -> Refusal:
    """A file of no bytes: usually a download that never came."""
    return Refusal("The file is empty. Download it again.")


def refuse_size(size: int, limit: int) -> Refusal:
    """A file over the limit, both in bytes."""
    return Refusal(
        f"The file has {size / _MIB:.1f} MB, more than the {limit / _MIB:g} MB that vigil takes."
        " Export a shorter period, or raise the limit in the settings."
    )


def refuse_unknown(head: bytes, name: str) -> Refusal:
    """What a document is that no format takes: by its first bytes, then by its name."""
    what = _by_magic(head) or _by_text(head) or _by_name(name)
    if what is None:
        what = "This is plain text." if _is_text(head) else "This is not a file that vigil knows."
    return Refusal(f"{what} {_ASK}", _excerpt(head))


def _by_magic(head: bytes) -> str | None:
    if head[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"}:
        return "This is a picture."
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "This is a picture."
    return next((what for magic, what in _MAGIC if head.startswith(magic)), None)


def _by_text(head: bytes) -> str | None:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n\x00").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "This is a web page, perhaps the bank's log-in page saved by mistake."
    if b"urn:iso:std:iso:20022:tech:xsd:camt." in text:
        return "This is a CAMT file, which vigil does not read yet."
    if text.startswith((b"!type:", b"!account", b"!option")):
        return "This is a QIF file, which vigil does not read yet."
    if text.startswith((b":20:", b"{1:f01")):
        return "This is an MT940 file, which vigil does not read yet."
    return None


def _by_name(name: str) -> str | None:
    lower = name.lower()
    return next((what for endings, what in _NAMES if lower.endswith(endings)), None)


def _is_text(head: bytes) -> bool:
    return b"\x00" not in head and sum(byte < 9 for byte in head) == 0


def _excerpt(head: bytes) -> str:
    return head[:_RAW].decode("utf-8", "replace") if _is_text(head) else ""
