"""Counting days: windows forwards and back, months, business days, and holidays by country.

Pure. The event day is day 0. The person's business days are all but Sundays, so that a date can
only come early. `holidays` is imported when a calendar is first asked for.
"""

import calendar
from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6
# Countries whose banks follow the TARGET calendar beside the national one.
EU_MEMBERS = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)
# Members with the euro on 2025-10-09, when the name check on transfers began for them.
# Regulation (EU) 2024/886 gives the others until 2027-07-09.
EURO_AREA = EU_MEMBERS - frozenset("BG CZ DK HU PL RO SE".split())


def add_months(start: date, months: int) -> date:
    """The same day-number some months on, clamped to the end of the month."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def all_but_sundays(start: date, count: int) -> date:
    """`count` days on, Sundays left out, holidays counted: the person's careful business days."""
    day = start
    while count:
        day += _DAY
        count -= day.weekday() != _SUNDAY
    return day


def bank_days(start: date, count: int, country: str | None) -> date:
    """`count` days of the bank's own calendar on (negative: back); the start is day 0."""
    step = _DAY if count > 0 else -_DAY
    left, day = abs(count), start
    while left:
        day += step
        left -= is_bank_day(day, country)
    return day


def business_day_on_or_before(day: date, country: str | None) -> date:
    """The day itself, or the last business day before it: a person's date never rolls forward."""
    while not is_bank_day(day, country):
        day -= _DAY
    return day


def is_bank_day(day: date, country: str | None) -> bool:
    """Whether banks of the country work; India's close on second and fourth Saturdays only."""
    if day.weekday() == _SUNDAY:
        return False
    if day.weekday() == _SATURDAY and not (country == "IN" and (day.day - 1) // 7 not in (1, 3)):
        return False
    return day not in _holidays(country, day.year)


@lru_cache(maxsize=128)
def _holidays(country: str | None, year: int) -> frozenset[date]:
    """Public holidays of a country; none for a country that the library does not know."""
    if country is None:
        return frozenset()
    import holidays  # noqa: PLC0415 - slow to import, and few commands count days

    code, _, part = {"UK": "GB-ENG", "UK-SCT": "GB-SCT"}.get(country, country).partition("-")
    days: set[date] = set()
    if country == "EU" or code in EU_MEMBERS:
        days.update(holidays.financial_holidays("ECB", years=year))
    if code in holidays.list_supported_countries(include_aliases=False):
        days.update(holidays.country_holidays(code, subdiv=part or None, years=year))
    return frozenset(days)
