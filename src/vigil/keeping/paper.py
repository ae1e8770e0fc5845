"""Showing a private key once, for paper, and making sure that it got there.

What is shown goes to the person's terminal and nowhere else: nothing here writes a file or a log.
"""

from collections.abc import Callable

from vigil.keeping.age import Pair, new_pair
from vigil.settings.secrets import Secret

Ask = Callable[[str], str]
Say = Callable[[str], None]
_PREFIX = "AGE-SECRET-KEY-1"
_GROUP = 4
_A_LINE = 5  # groups
_TRIES = 3

_SHEET = """
A key for your backups. It is shown this once, and vigil keeps no copy.

  Backups are locked with a key of two halves. This machine keeps the half that
  locks. Below is the half that opens. Without it nobody can open a backup: not a
  thief, not vigil, not you.

  Write it on paper, or print this. Two sheets in two places are better than one.
  Do not keep it on this machine, and send it to nobody.

{key}

  The same as a code, to print. A photo of it is a copy of the key.

{code}
  Capitals or small letters, spaces or none: it does not matter. Between the first
  1 and the end there is no letter O, I or B and no other 1: a round sign is a zero.
"""
NO_KEY = "No key was made, and nothing was lost: `vigil backup key` makes one any time."


def new_key(ask: Ask | None, say: Say, code: Callable[[str], str]) -> str | None:
    """Make a pair and show its private half; the public half, or None when the person gave up.

    Args:
        ask: asks for the end of the key, to see that it is on paper; None where nobody is asked
            anything, though somebody looks on.
        code: draws a QR code.
    """
    pair = new_pair()
    say(_SHEET.format(key=grouped(pair.private), code=code(pair.private.reveal())))
    if ask is not None and not _is_on_paper(ask, say, pair):
        say(NO_KEY)
        return None
    say("Thank you. Now clear this window, so that the key stays on your paper alone.")
    return pair.public


def grouped(private: Secret) -> str:
    """The key as a person can copy it: in groups of four, five of them a line."""
    rest = private.reveal().removeprefix(_PREFIX)
    groups = [rest[place : place + _GROUP] for place in range(0, len(rest), _GROUP)]
    lines = [" ".join(groups[place : place + _A_LINE]) for place in range(0, len(groups), _A_LINE)]
    return "\n".join(f"      {line}" for line in (_PREFIX, *lines))


def _is_on_paper(ask: Ask, say: Say, pair: Pair) -> bool:
    wanted = pair.private.reveal()[-6:]
    for _ in range(_TRIES):
        try:
            typed = ask("Read the last six characters from your paper, or press Enter for no key: ")
        except EOFError:
            return False
        if not typed.strip():
            return False
        if "".join(typed.split()).upper() == wanted:
            return True
        say("    That is not how it ends. Look at the paper once more.")
    return False
