"""Answers of SAML services: each is taken once, and by the browser that had asked."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.accounts.rules import digest_of
from dreiklang.identities.models import Arrival, Source
from dreiklang.identities.rules import Claim
from dreiklang.kernel import clock
from dreiklang.kernel.command import personal
from dreiklang.kernel.errors import NotAllowed
from dreiklang.kernel.permissions import Actor, require

#: Longer than any answer holds: until then its name is remembered.
KEPT, LASTS = timedelta(days=2), timedelta(minutes=2)


@personal
def keep_arrival(source: Source, claim: Claim, *, answers: str, assertion: str, actor: Actor) -> str:
    """Keep what an answer says; returns the secret with which its browser goes on. Raises NotAllowed if used."""
    require(actor.is_system)
    Arrival.objects.filter(at__lt=clock.now() - KEPT).delete()
    secret = secrets.token_urlsafe(24)
    try:
        with transaction.atomic():
            Arrival.objects.create(
                source=source, assertion=assertion[:255], digest=digest_of(secret), answers=answers[:255],
                claim=asdict(claim), at=clock.now(),
            )  # fmt: skip
    except IntegrityError as again:
        raise NotAllowed(_("This answer was used already. Please begin again."), code="used") from again
    return secret


@personal
def take_arrival(source: Source, secret: str, *, answers: str, actor: Actor) -> Claim:
    """What the answer to a question said, once. Raises NotAllowed for another's, an old or a used one."""
    require(actor.is_system)
    now = clock.now()
    waiting = Arrival.objects.filter(
        source=source, digest=digest_of(secret), answers=answers, used_at=None, at__gt=now - LASTS
    )
    if not answers or not waiting.update(used_at=now):
        raise NotAllowed(_("This sign-in was not begun in this browser, or too long ago. Please begin again."))
    return Claim(**Arrival.objects.get(digest=digest_of(secret)).claim)
