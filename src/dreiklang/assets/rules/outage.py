"""What an outage costs: a sum whose working can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


@dataclass(frozen=True)
class Outage:
    """The cost of an outage so far and how it came about.

    ``seconds`` are service seconds (open time of the service's calendar); ``hourly_cost`` is that of the whole
    service; ``people`` of ``depending`` are hit. Money in the desk's currency.
    """

    amount: Decimal
    per_hour: Decimal
    seconds: int
    hourly_cost: Decimal
    people: int
    depending: int

    def as_json(self) -> dict[str, Any]:
        """The working as it is kept once it is frozen."""
        return {
            "amount": str(self.amount), "per_hour": str(self.per_hour), "seconds": self.seconds,
            "hourly_cost": str(self.hourly_cost), "people": self.people, "depending": self.depending,
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Outage:
        """The working as it was kept."""
        return cls(
            Decimal(kept["amount"]), Decimal(kept["per_hour"]), int(kept["seconds"]), Decimal(kept["hourly_cost"]),
            int(kept["people"]), int(kept["depending"]),
        )  # fmt: skip


def outage_of(*, hourly_cost: Decimal, people: int, depending: int, seconds: float) -> Outage:
    """Cost = service hours x cost per hour x share of the people hit.

    The loss grows evenly with time and with people (the usual linear model of downtime cost, e.g. Patterson, 'A
    Simple Way to Estimate the Cost of Downtime', LISA 2002: employee cost per hour x fraction affected x hours).
    More people than depend on the service count as all; where nobody was counted, everybody is hit.
    """
    share = Decimal(min(people, depending)) / depending if depending > 0 and people > 0 else Decimal(1)
    per_hour = (hourly_cost * share).quantize(Decimal("0.01"), ROUND_HALF_UP)
    exact = hourly_cost * share * Decimal(round(seconds)) / 3600
    amount = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Outage(amount, per_hour, round(seconds), hourly_cost, people, depending)
