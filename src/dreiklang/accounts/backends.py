"""How a password is proven, at the same cost for accounts that exist and those that do not (P22)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.http import HttpRequest

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


class PasswordBackend(BaseBackend):
    """Sign-in by login name and password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_more: Any
    ) -> Account | None:
        """The active account with this login and password, or None; always one hashing, whatever is wrong.

        Callers count the tries first: ``commands.signing_in`` does.
        """
        if not username or not password or "\x00" in username:
            return None
        account = Account.objects.filter(login__iexact=folded_login(username)).first()
        if account is None or not account.has_usable_password():
            make_password(password)
            return None
        return account if account.check_password(password) and account.is_active else None

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session, None once it is disabled."""
        return _living.first(int(user_id))
