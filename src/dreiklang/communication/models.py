"""Tables: notifications, the desk's own wording of its mails, announced outages and who else is hit by them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dreiklang.communication.rules.outages import Standing, in_language, standing
from dreiklang.kernel import clock


class Notification(models.Model):
    """News for one person about a ticket, or about something else that is told of (see ``queries/subjects.py``).

    The journal line says what happened; this says who has read it.
    """

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="notifications")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, null=True, related_name="+")
    subject_kind = models.CharField(max_length=20, blank=True, help_text="what it is about, if not a ticket")
    subject_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    line_id = models.BigIntegerField()
    by_name = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line_id", "person"], name="told_once"),
            models.CheckConstraint(
                condition=Q(ticket__isnull=False, subject_kind="", subject_id=None)
                | Q(ticket=None, subject_id__isnull=False) & ~Q(subject_kind=""),
                name="told_of_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["person", "-id"], name="notification_of_person")]


class Template(models.Model):
    """The desk's own words for one kind of mail in one language; where there is none, the usual words are used."""

    key = models.CharField(max_length=30)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "language"], name="one_template")]


class AnnouncedOutage(models.Model):
    """What the desk tells of an outage: planned work, or a disruption that nobody planned.

    Planned work is over with its time; a disruption is over when somebody ends it, and ``until_at`` is but expected.
    """

    class Kind(models.TextChoices):
        DISRUPTION = "disruption", _("Disruption")
        PLANNED = "planned", _("Planned work")

    class Audience(models.TextChoices):
        INSIDE = "inside", _("only the desk")
        CUSTOMERS = "customers", _("the desk and the customers chosen here")
        EVERYBODY = "everybody", _("everybody")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    titles = models.JSONField(help_text="language → title")
    texts = models.JSONField(default=dict, help_text="language → what to know, in plain words")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    customers = models.ManyToManyField("organizations.Organization", related_name="+")
    services = models.ManyToManyField("assets.ConfigurationItem", related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    by_mail = models.BooleanField(default=False, help_text="who is told gets its beginning and end by mail as well")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind="disruption") | Q(until_at__isnull=False), name="planned_until"),
            models.CheckConstraint(condition=Q(until_at=None) | Q(until_at__gt=F("from_at")), name="outage_order"),
        ]
        indexes = [
            models.Index(fields=["from_at"], condition=Q(ended_at=None), name="outage_open"),
            models.Index(fields=["-from_at", "-id"], name="outage_newest"),
        ]

    def title_in(self, language: str) -> str:
        """The title in a language, or in the other."""
        return in_language(self.titles, language)

    def text_in(self, language: str) -> str:
        """The text in a language, or in the other."""
        return in_language(self.texts, language)

    @property
    def standing(self) -> Standing:
        """Where it stands now."""
        return standing(
            kind=self.kind, from_at=self.from_at, until_at=self.until_at, ended_at=self.ended_at, now=clock.now()
        )


class AlsoAffected(models.Model):
    """Somebody who is hit by an announced outage and need not report it: they hear when it is over."""

    outage = models.ForeignKey(AnnouncedOutage, on_delete=models.CASCADE, related_name="hit_persons")
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    words = models.TextField(blank=True, help_text="what they had typed by then; the desk reads it")
    since_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outage", "person"], name="also_affected_once")]
