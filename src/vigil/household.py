"""The household as the pipeline needs it: people and accounts by the configuration. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from vigil.alerts.people import Person
from vigil.model import Account, AccountRef
from vigil.settings import Settings
from vigil.settings.accounts import describe
from vigil.store.accounts import AccountRow


@dataclass(frozen=True, slots=True)
class Household:
    """People, accounts and days, by the configuration.

    Attributes:
        zone: the household's time zone: "today" is a day there.
        country: two letters, None while not known.
    """

    settings: Settings
    people: tuple[Person, ...]
    zone: ZoneInfo
    country: str | None

    def today(self, now: datetime) -> date:
        """The household's day."""
        return now.astimezone(self.zone).date()

    def account(self, row: AccountRow, known: Iterable[AccountRow]) -> Account:
        """An account of the ledger with what the configuration says of it."""
        others = [ref_of(one) for one in known if one.id != row.id]
        return describe(self.settings, ref_of(row), row=row.id, currency=row.currency, known=others)


def household_of(settings: Settings) -> Household:
    """The household that a complete configuration describes."""
    people = tuple(
        Person(
            name=name,
            role=person.role,
            zone=ZoneInfo(person.time_zone),
            channels=person.channels,
            quiet=(person.quiet_hours.start, person.quiet_hours.end)
            if person.quiet_hours
            else None,
            digest=(person.digest.weekday, person.digest.at),
        )
        for name, person in settings.people.items()
    )
    zone = ZoneInfo(settings.household.time_zone)
    return Household(settings, people, zone, settings.household.country)


def ref_of(row: AccountRow) -> AccountRef:
    """An account of the ledger as documents name it."""
    return AccountRef(row.institution, row.number, row.bank, row.kind)
