"""Names of counterparties: from a raw descriptor to a merchant key, and how alike two names are.

Pure text in, text out. It may not know accounts, amounts or history, and it never folds look-alike
letters into a key: a Cyrillic "е" makes another merchant, which `skeleton` then betrays.
The words it knows are data in `text_words.py`.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from vigil.text_words import (
    BRANDS,
    COMPANY_FORMS,
    COUNTRIES,
    GENERIC_WORDS,
    KEPT_VERBS,
    NO_STATE_AFTER,
    PLACE_STARTS,
    PROCESSORS,
    SERVICE_WORDS,
    STATES,
    VERBS,
    WIDE_WORDS,
)

# Banks of fixed columns pad between the words of a verb.
_VERB = re.compile(rf"(?:{VERBS})(?![^\W_])[\s:;,/#*-]*".replace(" ", r"\s+"))
_KINDS = tuple(KEPT_VERBS)
_KEPT = re.compile(rf"(?:{'|'.join(f'({words})' for words in KEPT_VERBS.values())})(?![^\W_])")
_KEPT_NOISE = re.compile(
    r"(?:[\s:;,*-]+|(?:to|from|of|re|via(?: \w+)?|v|a/c|a|payment|pour|de|an)(?=\s|$))+"
)
_PROCESSOR = re.compile(rf"(?:{PROCESSORS})\s?[*_]\s*")
_BRAND = re.compile(rf"(?:{BRANDS})(?![a-z0-9])")
_COLUMNS = re.compile(r"(?<=\S)\s{3,}")
_LEAD = re.compile(
    r"(?:[\s*#:;,./_-]+|(?:pos|crd|xx+)?\d{4,}\s|\d{1,2}[/.]\d{1,2}\s|(?:https?://)?www\.)+"
)
# What follows the name: numbers of stores, orders, phones and cards, dates, addresses in the web.
_AFTER_NAME = (
    r"\s*#\s*\d|[\s*/-]+\(?\d{3}|\d{5}|\s\d{1,2}[/.]\d{1,2}\b|\s+(?:https?|www\.)|\s+on \d"
    r"|\s\S+\.(?:com?|net|org|info|io)\b|\s(?:ref|trace|conf|auth)\s*[:#]*\s*(?=\S*\d|$)"
    r"|\s(?:ppd |ccd |web )?id\s*[:#]|\s*\bx{2,}\d|\s[a-z]{1,2}-\w{4}"
    r"|\s(?=(?:[a-z-]*\d){2})(?=\d*[a-z])[a-z0-9-]{6,}(?=\s|$)|\s(?:purchase|point of sale)\s\S"
)
# Each of these begins with one of few characters: the search looks for those first, and then
# whether what begins there is one of them. It matches one character, where the name ends.
_STOP = re.compile(rf"[\s#*/\dx-](?<=(?=(?:{_AFTER_NAME}))[\s\S])")
_SITE = re.compile(
    r"(?<=\w)(?:\.(?:com?|net|org)(?:\.[a-z]{2})?(?:/\S*)?(?=$|\*|\d{5})|com(?=\d{5}))"
)
_REFERENCE = re.compile(r"(?=\S*\d)\S{5,}|[^aeiouy\s]{6,}$")
_EDGES = " \t*#:;,./_-'\"&+"
_MASK = bytes.maketrans(b"123456789", b"000000000")
_REMEMBERED = 4096  # texts: a household meets some hundred names again and again


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """Text for comparison: NFKC, no case, no accents; other alphabets' letters stay."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


def merchant_key(descriptor: str) -> str:
    """The counterparty's name in a raw descriptor.

    Args:
        descriptor: what the bank printed, such as "SQ *VALLEY RAMEN #12 DENVER CO".

    Returns:
        A folded name ("valley ramen"); for transfers, cash and checks with their kind
        ("zelle pedro d"). Never empty, unless the descriptor is blank.
    """
    return _named(descriptor)[0]


