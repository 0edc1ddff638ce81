"""Tables of the messenger door: our lines, what was handed to us, the talks with their items, answers on their way."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dreiklang.kernel.secrets import SecretField


class Line(models.Model):
    """One number, bot or room of ours at a service. Whatever is secret is kept encrypted."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, help_text="names the adapter")
    key = models.CharField(max_length=40, unique=True, help_text="names the line in its address; random")
    ref = models.CharField(max_length=200, blank=True, help_text="the service's own name for it: number id, bot, user")
    base_url = models.CharField(max_length=500, blank=True, help_text="empty: the service's usual one")
    token = SecretField(blank=True, default="", help_text="by which we speak to the service")
    signing_secret = SecretField(blank=True, default="", help_text="by which the service signs; from the service")
    word = SecretField(help_text="a word of ours by which the service shows itself, where it does not sign")
    mapping = models.JSONField(default=dict, blank=True, help_text="which field bears what, where that can be set")
    region = models.CharField(max_length=2, default="DE", help_text="ISO 3166: how numbers without + are read")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "organizations.Person", on_delete=models.PROTECT, related_name="+", help_text="stands for unknown senders"
    )
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    category = models.ForeignKey("tickets.Category", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    cursor = models.TextField(blank=True, help_text="how far we have asked, where we ask")
    made_at = models.DateTimeField()
    last_post_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=20, blank=True, help_text="a literal: what is wrong with the line")
    problem_words = models.CharField(max_length=500, blank=True, help_text="the service's own words")
    problem_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """What a service handed us, in its own bytes, kept before it is read, and what became of it."""

    class State(models.TextChoices):
        STORED = "stored", _("Not yet read")
        SETTLED = "settled", _("Settled")
        REFUSED = "refused", _("Could not be read")

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="posts")
    raw = models.BinaryField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.STORED)
    problem = models.CharField(max_length=40, blank=True)
    where = models.CharField(max_length=100, blank=True)
    tries = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="stored"), name="posts_to_read"),
            models.Index(fields=["line", "-id"], name="posts_of_line"),
            models.Index(fields=["received_at"], name="posts_by_age"),
        ]


class Talk(models.Model):
    """The other side on one line: where answers go, and who it is if the desk knows."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="talks")
    handle = models.CharField(max_length=200, help_text="where answers go, in the service's words")
    name = models.CharField(max_length=200, blank=True, help_text="as the service tells it; a claim")
    person = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    heard_at = models.DateTimeField(help_text="when the other side last said something")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "handle"], name="one_talk_of_a_handle")]

    @property
    def address(self) -> str:
        """As it stands in a ticket: ``whatsapp:+49170…``."""
        return f"{self.line.kind}:{self.handle}"[:254]


class Item(models.Model):
    """One message of the other side, by the service's own name for it."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="items")
    talk = models.ForeignKey(Talk, on_delete=models.CASCADE, related_name="items")
    ref = models.CharField(max_length=250)
    message = models.ForeignKey("tickets.Message", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "ref"], name="told_twice_is_one_item")]
        indexes = [models.Index(fields=["talk", "-id"], name="items_of_talk")]


class Leaving(models.Model):
    """An answer on its way out, in as many parts as the service needs. Its words are those of the message."""

    class State(models.TextChoices):
        WAITING = "waiting", _("on its way")
        SENT = "sent", _("taken by the service")
        DELIVERED = "delivered", _("delivered")
        READ = "read", pgettext_lazy("message", "read")
        FAILED = "failed", _("given up")

    talk = models.ForeignKey(Talk, on_delete=models.CASCADE, related_name="leavings")
    message = models.OneToOneField("tickets.Message", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    epoch = models.IntegerField(help_text="what waited in a former life of the desk does not leave by itself")
    refs = ArrayField(models.CharField(max_length=250), default=list, help_text="the service's names of sent parts")
    tries = models.IntegerField(default=0)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    problem = models.CharField(max_length=20, blank=True, help_text="a literal: why it has not left")
    answer = models.CharField(max_length=500, blank=True, help_text="what the service said")

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="leavings_due"),
            models.Index(fields=["talk", "-id"], name="leavings_of_talk"),
        ]
