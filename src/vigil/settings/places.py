"""Countries and time zones, from the tables that the tzdata package carries.

Only package data and, where asked, this machine's own zone are read; nothing is written.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path


def _package_text(*name: str) -> str:
    from importlib.resources import files  # noqa: PLC0415 - most commands look nothing up

    return files("tzdata").joinpath(*name).read_text(encoding="utf-8")


def _table(name: str) -> list[list[str]]:
    text = _package_text("zoneinfo", name)
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The names of all time zones of the IANA database, aliases included."""
    return frozenset(_package_text("zones").split())


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The two letters of every country (ISO 3166-1), with UK in place of GB."""
    return frozenset(country_code(row[0]) for row in _table("iso3166.tab"))


def country_code(text: str) -> str:
    """The letters as vigil and its rights packs write them: upper case, GB as UK."""
    code = text.strip().upper()
    return "UK" if code == "GB" else code


@lru_cache(maxsize=1)
def _zone_rows() -> tuple[tuple[str, str], ...]:
    return tuple((country_code(row[0]), row[2]) for row in _table("zone.tab"))


def zone_country(zone: str) -> str | None:
    """The country of a time zone; None for zones of no country, such as UTC."""
    return next((country for country, name in _zone_rows() if name == zone), None)


def country_zone(country: str) -> str | None:
    """The first zone that the table lists for a country: its largest; None without one."""
    return next((name for code, name in _zone_rows() if code == country), None)


def country_zones(country: str) -> tuple[str, ...]:
    """All time zones of a country, in the table's order."""
    return tuple(name for code, name in _zone_rows() if code == country)


def system_zone(
    environ: Mapping[str, str],
    localtime: Path = Path("/etc/localtime"),
    timezone: Path = Path("/etc/timezone"),
) -> str | None:
    """This machine's time zone, as TZ, /etc/localtime or /etc/timezone name it; else None."""
    candidates = [environ.get("TZ", "").removeprefix(":")]
    try:
        candidates.append(str(localtime.resolve(strict=True)))
    except OSError:
        candidates.append("")
    try:
        candidates.append(timezone.read_text(encoding="utf-8", errors="replace").strip())
    except OSError:
        candidates.append("")
    names = (candidate.rpartition("zoneinfo/")[2] for candidate in candidates)
    return next((name for name in names if name in zones()), None)