def counterparty(payee: str | None, memo: str | None) -> str:
    """The merchant key of a row whose name may be missing or no more than a verb ("VIREMENT").

    The memo speaks only where the name says nothing: banks repeat the name in it, or add numbers.
    """
    if not payee or not payee.strip():
        return _named(memo or "")[0]
    key, says_nothing = _named(payee)
    if says_nothing and memo and memo.strip():
        return _named(f"{payee} {memo}")[0]
    return key


def masked(text: str) -> str:
    """The text with every digit as 0.

    What asks where digits stand, and never which they are, can be remembered by it: store and order
    numbers make nearly every descriptor unlike.
    """
    # Six times as fast as str.translate; a byte of a longer letter is never a digit in UTF-8.
    as_bytes = text.encode("utf-8", "surrogatepass").translate(_MASK)
    return as_bytes.decode("utf-8", "surrogatepass")


def _named(descriptor: str) -> tuple[str, bool]:
    """The key, and whether the descriptor is no more than a verb of the bank."""
    found = _named_once(masked(descriptor))
    return _named_once(descriptor) if "0" in found[0] else found


@lru_cache(maxsize=_REMEMBERED)
def _named_once(descriptor: str) -> tuple[str, bool]:
    text = fold(descriptor).strip()
    kept, rest = _split(text)
    if kept:
        side = _other_side(kept, rest)
        return f"{kept} {side}".strip(), not side and kept not in {"check", "atm"}
    lead = _LEAD.match(rest)
    shop = _shop(rest[lead.end() :] if lead else rest)
    return shop or text.strip(_EDGES) or descriptor.strip(), not rest.strip(_EDGES)


def _split(text: str) -> tuple[str, str]:
    """The kind of movement that stays in a key (or ""), and the text after verbs and kind."""
    verb = _VERB.match(text)
    rest = text[verb.end() :] if verb else text
    for start in (text, rest) if verb else (text,):
        kept = _KEPT.match(start)
        if kept:
            return _KINDS[(kept.lastindex or 1) - 1], start[kept.end() :]
    return "", rest


def _other_side(kind: str, rest: str) -> str:
    if kind == "check":
        return ""
    noise = _KEPT_NOISE.match(rest)
    name = rest[noise.end() :] if noise else rest
    if kind == "atm":
        name = name.rstrip("0123456789 ")  # a machine's number, cut off or not
    return " ".join(_head(f" {name}").split()).strip(_EDGES)


def _head(text: str) -> str:
    """The text before the first thing that is no name."""
    stop = _STOP.search(text, 1)
    return text[: stop.start()] if stop else text


def _shop(text: str) -> str:
    if "  " in text or "\t" in text:
        text = _COLUMNS.split(text, maxsplit=1)[0]
    starred = "*" in text or "_" in text
    while starred and (processor := _PROCESSOR.match(text)) and processor.end() < len(text):
        text = text[processor.end() :]
    brand = _BRAND.match(text)
    if brand:
        return str(brand.lastgroup).replace("_", " ")
    first, space, rest = text.partition(" ")
    whole = (
        f"{_SITE.sub('', first, count=1)}{space}{rest}" if "com" in first or "." in first else text
    )
    if starred and "*" in whole:
        whole = _before_star(whole)
    words = _without_place(_head(whole).replace("/", " ").split())
    while len(words) > 1 and words[-1].strip(_EDGES) in SERVICE_WORDS:
        words.pop()
    return " ".join(words).strip(_EDGES)


def _before_star(text: str) -> str:
    """Of "brand*reference" keep the brand; a short left side keeps its right side too."""
    left, _, right = text.partition("*")
    left, right = left.strip(), right.strip()
    if left and (len(left) > 4 or not right or _REFERENCE.match(right)):
        return left
    return f"{left} {right}".strip()


def _without_place(words: list[str]) -> list[str]:
    """Drop "DENVER CO", "MADRID ESP" or a cut-off "ALBANY N" from the end, never the whole name."""
    last = words[-1] if words else ""
    company = last == "co" and len(words) > 1 and words[-2] in NO_STATE_AFTER
    place = (last in STATES and not company) or last in COUNTRIES
    if len(words) < 2 or not (place or (len(last) == 1 and last.isalpha() and len(words) > 2)):
        return words
    kept = max(1, len(words) - 2)
    if kept > 1 and words[kept - 1] in PLACE_STARTS:
        kept -= 1
    return words[:kept]


