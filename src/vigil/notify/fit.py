"""Makes a text safe and short enough for a title, a body or a terminal. Pure.

Bank text ends in these strings: control characters, terminal escapes, invisible and
direction-changing characters are taken out or shown, whatever they were meant for.
"""

import re
import unicodedata

TITLE_LIMIT = 250  # apprise's own limit for a title (NotifyBase.title_maxlen)
BODY_LIMIT = 999  # under 1,000: Pushover takes 1,024 and cuts the rest, ntfy 4,096 bytes
_SMALLEST_BODY = 60  # a service with less room than this gets a body that it cuts itself

_MORE = "…"
_JOINERS = "\u200c\u200d"  # needed by Persian, Indic scripts and emoji; harmless elsewhere
_LOOK_BACK = 32  # a longer run of marks is an attack on the reader, not a letter
_NEWLINES = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")


def fit_title(text: str, limit: int = TITLE_LIMIT) -> str:
    """One line without control characters, at most `limit` characters long."""
    words = (_plain(word) for word in _words(text))
    return cut(" ".join(word for word in words if word), limit)


def fit_body(text: str, alert: str, limit: int = BODY_LIMIT) -> str:
    """A body of at most `limit` characters that names its alert.

    The id stands at the end ("(a17)") unless the text says it already: a push may arrive twice,
    and the person answers by this id.
    """
    limit = max(limit, _SMALLEST_BODY)
    lines = (fit_title(line, len(line) + 1) for line in _NEWLINES.split(text))
    plain = "\n".join(lines).strip("\n")
    whole = cut(plain, limit)
    if not alert or re.search(rf"\b{re.escape(alert)}\b", whole):
        return whole
    mark = f"({fit_title(alert, 16)})"
    return f"{cut(plain, limit - len(mark) - 1)}\n{mark}".strip("\n")


def visible(text: str) -> str:
    r"""One line for a terminal: what cannot be printed is shown as its escape (`\x1b`)."""
    return "".join(_shown(character) for character in text.replace("\t", " "))


def lines_of(text: str) -> list[str]:
    """The lines of a text, whichever of Unicode's line ends it uses."""
    return _NEWLINES.split(text)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of a text; a cut one ends in an ellipsis.

    The cut falls at the end of a line, a sentence or a word where one is near, never between a
    letter and its marks or inside a joined emoji, and never in the first line when that fits.
    """
    if len(text) <= limit:
        return text
    if limit < 2:
        return text[:limit]
    hard = _whole_letters(text, limit - len(_MORE))
    return text[: _sharp_place(text, hard * 7 // 10, hard)].rstrip() + _MORE


def _sharp_place(text: str, floor: int, hard: int) -> int:
    """The best place to cut between `floor` and `hard`: after a line, a sentence, a word."""
    for end_of in ("\n", ". ", "; ", " "):
        place = text.rfind(end_of, floor, hard + 1)
        if place > 0:
            return place + len(end_of.rstrip(" \n"))
    return hard


def _whole_letters(text: str, place: int) -> int:
    """The nearest place at or before `place` that splits no letter; a hard cut in a long run."""
    for candidate in range(place, max(place - _LOOK_BACK, 0), -1):
        if not _inside_a_letter(text, candidate):
            return candidate
    return place


def _inside_a_letter(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if after == "\n":
        return False
    if unicodedata.category(after).startswith("M") or after in _JOINERS or before in _JOINERS:
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff":  # a skin tone belongs to the emoji before it
        return True
    return _is_flag_half(after) and _flag_halves_before(text, place) % 2 == 1


def _flag_halves_before(text: str, place: int) -> int:
    """How many flag halves stand right before a place: after an odd number a flag is cut in two."""
    count = 0
    while count < min(place, _LOOK_BACK) and _is_flag_half(text[place - 1 - count]):
        count += 1
    return count


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _words(text: str) -> list[str]:
    """The words of a text; every control character and line end counts as a space."""
    spaced = "".join(
        " " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in text
    )
    return spaced.split()


def _plain(word: str) -> str:
    """A word without invisible characters; a lone surrogate becomes the replacement character."""
    kept = []
    for character in word:
        category = unicodedata.category(character)
        if category == "Cs":
            kept.append("\ufffd")
        elif category != "Cf" or character in _JOINERS:
            kept.append(character)
    return "".join(kept)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Zl", "Zp") or (category == "Cf" and character not in _JOINERS):
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character
