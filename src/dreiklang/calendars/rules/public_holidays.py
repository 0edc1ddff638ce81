"""Public holidays by region, from the `holidays` package, as plain dates."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from dreiklang.calendars.rules.errors import BadCalendar

_REGION = re.compile(r"([A-Z]{2})(?:-([A-Za-z0-9-]{1,40}))?", re.ASCII)


@lru_cache(maxsize=8192)
def public_holidays(region: str, year: int) -> frozenset[date]:
    """Days of a year that are public holidays in `DE`, `DE-BW`, `US-NY`, …; a region of "" has none.

    Days observed in place of a holiday that falls on a weekend count as well, as the package gives them.
    Raises `BadCalendar` for a region the package does not know.
    """
    return frozenset(_named(region, year, None)) if region else frozenset()


@lru_cache(maxsize=256)
def holiday_names(region: str, year: int, language: str) -> Mapping[date, str]:
    """What the public holidays of a year are called, in a language if the package speaks it, else in the region's."""
    return MappingProxyType(_named(region, year, language) if region else {})


def _named(region: str, year: int, language: str | None) -> dict[date, str]:
    named = _REGION.fullmatch(region)
    if named is not None:
        # Imported here: calendars without a region, and every start of the command, need not wait for it.
        from holidays import country_holidays

        spoken = {"en": "en_US"}.get(language or "", language)
        try:
            return dict(country_holidays(named[1], subdiv=named[2], years=year, expand=False, language=spoken))
        except NotImplementedError:
            pass
    raise BadCalendar("region", f"no known region such as 'DE' or 'DE-BW': {region[:60]!r}")
