"""Tables: ladders to more authority, their rungs, what rang, and a requester's own escalation."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Ladder(models.Model):
    """A rule: when it holds for a ticket, people with more authority are told, rung by rung. The work stays (A4).

    ``threshold`` is percent of a promise or share used, working minutes, or a number of hand-backs, by trigger.
    """

    class Trigger(models.TextChoices):
        PROMISE = "promise", _("Percent of the promise to the customer used")
        SHARE = "share", _("Percent of a level's share used")
        IDLE = "idle", _("Working minutes without anybody working on it")
        HANDED_BACK = "handed_back", _("Times handed back as incomplete or not theirs")
        ESSENTIAL = "essential", _("Working minutes since an essential service failed")
        COMPLAINT = "complaint", _("Working minutes since a complaint came")
        REQUESTER = "requester", _("The requester escalates")

    name = models.CharField(max_length=100, unique=True)
    trigger = models.CharField(max_length=20, choices=Trigger.choices)
    threshold = models.IntegerField(default=0)
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    lowest_priority = models.SmallIntegerField(null=True, blank=True, help_text="only tickets up to this priority")
    is_active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(threshold__range=(0, 100_000)), name="ladder_threshold"),
            models.CheckConstraint(
                condition=Q(lowest_priority=None) | Q(lowest_priority__range=(1, 4)), name="ladder_priority"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rung(models.Model):
    """Who is told at a step of a ladder, and how many minutes after a silent step before."""

    class Whom(models.TextChoices):
        LEAD = "lead", _("Lead of the team that has it")
        ON_CALL = "on_call", _("Whoever is on call for that team")
        MANAGER = "manager", _("Service management")
        CONTACT = "contact", _("The customer's contact")
        PERSON = "person", _("A person")

    ladder = models.ForeignKey(Ladder, on_delete=models.CASCADE, related_name="rungs")
    position = models.SmallIntegerField()
    whom = models.CharField(max_length=10, choices=Whom.choices)
    person = models.ForeignKey(
        "organizations.Person", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    after_minutes = models.IntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["ladder", "position"], name="rung_once"),
            models.CheckConstraint(condition=Q(after_minutes__range=(0, 100_000)), name="rung_waits"),
            models.CheckConstraint(condition=~Q(whom="person") | Q(person__isnull=False), name="rung_names_its_person"),
        ]


class Ringing(models.Model):
    """A rung rang for a ticket: once a round, whatever happens (P11). ``next_at``: when the next rings if all stay
    silent. A ladder has one round a ticket; an idle one begins another when somebody saw to it and it fell idle anew.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="ringings")
    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="ringings")
    round = models.SmallIntegerField(default=1)
    position = models.SmallIntegerField()
    told = ArrayField(models.BigIntegerField(), default=list)
    rung_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(F("ticket"), F("ladder"), F("round"), F("position"), name="rang_once_a_round")
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="ringing_next")]


class RequesterEscalation(models.Model):
    """The requester asked for somebody with more authority: once for a ticket, with a reason."""

    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, related_name="requester_escalation")
    person = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()
