"""Tables: the outbox."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dreiklang.channels.mail.outbound import rules
from dreiklang.kernel.secrets import SecretField


class OutgoingMail(models.Model):
    """One mail on its way out. It names what it is made from; its words are put together when it leaves.

    A row is due when ``leaves_at`` has come. While a sender has it (``sending``) that sender holds a lock on the
    row's number in the database, so that another takes over at once if it dies, and never while it lives. What
    waited in a former life of the desk is ``held``: it may have left there, so it leaves here by word of mouth only.
    """

    class Kind(models.TextChoices):
        MESSAGE = rules.MESSAGE
        CORRESPONDENCE = rules.CORRESPONDENCE
        RECEIVED = rules.RECEIVED
        CLOSED = rules.CLOSED
        NOTIFICATION = rules.NOTIFICATION
        LINK = rules.LINK
        REMINDER = rules.REMINDER
        SERVICE = rules.SERVICE
        APPROVAL = rules.APPROVAL
        OUTAGE = rules.OUTAGE

    class State(models.TextChoices):
        WAITING = "waiting"
        HELD = "held"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, null=True, related_name="+")
    said = models.ForeignKey("tickets.Message", on_delete=models.CASCADE, null=True, related_name="+")
    correspondence = models.ForeignKey("tickets.Correspondence", on_delete=models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, null=True, related_name="+")
    line_id = models.BigIntegerField(null=True, help_text="the journal line it tells of")
    what = models.CharField(max_length=30, blank=True, help_text="kind of notification, purpose of a link")
    address = models.CharField(max_length=254, blank=True, help_text="automatic mail: where it went, for the caps")
    message_id = models.CharField(max_length=250, blank=True, help_text="without brackets; given once, kept for ever")
    mailbox = models.ForeignKey("channels.Mailbox", on_delete=models.SET_NULL, null=True, related_name="+")
    answer_links = SecretField(blank=True, default="", help_text="secrets in the text of this mail, until it left")
    accepted = ArrayField(
        models.CharField(max_length=254), default=list, help_text="recipients the server has taken it for"
    )
    tries = models.SmallIntegerField(default=0)
    reason = models.CharField(max_length=30, blank=True, help_text="why it waits, failed or was dropped: a literal")
    last_answer = models.TextField(blank=True, help_text="what the server said last")
    queued_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["said"], name="message_leaves_once"),
            models.UniqueConstraint(fields=["correspondence"], name="correspondence_leaves_once"),
            models.UniqueConstraint(
                fields=["kind", "line_id", "person"], nulls_distinct=False, condition=Q(line_id__isnull=False),
                name="news_leave_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["leaves_at"], condition=Q(state__in=["waiting", "sending"]), name="outbox_due"),
            models.Index(fields=["address", "settled_at"], condition=~Q(address=""), name="outbox_caps"),
            models.Index(fields=["ticket", "id"], name="outbox_of_ticket"),
            models.Index(fields=["-id"], condition=Q(state="failed"), name="outbox_failed"),
            models.Index(fields=["-id"], condition=Q(state="held"), name="outbox_held"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.state}"
