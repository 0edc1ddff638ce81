"""Tables: sources, and the identities that tie what they say to accounts."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from dreiklang.kernel.secrets import SecretField


class Source(models.Model):
    """A sign-in service or directory that vouches for people."""

    class Kind(models.TextChoices):
        OIDC = "oidc", _("OpenID Connect")
        SAML = "saml", _("SAML 2.0")
        LDAP = "ldap", _("LDAP, Active Directory")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.SlugField(max_length=40, unique=True, help_text="stands in addresses; stays")
    name = models.CharField(max_length=80, help_text="what the button on the sign-in page says")
    is_active = models.BooleanField(default=False)
    mail_domains = ArrayField(models.CharField(max_length=253), default=list, help_text="for which it is believed")
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="where persons belong whom the desk does not know yet; none: they are refused",
    )  # fmt: skip
    confirms_by_mail = models.BooleanField(default=True, help_text="a link to the address confirms the first sign-in")
    asks_second_factor = models.BooleanField(default=False, help_text="so the desk need not ask for one")
    settings = models.JSONField(default=dict, help_text="what its kind needs; never a secret")
    secret = SecretField(blank=True, default="")
    made_at = models.DateTimeField()
    last_problem = models.TextField(blank=True)
    last_checked_at = models.DateTimeField(null=True)
    syncs = models.BooleanField(default=False, help_text="people are taken over by itself")
    rests_until = models.DateTimeField(null=True, help_text="it did not answer: nobody waits for it until then")
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("name"), name="source_name_once")]

    def __str__(self) -> str:
        return self.name

    def setting(self, name: str, default: Any = "") -> Any:
        """One setting of its kind."""
        return self.settings.get(name, default)


class Identity(models.Model):
    """Somebody at a source, by the name it never gives to anybody else; counts from its confirmation on."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="identities")
    address = models.CharField(max_length=254, blank=True, help_text="as the source named it when it was tied")
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(
        null=True, help_text="the directory calls this person disabled, or no longer has it"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "subject"], name="identity_once")]


class GroupRule(models.Model):
    """What belonging to a group of a directory brings: a role, a team, or both."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="group_rules")
    group = models.CharField(max_length=500, help_text="its distinguished name")
    role = models.CharField(max_length=20, blank=True)
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["group", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(role="") | models.Q(team__isnull=False), name="group_rule_brings_something"
            )
        ]


class SyncRun(models.Model):
    """One look at a directory and what came of it."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    at = models.DateTimeField()
    people = models.IntegerField()
    counts = models.JSONField(default=dict, help_text="step → how often")
    problems = models.JSONField(default=list, help_text="sentences with names: what could not be done")
    held = models.CharField(max_length=30, blank=True, help_text="why nothing was done without a look")

    class Meta:
        indexes = [models.Index(fields=["source", "-at"], name="sync_run_newest")]


class Arrival(models.Model):
    """An answer of a SAML service that held: kept so that it works once, for the browser that had asked."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    assertion = models.CharField(max_length=255)
    digest = models.BinaryField(unique=True, help_text="of the secret in the address to which the browser goes on")
    answers = models.CharField(max_length=255)
    claim = models.JSONField()
    at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "assertion"], name="assertion_once")]
