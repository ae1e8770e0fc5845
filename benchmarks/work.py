"""One measured piece of work in a process of its own: `python -m benchmarks.work PEER FILE STORE`.

Prints CPU seconds of the work without start-up and imports, wall seconds, peak memory and the
number of rows that were new.
"""

import hashlib
import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import floor


def _vigil(path: Path, store: Path) -> int:
    from vigil import pipeline
    from vigil.household import household_of
    from vigil.judge.patterns import all_patterns
    from vigil.model import Limits
    from vigil.pipeline import World
    from vigil.settings.load import default_settings
    from vigil.sources.documents import keep
    from vigil.sources.intake import Document
    from vigil.statements import formats
    from vigil.store.database import open_database

    formats(), all_patterns()  # imports are not the work
    limits = Limits(size=1 << 34, tags=1 << 34)
    world = World(
        open_database(store / "vigil.db"), household_of(default_settings()), store, limits
    )
    _start()
    with path.open("rb") as file:
        kept = keep(iter(lambda: file.read(1 << 20), b""), store)
    document = Document(kept.sha256, kept.size, path.name, kept.path, "benchmark")
    outcome = pipeline.ingest(world, document, datetime.now(UTC))
    world.db.close()
    return outcome.counts.get("new", 0)


def _floor(path: Path, store: Path) -> int:
    _start()
    return floor.ingest(path, store / "floor.db")


def _ofxparse(path: Path, store: Path) -> int:
    import warnings

    from ofxparse import OfxParser

    del store
    warnings.simplefilter("ignore")
    _start()
    with path.open("rb") as file:
        return len(OfxParser.parse(file).account.statement.transactions)


_PEERS = {"vigil": _vigil, "floor": _floor, "ofxparse": _ofxparse}
_begun = [0.0, 0.0]


def _start() -> None:
    _begun[:] = [time.process_time(), time.perf_counter()]


def main() -> None:
    """Do the work and print the figures as JSON."""
    hashlib.sha256()  # OpenSSL's own start-up is not the work
    peer, path, store = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    store.mkdir(exist_ok=True)
    fresh = _PEERS[peer](path, store)
    cpu, wall = time.process_time() - _begun[0], time.perf_counter() - _begun[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": cpu, "wall": wall, "peak": peak, "fresh": fresh}))


if __name__ == "__main__":
    main()
