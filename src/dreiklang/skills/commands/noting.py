"""Whose grades and certificates: claimed by oneself, confirmed by who leads, taken back."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.skills import events, policy
from dreiklang.skills.models import Ability, Certificate, Grade, Skill


@command
def note_ability(
    person: Person, skill: Skill, *, actor: Actor, grade: int, proof: str = "", expires_on: date | None = None
) -> Ability:
    """Claim one's own grade, or note it of somebody one leads, which confirms it. Another grade is a claim again."""
    require(policy.may_note(actor, person))
    if grade not in Grade.values:
        raise Invalid({"grade": [_("Grades are 1 to 4.")]})
    if len(proof) > 300:
        raise Invalid({"proof": [_("This text is too long.")]})
    if not skill.is_active:
        raise Invalid({"skill": [_("This skill is no longer kept.")]})
    by_lead = policy.leads(actor, person)
    former = Ability.objects.select_for_update().filter(person=person, skill=skill).first()
    stays = former is not None and former.grade == grade and former.expires_on == expires_on
    values = {"grade": grade, "proof": proof.strip(), "expires_on": expires_on, "noted_at": clock.now()}
    if by_lead:
        values |= {"confirmed_by_id": actor.person_id, "confirmed_at": clock.now()}
    elif not stays:
        values |= {"confirmed_by_id": None, "confirmed_at": None}
    ability, _made = Ability.objects.update_or_create(person=person, skill=skill, defaults=values)
    how = "confirmed" if by_lead else "claimed"
    publish(events.AbilityNoted(subject_id=person.pk, skill_id=skill.pk, how=how), actor=actor)
    return ability


@command
def confirm_ability(ability: Ability, *, actor: Actor) -> Ability:
    """Say that a claimed grade is right: who leads the person."""
    found = Ability.objects.select_for_update().select_related("person").filter(pk=ability.pk).first()
    if found is None:
        raise NotFound
    require(policy.leads(actor, found.person))
    if found.confirmed_at is not None:
        raise WrongState(_("This grade is confirmed already."), code="already_confirmed")
    found.confirmed_at, found.confirmed_by_id = clock.now(), actor.person_id
    found.save(update_fields=["confirmed_at", "confirmed_by"])
    publish(events.AbilityNoted(subject_id=found.person_id, skill_id=found.skill_id, how="confirmed"), actor=actor)
    return found


@command
def drop_ability(ability: Ability, *, actor: Actor) -> None:
    """Take a grade back: one's own, or of somebody one leads."""
    require(policy.may_note(actor, ability.person))
    gone = events.AbilityNoted(subject_id=ability.person_id, skill_id=ability.skill_id, how="dropped")
    ability.delete()
    publish(gone, actor=actor)


@command
def keep_certificate(
    certificate: Certificate | None,
    *,
    actor: Actor,
    person: Person,
    name: str,
    issuer: str = "",
    number: str = "",
    issued_on: date | None = None,
    expires_on: date | None = None,
) -> Certificate:
    """Note or change a certificate: one's own, or of somebody one leads."""
    require(policy.may_note(actor, person))
    if certificate is not None and certificate.person_id != person.pk:
        raise NotFound
    problems: dict[str, list[str]] = {}
    if not 1 <= len(name.strip()) <= 200:
        problems["name"] = [_("It needs a name of at most 200 characters.")]
    if len(issuer) > 200:
        problems["issuer"] = [_("This text is too long.")]
    if len(number) > 100:
        problems["number"] = [_("This text is too long.")]
    if issued_on and expires_on and expires_on < issued_on:
        problems["expires_on"] = [_("It cannot end before it begins.")]
    if problems:
        raise Invalid(problems)
    kept = certificate or Certificate(person=person)
    kept.name, kept.issuer, kept.number = name.strip(), issuer.strip(), number.strip()
    kept.issued_on, kept.expires_on = issued_on, expires_on
    kept.save()
    publish(events.CertificateNoted(subject_id=person.pk, certificate_id=kept.pk, how="noted"), actor=actor)
    return kept


@command
def drop_certificate(certificate: Certificate, *, actor: Actor) -> None:
    """Remove a certificate."""
    require(policy.may_note(actor, certificate.person))
    gone = events.CertificateNoted(subject_id=certificate.person_id, certificate_id=certificate.pk, how="dropped")
    certificate.delete()
    publish(gone, actor=actor)
