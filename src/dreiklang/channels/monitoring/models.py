"""Tables of the monitoring door: who may call, what was said, and the troubles known by it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dreiklang.kernel.secrets import SecretField


class Source(models.Model):
    """A program that watches and may call. Its token is kept as a digest, its signing secret encrypted."""

    class Kind(models.TextChoices):
        ALERTMANAGER = "alertmanager", _("Prometheus Alertmanager, Grafana")
        ICINGA = "icinga", _("Icinga, Nagios")
        CHECKMK = "checkmk", _("Checkmk")
        ZABBIX = "zabbix", _("Zabbix")
        GENERIC = "generic", _("Another program (JSON)")

    class Recovery(models.TextChoices):
        CLOSE = "close", _("Close the ticket if nobody has worked on it, else propose it")
        PROPOSE = "propose", _("Only propose to close")

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=40, unique=True, help_text="names the source in its address; random")
    token_digest = models.BinaryField()
    token_hint = models.CharField(max_length=12)
    signing_secret = SecretField(blank=True, default="", help_text="calls must bear its signature where it is set")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "organizations.Person", on_delete=models.PROTECT, related_name="+", help_text="stands as requester"
    )
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    category = models.ForeignKey("tickets.Category", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    mapping = models.JSONField(default=dict, blank=True, help_text="generic only: field → path in the call")
    on_recovery = models.CharField(max_length=10, choices=Recovery.choices, default=Recovery.CLOSE)
    storm_at = models.IntegerField(default=20, help_text="so many new tickets within five minutes become one; 0: never")
    storm_ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="+", help_text="the storm that rages now"
    )
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    last_call_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(storm_at__gte=0), name="storm_is_a_number")]

    def __str__(self) -> str:
        return self.name


class Call(models.Model):
    """One call in its original bytes, kept before it is read, and what became of it."""

    class State(models.TextChoices):
        STORED = "stored", _("Not yet read")
        SETTLED = "settled", _("Settled")
        REFUSED = "refused", _("Could not be read")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="calls")
    raw = models.BinaryField()
    call_id = models.CharField(max_length=200, null=True, help_text="the caller's own id; the same call counts once")  # noqa: DJ001
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.STORED)
    problem = models.CharField(max_length=40, blank=True)
    where = models.CharField(max_length=100, blank=True)
    signals = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "call_id"], name="alert_call_once")]
        indexes = [
            models.Index(fields=["source", "-id"], name="alert_calls_of_source"),
            models.Index(fields=["id"], condition=~Q(state="settled"), name="alert_calls_unsettled"),
            models.Index(fields=["received_at"], name="alert_calls_by_age"),
        ]


class Alert(models.Model):
    """One trouble, known by its fingerprint: its present state, how often it was told, and its ticket."""

    class State(models.TextChoices):
        FIRING = "firing", _("Firing")
        CLEARED = "cleared", _("Cleared")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="alerts")
    fingerprint = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices)
    since_at = models.DateTimeField(help_text="since when it is so, as the program says")
    episode_at = models.DateTimeField(null=True)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    severity = models.CharField(max_length=10, default="warning")
    host = models.CharField(max_length=200, blank=True)
    service = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    labels = models.JSONField(default=dict)
    told = models.IntegerField(default=0, help_text="how often it was told, in whatever order")
    turns = ArrayField(models.DateTimeField(), default=list, help_text="when it turned lately, by our clock")
    is_flapping = models.BooleanField(default=False)
    first_told_at = models.DateTimeField()
    last_told_at = models.DateTimeField()
    ticketed_at = models.DateTimeField(null=True, help_text="when it last opened or joined a ticket")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="alerts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "fingerprint"], name="one_alert_per_fingerprint")]
        indexes = [
            models.Index(fields=["-since_at", "-id"], condition=Q(state="firing"), name="alerts_firing"),
            models.Index(fields=["source", "ticketed_at"], name="alerts_of_a_storm"),
            models.Index(fields=["id"], condition=Q(is_flapping=True), name="alerts_flapping"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"
