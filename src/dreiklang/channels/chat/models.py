"""Tables of the chat door: widgets, chats with their lines and files, transfers, who takes chats now."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dreiklang.channels.chat import rules
from dreiklang.kernel.secrets import SecretField


class Widget(models.Model):
    """A window for pages: whose visitors they are, who answers, where it may stand, how it looks."""

    name = models.CharField(max_length=80, unique=True)
    key = models.CharField(max_length=40, unique=True, help_text="names the widget in its address; random, no secret")
    secret = SecretField(help_text="the page's server signs with it whom it vouches for")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "organizations.Person", on_delete=models.PROTECT, related_name="+", help_text="stands for unknown visitors"
    )
    team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey("tickets.Category", on_delete=models.SET_NULL, null=True, related_name="+")
    origins = ArrayField(models.CharField(max_length=200), default=list)
    greetings = models.JSONField(default=dict, help_text="language → first words in the window")
    privacy = models.JSONField(default=dict, help_text="language → what is said about the visitor's words")
    privacy_url = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=2, blank=True, help_text="empty: that of the page")
    colour = models.CharField(max_length=7, default="#1257c0")
    patience = models.IntegerField(default=5, help_text="minutes after which nobody's chat becomes a ticket")
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(patience__range=(1, 120)), name="patience_in_minutes")]

    def __str__(self) -> str:
        return self.name


class Chat(models.Model):
    """One conversation with a visitor. What opens it for the visitor is a token that only the visitor's page has."""

    class Stage(models.TextChoices):
        WAITING = rules.WAITING, _("Waits")
        TALKING = rules.TALKING, _("Runs")
        ENDED = rules.ENDED, _("Ended")
        MISSED = rules.MISSED, _("Left a message")

    class EndedBy(models.TextChoices):
        VISITOR = "visitor", _("Visitor")
        AGENT = "agent", _("Desk")
        SILENCE = "silence", _("Silence")

    widget = models.ForeignKey(Widget, on_delete=models.PROTECT, related_name="chats")
    token_digest = models.BinaryField(unique=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.WAITING)
    person = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    is_proven = models.BooleanField(default=False, help_text="the page vouched for the person")
    name = models.CharField(max_length=100, blank=True, help_text="as typed; a claim")
    address = models.CharField(max_length=254, blank=True, help_text="mail address as typed; a claim")
    language = models.CharField(max_length=2, default="en")
    page = models.CharField(max_length=500, blank=True, help_text="where the window was opened")
    team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="chats")
    begun_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=10, choices=EndedBy.choices, blank=True)
    seen_at = models.DateTimeField(help_text="when the visitor's page last asked")
    last_seq = models.IntegerField(default=0)
    read_seq = models.IntegerField(default=0, help_text="how far the agent has read")
    rating = models.SmallIntegerField(null=True, help_text="1 to 5")
    rating_words = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=["waiting", "talking", "ended", "missed"]), name="chat_stage"),
            models.CheckConstraint(condition=~Q(stage="talking") | Q(ticket__isnull=False) | Q(taken_at__isnull=False),
                                   name="a_running_chat_was_taken"),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 5)), name="chat_rating"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["team", "begun_at"], condition=Q(stage="waiting"), name="chats_waiting"),
            models.Index(fields=["agent"], condition=Q(stage="talking"), name="chats_running"),
            models.Index(fields=["-begun_at", "-id"], name="chats_by_time"),
        ]

    @property
    def visitor(self) -> str:
        """What to call the visitor; empty for somebody who gave no name."""
        return self.person.name if self.person else self.name

    @property
    def unread(self) -> int:
        """Lines that came since the agent last looked."""
        return max(0, self.last_seq - self.read_seq)


class Line(models.Model):
    """What somebody said, or what happened that both sides read. Numbered without gaps within its chat."""

    class Side(models.TextChoices):
        VISITOR = "visitor"
        AGENT = "agent"
        DESK = "desk"

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="lines")
    seq = models.IntegerField()
    side = models.CharField(max_length=10, choices=Side.choices)
    code = models.CharField(max_length=20, blank=True, help_text="of the desk: taken, ended, missed …")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    client_id = models.CharField(max_length=40, null=True, help_text="the sender's own name of the line")  # noqa: DJ001
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "seq"], name="one_line_of_that_number"),
            models.UniqueConstraint(fields=["chat", "side", "client_id"], name="sent_again_is_one_line"),
        ]


class ChatFile(models.Model):
    """A file that came with a line."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)


class Transfer(models.Model):
    """A running chat on its way to somebody else: offered, taken, declined or called back."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        TAKEN = "taken", _("Taken")
        DECLINED = "declined", _("Declined")
        CALLED_BACK = "called_back", _("Called back")

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="transfers")
    author = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    to_team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="+")
    to_person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, null=True, related_name="+")
    reason = models.TextField()
    question = models.TextField(blank=True)
    state = models.CharField(max_length=15, choices=State.choices, default=State.OFFERED)
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    answer = models.CharField(max_length=300, blank=True, help_text="why it was declined")
    handover = models.ForeignKey("escalation.Handover", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chat"], condition=Q(state="offered"), name="one_chat_transfer_at_a_time"),
            models.CheckConstraint(condition=~Q(to_person=F("author")), name="a_chat_goes_to_somebody_else"),
        ]
        indexes = [models.Index(fields=["to_team"], condition=Q(state="offered"), name="chat_transfers_offered")]


class Availability(models.Model):
    """Somebody who takes chats now. No row: does not."""

    person = models.OneToOneField("organizations.Person", on_delete=models.CASCADE, primary_key=True, related_name="+")
    since_at = models.DateTimeField()
