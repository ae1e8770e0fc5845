"""Reads TOML and says in plain words, with the line, where it is not TOML.

The parser's own message is not shown: it can quote the text.
"""

import re
import tomllib

MOST_CHARACTERS = 1_000_000  # a household's configuration has some thousand

_PLACE = re.compile(r"\(at (?:line ([0-9]+), column [0-9]+|end of document)\)")
_PLAIN_WORDS = (
    ("Duplicate inline table key", "the same key stands twice"),
    ("Cannot declare", "the same table stands twice"),
    ("Cannot overwrite", "the same key stands twice"),
    ("Cannot mutate", "this table is already complete and cannot grow"),
    ("Cannot redefine", "the same key stands twice"),
    ("Expected \"'", "a text has no closing quote"),
    ("Unterminated string", "a text has no closing quote"),
    ("Unclosed array", "a list has no closing bracket"),
    ("Unclosed inline table", "a table in braces has no closing brace"),
    ("table declaration", "the name of a table has no closing bracket"),
    ("Expected '='", "there is no = between a key and its value"),
    ("Expected newline", "something follows after the value; put a text in quotes"),
    ("Invalid value", "the value cannot be read; put a text in quotes"),
    ("Invalid initial character", "a key is missing or starts with a character that it may not"),
    ("Invalid statement", "the line is neither a [table] nor a key = value"),
    ("date", "a date or time does not exist"),
    ("Illegal character", "a control character stands in the text"),
    ("scape", "a \\ in a text means nothing here; write \\\\, or use 'single quotes'"),
)


def read_toml(text: str) -> dict[str, object] | tuple[str, str]:
    """The tables of a TOML text, or the place ("line 12") and what is wrong there.

    Every text gives one or the other: the parser's faults of any kind are caught here.
    """
    if len(text) > MOST_CHARACTERS:
        return "the file", f"has more than {MOST_CHARACTERS:,} characters"
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _explain(str(error), text)
    except RecursionError:
        return "the file", "has lists or tables nested too deeply"
    except ValueError:  # a number of more digits than Python reads
        return "the file", "has a number that is too long"


def _explain(message: str, text: str) -> tuple[str, str]:
    place = _PLACE.search(message)
    last_line = text.rstrip().count("\n") + 1
    line = f"line {place[1] or last_line}" if place else "the file"
    known = (words for mark, words in _PLAIN_WORDS if mark in message)
    return line, next(known, "this is not TOML")
