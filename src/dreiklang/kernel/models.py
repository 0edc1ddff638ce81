"""Tables of the ground floor: journal, seals, the instance itself, stored files, answers given to API calls."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F


class JournalLine(models.Model):
    """One thing that happened. Inserted by ``journal.publish`` and never changed: a trigger and the role see to it.

    ``epoch`` and ``transaction_id`` give the sealing job an order in which nothing can arrive late.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    code = models.TextField()
    actor_kind = models.TextField()
    actor_id = models.BigIntegerField(null=True)
    subject_kind = models.TextField()
    subject_id = models.BigIntegerField()
    plain = models.JSONField(default=dict)
    words_digest = models.BinaryField(null=True)
    epoch = models.IntegerField()
    transaction_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="journal_subject"),
            models.Index(fields=["epoch", "transaction_id", "id"], name="journal_sealing"),
            models.Index(fields=["code", "id"], name="journal_code"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.code} {self.subject_kind}:{self.subject_id}"


class JournalWords(models.Model):
    """Names and free text of a line. Erasure may empty them; the line's digest stays, so the chain stays whole."""

    line = models.OneToOneField(JournalLine, on_delete=models.DO_NOTHING, primary_key=True, related_name="beside")
    salt = models.BinaryField()
    words = models.JSONField(default=dict)
    erased_at = models.DateTimeField(null=True)


class JournalSeal(models.Model):
    """A batch of lines, chained to the batch before it. ``digest`` covers the former digest and every line."""

    id = models.BigAutoField(primary_key=True)
    epoch = models.IntegerField()
    first_transaction = models.BigIntegerField()
    before_transaction = models.BigIntegerField()
    lines = models.IntegerField()
    digest = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(F("epoch"), F("before_transaction"), name="seal_once")]


class Instance(models.Model):
    """This installation: one row. A restored or cloned desk begins a new epoch, so old threads cannot misfile."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    epoch = models.IntegerField(default=1)
    mark = models.TextField(help_text="random; part of this epoch's message ids")
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_instance")]


class StoredFile(models.Model):
    """Bytes kept once, under their digest. Who may read them is decided by the record that points here.

    ``stored_at``: when they were last stored, to the day; a file that nothing points to is swept two days later.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    stored_at = models.DateTimeField()


class AnsweredCall(models.Model):
    """What an API call with an Idempotency-Key was answered, so that its repetition gets the same answer (P14)."""

    caller = models.TextField()
    key = models.TextField()
    fingerprint = models.BinaryField()
    status = models.SmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    called_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="call_once")]


class Allowance(models.Model):
    """What somebody has used of an allowance; ``free_at``: when all of it is there again. See ``allowances``."""

    key = models.TextField(primary_key=True)
    free_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["free_at"], name="allowance_free")]


class Heartbeat(models.Model):
    """The last sign of life of each running part, for ``check`` and the health page."""

    part = models.TextField(primary_key=True)
    at = models.DateTimeField()
    problems = ArrayField(models.TextField(), default=list)


class AllowedTarget(models.Model):
    """A host, address or network inside the operator's own network that the desk may call (P35)."""

    target = models.CharField(max_length=253, unique=True)
    reason = models.CharField(max_length=300)
    allowed_at = models.DateTimeField()
