"""`python -m benchmarks`: ingest of 10,000 and 100,000 transactions against the sqlite3 floor.

Figures are CPU seconds of the work (user and system, start-up and imports apart), the median of
several runs that take turns, so that a busy machine burdens all alike. A run counts only when every
row was stored the first time and none the second.
"""

import json
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import generate

RUNS = 5


def main() -> None:
    """Measure and print one table."""
    quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory(prefix="vigil-bench-") as scratch:
        folder = Path(scratch)
        versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
        print(f"{versions}; medians of {RUNS}")
        print(f"{'rows':>8} {'what':34} {'cpu s':>8} {'wall s':>8} {'peak MB':>8} {'x floor':>8}")
        for rows in (1_000,) if quick else (10_000, 100_000):
            measure(folder, rows)


def measure(folder: Path, rows: int) -> None:
    """The lines of the table for one size."""
    first, again = folder / f"{rows}.ofx", folder / f"{rows}-again.ofx"
    generate.write(first, rows)
    generate.write(again, rows, made="20260102120000")
    jobs: dict[str, Callable[[Path], list[dict[str, float]]]] = {
        "floor": lambda store: _pair("floor", first, again, store, rows),
        "vigil": lambda store: _pair("vigil", first, again, store, rows),
    }
    if rows <= 10_000:
        jobs["ofxparse"] = lambda store: [_run("ofxparse", first, store)]
    seen: dict[str, list[list[dict[str, float]]]] = {name: [] for name in jobs}
    for _ in range(RUNS):
        for name, job in jobs.items():
            store = folder / "store"
            seen[name].append(job(store))
            shutil.rmtree(store, ignore_errors=True)
    floors = [_median(runs, "cpu") for runs in zip(*seen["floor"], strict=True)]
    for name, runs in seen.items():
        for turn, measured in enumerate(zip(*runs, strict=True)):
            what = f"{name}, {'the same rows in other bytes' if turn else 'first import'}"
            what = "ofxparse, parse alone" if name == "ofxparse" else what
            cpu, wall = _median(measured, "cpu"), _median(measured, "wall")
            peak = _median(measured, "peak")
            print(
                f"{rows:8} {what:34} {cpu:8.3f} {wall:8.3f} {peak:8.0f} {cpu / floors[turn]:8.2f}"
            )


def _pair(peer: str, first: Path, again: Path, store: Path, rows: int) -> list[dict[str, float]]:
    runs = [_run(peer, first, store), _run(peer, again, store)]
    if runs[0]["fresh"] != rows or runs[1]["fresh"] != 0:
        raise SystemExit(
            f"void: {peer} stored {runs[0]['fresh']}, then {runs[1]['fresh']} of {rows}"
        )
    return runs


def _run(peer: str, path: Path, store: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.work", peer, str(path), str(store)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _median(runs: "tuple[dict[str, float], ...]", key: str) -> float:
    return statistics.median(run[key] for run in runs)


main()
