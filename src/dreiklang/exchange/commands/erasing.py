"""Forgetting a person: asked for with a preview, done in the background, done again after a restore (P45)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from dreiklang.assistance.models import LearnedField
from dreiklang.exchange import policy, register
from dreiklang.exchange.commands import forgetting
from dreiklang.exchange.commands.emptying import empty_tickets
from dreiklang.exchange.events import ErasureAsked, PersonErased
from dreiklang.exchange.models import Erasure
from dreiklang.exchange.queries import erasing as queries
from dreiklang.exchange.rules import identifiers
from dreiklang.kernel import clock, erasing, instance
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets.models import (
    Ticket,
)

MOST_REASON = 500


@command
def ask_erasure(person: Person, *, actor: Actor, because: str = "") -> Erasure:
    """Decide that a person is erased. It is done in the background, and cannot be taken back.

    Raises WrongState while something has to be settled first or it is done already, Invalid if a reason is missing.
    """
    require(policy.may_erase(actor))
    person = Person.objects.select_for_update(of=("self",)).select_related("organization", "account").get(pk=person.pk)
    if actor.kind == "person" and actor.id == person.pk:
        raise NotAllowed(_("Nobody erases themselves; somebody else must look at it."))
    if is_erased(person):
        raise WrongState(_("This person is erased, or being erased, already."), code="already_erased")
    seen = queries.preview_of(person, actor=actor)
    if not seen.is_possible:
        raise WrongState(" ".join(one.words for one in seen.against if one.is_final), code="stands_against")
    because = because.strip()
    if seen.needs_reason and not because:
        raise Invalid({"because": [_("Please say why it is done although something stands against it.")]})
    if len(because) > MOST_REASON:
        raise Invalid({"because": [_("At most %(n)d characters.") % {"n": MOST_REASON}]})
    asked = _begin(person, actor=actor, because=because)
    publish(ErasureAsked(subject_id=person.pk, erasure_id=asked.pk, because=because), actor=actor)
    return asked


def is_erased(person: Person) -> bool:
    """Whether a person is erased in this database, or about to be."""
    return Erasure.objects.filter(person=person).exists()


def _begin(person: Person, *, actor: Actor, because: str = "", is_again: bool = False) -> Erasure:
    first = first_line(person)
    return Erasure.objects.create(
        person=person, asked_by_id=actor.id if actor.kind == "person" else None, because=because,
        first_line=first.pk if first else None, first_line_at=first.at if first else None, asked_at=clock.now(),
        is_again=is_again, epoch=instance.epoch(),
    )  # fmt: skip


def first_line(person: Person) -> JournalLine | None:
    """The oldest line of the journal about a person: it tells one of that number from a later one."""
    return JournalLine.objects.filter(subject_kind="person", subject_id=person.pk).order_by("pk").first()


@command
def make_erasure(asked: Erasure, *, actor: Actor) -> Erasure:
    """Do it: whole or not at all. Raises WrongState if it is done already."""
    require(actor.is_system)
    asked = Erasure.objects.select_for_update(of=("self",)).select_related("person").get(pk=asked.pk)
    if asked.done_at is not None:
        raise WrongState(code="done")
    person = Person.objects.select_for_update(of=("self",)).select_related("organization", "account").get(
        pk=asked.person_id
    )  # fmt: skip
    wanted = queries.replacements_of(person)
    raw = identifiers.in_transport([person.name, *queries.mails_of(person)])
    mine = list(Ticket.objects.filter(requester=person).order_by("pk").values_list("pk", flat=True))
    told_of = forgetting.lines_of_own_words(person)
    touched = {*forgetting.forget_own_words(person), *forgetting.found_by(person)} - {*mine}
    forgetting.forget_mails(person, raw)
    forgetting.forget_rows(person)
    forgetting.close_account(person, actor)
    empty_tickets(mine, actor=actor, erasure=asked)
    patterns = [pattern for pattern, _instead in wanted]
    lines = forgetting.forget_journal(person, told_of, patterns)
    articles, name = forgetting.editions_naming(patterns), person.name
    forgetting.forget_person(person)
    changed = erasing.replace_everywhere(wanted)
    forgetting.find_articles_anew(articles, name)
    forgetting.find_anew(touched)
    LearnedField.objects.all().delete()  # what was learned from texts holds their words; it is learned anew
    asked.done_at = clock.now()
    asked.counts = {
        "tickets": len(mine),
        "words_elsewhere": len(touched),
        "journal": lines,
        "names": sum(changed.values()),
    }
    asked.save(update_fields=["done_at", "counts"])
    transaction.on_commit(lambda: register.add(register_path(), [register.entry_of(asked)]), robust=True)
    publish(
        PersonErased(
            subject_id=person.pk, erasure_id=asked.pk, tickets=len(mine), lines=lines, again=asked.is_again
        ),
        actor=actor,
    )  # fmt: skip
    return asked


def register_path() -> Path:
    """Where this desk keeps its register of erasures."""
    return Path(settings.HOME) / register.NAME


@personal
def erase_named(entry: register.Entry, *, actor: Actor) -> Erasure | None:
    """Erase whom an entry of the register means, in a database that does not know of it: a restored one. None if they
    are not in it, or erased in it already; the register then keeps the entry for other backups.
    """
    require(actor.is_system)
    person = _named(entry)
    return erase_again(person, actor=actor) if person is not None else None


@command
def erase_again(person: Person, *, actor: Actor) -> Erasure:
    """Erase somebody once more, whatever stands against it in the restored database: it was decided before."""
    require(actor.is_system)
    again = Erasure.objects.filter(person=person, done_at=None).first() or _begin(person, actor=actor, is_again=True)
    publish(ErasureAsked(subject_id=person.pk, erasure_id=again.pk), actor=actor)
    return make_erasure(again, actor=actor)


def _named(entry: register.Entry) -> Person | None:
    person = Person.objects.filter(pk=entry.person).first()
    if person is None or Erasure.objects.filter(person=person).exclude(done_at=None).exists():
        return None
    first = first_line(person)
    if first is None:
        return person  # an old backup from before anything was told about them
    return person if (first.pk, register.moment(first.at)) == (entry.first_line, entry.first_line_at) else None


@personal
def bring_register_up(*, actor: Actor) -> int:
    """Write every erasure that is done into the register; it may have been cut off between database and file."""
    require(actor.is_system)
    done = Erasure.objects.exclude(done_at=None).order_by("pk")
    return register.add(register_path(), map(register.entry_of, done))
