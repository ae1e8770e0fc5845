"""The words and days of a leaf, as the bank printed them. Pure."""

import re
from datetime import date

_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_BREAK = re.compile(r"\s*[\r\n]\s*")
# Year first, with one kind of mark or none between the parts; anything else is never guessed.
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})|(\d{4})([-/.])(\d{2})\5(\d{2})(?!\d)", re.ASCII)
_YEARS = range(1900, 2200)
_HIGHEST, _SURROGATES = 0x110000, range(0xD800, 0xE000)


def decode_entities(text: str) -> str:
    """Numbers and the five names of XML, and nbsp; a bare & or an unknown name stays as it is."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code == 0 or code >= _HIGHEST or code in _SURROGATES:
        return found[0]
    return chr(code)


def join_lines(text: str) -> str:
    """One line without white space around it: a line break inside a leaf becomes a space."""
    text = text.strip()
    if "\n" in text or "\r" in text:
        return _BREAK.sub(" ", text)
    return text


def clean(text: str) -> str:
    """The words of a leaf's raw text."""
    return join_lines(decode_entities(text))


def day_of(text: str) -> date | None:
    """The day of an OFX date, never shifted to another zone: its first eight digits.

    OFX 2.2, 3.2.8.1: YYYYMMDDHHMMSS.XXX[gmt offset:tz name]. YYYY-MM-DD, which some banks
    write, cannot be taken for anything else. None where it is no day of the calendar.
    """
    found = _DAY.match(text)
    if not found:
        return None
    year, month, day = (int(part) for part in found.group(*((1, 2, 3) if found[1] else (4, 6, 7))))
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
