"""Tables: whose calendar it is."""

from __future__ import annotations

from django.db import models


class CustomerCalendar(models.Model):
    """A calendar that is a customer's own: only promises to them count in it. Without a row it is anyone's."""

    calendar = models.OneToOneField("calendars.ServiceCalendar", on_delete=models.CASCADE, related_name="customer")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="calendars")

    def __str__(self) -> str:
        return f"{self.calendar_id} of {self.organization_id}"
