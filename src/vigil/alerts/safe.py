"""Bank text made fit to be shown: no control characters, nothing to tap, no whole number. Pure.

Whoever charges a card writes the text that the alert about it shows. So the text is shown, and
nothing of it can be used: a phone makes a link of "http://x.com" and of "x.com", and a number to
call of "800 555 0199"; a space breaks the first two, the last four digits are left of the third.
"""

import re
import unicodedata

_ISO_DAY = re.compile(r"((?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d))")
# A day, a month and a year in a row of eight digits, as banks put it in names of files.
_DAY_DIGITS = re.compile(r"(?:19|20)\d\d[01]\d[0-3]\d|[0-3]\d[01]\d(?:19|20)\d\d")
_LONG = re.compile(r"\d(?:[ ().,/_+-]{0,3}\d)+")
_SPACED = re.compile(r"\d+(?:[ ()/_+-]{1,3}\d+)+")  # without the dot of an amount
_RUN = re.compile(r"\d{8,}(?!\.\d)")
_LOCAL_NUMBER = 7  # digits: the shortest number that calls somebody, ITU-T E.164 apart
_COLON = re.compile(r":(?=[^\s\d])|(?<=[^\W\d_]):(?=\d)")
# The full stops of wide scripts are dots to a browser as well (UTS 46, section 2.3).
_DOT = re.compile(r"(?<=\w)([.\u3002\uff0e\uff61])(?=[^\W\d_]|\d[^\W\d_])")


def one_line(text: str) -> str:
    """Text on one line, without control characters or marks that turn its direction."""
    kept = (" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join("".join(kept).split())


def bank_text(text: str) -> str:
    """A counterparty's text as an alert may show it: nothing to tap, no number to call."""
    pieces = _ISO_DAY.split(one_line(text))
    pieces[::2] = [_LONG.sub(_last_four, piece) for piece in pieces[::2]]
    return unlinked("".join(pieces))


def unlinked(text: str) -> str:
    """Text in which no phone finds a link: "http: //x .com" for "http://x.com"."""
    return _DOT.sub(r" \1", _COLON.sub(": ", text))


def without_numbers(text: str) -> str:
    """Text without a whole account number or telephone number: the last four digits stay.

    Amounts, days and times stay as they are.
    """
    pieces = _ISO_DAY.split(text)
    pieces[::2] = [_RUN.sub(_cut_run, _SPACED.sub(_last_four, piece)) for piece in pieces[::2]]
    return "".join(pieces)


def _cut_run(found: re.Match[str]) -> str:
    return found[0] if _DAY_DIGITS.fullmatch(found[0]) else _cut(found[0])


def _last_four(found: re.Match[str]) -> str:
    digits = [char for char in found[0] if char.isdecimal()]
    return found[0] if len(digits) < _LOCAL_NUMBER else _cut("".join(digits))


def _cut(digits: str) -> str:
    return f"...{digits[-4:]}"
