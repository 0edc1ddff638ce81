"""The sessions of an account: noted when somebody signs in, so that one of them can be ended alone."""

from __future__ import annotations

from django.contrib.sessions.models import Session

from dreiklang.accounts import events, policy
from dreiklang.accounts.models import Account, SignedInSession
from dreiklang.kernel import clock, journal
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor, require


@personal
def note_session(account: Account, *, key: str, browser: str, former: str = "", actor: Actor) -> None:
    """Remember a session by its key, with what kind of browser it is; ``former`` is the key it had before."""
    if former and SignedInSession.objects.filter(account=account, key=former).update(key=key):
        return
    living = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    SignedInSession.objects.filter(account=account).exclude(key__in=living).delete()
    SignedInSession.objects.get_or_create(
        key=key, defaults={"account": account, "browser": browser[:60], "made_at": clock.now()}
    )


@command
def end_session(session: SignedInSession, *, actor: Actor) -> None:
    """End one session: whoever sits there has to sign in again."""
    require(policy.may_end_access(actor, session.account))
    gone, _rows = Session.objects.filter(session_key=session.key).delete()
    account_id = session.account_id
    session.delete()
    if not gone:
        raise NotFound(code="no_session")
    journal.publish(events.SessionEnded(subject_id=account_id), actor=actor)
