"""Tables of webhooks: who is told, and each piece of news on its way."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dreiklang.kernel.secrets import SecretField


class Hook(models.Model):
    """An address that is told of news. Its secrets sign what is sent; two of them while they change."""

    name = models.CharField(max_length=100, unique=True)
    url = models.CharField(max_length=500)
    secret = SecretField()
    former_secret = SecretField(blank=True, default="", help_text="signs too until ``former_until``")
    former_until = models.DateTimeField(null=True)
    events = ArrayField(models.CharField(max_length=40), help_text="codes of the journal")
    conditions = models.TextField(blank=True, help_text="in the words of the search; empty: every ticket")
    hears_inside = models.BooleanField(default=False, help_text="notes and the like may leave to it")
    sees_restricted = models.BooleanField(default=False, help_text="tickets of restricted sight too")
    is_active = models.BooleanField(default=True)
    off_because = models.CharField(max_length=20, blank=True, help_text="why the desk switched it off: failing, gone")
    failing_since = models.DateTimeField(null=True)
    keeper = models.ForeignKey(
        "organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+",
        help_text="who made it, and is told when it is switched off",
    )  # fmt: skip
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One piece of news for one hook. ``key`` is the webhook-id: the same however often it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("on its way")
        SENT = "sent", _("taken")
        FAILED = "failed", _("given up")
        SKIPPED = "skipped", _("not for this hook")

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=40)
    line_id = models.BigIntegerField(null=True)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, null=True, related_name="+")
    epoch = models.IntegerField(help_text="what waited in a former life of the desk leaves only when somebody says so")
    payload = models.TextField(blank=True, help_text="as it is signed and sent; made at the first try")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True, help_text="what the other side answered")
    answer = models.TextField(blank=True, help_text="the beginning of its answer")
    problem = models.CharField(max_length=30, blank=True, help_text="a literal: why it did not arrive")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hook", "line_id", "code"], name="told_each_hook_once"),
        ]
        indexes = [
            models.Index(fields=["hook", "due_at", "id"], condition=Q(state="waiting"), name="delivery_due_of_hook"),
            models.Index(fields=["hook", "-id"], name="delivery_of_hook"),
        ]
