"""Rights and deadlines: packs of records with their sources, and a pure engine that counts.

`load` reads the packs once; all else are functions of facts, pack and today. No legal advice.
"""

from vigil.rights.engine import act_now, authorities, deadlines, first_deadline, passed
from vigil.rights.facts import Facts
from vigil.rights.load import Loaded, load
from vigil.rights.pack import Authority, Right, RightsPack
from vigil.rights.render import as_json

__all__ = [
    "Authority",
    "Facts",
    "Loaded",
    "Right",
    "RightsPack",
    "act_now",
    "as_json",
    "authorities",
    "deadlines",
    "first_deadline",
    "load",
    "passed",
]
