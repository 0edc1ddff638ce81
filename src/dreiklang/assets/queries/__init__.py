"""Every read of configuration items that has a name."""

from dreiklang.assets.queries.import_plan import ImportPlan, PlannedService, plan_services
from dreiklang.assets.queries.items import depending, hours_of, impact_for, item, outage, services_for

__all__ = [
    "ImportPlan",
    "PlannedService",
    "depending",
    "hours_of",
    "impact_for",
    "item",
    "outage",
    "plan_services",
    "services_for",
]
