"""Tables: tickets, who has them, what was said, done and found out, and what a person keeps to themselves."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dreiklang.tickets import rules
from dreiklang.tickets.lifecycle import TICKET
from dreiklang.tickets.models.bulk import BulkItem as BulkItem
from dreiklang.tickets.models.bulk import BulkRun as BulkRun
from dreiklang.tickets.models.complaints import Complaint as Complaint
from dreiklang.tickets.models.complaints import Measure as Measure
from dreiklang.tickets.models.complaints import Playbook as Playbook
from dreiklang.tickets.models.costs import HandlingTime as HandlingTime
from dreiklang.tickets.models.costs import OutageCost as OutageCost
from dreiklang.tickets.models.fields import OwnField as OwnField
from dreiklang.tickets.models.fields import OwnValue as OwnValue
from dreiklang.tickets.models.finding import AttachmentText as AttachmentText
from dreiklang.tickets.models.finding import TicketWords as TicketWords
from dreiklang.tickets.models.joined import Carried as Carried
from dreiklang.tickets.models.joined import Kinship as Kinship
from dreiklang.tickets.models.joined import Merge as Merge
from dreiklang.tickets.models.joined import Split as Split
from dreiklang.tickets.models.keeping import Draft as Draft
from dreiklang.tickets.models.keeping import DraftPicture as DraftPicture
from dreiklang.tickets.models.keeping import ReadMark as ReadMark
from dreiklang.tickets.models.matrix import PriorityCell as PriorityCell
from dreiklang.tickets.models.recurring import Occurrence as Occurrence
from dreiklang.tickets.models.recurring import Series as Series
from dreiklang.tickets.models.silence import Reminder as Reminder
from dreiklang.tickets.models.silence import SilencePlan as SilencePlan
from dreiklang.tickets.models.tasks import Task as Task
from dreiklang.tickets.models.together import Follower as Follower
from dreiklang.tickets.models.together import Tag as Tag
from dreiklang.tickets.models.together import TicketLink as TicketLink
from dreiklang.tickets.models.together import TicketTag as TicketTag
from dreiklang.tickets.models.views import SavedView as SavedView
from dreiklang.tickets.models.views import ViewPin as ViewPin
from dreiklang.tickets.models.visits import CalendarFeed as CalendarFeed
from dreiklang.tickets.models.visits import Invitation as Invitation
from dreiklang.tickets.models.visits import Visit as Visit
from dreiklang.tickets.models.waiting import Pending as Pending


class Category(models.Model):
    """What a ticket is about, as a tree. Names in each language; ``name`` in the desk's first language."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    names = models.JSONField(default=dict, help_text="language → name")
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    in_portal = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    position = models.IntegerField(default=0)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["position", "name", "id"]

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """The name in a language, else the first one."""
        return str(self.names.get(language) or self.name)


class CategoryQuestion(models.Model):
    """A piece of information a category needs, from which level on, and whether the portal already asks it."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        CHOICE = "choice", _("Choice")
        YES_NO = "yes_no", _("Yes or no")

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=60)
    labels = models.JSONField(default=dict, help_text="language → question")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TEXT)
    choices = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    needed_for_level = models.SmallIntegerField(default=2, help_text="must be answered before this level takes over")
    in_portal = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["category", "key"], name="question_key_once")]

    def label_in(self, language: str) -> str:
        """The question in a language, else in any."""
        return str(self.labels.get(language) or next(iter(self.labels.values()), self.key))


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Words that chain: ``Ticket.objects.unsettled().of_team(t)``."""

    def unsettled(self) -> TicketQuerySet:
        """Not yet resolved or closed."""
        return self.filter(state_group__in=["initial", "active", "pending"])

    def of_team(self, team_id: int) -> TicketQuerySet:
        """Held by a team now."""
        return self.filter(team_id=team_id)

    def assigned_to(self, person_id: int) -> TicketQuerySet:
        """On a person's own list."""
        return self.filter(assignee_id=person_id)


