"""Tables of the fax door: lines, and the faxes that came by them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Line(models.Model):
    """A way by which faxes come, and leave. Its token is kept as a digest."""

    name = models.CharField(max_length=100, unique=True)
    key = models.CharField(max_length=40, unique=True, help_text="names the line in its address; random")
    token_digest = models.BinaryField()
    token_hint = models.CharField(max_length=12)
    region = models.CharField(max_length=2, default="DE", help_text="ISO 3166: how numbers without + are read")
    area_code = models.CharField(max_length=10, blank=True, help_text="without its zero, for local numbers")
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        "organizations.Person", on_delete=models.PROTECT, related_name="+", help_text="stands for unknown senders"
    )
    gateway = models.CharField(
        max_length=254, blank=True, help_text="whose mails are faxes: an address, or @ and a domain; lower case"
    )
    answers_to = models.CharField(
        max_length=254, blank=True, help_text="where an answer goes, with {number} or {digits}; empty: by mail only"
    )
    answers_subject = models.CharField(max_length=200, blank=True, help_text="may hold {number} or {digits}")
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    last_fax_at = models.DateTimeField(null=True)
    last_problem = models.CharField(max_length=300, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(F("gateway"), condition=~Q(gateway=""), name="one_line_a_gateway"),
        ]

    def __str__(self) -> str:
        return self.name


class Fax(models.Model):
    """A fax that came. Its file, and the pictures of its pages, are files of its message."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Pages not yet shown")
        READ = "read", _("All pages shown")
        PART = "part", _("The first pages shown")
        BROKEN = "broken", _("The file is damaged")
        LIMITS = "limits", _("Too large to be shown")

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="faxes")
    door = models.CharField(max_length=10, help_text="mail, file, folder, hook")
    key = models.BinaryField(help_text="SHA-256 of what came: the same fax is there once")
    number = models.CharField(max_length=60, blank=True, help_text="E.164; empty: not told")
    shown_number = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey("tickets.Message", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    pages = models.IntegerField(default=0, help_text="as the file says; 0: not known")
    shown = models.IntegerField(default=0, help_text="pages that are pictures")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "key"], name="one_fax_of_that_content")]
        indexes = [
            models.Index(fields=["ticket"], name="fax_of_ticket"),
            models.Index(fields=["id"], condition=Q(state="waiting"), name="fax_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"
