"""The form of a backup: every tar reads it, and nothing but what it lists can be in it."""

import contextlib
import hashlib
import io
import tarfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigil.keeping.archive import ChangedError, DamagedError, Sink, Source, Take, pack, unpack
from vigil.keeping.manifest import Entry, Manifest, dump, load

DOCUMENT = "documents/ab/ab" + "c" * 62
FILES = {"README.txt": b"read me", "vigil.db": b"page" * 2000, DOCUMENT: b"<OFX>" * 333}
MADE = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)


def manifest(files: dict[str, bytes], **other: Any) -> Manifest:
    """A manifest of these files."""
    entries = tuple(Entry(n, len(c), hashlib.sha256(c).hexdigest()) for n, c in files.items())
    known = {"version": "1", "schema": 2, "made_at": MADE, "counts": {"alerts": 3}, "missing": ()}
    return Manifest(**{**known, "files": entries, **other})


def packed(files: dict[str, bytes]) -> bytes:
    """An archive of these files."""

    def opened(entry: Entry) -> AbstractContextManager[Source]:
        return contextlib.closing(io.BytesIO(files[entry.path]))

    return b"".join(pack(manifest(files), opened))


def unpacked(archive: bytes) -> dict[str, bytes]:
    """What an archive gives."""
    found: dict[str, io.BytesIO] = {}

    def take(entry: Entry) -> AbstractContextManager[Sink]:
        found[entry.path] = io.BytesIO()
        return contextlib.nullcontext(found[entry.path])

    def begin(_: Manifest) -> Take:
        return take

    unpack(io.BytesIO(archive), begin)
    return {name: content.getvalue() for name, content in found.items()}


def test_what_goes_in_comes_out() -> None:
    """Names and bytes, and the same archive each time."""
    assert unpacked(packed(FILES)) == FILES
    assert packed(FILES) == packed(FILES)


def test_it_is_a_plain_tar_with_the_sums_that_sha256sum_checks() -> None:
    """Without vigil: a tar with the files, a list in JSON, and SHA256SUMS of all."""
    with tarfile.open(fileobj=io.BytesIO(packed(FILES))) as tar:
        names = tar.getnames()
        assert names == ["manifest.json", *FILES, "SHA256SUMS"]
        assert all(one.isreg() and one.mode == 0o600 for one in tar)
        content = {name: tar.extractfile(name).read() for name in names}  # type: ignore[union-attr]
    for line in content["SHA256SUMS"].decode().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256(content[name]).hexdigest() == digest
    assert load(content["manifest.json"]) == manifest(FILES)


@pytest.mark.parametrize("start", range(97))
def test_a_flipped_bit_anywhere_is_seen(start: int) -> None:
    """In names, sizes, contents, paddings, the list and the end; a sample of every place."""
    archive = packed(FILES)
    for place in range(start, len(archive), 97 * 8):
        changed = bytearray(archive)
        changed[place] ^= 1 << (place % 8)
        with pytest.raises(DamagedError):
            unpacked(bytes(changed))


@given(st.integers(0, len(packed(FILES)) - 1))
def test_a_cut_is_seen(length: int) -> None:
    """Wherever it is; and so is anything that follows."""
    archive = packed(FILES)
    with pytest.raises(DamagedError):
        unpacked(archive[:length])
    with pytest.raises(DamagedError, match="follows after its end"):
        unpacked(archive + bytes(512))


@pytest.mark.parametrize("files", [{**FILES, DOCUMENT: b""}, {"vigil.db": b"x" * 10240}])
def test_any_sizes_fit(files: dict[str, bytes]) -> None:
    """Empty ones, and those that end with a block."""
    assert unpacked(packed(files)) == files


@pytest.mark.parametrize(
    "name",
    [
        "../vigil.db", "/etc/passwd", "documents/../../x", "documents/ab/" + "c" * 64, "config",
        "documents/ab/ab" + "c" * 61, "documents/AB/AB" + "c" * 62, "vigil.db\0", "", "daemon.lock",
    ],
)  # fmt: skip
def test_no_other_name_is_taken(name: str) -> None:
    """A list with a name that is none of a backup's is refused before any file is looked at."""
    with pytest.raises(DamagedError, match="does not belong"):
        unpacked(packed({**FILES, name: b"x"}))


