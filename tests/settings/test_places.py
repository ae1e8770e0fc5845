"""Countries and time zones, and this machine's zone."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from vigil.settings.places import countries, country_zone, system_zone, zone_country, zones


def test_every_zone_that_is_taken_can_be_used() -> None:
    """A name that the configuration accepts is one that zoneinfo knows."""
    assert len([ZoneInfo(name) for name in zones()]) > 400


def test_britain_is_uk_everywhere() -> None:
    """The rights packs say UK; GB of the ISO table becomes UK."""
    assert "UK" in countries()
    assert "GB" not in countries()
    assert (zone_country("Europe/London"), country_zone("UK")) == ("UK", "Europe/London")


@pytest.mark.parametrize(
    ("zone", "country"), [("America/New_York", "US"), ("Asia/Kolkata", "IN"), ("UTC", None)]
)
def test_a_zone_tells_its_country(zone: str, country: str | None) -> None:
    """UTC belongs to no country."""
    assert zone_country(zone) == country


def test_this_machines_zone_is_found_in_the_usual_places(tmp_path: Path) -> None:
    """TZ goes first, then the link /etc/localtime, then /etc/timezone; nonsense is passed over."""
    zone = tmp_path / "zoneinfo" / "Europe" / "Paris"
    zone.parent.mkdir(parents=True)
    zone.touch()
    link, named, none = tmp_path / "localtime", tmp_path / "timezone", tmp_path / "none"
    link.symlink_to(zone)
    named.write_text("Asia/Tokyo\n", encoding="utf-8")
    assert system_zone({"TZ": ":America/Lima"}, link, named) == "America/Lima"
    assert system_zone({"TZ": "nonsense"}, link, named) == "Europe/Paris"
    assert system_zone({}, none, named) == "Asia/Tokyo"
    assert system_zone({}, none, none) is None
