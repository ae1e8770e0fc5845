"""What a household tells vigil: one definition gives reading, checking and the example.

Nothing here starts anything or knows a clock. `load` and `secrets` are imported where they are
used, so that the start of a command stays light.
"""

from vigil.settings.schema import (
    AccountSettings,
    Backup,
    Channel,
    Household,
    Inbox,
    Log,
    Person,
    Retention,
    Settings,
)
from vigil.settings.values import AccountMatch, QuietHours, SecretRef, WeeklyTime

__all__ = [
    "AccountMatch",
    "AccountSettings",
    "Backup",
    "Channel",
    "Household",
    "Inbox",
    "Log",
    "Person",
    "QuietHours",
    "Retention",
    "SecretRef",
    "Settings",
    "WeeklyTime",
]
