"""What a household tells vigil: one definition gives reading, checking and the example.

Nothing here starts anything or knows a clock. `load` and `secrets` are imported where they are
used, so that the start of a command stays light.
"""

from vigil.settings.schema import (
    AccountSettings,
    Channel,
    Household,
    Inbox,
    Log,
    Person,
    Settings,
)
from vigil.settings.values import AccountMatch, QuietHours, SecretRef, WeeklyTime

__all__ = [
    "AccountMatch",
    "AccountSettings",
    "Channel",
    "Household",
    "Inbox",
    "Log",
    "Person",
    "QuietHours",
    "SecretRef",
    "Settings",
    "WeeklyTime",
]
