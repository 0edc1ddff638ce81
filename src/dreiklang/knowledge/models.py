"""Tables: articles, their editions and revisions, what readers said of them, and the words they are found by."""

from __future__ import annotations

import re

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dreiklang.knowledge.lifecycle import DRAFT, PAST, PUBLISHED, REVIEW


class Article(models.Model):
    """One piece of knowledge, whatever languages it is written in. ``key`` is its address, and its id in imports."""

    class Kind(models.TextChoices):
        SOLUTION = "solution", _("Solution")
        WORKAROUND = "workaround", _("Work-around")
        KNOWN_ERROR = "known_error", _("Known error")
        HOW_TO = "how_to", _("How-to")
        RUNBOOK = "runbook", _("Runbook")
        DOCUMENT = "document", _("Document")

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.SOLUTION)
    owner = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    services = models.ManyToManyField("assets.ConfigurationItem", related_name="+", blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    check_by = models.DateField(null=True, blank=True, help_text="when somebody must look whether it is still true")
    is_disputed = models.BooleanField(default=False, help_text="somebody said it did not help, nobody has answered")
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["check_by"], name="article_to_check", condition=~Q(check_by=None)),
        ]

    def __str__(self) -> str:
        return self.key


class Edition(models.Model):
    """An article in one language, as readers see it: the text of its published revision, and who may read it."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        INTERNAL = "internal", _("The desk")
        LEVEL = "level", _("The desk, from a level up")
        CUSTOMER = "customer", _("A customer and the desk")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="editions")
    language = models.CharField(max_length=10)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.INTERNAL)
    level = models.SmallIntegerField(null=True, blank=True)
    customer = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=300, blank=True)
    sort_key = models.CharField(max_length=320, blank=True)
    body = models.TextField(blank=True)
    is_html = models.BooleanField(default=False)
    is_published = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    follows = models.ForeignKey(
        "Revision", on_delete=models.SET_NULL, null=True, related_name="+", help_text="what it was translated from"
    )
    title_length = models.IntegerField(default=0, help_text="in terms")
    body_length = models.IntegerField(default=0, help_text="in terms")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "language"], name="edition_once"),
            models.CheckConstraint(
                condition=Q(audience="level", level__range=(1, 4)) | (~Q(audience="level") & Q(level=None)),
                name="edition_level",
            ),
            models.CheckConstraint(
                condition=Q(audience="customer", customer__isnull=False)
                | (~Q(audience="customer") & Q(customer__isnull=True)),
                name="edition_customer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["language", "audience", "level", "customer"],
                name="edition_readable",
                condition=Q(is_published=True),
                include=["article", "title_length", "body_length"],
            ),
            models.Index(fields=["sort_key", "id"], name="edition_order"),
            models.Index(fields=["-published_at", "-id"], name="edition_newest", condition=Q(is_published=True)),
        ]


class Revision(models.Model):
    """One writing of an edition. What was published once is never changed, only followed by another."""

    STATES = (
        (DRAFT, _("Draft")),
        (REVIEW, _("In review")),
        (PUBLISHED, _("Published")),
        (PAST, _("Past")),
    )

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="revisions")
    number = models.IntegerField()
    state = models.CharField(max_length=10, choices=STATES, default=DRAFT)
    title = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    is_html = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True, help_text="what was changed, or why it was sent back")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()
    brought_by = models.ForeignKey(
        "ArticleImport", on_delete=models.SET_NULL, null=True, related_name="brought", help_text="by which import"
    )
    replaced = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+", help_text="what an import took from its readers"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="revision_once"),
            models.UniqueConstraint(fields=["edition"], condition=Q(state="published"), name="revision_published_once"),
            models.UniqueConstraint(
                fields=["edition"], condition=Q(state__in=["draft", "review"]), name="revision_in_work_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "written_at"], name="revision_waiting")]


class Feedback(models.Model):
    """What a reader said: it helped, or it did not, because."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="feedback")
    person = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    helped = models.BooleanField()
    because = models.CharField(max_length=1000, blank=True)
    given_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "person"], name="feedback_of_one")]


