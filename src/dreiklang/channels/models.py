"""Tables of the doors: mailboxes, what came in, threads by which answers find their ticket, mails that are held."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dreiklang.channels.gate.rules import spam
from dreiklang.channels.mail import threads
from dreiklang.channels.mail.oauth import providers
from dreiklang.kernel.secrets import SecretField


class Tls(models.TextChoices):
    """How a connection to a mail server is kept secret."""

    TLS = "tls", _("TLS from the first byte")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("Unprotected")


class Brand(models.Model):
    """How the desk appears to the people of one customer, or at one address: name, look, and what stands below."""

    name = models.CharField(max_length=200, help_text="the sender's name")
    organization = models.OneToOneField(
        "organizations.Organization", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="whose tickets are written under it",
    )  # fmt: skip
    signature = models.TextField(blank=True, help_text="below every mail to the outside")
    colour = models.CharField(max_length=7, blank=True, help_text="#rrggbb: of a line above and of what is pressed")
    logo = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    logo_type = models.CharField(max_length=40, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Mailbox(models.Model):
    """An address of the desk: how mail comes in, by which server it goes out, who gets it first."""

    class Fetch(models.TextChoices):
        NONE = "none", _("Delivered to us (LMTP, SMTP)")
        IMAP = "imap", _("Fetched by IMAP")
        POP = "pop", _("Fetched by POP3")

    class After(models.TextChoices):
        SEEN = "seen", _("Mark as read")
        MOVE = "move", _("Move to a folder (IMAP)")
        DELETE = "delete", _("Delete on the server (POP3)")

    address = models.CharField(max_length=254, unique=True, help_text="lower case")
    name = models.CharField(max_length=200, help_text="the sender's name on outgoing mail")
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.SET_NULL, null=True, blank=True, related_name="mailboxes")
    is_active = models.BooleanField(default=True)
    is_catch_all = models.BooleanField(default=False, help_text="takes mail to addresses no other mailbox has")
    has_plus_addresses = models.BooleanField(
        default=False, help_text="the mail server delivers name+anything@ to name@"
    )
    authserv_id = models.CharField(
        max_length=253, blank=True, help_text="the name our own mail server writes into Authentication-Results"
    )
    checks_dkim = models.BooleanField(default=False, help_text="check DKIM signatures ourselves; asks the DNS")

    fetch = models.CharField(max_length=10, choices=Fetch.choices, default=Fetch.NONE)
    imap_host = models.CharField(max_length=253, blank=True)
    imap_port = models.IntegerField(default=993)
    imap_tls = models.CharField(max_length=10, choices=Tls.choices, default=Tls.TLS)
    imap_username = models.CharField(max_length=254, blank=True)
    imap_password = SecretField(blank=True, default="")
    imap_folder = models.CharField(max_length=200, default="INBOX")
    after = models.CharField(max_length=10, choices=After.choices, default=After.SEEN)
    move_to = models.CharField(max_length=200, blank=True)
    takes_old_mail = models.BooleanField(default=False, help_text="at the first connection, also what lies there (P07)")
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(null=True, help_text="the newest mail that was taken in; null: never connected")
    waiting_at_first = models.IntegerField(null=True, help_text="mails that lay there at the first connection")

    smtp_host = models.CharField(max_length=253, blank=True)
    smtp_port = models.IntegerField(default=587)
    smtp_tls = models.CharField(max_length=10, choices=Tls.choices, default=Tls.STARTTLS)
    smtp_username = models.CharField(max_length=254, blank=True)
    smtp_password = SecretField(blank=True, default="")

    made_at = models.DateTimeField()
    last_checked_at = models.DateTimeField(null=True)
    last_problem = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["address"]
        constraints = [
            models.UniqueConstraint(F("is_catch_all"), condition=Q(is_catch_all=True), name="one_catch_all"),
        ]

    def __str__(self) -> str:
        return self.address


class Consent(models.Model):
    """A mailbox that signs in by permission instead of a password: who is asked, and what was permitted.

    Apart from the mailbox, because tokens are renewed by the doors while people change the mailbox.
    """

    class Provider(models.TextChoices):
        MICROSOFT = providers.MICROSOFT, "Microsoft 365"
        GOOGLE = providers.GOOGLE, "Google"
        OTHER = providers.OTHER, _("Another provider")

    class Flow(models.TextChoices):
        CODE = providers.CODE, _("In this browser")
        DEVICE = providers.DEVICE, _("By a code, typed on another device")
        CLIENT = providers.CLIENT, _("As an application, without a person")

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, related_name="consent")
    provider = models.CharField(max_length=10, choices=Provider.choices)
    flow = models.CharField(max_length=10, choices=Flow.choices, default=Flow.CODE)
    tenant = models.CharField(max_length=100, blank=True)
    client_id = models.CharField(max_length=255, blank=True)
    client_secret = SecretField(blank=True, default="", help_text="for Google's service accounts their key file")
    authorize_url = models.CharField(max_length=500, blank=True)
    token_url = models.CharField(max_length=500, blank=True)
    device_url = models.CharField(max_length=500, blank=True)
    scope = models.CharField(max_length=500, blank=True)

    refresh_token = SecretField(blank=True, default="")
    access_token = SecretField(blank=True, default="")
    access_until = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=20, blank=True, help_text="a literal: why there is no token")
    problem_words = models.CharField(max_length=300, blank=True, help_text="the provider's own words")

    asked_until = models.DateTimeField(null=True, help_text="until when an answer to our question is taken")
    state = models.CharField(max_length=64, blank=True)
    verifier = SecretField(blank=True, default="")
    device_code = SecretField(blank=True, default="")
    user_code = models.CharField(max_length=40, blank=True)
    verification_url = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.mailbox_id} {self.provider} {self.flow}"


class FetchedMail(models.Model):
    """A mail on a POP3 server that was dealt with, by the server's name for it; forgotten when it is gone there."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")
    uid = models.CharField(max_length=80)
    is_taken = models.BooleanField(default=False, help_text="taken in; else it lay there at the first connection")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "uid"], name="fetched_once")]


