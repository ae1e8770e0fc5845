"""What a backup says of itself: when and by what it was made, and every file with its hash. Pure.

The manifest is the first file of the archive. Everything behind it must be what it lists: no other
name, size or content is taken, so that no archive can write outside of its place or grow.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

FORMAT = 1
DATABASE, CONFIG, READ_ME = "vigil.db", "config.toml", "README.txt"
_DOCUMENT = re.compile(r"documents/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES = 1 << 50  # no file is larger; a size beyond it is no size

ABOUT = """\
This is a backup of vigil, a watch over a household's money. It can be used without vigil.

vigil.db      an SQLite 3 database: the transactions, alerts and cases (tables tx, alert, scam).
              Look into it with the sqlite3 command or with DB Browser for SQLite. Amounts are in
              the smallest unit of their currency: -1250 USD is 12.50 dollars out.
documents/    the bank's files as they came, each under its SHA-256.
config.toml   the configuration. Addresses of phones and passwords are not in it, nor in here.
manifest.json when it was made, and what is in it.
SHA256SUMS    the check of all of it: sha256sum -c SHA256SUMS

With vigil: vigil restore FILE
"""


class Entry(NamedTuple):
    """A file of the archive."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds.

    Attributes:
        version: of the vigil that made it.
        schema: format of the database in it (PRAGMA user_version).
        counts: rows by what they are: transactions, accounts, alerts, open_alerts, cases, ...
        missing: hashes of documents that the database knows and whose copy was not there.
        files: in the order in which they lie in the archive.
    """

    version: str
    schema: int
    made_at: datetime
    counts: Mapping[str, int]
    missing: tuple[str, ...]
    files: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(one.size for one in self.files)

    @property
    def documents(self) -> dict[str, Entry]:
        """The copies of documents by the hash that is their name."""
        return {one.path.rpartition("/")[2]: one for one in self.files if is_document(one.path)}

    def entry(self, path: str) -> Entry | None:
        """The file of that name."""
        return next((one for one in self.files if one.path == path), None)


def is_document(path: str) -> bool:
    """True for the name of a document's copy in an archive."""
    return _DOCUMENT.fullmatch(path) is not None


def dump(manifest: Manifest) -> bytes:
    """The manifest as JSON, a line for each file."""
    head = {
        "format": FORMAT,
        "made_by": "vigil",
        "version": manifest.version,
        "schema": manifest.schema,
        "made_at": manifest.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "counts": dict(manifest.counts),
        "missing": list(manifest.missing),
    }
    files = ",\n".join(json.dumps(one._asdict()) for one in manifest.files)
    return f'{json.dumps(head)[:-1]}, "files": [\n{files}\n]}}\n'.encode()


def sums(manifest: Manifest, manifest_sha256: str) -> bytes:
    """What `sha256sum -c` checks: a line for each file, the manifest among them."""
    listed = [
        ("manifest.json", manifest_sha256),
        *((one.path, one.sha256) for one in manifest.files),
    ]
    return "".join(f"{digest}  {path}\n" for path, digest in listed).encode()


def load(content: bytes) -> Manifest | str:
    """The manifest behind `dump`, or what is wrong with it as a clause."""
    try:
        head = json.loads(content)
        made_by, form = head["made_by"], head["format"]
        if made_by != "vigil" or not isinstance(form, int):
            return "it is no backup of vigil"
        if form > FORMAT:
            return (
                f"it was made by a newer vigil (form {form}, this one knows {FORMAT}); install that"
            )
        return _read(head)
    except (ValueError, KeyError, TypeError, AttributeError):
        return "its list of contents cannot be read"


def _read(head: Mapping[str, Any]) -> Manifest | str:
    files = tuple(Entry(one["path"], one["size"], one["sha256"]) for one in head["files"])
    missing, counts = tuple(head["missing"]), dict(head["counts"])
    if wrong := _wrong(files, missing):
        return wrong
    made_at = datetime.strptime(head["made_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    version, schema = str(head["version"]), head["schema"]
    if type(schema) is not int or any(type(count) is not int for count in counts.values()):
        return "its list of contents cannot be read"
    return Manifest(version, schema, made_at, counts, missing, files)


def _wrong(files: Sequence[Entry], missing: Sequence[object]) -> str | None:
    seen: set[str] = set()
    for one in files:
        name = one.path
        if not (name in {DATABASE, CONFIG, READ_ME} or is_document(name)) or name in seen:
            return "it lists a file that does not belong into a backup of vigil"
        if type(one.size) is not int or not 0 <= one.size < _MOST_BYTES or not _hash(one.sha256):
            return "its list of contents cannot be read"
        seen.add(name)
    if DATABASE not in seen:
        return "there is no database in it"
    if not all(_hash(one) for one in missing):
        return "its list of contents cannot be read"
    return None


def _hash(text: object) -> bool:
    return isinstance(text, str) and _SHA256.fullmatch(text) is not None
