"""Which article a case became, or was solved with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleUse(models.Model):
    """A ticket and an article that belong together: it was written from the case, or the case was solved with it."""

    class How(models.TextChoices):
        WROTE = "wrote", _("written from this case")
        USED = "used", _("solved with it")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey("knowledge.Article", on_delete=models.CASCADE, related_name="+")
    how = models.CharField(max_length=6, choices=How.choices)
    person = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    level = models.SmallIntegerField()
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "article"], name="article_use_once")]
        indexes = [models.Index(fields=["article", "used_at"], name="use_of_article")]
