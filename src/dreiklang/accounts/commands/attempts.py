"""Counting tries: to sign in, to have a link mailed. Kept an hour or so, personal to nobody, so no journal line."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from dreiklang.accounts import rules
from dreiklang.accounts.models import Attempt
from dreiklang.kernel import clock
from dreiklang.kernel.command import personal
from dreiklang.kernel.permissions import Actor

ANYWHERE, KNOWN_BROWSER, PAIR, REMOTE = "anywhere", "browser", "pair", "remote"
MAIL, MAIL_REMOTE = "mail", "mail_remote"


@personal
def take_password_try(login: str, remote: str, *, is_known_browser: bool, actor: Actor) -> timedelta:
    """Count one try to sign in, or say how long to wait first (then nothing is counted).

    The same for accounts that exist and those that do not. A browser in which the owner signed in before has a
    budget of its own, so a stranger who uses up the common one does not lock the owner out (P23).
    """
    login, remote, now = rules.folded_login(login), rules.remote_key(remote), clock.now()
    kind = KNOWN_BROWSER if is_known_browser else ANYWHERE
    budget = rules.TRIES_FROM_KNOWN_BROWSERS if is_known_browser else rules.TRIES_FROM_ANYWHERE
    pair = _key(login, remote)
    _one_at_a_time(_key(login))
    wait = max(
        rules.wait_for_budget(_tries(kind, _key(login), now), budget, now),
        rules.wait_before_try(_tries(PAIR, pair, now), now),
        rules.wait_for_budget(_tries(REMOTE, remote, now), rules.TRIES_FROM_ONE_REMOTE, now),
    )
    if wait:
        return wait
    Attempt.objects.bulk_create(
        [Attempt(kind=kind, key=_key(login), at=now), Attempt(kind=PAIR, key=pair, at=now),
         Attempt(kind=REMOTE, key=remote, at=now)]
    )  # fmt: skip
    return wait


@personal
def forgive(login: str, remote: str, *, is_known_browser: bool, actor: Actor) -> None:
    """Forget the failed tries of an account from one remote address: its owner has signed in there.

    The try that succeeded was no guess, so it is given back to both budgets it was taken from: an office behind one
    address may sign in all morning. The guesses of others in those budgets stay counted (P23).
    """
    login, remote = rules.folded_login(login), rules.remote_key(remote)
    Attempt.objects.filter(kind=PAIR, key=_key(login, remote)).delete()
    Attempt.objects.filter(kind=KNOWN_BROWSER, key=_key(login)).delete()
    if not is_known_browser:
        _give_back(ANYWHERE, _key(login))
    _give_back(REMOTE, remote)


@personal
def take_mail(address: str, remote: str, *, actor: Actor) -> bool:
    """Count one wish to have a link mailed; False if this address or remote has had its share (P22)."""
    address, remote, now = _key(rules.folded_login(address)), rules.remote_key(remote), clock.now()
    _one_at_a_time(address)
    if len(_tries(MAIL, address, now)) >= rules.MAILS_PER_ADDRESS:
        return False
    if len(_tries(MAIL_REMOTE, remote, now)) >= rules.MAILS_PER_REMOTE:
        return False
    Attempt.objects.bulk_create(
        [Attempt(kind=MAIL, key=address, at=now), Attempt(kind=MAIL_REMOTE, key=remote, at=now)]
    )
    return True


@personal
def forget_old(*, actor: Actor) -> int:
    """Drop tries that no longer count; returns how many. Safe to run twice."""
    return Attempt.objects.filter(at__lt=clock.now() - 2 * rules.HOUR).delete()[0]


def _key(*parts: str) -> str:
    return " ".join(parts)[:300]


def _tries(kind: str, key: str, now: datetime) -> list[datetime]:
    return list(
        Attempt.objects.filter(kind=kind, key=key, at__gt=now - rules.HOUR)
        .order_by("-at")
        .values_list("at", flat=True)[: rules.TRIES_FROM_ONE_REMOTE]
    )


def _give_back(kind: str, key: str) -> None:
    """Uncount one try, the newest: every try weighs the same, and of two at once each gives back another one."""
    newest = Attempt.objects.select_for_update(skip_locked=True).filter(kind=kind, key=key).order_by("-at", "-pk")
    Attempt.objects.filter(pk__in=list(newest.values_list("pk", flat=True)[:1])).delete()


def _one_at_a_time(key: str) -> None:
    """Two tries at once on one account are counted one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 22))", [key])
