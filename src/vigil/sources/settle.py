"""When is a file in the inbox ready to be taken? Decided from what was seen before and now.

Pure: `now` is seconds of a clock that never goes back, and nothing here opens a file.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from vigil.sources.names import own_folder, passed_over

Kind = Literal["regular", "symlink", "fifo", "device", "folder", "socket"]


@dataclass(frozen=True, slots=True)
class Rules:
    """How long things must rest, in seconds, and how large a file may be, in bytes."""

    gap: float = 0.2  # between two equal looks at a file that ends whole
    quiet: float = 2.0  # rest of a file whose format has no end mark, and before a refusal
    cut_after: float = 60.0  # rest after which a cut or empty file is no longer waited for
    slow_gap: float = 1.0  # between looks at something that has already rested `quiet`
    max_size: int = 50 * 1024 * 1024


class Look(NamedTuple):
    """One look at a directory entry.

    Attributes:
        ends_whole: whether the tail holds the end mark of its format; None where it has none.
        ofx: whether the head is that of an OFX document.
        readable: False when permission to read it is missing.
        closed: a writer closed it, or it was moved in, since the previous look, and it
            stayed the same while this look read it.
    """

    name: str
    kind: Kind
    size: int
    mtime_ns: int
    inode: int
    ends_whole: bool | None
    ofx: bool
    readable: bool = True
    closed: bool = False


class Seen(NamedTuple):
    """What is remembered of an entry: the latest look, since when it rests, whether it was told."""

    look: Look
    since: float
    told: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Look again at this time of the clock, or earlier when an event says so."""

    until: float


@dataclass(frozen=True, slots=True)
class Take:
    """The file is whole."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The file is cut and has stopped growing: take what is there, and say that it is cut."""

    why: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """The entry cannot be a statement; `why` is a sentence for a person."""

    why: str


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing to do and nothing to say."""


Verdict = Wait | Take | Incomplete | Refuse | Ignore

_NOT_A_FILE: dict[Kind, str] = {
    "symlink": "It is a link to another place; vigil does not follow links. Copy the file itself.",
    "fifo": "It is a pipe between programs, not a file. Save the export as a file.",
    "socket": "It is a socket between programs, not a file. Save the export as a file.",
    "device": "It is a device, not a file. Save the export as a file.",
    "folder": "It is a folder; vigil reads single files. Put the files themselves into the inbox.",
}
UNREADABLE = (
    "vigil has no permission to read it. Give its user the right to read, and drop it again."
)
_EMPTY = "It is empty. Export it from the bank once more."
_CUT = "It stops before its end mark and has not grown any more; it may be a broken download."


def same(before: Look, now: Look) -> bool:
    """Whether two looks show the same entry with, as far as a look can tell, the same bytes."""
    return before[1:5] == now[1:5]


def remember(previous: Seen | None, look: Look, now: float) -> Seen:
    """What is remembered after a look; a change starts the rest anew and forgets what was told."""
    if previous is None or previous.look.inode != look.inode or previous.look.kind != look.kind:
        return Seen(look, now)
    if same(previous.look, look):
        return previous._replace(look=look)
    # A folder that was told stays told: putting a file into it makes no new refusal.
    return Seen(look, now, told=previous.told and look.kind == "folder")


def decide(previous: Seen | None, look: Look, now: float, rules: Rules) -> Verdict:
    """What to do about an entry.

    Args:
        previous: what `remember` gave after the look before this one, None at the first.
        look: this look.
        now: seconds of a clock that never goes back.
        rules: how long things must rest.
    """
    if passed_over(look.name) or (look.kind == "folder" and own_folder(look.name)):
        return Ignore()
    seen = remember(previous, look, now)
    if seen.told:
        return Ignore()
    if look.kind != "regular":
        # A folder may still be filled by a copy that a move would break; the others cannot grow.
        needed = rules.quiet if look.kind == "folder" else 0.0
        return _rested(seen, now, needed, Refuse(_NOT_A_FILE[look.kind]), rules)
    return _decide_file(seen, look, now, rules)


def _decide_file(seen: Seen, look: Look, now: float, rules: Rules) -> Verdict:
    if not look.readable:
        return _rested(seen, now, rules.quiet, Refuse(UNREADABLE), rules)
    if look.size > rules.max_size:
        return _rested(seen, now, rules.quiet, Refuse(too_big(look.size, rules.max_size)), rules)
    if look.size == 0:
        return _rested(seen, now, rules.cut_after, Refuse(_EMPTY), rules)
    if look.ofx and look.ends_whole:
        return Take() if look.closed else _rested(seen, now, rules.gap, Take(), rules)
    if look.ofx:
        return _rested(seen, now, rules.cut_after, Incomplete(_CUT), rules)
    return _rested(seen, now, rules.quiet, Take(), rules)


def _rested(seen: Seen, now: float, needed: float, verdict: Verdict, rules: Rules) -> Verdict:
    """The verdict once the entry has rested long enough; until then, when to look again."""
    ready = seen.since + needed
    if now >= ready:
        return verdict
    # What changed a moment ago is likely to change again; what rests needs few looks.
    pace = rules.gap if now - seen.since < rules.quiet else rules.slow_gap
    return Wait(min(now + pace, ready))


def too_big(size: int, max_size: int) -> str:
    """The sentence for a file of `size` bytes where `max_size` are taken."""
    return (
        f"It has {_megabytes(size)}, more than the {_megabytes(max_size)} that vigil takes. "
        "Export a shorter period, or raise the limit in the settings."
    )


def _megabytes(size: int) -> str:
    return f"{size / (1024 * 1024):,.1f} MB"
