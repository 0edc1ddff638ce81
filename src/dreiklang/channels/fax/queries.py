"""Reads of the fax door."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from dreiklang.channels.fax.models import Fax, Line


def lines() -> QuerySet[Line]:
    """All lines, with the number of their faxes."""
    return Line.objects.select_related("team").annotate(came=Count("faxes")).order_by("name")


def line_by_key(key: str) -> Line | None:
    """The line of an address, also one that is off: whoever calls it shall hear that."""
    return Line.objects.filter(key=key).first()


def line_of_gateway(sender: str) -> Line | None:
    """The active line whose gateway writes from this address: it is named itself, or its domain is."""
    domain = "@" + sender.rpartition("@")[2]
    found = Line.objects.filter(is_active=True, gateway__in=[sender, domain]).exclude(gateway="")
    return found.order_by("-gateway").first() if len(found) < 2 else found.filter(gateway=sender).first()


def recent_faxes(line: Line) -> list[Fax]:
    """What came by a line last, for whoever looks after it: tickets by their numbers, no words."""
    return list(line.faxes.select_related("ticket").order_by("-id")[:20])
