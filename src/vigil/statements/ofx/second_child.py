"""The second reader's own process: normalised OFX on standard input, JSON on standard output.

Runs with bounds on processor time, memory and files, and where the system allows it without a
network. Reads nothing but its input. Started by `second.py` only.
"""

import ctypes
import json
import sys
from contextlib import suppress
from io import BytesIO
from typing import Any

_CPU_SECONDS = 20
_MEMORY = 1 << 30
_FILES = 64
_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000  # CLONE_NEWUSER | CLONE_NEWNET, linux/sched.h


def _bound() -> None:
    """Sets what bounds the system has; one that it refuses is left out."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - not on every system

        bounds = (
            (resource.RLIMIT_CPU, _CPU_SECONDS),
            (resource.RLIMIT_AS, _MEMORY),
            (resource.RLIMIT_NOFILE, _FILES),
            (resource.RLIMIT_FSIZE, 0),
        )
        for what, most in bounds:
            with suppress(OSError, ValueError):
                resource.setrlimit(what, (most, most))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).unshare(_NEW_USER_AND_NETWORK)


def read(text: bytes) -> list[dict[str, Any]]:
    """What ofxparse finds: by statement its number, its rows, and how many it discarded."""
    import ofxparse  # noqa: PLC0415 - after the bounds are set

    found = ofxparse.OfxParser.parse(BytesIO(text), fail_fast=False)
    return [
        {
            "statement": int(account.account_id),
            "rows": [
                (int(row.id), row.date.date().isoformat() if row.date else None, str(row.amount))
                for row in account.statement.transactions
            ],
            "discarded": len(account.statement.discarded_entries),
        }
        for account in found.accounts
    ]


def main() -> int:
    """Reads, answers, ends."""
    _bound()
    answer = read(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
