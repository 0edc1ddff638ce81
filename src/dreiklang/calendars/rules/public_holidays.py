"""Public holidays by region, from the `holidays` package, as plain dates."""

import re
from datetime import date
from functools import lru_cache

from dreiklang.calendars.rules.errors import BadCalendar

_REGION = re.compile(r"([A-Z]{2})(?:-([A-Za-z0-9-]{1,40}))?", re.ASCII)


@lru_cache(maxsize=8192)
def public_holidays(region: str, year: int) -> frozenset[date]:
    """Days of a year that are public holidays in `DE`, `DE-BW`, `US-NY`, …; a region of "" has none.

    Days observed in place of a holiday that falls on a weekend count as well, as the package gives them.
    Raises `BadCalendar` for a region the package does not know.
    """
    if not region:
        return frozenset()
    named = _REGION.fullmatch(region)
    if named is not None:
        # Imported here: calendars without a region, and every start of the command, need not wait for it.
        from holidays import country_holidays

        try:
            return frozenset(country_holidays(named[1], subdiv=named[2], years=year, expand=False))
        except NotImplementedError:
            pass
    raise BadCalendar("region", f"no known region such as 'DE' or 'DE-BW': {region[:60]!r}")
