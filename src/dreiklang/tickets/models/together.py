"""Tables: what ties tickets to each other, to words everybody chooses freely, and to colleagues who follow them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """A word the desk sticks on tickets. Without colour or meaning of its own; ``folded`` keeps it there once."""

    name = models.CharField(max_length=40)
    folded = models.CharField(max_length=80, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.name


class TicketTag(models.Model):
    """A tag on a ticket, and who put it there."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    tagged_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "ticket"], name="tagged_once")]


class TicketLink(models.Model):
    """Two tickets that have to do with each other; read from ``origin`` to ``target``."""

    class Kind(models.TextChoices):
        RELATED = "related", _("has to do with")
        DUPLICATE = "duplicate", _("is the same as")
        CAUSED_BY = "caused_by", _("is caused by")

    origin = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "target", "kind"], name="linked_once"),
            models.CheckConstraint(condition=~Q(origin=F("target")), name="no_link_to_itself"),
        ]


class Follower(models.Model):
    """An agent who hears of what happens on a ticket, for as long as they may see it (P29)."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="followers")
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    since_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="follows_once")]
