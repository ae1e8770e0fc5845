"""A deadline as the object that `vigil rights --json` prints. Pure; keys are always all present."""

from typing import Any

from vigil.model import Deadline
from vigil.rights.facts import Moment


def as_json(deadline: Deadline) -> dict[str, Any]:
    """The `rights` object: dates in ISO form, what is not known is None."""
    return {
        "right": deadline.right,
        "clock": {
            "name": deadline.clock,
            "date": _iso(deadline.clock_date),
            "assumed": deadline.clock_assumed,
        },
        "not_before": _iso(deadline.not_before),
        "limit": _iso(deadline.limit),
        "target": _iso(deadline.target),
        "last_safe": _iso(deadline.last_safe),
        "shown_as": deadline.shown_as,
        "confidence": deadline.confidence,
        "why": list(deadline.why),
        "evidence": list(deadline.evidence),
        "missing": list(deadline.missing),
        "source": deadline.source,
    }


def _iso(moment: Moment | None) -> str | None:
    return moment.isoformat() if moment is not None else None
