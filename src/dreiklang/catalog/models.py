"""Tables: what is offered, its versions, orders and their steps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dreiklang.catalog import rules
from dreiklang.catalog.rules.form import Field, in_language
from dreiklang.catalog.rules.plan import Plan, plan_of
from dreiklang.catalog.rules.schema import fields_of


class Entry(models.Model):
    """Something that can be ordered."""

    class Group(models.TextChoices):
        ACCESS = "access", _("Access and accounts")
        WORKPLACE = "workplace", _("Workplace and devices")
        SOFTWARE = "software", _("Software")
        PEOPLE = "people", _("Starting, moving, leaving")
        INFRASTRUCTURE = "infrastructure", _("Network and servers")
        SECURITY = "security", _("Security")

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", _("everybody in the portal")
        CONTACTS = "contacts", _("contacts of the organisation")
        DESK = "desk", _("only the desk, for others")

    key = models.SlugField(max_length=60, unique=True)
    group = models.CharField(max_length=20, choices=Group.choices)
    icon = models.CharField(max_length=40, default="shopping-cart")
    position = models.IntegerField(default=0)
    is_offered = models.BooleanField(default=True)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    organizations = models.ManyToManyField("organizations.Organization", related_name="+", blank=True)
    category = models.ForeignKey("tickets.Category", on_delete=models.SET_NULL, null=True, related_name="+")
    number = models.IntegerField(default=0, help_text="of the version that is offered now")
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["group", "position", "pk"]

    def __str__(self) -> str:
        return self.key


class EntryVersion(models.Model):
    """An entry as it was or is offered. Never changed: a change is a new version."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    names = models.JSONField(default=dict)
    hints = models.JSONField(default=dict)
    kind = models.CharField(max_length=20, default="request")
    urgency = models.SmallIntegerField(default=3)
    form = models.JSONField(default=dict, help_text="JSON Schema, draft 2020-12")
    plan = models.JSONField(default=dict)
    change = models.CharField(max_length=200, blank=True, help_text="what was changed, as the editor says it")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="entry_version_once")]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the form."""
        return fields_of(self.form)

    @property
    def steps_and_asks(self) -> Plan:
        """What follows from an order."""
        return plan_of(self.plan)

    def name_in(self, language: str) -> str:
        """The name in a language."""
        return in_language(self.names, language)

    def hint_in(self, language: str) -> str:
        """The line below the name in a language."""
        return in_language(self.hints, language)


class Request(models.Model):
    """One order, and how far it is."""

    class State(models.TextChoices):
        ASKED = rules.ASKED, _("Waits for approval")
        RUNNING = rules.RUNNING, _("In work")
        DONE = rules.DONE, _("Done")
        REFUSED = rules.REFUSED, _("Not approved")
        CANCELLED = rules.CANCELLED, _("Taken back")

    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, related_name="request")
    version = models.ForeignKey(EntryVersion, on_delete=models.PROTECT, related_name="requests")
    answers = models.JSONField(default=dict)
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    step = models.SmallIntegerField(default=-1, help_text="the step that is worked on; -1 before the first")
    ordered_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=rules.SETTLED, settled_at__isnull=False)
                | (~Q(state__in=rules.SETTLED) & Q(settled_at=None)),
                name="request_is_settled_at_a_moment",
            ),
        ]


class PlannedTask(models.Model):
    """One thing to be done for an order; becomes a task of the ticket when its step begins. Step 0 is settling who may
    say yes, where the plan's own answer is nobody."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="planned")
    step = models.SmallIntegerField()
    heading = models.CharField(max_length=100)
    text = models.CharField(max_length=300)
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    takes_over = models.BooleanField(default=False)
    task = models.OneToOneField("tickets.Task", on_delete=models.SET_NULL, null=True, related_name="planned")
    begun_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["step", "pk"]
        indexes = [models.Index(fields=["request", "step"], name="planned_of_request")]
