"""Tables of the telephone door: systems, who sits where, calls with their cards, transfers, scripts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dreiklang.channels.telephony import rules
from dreiklang.kernel.secrets import SecretField


class System(models.Model):
    """A telephone system that may tell of its calls. Its token is kept as a digest, its secrets encrypted."""

    class Kind(models.TextChoices):
        SIPGATE = "sipgate", "sipgate"
        PLACETEL = "placetel", "Placetel"
        ASTERISK = "asterisk", _("Asterisk (manager interface)")
        GENERIC = "generic", _("Another system (form or JSON)")

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=40, unique=True, help_text="names the system in its address; random")
    token_digest = models.BinaryField()
    token_hint = models.CharField(max_length=12)
    signing_secret = SecretField(blank=True, default="", help_text="calls must bear its signature where it is set")
    region = models.CharField(max_length=2, default="DE", help_text="ISO 3166: how numbers without + are read")
    area_code = models.CharField(max_length=10, blank=True, help_text="without its zero, for local numbers")
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        "organizations.Person", on_delete=models.PROTECT, related_name="+", help_text="stands for unknown callers"
    )
    opens_for_missed = models.BooleanField(default=True)
    missed_after = models.IntegerField(default=5, help_text="a call that rang for fewer seconds was a slip")
    dials = models.BooleanField(default=False, help_text="an agent's click makes the system call")
    dial_url = models.CharField(max_length=500, blank=True)
    dial_user = models.CharField(max_length=200, blank=True)
    dial_secret = SecretField(blank=True, default="")
    dial_context = models.CharField(max_length=80, default="from-internal", help_text="of the dial plan; Asterisk only")
    dial_plus = models.CharField(max_length=8, default="00", help_text="dialled in place of +; Asterisk only")
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    last_call_at = models.DateTimeField(null=True)
    listened_at = models.DateTimeField(null=True, help_text="when the desk last heard from it, where the desk listens")
    last_problem = models.CharField(max_length=300, blank=True, help_text="why the desk does not hear it now")
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(missed_after__range=(0, 600)), name="missed_after_seconds")]

    def __str__(self) -> str:
        return self.name


class Extension(models.Model):
    """A number or name in a system, and the person who sits there."""

    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="extensions")
    value = models.CharField(max_length=60, help_text="as the system writes it: 23, w0, alice@pbx.example, a number")
    folded = models.CharField(max_length=60, help_text="lower case, a number in E.164")
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="extensions")

    class Meta:
        ordering = ["folded"]
        constraints = [models.UniqueConstraint(fields=["system", "folded"], name="one_at_an_extension")]

    def __str__(self) -> str:
        return self.value


class Misread(models.Model):
    """What a system sent and nobody could read, in its own bytes, so that somebody can look."""

    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="misread")
    raw = models.BinaryField()
    problem = models.CharField(max_length=40)
    where = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["system", "-id"], name="misread_of_system")]


class Call(models.Model):
    """One conversation and its card. Without a system it was begun by hand: a call on any telephone, or a walk-in."""

    class Stage(models.TextChoices):
        RINGING = rules.RINGING, _("Ringing")
        TALKING = rules.TALKING, _("Talking")
        ENDED = rules.ENDED, _("Ended")
        MISSED = rules.MISSED, pgettext_lazy("call", "Missed")

    class Channel(models.TextChoices):
        PHONE = "phone", _("Telephone")
        WALK_IN = "walk_in", _("In person")

    system = models.ForeignKey(System, on_delete=models.PROTECT, null=True, related_name="calls")
    ref = models.CharField(max_length=200, null=True, help_text="the system's own name for the call")  # noqa: DJ001
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.PHONE)
    is_outgoing = models.BooleanField(default=False)
    stage = models.CharField(max_length=10, choices=Stage.choices)
    number = models.CharField(max_length=60, blank=True, help_text="of the other side, E.164; empty: withheld")
    shown_number = models.CharField(max_length=60, blank=True)
    our_number = models.CharField(max_length=60, blank=True)
    rings_at = ArrayField(models.BigIntegerField(), default=list, help_text="persons on whose screens it shows")
    agent = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    begun_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_wanted_back = models.BooleanField(default=False, help_text="the caller asked the system to be called back")

    caller = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    subject = models.CharField(max_length=290, blank=True)
    notes = models.TextField(blank=True)
    category = models.ForeignKey("tickets.Category", on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=100, blank=True, help_text="how it ended, in the words of the script")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="calls")
    noted_at = models.DateTimeField(null=True, help_text="when the card was last typed in")
    wrapped_at = models.DateTimeField(null=True, help_text="when the card was done with")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "ref"], name="one_call_of_that_name"),
            models.CheckConstraint(condition=Q(stage__in=["ringing", "talking", "ended", "missed"]), name="call_stage"),
        ]
        indexes = [
            GinIndex(fields=["rings_at"], name="calls_ring_at"),
            models.Index(fields=["-begun_at", "-id"], name="calls_by_time"),
            models.Index(fields=["number", "-id"], name="calls_of_number"),
            models.Index(fields=["agent"], condition=Q(wrapped_at=None), name="calls_to_wrap_up"),
        ]

    @property
    def seconds(self) -> int:
        """Seconds talked; 0 while it runs or when nobody answered."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return max(0, int((self.ended_at - self.answered_at).total_seconds()))

    @property
    def minutes(self) -> int:
        """Minutes talked, begun ones counted."""
        return -(-self.seconds // 60)


class Transfer(models.Model):
    """A running call on its way to another team: offered with its card, taken, declined or called back."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        TAKEN = "taken", _("Taken")
        DECLINED = "declined", _("Declined")
        CALLED_BACK = "called_back", _("Called back")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="transfers")
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
            models.UniqueConstraint(fields=["call"], condition=Q(state="offered"), name="one_transfer_at_a_time")
        ]
        indexes = [models.Index(fields=["to_team"], condition=Q(state="offered"), name="transfers_offered")]


class Script(models.Model):
    """What is said and asked on the phone for a category (none: for all), and how such calls may end."""

    category = models.ForeignKey("tickets.Category", on_delete=models.CASCADE, null=True, related_name="+")
    words = models.TextField(blank=True)
    outcomes = ArrayField(models.CharField(max_length=100), default=list)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category"], nulls_distinct=False, name="one_script_a_category")]
