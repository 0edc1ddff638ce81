"""Tables: agreements with their versions, clocks with what was told of them, customers' own
calendars, what vendors were asked."""

from dreiklang.sla.models.agreement import Agreement, AgreementVersion
from dreiklang.sla.models.calendar import CustomerCalendar
from dreiklang.sla.models.clock import Clock, ClockNotice
from dreiklang.sla.models.vendor import VendorWait

__all__ = ["Agreement", "AgreementVersion", "Clock", "ClockNotice", "CustomerCalendar", "VendorWait"]
