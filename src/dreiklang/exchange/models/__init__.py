"""Tables: imports with what became of their lines; disclosures; erasures."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dreiklang.exchange.models.erasing import EmptiedTicket as EmptiedTicket
from dreiklang.exchange.models.erasing import Erasure as Erasure
from dreiklang.exchange.models.erasing import Retention as Retention


class Import(models.Model):
    """A file, what its columns mean, and how far it is."""

    class Kind(models.TextChoices):
        TICKETS = "tickets", _("Tickets")
        ORGANIZATIONS = "organizations", _("Organisations")
        PERSONS = "persons", _("Persons")

    class State(models.TextChoices):
        PREPARED = "prepared", _("looked at")
        RUNNING = "running", _("going on")
        DONE = "done", _("done")
        GOING_BACK = "going_back", _("being taken back")
        UNDONE = "undone", _("taken back")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=20, choices=State.choices, default=State.PREPARED)
    by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    headings = ArrayField(models.CharField(max_length=100), default=list)
    mapping = ArrayField(models.CharField(max_length=60, blank=True), default=list, help_text="field of each column")
    options = models.JSONField(default=dict)
    total = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename


class ImportLine(models.Model):
    """What became of one line, once (P09): made, changed, refused and why; taken back, or kept and why."""

    class Outcome(models.TextChoices):
        MADE = "made"
        CHANGED = "changed"
        REFUSED = "refused"
        UNDONE = "undone"
        KEPT = "kept"

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    line = models.IntegerField(help_text="of the file, the heading is 1")
    title = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    words = models.CharField(max_length=500, blank=True)
    reference = models.CharField(max_length=100, blank=True, help_text="its number at the former desk")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="+")
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    person = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    has_made_person = models.BooleanField(default=False)
    before = models.JSONField(default=dict)
    version_after = models.IntegerField(null=True)

    class Meta:
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="import_line_once")]
        indexes = [
            models.Index(fields=["run", "outcome", "line"], name="import_line_outcome"),
            models.Index(
                fields=["reference"], condition=~Q(reference="") & Q(ticket__isnull=False), name="import_reference"
            ),
        ]


class Disclosure(models.Model):
    """What the desk holds about a person, put together once for whoever asked."""

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="disclosures")
    asked_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    with_inside = models.BooleanField(default=False, help_text="notes too: the controller chose so")
    asked_at = models.DateTimeField()
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "-id"], name="disclosure_of_person")]