@lru_cache(maxsize=8192)
def skeleton(key: str) -> str:
    """What a hurried reader sees: look-alike letters and digits folded to one form.

    Two different keys with one skeleton look alike. Unicode's own table of confusables
    (UTS 39, by confusable_homoglyphs) does the other alphabets, a short list the rest.
    """
    visible = "".join(_latin(c) for c in key if unicodedata.category(c) != "Cf")
    for seen, meant in (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("|", "l"), ("i", "l")):
        visible = visible.replace(seen, meant)
    return visible.replace("5", "s")


def has_two_alphabets(key: str) -> bool:
    """Whether one word mixes Latin letters with look-alikes from another alphabet."""
    return not key.isascii() and any(
        any(c.isascii() and c.isalpha() for c in word)
        and any(not c.isascii() and c.isalpha() and _latin(c) != c for c in word)
        for word in key.split()
    )


@lru_cache(maxsize=4096)
def _latin(letter: str) -> str:
    if letter.isascii():
        return letter
    # Its table takes 10 MB, and most households never meet such a letter.
    from confusable_homoglyphs import confusables  # noqa: PLC0415

    found = confusables.is_confusable(letter, greedy=True, preferred_aliases=["latin"])
    for entry in found or ():
        for twin in entry["homoglyphs"]:
            if len(twin["c"]) == 1 and twin["c"].isascii() and twin["c"].isalnum():
                return str(twin["c"]).lower()
    return letter


@lru_cache(maxsize=_REMEMBERED)
def name_similarity(one: str, other: str) -> float:
    """How surely two merchant keys name one counterparty, 0 to 1.

    Each word weighs by how much it tells: legal forms and common words little, a platform's or a
    town's name little, a rare long word most. Words pair one to one, nearly equal or cut off.
    A shared brand alone is no match ("amazon x", "amazon y"); equal keys always are.
    """
    if one == other:
        return 1.0
    ours, theirs = _weights(one), _weights(other)
    if not ours or not theirs:
        return 0.0
    if "".join(ours) == "".join(theirs):
        return 0.97  # only the spaces differ
    if len(ours) > len(theirs):
        ours, theirs = theirs, ours
    left, shared, told = dict(theirs), 0.0, 0.0
    for word, weight in ours.items():
        best = max(left, key=lambda candidate: _alike(word, candidate), default="")
        alike = _alike(word, best)
        if alike >= 0.84:
            other_weight = left.pop(best)
            shared += alike * (weight + other_weight)
            told = max(told, alike * min(weight, other_weight))
    score = shared / (sum(ours.values()) + sum(theirs.values()))
    if any(len(word) == 1 for word in left) and any(len(w) == 1 and w not in theirs for w in ours):
        score *= 0.6  # "robert d" is not "robert b"
    elif _contains(theirs, ours):
        score = max(score, 0.93)
    return score if told >= 0.5 else min(score, 0.4)


def _contains(longer: dict[str, float], shorter: dict[str, float]) -> bool:
    """A whole name of two or more telling words stands in the longer one, with words around it."""
    telling = sum(weight >= 0.5 for weight in shorter.values())
    return telling > 1 and shorter.keys() <= longer.keys()


def _weights(key: str) -> dict[str, float]:
    return {word: _weight(word) for word in re.split(r"[^\w]+", key) if word}


def _weight(word: str) -> float:
    if word in COMPANY_FORMS:
        return 0.05
    if word in GENERIC_WORDS or word in SERVICE_WORDS or word.isdigit():
        return 0.15
    if word in WIDE_WORDS or len(word) < 3:
        return 0.25
    return min(1.0, 0.4 + 0.12 * len(word))


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    short = min(len(one), len(other))
    if short < 5:
        return 0.0
    if one.startswith(other) or other.startswith(one):
        return 0.95 if short >= 8 else 0.0  # cut off; a short beginning is another name
    return _ratio()(one, other) / 100.0


@lru_cache(maxsize=1)
def _ratio() -> Callable[[str, str], float]:
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - not before two names are compared

    return ratio