class Borrowed(models.Model):
    """Words that were taken into an article from inside the desk. Unconfirmed, they keep it from leaving the house."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="borrowed")
    source = models.CharField(max_length=20, help_text="where they stood: note, intervention, handover …")
    text = models.TextField()
    borrowed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["edition", "id"], name="borrowed_of_edition")]


class Posting(models.Model):
    """How often a term stands in the title and in the body of a published edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+", db_index=False)
    term = models.CharField(max_length=60)
    in_title = models.SmallIntegerField(default=0)
    in_body = models.SmallIntegerField(default=0)
    in_lead = models.SmallIntegerField(default=0, help_text="of these, among the first terms")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "term"], name="posting_once")]
        indexes = [
            models.Index(fields=["term"], include=["edition", "in_title", "in_body", "in_lead"], name="posting_of_term")
        ]


class Word(models.Model):
    """A folded word that stands or stood anywhere, to look for what somebody may have meant who typed it wrong."""

    word = models.CharField(max_length=60, primary_key=True)

    class Meta:
        indexes = [GinIndex(fields=["word"], name="word_near", opclasses=["gin_trgm_ops"])]


class KnownWord(models.Model):
    """A German word of articles everybody may read, and in how many of them it stands: what compounds are made of."""

    word = models.CharField(max_length=60, primary_key=True)
    articles = models.IntegerField()


class LearnedMeaning(models.Model):
    """What a term of one language means in another, learned from articles everybody may read in both."""

    language = models.CharField(max_length=10)
    term = models.CharField(max_length=60)
    other_language = models.CharField(max_length=10)
    other_term = models.CharField(max_length=60)
    probability = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["language", "term", "other_language", "other_term"], name="learned_meaning_once"
            )
        ]


class GlossaryEntry(models.Model):
    """A thing that goes by several words, in one language or in several: who searches by one finds the others."""

    customer = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        help_text="whose own words these are: nobody else searches by them",
    )  # fmt: skip
    meaning = models.CharField(max_length=500, blank=True)
    sort_key = models.CharField(max_length=320)
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["sort_key", "id"], name="glossary_order")]


class GlossaryWord(models.Model):
    """One of the words of an entry, and the terms it is looked up by."""

    entry = models.ForeignKey(GlossaryEntry, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(max_length=10)
    word = models.CharField(max_length=80)
    terms = ArrayField(models.CharField(max_length=60))
    first_term = models.CharField(max_length=60)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["entry", "language", "word"], name="glossary_word_once")]
        indexes = [models.Index(fields=["language", "first_term"], name="glossary_word_of_term")]


class ArticleFile(models.Model):
    """A picture or a file that the text of an edition shows; without one as long as its article is not written yet."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, null=True, related_name="files")
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    is_picture = models.BooleanField(default=False)
    added_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["added_by", "added_at"], name="article_file_loose", condition=Q(edition=None))]

    @property
    def address(self) -> str:
        """Where it is fetched, as it stands in the text."""
        name = re.sub(r"[^\w.-]+", "-", self.filename, flags=re.ASCII).strip("-.")[-80:] or "file"
        return f"/knowledge/pictures/{self.pk}-{name}" if self.is_picture else f"/knowledge/files/{self.pk}-{name}"

    @property
    def markdown(self) -> str:
        """What stands in the text for it."""
        words = re.sub(r"[\[\]\\\n]", " ", self.filename)
        return f"![{words}]({self.address})" if self.is_picture else f"[{words}]({self.address})"


class ArticleLink(models.Model):
    """A link of a published edition to another article, by its key, whether there is one or not."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="links")
    target = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "target"], name="article_link_once")]
        indexes = [models.Index(fields=["target"], name="article_link_target")]


class PublicPages(models.Model):
    """Whether articles for everybody are shown to those who have not signed in. One row."""

    is_on = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_row_of_public_pages")]


class Reading(models.Model):
    """How often an edition was read on a day; by whom is not kept (P46)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    times = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "day"], name="reading_once_a_day")]


class SolvedAlone(models.Model):
    """Somebody solved their trouble with an article, and reported nothing. Once a person, edition and day."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "person", "day"], name="solved_alone_once_a_day")]


class ArticleImport(models.Model):
    """A file of articles that was read in, and can be taken back."""

    filename = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField()
    done_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    taken_back_at = models.DateTimeField(null=True)