def _link(tar: tarfile.TarInfo) -> None:
    tar.type, tar.linkname, tar.size = tarfile.SYMTYPE, "/etc/passwd", 0


def _hard_link(tar: tarfile.TarInfo) -> None:
    tar.type, tar.linkname, tar.size = tarfile.LNKTYPE, "vigil.db", 0


def _device(tar: tarfile.TarInfo) -> None:
    tar.type, tar.size = tarfile.CHRTYPE, 0


def _outside(tar: tarfile.TarInfo) -> None:
    tar.name = "../outside"


def _absolute(tar: tarfile.TarInfo) -> None:
    tar.name = "/tmp/outside"


def _folder(tar: tarfile.TarInfo) -> None:
    tar.type, tar.size = tarfile.DIRTYPE, 0


def _sparse(tar: tarfile.TarInfo) -> None:
    tar.type = tarfile.GNUTYPE_SPARSE


def _huge(tar: tarfile.TarInfo) -> None:
    tar.size = 1 << 60


@pytest.mark.parametrize(
    "change", [_link, _hard_link, _device, _outside, _absolute, _folder, _sparse, _huge]
)
def test_a_member_that_is_not_what_was_listed_is_refused(
    change: Callable[[tarfile.TarInfo], None],
) -> None:
    """An archive by tar itself, right in all but one member."""
    out = io.BytesIO()
    listed = dump(manifest(FILES))
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in {"manifest.json": listed, **FILES}.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(content), int(MADE.timestamp()), 0o600
            if name == "vigil.db":
                change(info)
                tar.fileobj.write(info.tobuf(tarfile.GNU_FORMAT) + content + bytes(192))
            else:
                tar.addfile(info, io.BytesIO(content))
    with pytest.raises(DamagedError, match=r"frame around vigil\.db"):
        unpacked(out.getvalue())


def test_a_list_of_contents_is_read_only_up_to_its_bound() -> None:
    """A header that promises a terabyte costs no memory."""
    info = tarfile.TarInfo("manifest.json")
    info.size, info.mode = 1 << 40, 0o600
    with pytest.raises(DamagedError, match="beginning is damaged"):
        unpacked(info.tobuf(tarfile.GNU_FORMAT) + bytes(4096))


def test_a_file_that_changes_while_it_is_packed_is_seen() -> None:
    """Longer, shorter, or other bytes."""
    for now in (b"page" * 2001, b"page" * 1999, b"PAGE" * 2000):

        def opened(
            entry: Entry,
            files: dict[str, bytes] = {**FILES, "vigil.db": now},  # noqa: B006
        ) -> AbstractContextManager[Source]:
            return contextlib.closing(io.BytesIO(files[entry.path]))

        with pytest.raises(ChangedError, match=r"vigil\.db"):
            b"".join(pack(manifest(FILES), opened))


def test_a_file_beyond_eight_gibibytes_needs_no_second_header() -> None:
    """Its size stands in the one block (base 256), which every tar reads."""
    info = tarfile.TarInfo("vigil.db")
    info.size = 9 << 30
    block = info.tobuf(tarfile.GNU_FORMAT)
    assert len(block) == 512
    assert tarfile.TarInfo.frombuf(block, "utf-8", "strict").size == 9 << 30


def _with(**changes: object) -> bytes:
    import json  # noqa: PLC0415 - only here

    return json.dumps({**json.loads(dump(manifest(FILES))), **changes}).encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_with(format=2), "newer vigil"),
        (_with(made_by="tar"), "no backup of vigil"),
        (_with(files=[]), "no database"),
        (_with(files=[{"path": "vigil.db", "size": -1, "sha256": "a" * 64}]), "cannot be read"),
        (_with(files=[{"path": "vigil.db", "size": 1, "sha256": "x"}]), "cannot be read"),
        (_with(files=[{"path": 5}]), "cannot be read"),
        (_with(schema="2"), "cannot be read"),
        (_with(made_at="yesterday"), "cannot be read"),
        (_with(missing=["../x"]), "cannot be read"),
        (_with(counts=[1]), "cannot be read"),
        (b"[]", "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"null", "cannot be read"),
    ],
)
def test_a_list_that_is_none_is_said(content: bytes, said: str) -> None:
    """A clause for a person, never an exception."""
    found = load(content)
    assert isinstance(found, str)
    assert said in found