class Ticket(models.Model):
    """A request for help, from the first word to the last. The row carries what lists need to be fast."""

    class Kind(models.TextChoices):
        INCIDENT = "incident", _("Incident")
        SECURITY = "security", _("Security incident")
        REQUEST = "request", _("Service request")
        QUESTION = "question", _("Question")
        COMPLAINT = "complaint", _("Complaint")

    number = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.INCIDENT)
    subject = models.CharField(max_length=300)
    language = models.CharField(max_length=5, default="de")
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default="new")
    state_group = models.CharField(max_length=10, default="initial")
    requester = models.ForeignKey("organizations.Person", on_delete=models.PROTECT, related_name="tickets")
    customer = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="tickets")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True)
    service = models.ForeignKey(
        "assets.ConfigurationItem", on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    affected_people = models.IntegerField(null=True, blank=True, help_text="how many are hit; null: not counted")
    impact = models.SmallIntegerField(default=3)
    urgency = models.SmallIntegerField(default=2)
    priority = models.SmallIntegerField(default=4)
    delay_cost = models.FloatField(
        default=rules.DELAY_COSTS[4], db_default=rules.DELAY_COSTS[4], help_text="what an hour of waiting loses"
    )
    work_minutes = models.FloatField(
        default=rules.USUAL_MINUTES[1], db_default=rules.USUAL_MINUTES[1], help_text="expected handling time"
    )
    level = models.SmallIntegerField(default=1)
    team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, null=True, related_name="tickets")
    assignee = models.ForeignKey(
        "organizations.Person", on_delete=models.SET_NULL, null=True, related_name="assigned_tickets"
    )
    is_restricted = models.BooleanField(default=False, help_text="seen only by the teams that had it and managers")
    is_direct = models.BooleanField(default=False, help_text="level 3 may write to the requester of this one")
    awaits_acceptance = models.BooleanField(default=False)
    last_word_by = models.CharField(max_length=10, default="requester", help_text="requester or desk")
    last_word_at = models.DateTimeField()
    next_promise_at = models.DateTimeField(null=True, blank=True)
    returns_at = models.DateTimeField(null=True, blank=True, help_text="when a paused ticket comes back by itself")
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True, help_text="when silence closes a resolved ticket")
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="followed_by")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    trail = models.JSONField(default=list, help_text="stays in short, for the sparkline; kept by the commands")
    version = models.IntegerField(default=1)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *[Q(state=state, state_group=group) for state, group in TICKET.groups.items()],
                    _connector=Q.OR,
                ),
                name="ticket_state_in_its_group",
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, 4)) & Q(priority__range=(1, 4)), name="ticket_level_and_priority"
            ),
            models.CheckConstraint(
                condition=~Q(state_group="settled") | Q(resolved_at__isnull=False) | Q(state="merged"),
                name="settled_has_a_moment",
            ),
            models.CheckConstraint(condition=Q(delay_cost__gt=0) & Q(work_minutes__gt=0), name="ticket_can_be_weighed"),
            models.CheckConstraint(
                condition=Q(affected_people=None) | Q(affected_people__range=(1, 10_000_000)),
                name="ticket_affected_people",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                name="merged_goes_on_somewhere",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "priority", "id"],
                condition=Q(state_group__in=["initial", "active", "pending"]),
                name="ticket_worklist",
            ),
            models.Index(
                fields=["priority", "id"],
                condition=Q(state_group__in=["initial", "active", "pending"]),
                name="ticket_open_by_priority",
            ),
            models.Index(
                fields=["assignee", "priority", "id"],
                condition=Q(state_group__in=["initial", "active", "pending"]),
                name="ticket_own_list",
            ),
            models.Index(fields=["customer", "-id"], name="ticket_of_customer"),
            models.Index(
                fields=["customer", "state"],
                include=["state_group", "is_restricted", "requester"],
                name="ticket_count_of_customer",
            ),
            models.Index(fields=["requester", "-id"], name="ticket_of_requester"),
            models.Index(fields=["team", "-id"], name="ticket_of_team"),
            models.Index(fields=["opened_at"], name="ticket_opened"),
            models.Index(fields=["resolved_at"], name="ticket_resolved"),
            models.Index(fields=["returns_at"], condition=Q(returns_at__isnull=False), name="ticket_returning"),
            models.Index(fields=["closes_at"], condition=Q(closes_at__isnull=False), name="ticket_closing"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"


class Assignment(models.Model):
    """Who had a ticket, from when until when. Nobody is no record."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="assignments")
    level = models.SmallIntegerField()
    team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(until_at=None), name="one_open_assignment")
        ]
        indexes = [models.Index(fields=["team", "ticket"], name="assignment_of_team")]


class Participant(models.Model):
    """Somebody besides the requester who is kept in copy. Being in copy opens no portal and no earlier words (P19)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, null=True, related_name="+")
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    gets_copies = models.BooleanField(default=True)
    since_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(F("ticket"), F("address"), name="participant_once")]


