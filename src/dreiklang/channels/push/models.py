"""Tables of web push: the desk's keys, the devices, each piece of news on its way."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dreiklang.kernel.secrets import SecretField


class Keys(models.Model):
    """The keys by which push services know this desk (VAPID): one row, made when the first device is switched on."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    private = SecretField(help_text="PEM")
    public = models.CharField(max_length=100, help_text="uncompressed point, base64url: what browsers are given")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_pair_of_push_keys")]


class Device(models.Model):
    """A browser that news are pushed to. Whoever knows its address could push too, so the address is a secret.

    It belongs to a life of the account (``generation``) and to the session in which it was switched on: it ends with
    either. One that ended stays in its owner's list, so that silence has a reason.
    """

    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="push_devices")
    generation = models.IntegerField()
    session_key = models.CharField(max_length=40, blank=True)
    digest = models.BinaryField(unique=True, help_text="of the address")
    endpoint = SecretField()
    key = models.CharField(max_length=100, help_text="the browser's public key, base64url")
    auth = SecretField(help_text="the browser's authentication secret, base64url")
    name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=20, blank=True, help_text="a literal: gone, signed_out, access")

    class Meta:
        indexes = [models.Index(fields=["account"], condition=Q(ended_at=None), name="live_device_of_account")]

    def __str__(self) -> str:
        return self.name


class Push(models.Model):
    """One piece of news for one device. Names what it is made from; its words are put together when it leaves."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        SKIPPED = "skipped"

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="pushes")
    kind = models.CharField(max_length=20)
    line_id = models.BigIntegerField(null=True)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, null=True, related_name="+")
    epoch = models.IntegerField(help_text="what waited in a former life of the desk does not leave")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.SmallIntegerField(default=0)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    problem = models.CharField(max_length=30, blank=True, help_text="a literal: why it did not leave or arrive")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "line_id"], name="pushed_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="push_due"),
            models.Index(fields=["device", "-id"], name="push_of_device"),
        ]