class SealKind(models.TextChoices):
    """The two ways to seal mail."""

    SMIME = "smime", "S/MIME"
    PGP = "pgp", "OpenPGP"


class MailKey(models.Model):
    """A certificate with its private key, by which encrypted mail to the desk is opened."""

    kind = models.CharField(
        max_length=5, choices=SealKind.choices, default=SealKind.SMIME, db_default=SealKind.SMIME.value
    )
    name = models.CharField(max_length=300, help_text="the mail addresses in the certificate, or its subject")
    fingerprint = models.CharField(max_length=64, unique=True, help_text="hexadecimal; of S/MIME the SHA-256")
    certificate = models.TextField(help_text="PEM, or OpenPGP's armour")
    private_key = SecretField(help_text="PEM, or OpenPGP's armour")
    password = SecretField(blank=True, default="", help_text="of an OpenPGP key, which stays protected by it")
    valid_until = models.DateTimeField(null=True, help_text="null: an OpenPGP key without an end")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class KnownSigner(models.Model):
    """A certificate or public key whose signatures mean something here: of a person, or of who issues certificates."""

    kind = models.CharField(max_length=5, choices=SealKind.choices)
    name = models.CharField(max_length=300)
    fingerprint = models.CharField(max_length=64, unique=True)
    certificate = models.TextField(help_text="PEM, or OpenPGP's armour")
    is_issuer = models.BooleanField(default=False, help_text="vouches for the certificates it issued")
    valid_until = models.DateTimeField(null=True)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class LookedIn(models.Func):
    """Some columns as one text in small letters, spelled without a parameter: so an index and a query mean the same."""

    template = "lower(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = models.TextField()


