"""Text that no spreadsheet takes for a formula. Pure.

Whoever pays or charges an account writes the text that stands beside it. A cell that begins with
=, +, - or @ is computed by Excel and LibreOffice, and can fetch pages or start programs
(CVE-2021-41270; https://owasp.org/www-community/attacks/CSV_Injection). An apostrophe in front
makes it a text. It is put in front of texts only: amounts, days and ids are vigil's own, and a
negative amount stays a number.
"""

import re
import unicodedata

# The wide forms of Chinese and Japanese keyboards are formulas to Excel as well.
_TRIGGERS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
# Where a new cell can begin: a line end, and the separators of spreadsheets in other countries,
# which cut such a file without regard to its quotation marks.
_STARTS = re.compile("([;\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029])")
_MARK = "'"


def safe_cell(text: str) -> str:
    """The text as a cell that stays a text, wherever a program lets its cell begin."""
    if text.isalnum():
        return text
    pieces = _STARTS.split(text)
    # A tab or a line end at the very beginning is dropped by some programs, and what follows
    # would begin the cell.
    mark = _MARK if text[:1] in {"\t", "\r", "\n"} else ""
    return mark + "".join(_MARK + one if _computed(one) else one for one in pieces)


def _computed(piece: str) -> bool:
    for character in piece:
        if character in _TRIGGERS:
            return True
        if not character.isspace() and unicodedata.category(character) not in {"Cf", "Cc"}:
            return False
    return False
