"""Tables: accounts, one-time links, API tokens, attempts to sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from dreiklang.accounts import rules


class AccountManager(BaseUserManager["Account"]):
    """What Django's sign-in needs: an account by its login name, whatever the case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account with this login name."""
        return self.get(login__iexact=username)


class Account(AbstractBaseUser):
    """A sign-in: login name (usually a mail address), password if there is one, roles, preferences."""

    login = models.CharField(_("sign-in name"), max_length=254)
    is_active = models.BooleanField(default=True)
    roles = ArrayField(models.CharField(max_length=20), default=list)
    language = models.CharField(max_length=5, default="de")
    preferences = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    generation = models.IntegerField(
        default=1, help_text="counts up when every session and token must end: disabled, password changed"
    )

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("login"), name="account_login_once")]

    def __str__(self) -> str:
        return self.login

    @property
    def rights(self) -> frozenset[str]:
        """The rights this account's roles bring; none if it is disabled."""
        return rules.rights_of(self.roles) if self.is_active else frozenset()

    def get_session_auth_hash(self) -> str:
        """Ends every session when the password or the generation changes (P23)."""
        return f"{super().get_session_auth_hash()}-{self.generation}"

    def preference(self, name: str, default: Any = None) -> Any:
        """One preference, or its default."""
        return self.preferences.get(name, default)


class OneTimeLink(models.Model):
    """A random link that does one thing once, before it expires. Kept hashed only (P22, P26)."""

    purpose = models.CharField(max_length=30)
    digest = models.BinaryField(unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True)
    address = models.CharField(max_length=254, blank=True, help_text="the mail address that redeeming it proves")
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.BigIntegerField(null=True)
    holder_id = models.BigIntegerField(null=True, help_text="the person it was made for, where that is not the account")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["subject_kind", "subject_id"], condition=models.Q(subject_id__isnull=False), name="link_subject"
            )
        ]


class SecondFactor(models.Model):
    """The secret an app on the owner's phone makes codes of; counts from its confirmation on."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="second_factor")
    sealed_secret = models.TextField()
    last_step = models.BigIntegerField(default=0, help_text="the step of the last code used: none works twice")
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)


class Passkey(models.Model):
    """A key that a device keeps for its owner (WebAuthn); the desk has its public half only."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    credential = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    transports = ArrayField(models.CharField(max_length=20), default=list)
    name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)


class SecondFactorDemand(models.Model):
    """A role whose owners must have a second factor."""

    role = models.CharField(max_length=20, unique=True)


class RecoveryCode(models.Model):
    """A code for a lost phone: works once. Kept hashed only."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField()
    used_at = models.DateTimeField(null=True)


class SignedInSession(models.Model):
    """A session of an account, by its key, so that its owner can end it alone."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()


class ApiToken(models.Model):
    """A token that acts for an account through the API, within its scopes. Kept hashed only."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.BinaryField(unique=True)
    hint = models.CharField(max_length=8, help_text="the first letters, to recognise it by")
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    generation = models.IntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Attempt(models.Model):
    """A try to sign in, to ask for a link or a reset: counted per account and address, kept an hour or so (P23)."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "key", "at"], name="attempt_key")]
