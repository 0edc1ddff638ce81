"""Decisions and sums about services from plain values: impact, cost of an outage, lists of services."""

from dreiklang.assets.rules.impact import ESSENTIAL, IMPORTANT, ORDINARY, Proposal, Reason, proposed_impact
from dreiklang.assets.rules.outage import Outage, outage_of
from dreiklang.assets.rules.service_lists import BadList, ListedService, read_services

__all__ = [
    "ESSENTIAL",
    "IMPORTANT",
    "ORDINARY",
    "BadList",
    "ListedService",
    "Outage",
    "Proposal",
    "Reason",
    "outage_of",
    "proposed_impact",
    "read_services",
]
