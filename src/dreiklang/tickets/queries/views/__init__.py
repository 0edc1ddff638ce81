"""Reads about views: which there are for somebody, what fits them, page by page in any order."""

from dreiklang.tickets.queries.views.lists import (
    Reading,
    pinned_views,
    readings_of,
    view_of,
    views_for,
)
from dreiklang.tickets.queries.views.paging import Keyset, keyset_for

__all__ = ["Keyset", "Reading", "keyset_for", "pinned_views", "readings_of", "view_of", "views_for"]
