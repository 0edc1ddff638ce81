"""Tables: skills, who has them how well, certificates, what teams need."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Skill(models.Model):
    """Something one can be good at."""

    name = models.CharField(max_length=100, unique=True)
    description = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Grade(models.IntegerChoices):
    """How well."""

    BASICS = 1, _("knows the basics")
    ALONE = 2, _("works alone")
    HARD = 3, _("solves hard cases")
    TEACHES = 4, _("teaches others")


class Ability(models.Model):
    """A person's grade in a skill: claimed until a lead confirms it."""

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="abilities")
    grade = models.SmallIntegerField(choices=Grade.choices)
    proof = models.CharField(max_length=300, blank=True, help_text="what shows it: a case, a course, a colleague")
    expires_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "skill"], name="ability_once"),
            models.CheckConstraint(condition=Q(grade__range=(1, 4)), name="ability_grade"),
        ]


class Certificate(models.Model):
    """A paper somebody has, with its last day."""

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    issuer = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_on=None) | Q(expires_on=None) | Q(expires_on__gte=models.F("issued_on")),
                name="certificate_ends_after_it_begins",
            )
        ]
        indexes = [models.Index(fields=["person", "expires_on"], name="certificate_of_person")]


class Need(models.Model):
    """How many of a team should have a skill at which grade."""

    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="+")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="needs")
    grade = models.SmallIntegerField(choices=Grade.choices, default=Grade.ALONE)
    persons = models.SmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "skill"], name="need_once"),
            models.CheckConstraint(condition=Q(grade__range=(1, 4)) & Q(persons__range=(1, 99)), name="need_figures"),
        ]
