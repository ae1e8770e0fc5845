"""Writing a public key into the text of a configuration, and changing nothing else in it. Pure."""

import re

from vigil.settings.example import toml_text

_TABLE = re.compile(r"(?m)^[ \t]*\[[ \t]*backup[ \t]*\][ \t]*(?:#.*)?$")
_KEY = re.compile(r"(?m)^([ \t]*)public_key[ \t]*=.*$")
_NEXT_TABLE = re.compile(r"(?m)^[ \t]*\[")


def with_public_key(text: str, key: str) -> str:
    """The text with the key under [backup]: in place of an older one, or added.

    It works on lines as people write them; whoever calls it reads the result to see that it says
    what it should.
    """
    line = f"public_key = {toml_text(key)}"
    table = _TABLE.search(text)
    if table is None:
        end = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{end}\n[backup]\n{line}\n"
    following = _NEXT_TABLE.search(text, table.end())
    until = following.start() if following else len(text)
    inside = text[table.end() : until]
    older = _KEY.search(inside)
    if older:
        inside = f"{inside[: older.start()]}{older[1]}{line}{inside[older.end() :]}"
    else:
        inside = f"\n{line}{inside}" if inside else f"\n{line}\n"
    return text[: table.end()] + inside + text[until:]
