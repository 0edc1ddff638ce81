"""Tables: agreements with their versions, clocks with what was told of them, customers' own calendars."""

from dreiklang.sla.models.agreement import Agreement, AgreementVersion
from dreiklang.sla.models.calendar import CustomerCalendar
from dreiklang.sla.models.clock import Clock, ClockNotice

__all__ = ["Agreement", "AgreementVersion", "Clock", "ClockNotice", "CustomerCalendar"]