class Message(models.Model):
    """Words with the requester, in or out. The only words that leave for the requester."""

    class Direction(models.TextChoices):
        IN = "in", _("From outside")
        OUT = "out", _("To outside")

    class Delivery(models.TextChoices):
        NONE = "none", _("Not mailed")
        WAITING = "waiting", _("Leaves in a moment")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be delivered")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    author_address = models.CharField(max_length=254, blank=True)
    level = models.SmallIntegerField(null=True, help_text="of the author; null for the requester's side")
    to = models.JSONField(default=list, help_text="[{name, address}]")
    cc = models.JSONField(default=list)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text="as it came or was written; cleaned whenever it is shown")
    channel = models.CharField(max_length=20)
    auto = models.CharField(max_length=20, default="none", help_text="kind of automatic mail, none for people's")
    is_sender_proven = models.BooleanField(default=True)
    gratitude = models.CharField(
        max_length=10, default="", db_default="", blank=True, help_text="mere thanks, or good_news: nothing is asked"
    )
    source_id = models.BigIntegerField(null=True, help_text="the stored original at the gate it came through")
    seal = models.CharField(
        max_length=10, default="", db_default="", blank=True, help_text="signed, encrypted or decrypted mail"
    )
    seal_check = models.CharField(
        max_length=10,
        default="",
        db_default="",
        blank=True,
        help_text="what its signature is worth; empty: not checked",
    )
    seal_by = models.CharField(max_length=200, default="", db_default="", blank=True, help_text="whose signature it is")
    with_message = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="twins", help_text="the parent's, sent with this one"
    )
    meant_for = models.ForeignKey(
        Ticket, on_delete=models.SET_NULL, null=True, related_name="+", help_text="the merged ticket that it answered"
    )
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.NONE)
    said_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="message_of_ticket")]


class Note(models.Model):
    """Words inside. There is no way from here to anything that leaves the house (P31)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    level = models.SmallIntegerField()
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    channel = models.CharField(max_length=20, default="desk")
    mentioned = models.ManyToManyField("organizations.Person", related_name="+", blank=True)
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="note_of_ticket")]


class Correspondence(models.Model):
    """Words with one named third party: a vendor, an outside expert. Never shown to the requester."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="correspondence")
    direction = models.CharField(max_length=3, choices=Message.Direction.choices)
    party_name = models.CharField(max_length=200)
    party_address = models.CharField(max_length=254)
    party = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    reference = models.CharField(max_length=100, blank=True, help_text="their case number")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    level = models.SmallIntegerField(null=True)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    source_id = models.BigIntegerField(null=True)
    seal = models.CharField(max_length=10, default="", db_default="", blank=True, help_text="as of a message")
    seal_check = models.CharField(max_length=10, default="", db_default="", blank=True)
    seal_by = models.CharField(max_length=200, default="", db_default="", blank=True)
    delivery = models.CharField(max_length=10, choices=Message.Delivery.choices, default=Message.Delivery.NONE)
    said_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="correspondence_of_ticket")]


class Attachment(models.Model):
    """A file that came or went with words; who may see the words may have the file."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="attachments")
    note = models.ForeignKey(Note, on_delete=models.CASCADE, null=True, related_name="attachments")
    correspondence = models.ForeignKey(Correspondence, on_delete=models.CASCADE, null=True, related_name="attachments")
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    is_inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(message__isnull=False, note=None, correspondence=None)
                    | Q(message=None, note__isnull=False, correspondence=None)
                    | Q(message=None, note=None, correspondence__isnull=False)
                ),
                name="attachment_belongs_to_one_kind_of_words",
            )
        ]


class Intervention(models.Model):
    """Work done on a ticket: what was tried, with which result, how many minutes."""

    class Kind(models.TextChoices):
        WORK = "work", _("Work")
        CHECK = "check", _("Check")
        CALL = "call", _("Call")
        VISIT = "visit", _("Visit")

    class Outcome(models.TextChoices):
        HELPED = "helped", _("helped")
        NO_EFFECT = "no_effect", _("without effect")
        RULED_OUT = "ruled_out", _("ruled out")
        FOUND = "found", _("found something")
        NONE = "none", _("no result yet")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="interventions")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    level = models.SmallIntegerField()
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.WORK)
    text = models.TextField()
    result = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.NONE)
    minutes = models.DecimalField(max_digits=7, decimal_places=1, default=0)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(minutes__gte=0), name="minutes_not_negative")]
        indexes = [models.Index(fields=["ticket", "id"], name="intervention_of_ticket")]


class Resolution(models.Model):
    """What ended a ticket; a reopening ends it, a confirmation seals it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="resolutions")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    level = models.SmallIntegerField()
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    resolved_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(reopened_at=None), name="one_standing_resolution")
        ]


class Answer(models.Model):
    """What is known to a category's question."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(CategoryQuestion, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "question"], name="one_answer")]
