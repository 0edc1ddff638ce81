"""What the desk holds about a person: asked for, put together, fetched, forgotten after a week."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from dreiklang.exchange import policy
from dreiklang.exchange.events import DisclosureAsked, DisclosureFetched, DisclosureMade
from dreiklang.exchange.models import Disclosure
from dreiklang.exchange.queries.disclosing import archive_of
from dreiklang.kernel import clock, files
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person

KEPT_FOR = timedelta(days=7)


@command
def ask_disclosure(person: Person, *, actor: Actor, with_inside: bool = False) -> Disclosure:
    """Ask for what the desk holds about a person (GDPR, articles 15 and 20). It is put together in the background.

    ``with_inside``: notes about their tickets too; only a controller may choose so. Raises WrongState while one is
    being put together already.
    """
    require(policy.may_ask(actor, person, with_inside=with_inside))
    if person.disclosures.filter(asked_by_id=actor.person_id, made_at=None, problem="").exists():
        raise WrongState(_("It is being put together already."), code="already_asked")
    asked = Disclosure.objects.create(
        person=person, asked_by_id=actor.person_id, with_inside=with_inside, asked_at=clock.now()
    )
    by_self = actor.person_id == person.pk
    publish(
        DisclosureAsked(subject_id=person.pk, disclosure_id=asked.pk, by_self=by_self, with_inside=with_inside),
        actor=actor,
    )
    return asked


@command
def make_disclosure(asked: Disclosure, *, actor: Actor) -> Disclosure:
    """Put it together. Raises WrongState if it is made already."""
    require(actor.is_system)
    asked = Disclosure.objects.select_for_update(of=("self",)).select_related("person").get(pk=asked.pk)
    if asked.made_at is not None:
        raise WrongState(code="made")
    content, count = archive_of(asked.person, with_inside=asked.with_inside)
    asked.file, asked.made_at = files.store(content), clock.now()
    asked.expires_at = asked.made_at + KEPT_FOR
    asked.save(update_fields=["file", "made_at", "expires_at"])
    publish(DisclosureMade(subject_id=asked.person_id, disclosure_id=asked.pk, tickets=count), actor=actor)
    return asked


@command
def fetch_disclosure(asked: Disclosure, *, actor: Actor) -> bytes:
    """The ZIP, for whoever asked. Raises NotFound for anybody else, and once it has expired."""
    found = policy.disclosures_visible_to(actor).select_for_update(of=("self",)).filter(pk=asked.pk).first()
    if found is None or found.file is None or found.expires_at is None or found.expires_at <= clock.now():
        raise NotFound(_("This file is not kept any more; please ask for it again."))
    found.fetched_at = clock.now()
    found.save(update_fields=["fetched_at"])
    publish(DisclosureFetched(subject_id=found.person_id, disclosure_id=found.pk), actor=actor)
    return files.read(found.file.sha256)


@personal
def forget_expired(*, actor: Actor) -> int:
    """Let go of the files of expired ones; the sweep takes their bytes. Says how many."""
    require(actor.is_system)
    return Disclosure.objects.filter(expires_at__lte=clock.now(), file__isnull=False).update(file=None)
