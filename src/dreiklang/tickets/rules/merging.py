"""Why two tickets cannot become one, from plain values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SAME, MERGED_ALREADY, SURVIVOR_MERGED, SURVIVOR_SETTLED, OTHER_CUSTOMER, COMPLAINT_OF_ITS_OWN = (
    "same_ticket",
    "already_merged",
    "survivor_merged",
    "survivor_settled",
    "other_customer",
    "complaint_of_its_own",
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two tickets."""

    pk: int
    customer_id: int
    requester_id: int
    state: str
    is_settled: bool
    is_complaint: bool = False


def why_not(merged: Side, survivor: Side, *, may_cross: bool) -> str:
    """The first reason against it as a literal, or nothing. ``may_cross``: a right to merge across customers."""
    if merged.pk == survivor.pk:
        return SAME
    if merged.state == "merged":
        return MERGED_ALREADY
    if survivor.state == "merged":
        return SURVIVOR_MERGED
    if survivor.is_settled:
        return SURVIVOR_SETTLED
    if merged.is_complaint:  # who complains is owed an answer to just that
        return COMPLAINT_OF_ITS_OWN
    if merged.customer_id != survivor.customer_id and not may_cross:
        return OTHER_CUSTOMER
    return ""


def keeps_requester(merged: Side, survivor: Side) -> bool:
    """Whether the requester of the first is kept on the second: another person, of the same customer only."""
    return merged.requester_id != survivor.requester_id and merged.customer_id == survivor.customer_id


REASONS: Final = (SAME, MERGED_ALREADY, SURVIVOR_MERGED, SURVIVOR_SETTLED, OTHER_CUSTOMER, COMPLAINT_OF_ITS_OWN)
