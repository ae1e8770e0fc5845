"""Keys, sealing and opening."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from vigil.errors import VigilError
from vigil.keeping.age import check_public, new_pair, opened, public_of, read_private, seal
from vigil.keeping.paper import grouped, new_key
from vigil.settings.secrets import Secret

PAIR, OTHER = new_pair(), new_pair()
PRIVATE = PAIR.private.reveal()


def sealed(content: bytes, *publics: str) -> bytes:
    """The content, sealed."""
    out = io.BytesIO()
    seal(iter([content]), out, publics)
    return out.getvalue()


def plain(content: bytes, *keys: Secret) -> bytes:
    """The content of what was sealed."""
    with opened(io.BytesIO(content), keys) as stream:
        found = b""
        while piece := stream.read(5000):
            found += piece
        return found


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 300_000])
def test_either_key_opens_what_both_were_given(size: int) -> None:
    """Also when nothing, or a whole chunk, was sealed."""
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    found = sealed(content, PAIR.public, OTHER.public)
    assert plain(found, PAIR.private) == plain(found, OTHER.private) == content
    assert content[:64] not in found or size < 64


def test_the_age_program_opens_it(tmp_path: Path) -> None:
    """The standard one, with the key as it is written on paper."""
    if shutil.which("age") is None:
        pytest.skip("the age program is not installed")
    (tmp_path / "a.age").write_bytes(sealed(b"hello" * 50_000, PAIR.public, OTHER.public))
    (tmp_path / "a.key").write_text(PRIVATE)
    done = subprocess.run(
        ["age", "-d", "-i", "a.key", "a.age"], cwd=tmp_path, capture_output=True, check=True
    )
    assert done.stdout == b"hello" * 50_000


def test_a_wrong_key_opens_nothing() -> None:
    """And is told apart from damage."""
    with pytest.raises(VigilError, match="this key does not open it"):
        plain(sealed(b"x" * 100, PAIR.public), OTHER.private)


@pytest.mark.parametrize("place", [0, 25, 300, 70_000, -1])
def test_damage_is_told(place: int) -> None:
    """A flipped bit in the head, the body and the end; what is cut, and what follows."""
    content = sealed(b"x" * 200_000, PAIR.public)
    changed = bytearray(content)
    changed[place] ^= 4
    for one in (bytes(changed), content[: place or 5], content + b"x"):
        with pytest.raises(VigilError, match="damaged"):
            plain(one, PAIR.private)


def test_what_the_reader_raises_is_not_taken_for_damage() -> None:
    """A full disk while a backup is opened is a full disk, and nothing hangs."""
    content = sealed(b"x" * 3_000_000, PAIR.public)

    def read_some() -> None:
        with opened(io.BytesIO(content), [PAIR.private]) as stream:
            stream.read(10)
            raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        read_some()


def test_what_the_source_or_the_target_raises_comes_through() -> None:
    """Not as a text of the library's."""

    def broken() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise KeyError("changed")

    class Full(io.BytesIO):
        def write(self, _: object, /) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(KeyError, match="changed"):
        seal(broken(), io.BytesIO(), [PAIR.public])
    with pytest.raises(OSError, match="No space left"):
        seal(iter([b"x" * 1_000_000]), Full(), [PAIR.public])


@pytest.mark.parametrize(
    "text",
    [
        PRIVATE,
        PRIVATE.lower(),
        grouped(PAIR.private),
        f"# created: 2026-11-03\n# public key: {PAIR.public}\n{PRIVATE}\n",
        f"  {PRIVATE[:30]} \n {PRIVATE[30:]}\r\n",
    ],
    ids=["whole", "small", "groups", "file", "lines"],
)
def test_a_key_is_read_however_it_is_typed(text: str) -> None:
    """Groups, lines, small letters, and the file that age-keygen writes."""
    assert read_private(text) == [PAIR.private]
    assert public_of(read_private(text)[0]) == PAIR.public


def test_two_keys_are_read_from_one_file() -> None:
    """An older and a newer one."""
    both = f"{PRIVATE}\n{OTHER.private.reveal()}\n"
    assert read_private(both) == [PAIR.private, OTHER.private]


def _typo() -> str:
    return PRIVATE[:40] + ("Q" if PRIVATE[40] != "Q" else "P") + PRIVATE[41:]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_typo(), "one character or more is wrong"),
        (PRIVATE[:-1], "it has 73 characters"),
        (PRIVATE + "Q", "it has 75 characters"),
        ("", "no private key"),
        ("hello", "no private key"),
        (PAIR.public, "no private key"),
        ("AGE-PLUGIN-YUBIKEY-1Q", "no private key"),
    ],
    ids=["slip", "short", "long", "nothing", "a word", "public", "plugin"],
)
def test_a_key_with_a_slip_is_told_and_not_repeated(text: str, said: str) -> None:
    """The check digits see every single slip."""
    with pytest.raises(VigilError, match=said) as caught:
        read_private(text)
    assert len(text) < 6 or text not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_public_key_with_a_slip_is_refused() -> None:
    """Before anything is sealed to nobody."""
    check_public(PAIR.public)
    slip = "q" if PAIR.public[-1] != "q" else "p"
    with pytest.raises(VigilError, match="wrong or missing character"):
        check_public(PAIR.public[:-1] + slip)


# --- the paper ------------------------------------------------------------------------------


def asked(*typed: str) -> tuple[list[str], str | None]:
    """Make a key with a person who types this; what was said, and the public half."""
    said: list[str] = []
    rest = iter(typed)

    def ask(_: str) -> str:
        line = next(rest, None)
        if line is None:
            raise EOFError
        return "".join(key(said).split())[-6:] if line == "THE END" else line

    return said, new_key(ask, said.append, lambda text: f"code of {len(text)}")


def key(said: list[str]) -> str:
    """The key in what was said."""
    lines = said[0].splitlines()
    start = lines.index("      AGE-SECRET-KEY-1")
    return "".join(lines[start : start + 4])


def test_a_key_counts_when_its_end_was_read_from_paper() -> None:
    """Small letters and a second try are fine; the two halves belong together."""
    said, public = asked("xxxxxx", "THE END")
    assert public == public_of(read_private(key(said))[0])
    assert "code of 74" in said[0]
    assert "not how it ends" in said[1]
    assert "clear this window" in said[-1]


@pytest.mark.parametrize("typed", [(), ("",), ("no", "no", "no")])
def test_without_paper_there_is_no_key(typed: tuple[str, ...]) -> None:
    """A key that nobody wrote down must lock nothing."""
    said, public = asked(*typed)
    assert public is None
    assert "No key was made" in said[-1]