class Incoming(models.Model):
    """One mail as it came, kept in its original bytes before anybody reads it, and what became of it.

    ``key`` is the digest of mailbox, Message-ID and content: the same mail is there once (P05).
    """

    class State(models.TextChoices):
        STORED = "stored", _("Not yet read")
        SETTLED = "settled", _("Settled")
        QUARANTINED = "quarantined", _("Quarantined")

    class Outcome(models.TextChoices):
        OPENED = "opened", _("Opened a ticket")
        JOINED = "joined", _("Joined a ticket")
        HELD = "held", _("Held")
        DUPLICATE = "duplicate", _("Came before")
        IGNORED = "ignored", _("Stored only")
        QUARANTINED = "quarantined", _("Quarantined")

    door = models.CharField(max_length=10, help_text="lmtp, smtp, imap, pop, file")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.SET_NULL, null=True, related_name="+")
    mailbox_address = models.CharField(max_length=254, blank=True)
    raw = models.BinaryField()
    size = models.IntegerField()
    sha256 = models.BinaryField()
    key = models.BinaryField(unique=True)
    message_id = models.CharField(max_length=250, blank=True)
    envelope_from = models.CharField(max_length=320, blank=True, help_text="<> for the null sender; empty: not told")
    envelope_to = ArrayField(models.CharField(max_length=320), default=list)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.STORED)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="+")
    claims = models.BigIntegerField(null=True, help_text="the number of the ticket a held mail wants to belong to")
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    auto = models.CharField(max_length=20, blank=True)
    is_sender_proven = models.BooleanField(default=False)
    problems = ArrayField(models.TextField(), default=list)
    settled_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(outcome__in=["opened", "joined", "held", "ignored"]),
                name="settled_mail_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_try_at"], condition=~Q(state="settled"), name="incoming_unsettled"),
            models.Index(fields=["outcome", "-id"], name="incoming_by_outcome"),
            GinIndex(OpClass(LookedIn("sender", "subject", "message_id"), name="gin_trgm_ops"), name="incoming_words"),
            models.Index(fields=["claims"], condition=Q(claims__isnull=False), name="incoming_claims"),
            models.Index(fields=["ticket", "id"], condition=Q(ticket__isnull=False), name="incoming_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.sender} {self.outcome or self.state}"


class BlockedSender(models.Model):
    """An address or a whole domain whose mails are held for review: who blocked it, why, until when. Never deleted."""

    pattern = models.CharField(max_length=254, help_text="an address, or @ and a domain with all below it")
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, help_text="when it ends by itself")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pattern"], condition=Q(ended_at=None), name="blocked_once"),
            models.CheckConstraint(condition=~Q(pattern=""), name="blocked_has_a_pattern"),
        ]

    def __str__(self) -> str:
        return self.pattern


class Thread(models.Model):
    """A random token by which answers find their ticket. A note thread is bound to one person (P17)."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=32, unique=True)
    epoch = models.IntegerField()
    purpose = models.CharField(max_length=10, choices=[(p, p) for p in threads.PURPOSES])
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, null=True, related_name="+")
    address = models.CharField(max_length=254, blank=True, help_text="of the third party")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "epoch", "purpose", "person", "address"], nulls_distinct=False, name="one_thread"
            ),
            models.CheckConstraint(
                condition=~Q(purpose=threads.NOTE) | Q(person__isnull=False), name="note_thread_has_a_person"
            ),
        ]


class KnownMessageId(models.Model):
    """A mail of a ticket, in or out: its Message-ID and who was in From, To and Cc."""

    message_id = models.CharField(max_length=250)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    epoch = models.IntegerField()
    is_ours = models.BooleanField(help_text="sent by the desk")
    purpose = models.CharField(max_length=10, choices=[(p, p) for p in threads.PURPOSES])
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, null=True, related_name="+")
    said = models.ForeignKey("tickets.Message", on_delete=models.SET_NULL, null=True, related_name="+")
    correspondence = models.ForeignKey("tickets.Correspondence", on_delete=models.SET_NULL, null=True, related_name="+")
    addresses = ArrayField(models.CharField(max_length=254), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message_id", "ticket"], name="message_id_once")]
        indexes = [models.Index(fields=["ticket"], name="message_ids_of_ticket")]


class Held(models.Model):
    """A mail that claims to belong to a ticket, or has no home: a row in the first level's worklist (P16)."""

    class Settlement(models.TextChoices):
        JOINED = "joined", _("Joined the ticket")
        OPENED = "opened", _("Opened a ticket")
        DISMISSED = "dismissed", _("Dismissed")
        SPAM = "spam", _("Spam")

    incoming = models.OneToOneField(Incoming, on_delete=models.CASCADE, related_name="held")
    claimed = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="held_mails")
    claims = models.BigIntegerField(null=True, help_text="the number it names, which need not exist")
    purpose = models.CharField(max_length=10, default=threads.REQUESTER)
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    sender_name = models.CharField(max_length=200, blank=True)
    sender_address = models.CharField(max_length=320)
    subject = models.CharField(max_length=300, blank=True)
    gist = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=40)
    held_at = models.DateTimeField()
    settlement = models.CharField(max_length=10, choices=Settlement.choices, blank=True)
    settled_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["team", "held_at"], condition=Q(settlement=""), name="held_waiting"),
            models.Index(fields=["-id"], condition=Q(reason__in=spam.REASONS), name="held_as_spam"),
        ]
