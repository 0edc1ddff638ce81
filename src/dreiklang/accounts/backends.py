"""How a password is proven, at the same cost for accounts that exist and those that do not (P22)."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import (
    Argon2PasswordHasher,
    check_password,
    get_hasher,
    is_password_usable,
    make_password,
)
from django.db.models import Max
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from dreiklang.accounts.models import Account
from dreiklang.accounts.rules import folded_login
from dreiklang.kernel.questions import Question

_living = Question(lambda account: Account.objects.filter(pk=account, is_active=True)[:1])


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: OWASP's password storage cheat sheet.

    Django's own setting takes 100 MiB and eight threads for each try, which a small desk has not to spare.
    """

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1


@cache
def _hash_of_nobody(_algorithm: str) -> str:
    """A hash as the chosen hasher makes them, of a password nobody knows: what unknown accounts are held against."""
    return make_password(get_random_string(32))


def _keep(account: int, password: str) -> None:
    """Hashes a password that was proven anew, because the cost has been raised since it was set."""
    Account.objects.filter(pk=account).update(password=make_password(password))


class PasswordBackend(BaseBackend):
    """Sign-in by login name and password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_more: Any
    ) -> Account | None:
        """The active account with this login and password, or None; always one hashing, whatever is wrong.

        Callers count the tries first: ``commands.signing_in`` does. Known or not, the question brings exactly one row
        and the password is held against exactly one hash: reading an account in, or hashing without comparing, took a
        tenth of a millisecond more or less, which a few hundred tries can tell apart.
        """
        if not username or not password or "\x00" in username:
            return None
        found = (
            Account.objects.alias(folded=Lower("login"))
            .filter(folded=folded_login(username))
            .aggregate(account=Max("pk"), encoded=Max("password"))
        )
        usable = found["encoded"] if is_password_usable(found["encoded"] or None) else None
        stand_in = _hash_of_nobody(get_hasher().algorithm)
        is_right = check_password(password, usable or stand_in, setter=lambda given: _keep(found["account"], given))
        return _living.first(found["account"]) if is_right and usable else None

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session, None once it is disabled."""
        return _living.first(int(user_id))
