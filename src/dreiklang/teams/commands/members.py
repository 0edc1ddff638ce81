"""Who belongs to a team, from and until which day."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dreiklang.kernel import journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams import events, policy, queries
from dreiklang.teams.models import Membership, Team


@command
def add_member(
    team: Team,
    person: Person,
    *,
    actor: Actor,
    role: str = Membership.Role.MEMBER,
    from_date: date | None = None,
    until_date: date | None = None,
) -> Membership:
    """Let somebody belong to a team from a day on (today if not given). Raises Invalid by field."""
    require(policy.may_manage_teams(actor))
    from_date = from_date or queries.today()
    errors: dict[str, list[str]] = {}
    if role not in Membership.Role.values:
        errors["role"] = [_("Choose member or team lead.")]
    if until_date is not None and until_date < from_date:
        errors["until_date"] = [_("The last day lies before the first.")]
    if person.organization_id != team.organization_id:
        errors["person"] = [_("Only persons of the team's organisation can be members.")]
    elif not person.is_active:
        errors["person"] = [_("This person has left.")]
    elif _overlapping(team, person, from_date, until_date):
        errors["person"] = [_("This person is a member in that time already.")]
    if errors:
        raise Invalid(errors)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                team=team, person=person, role=role, from_date=from_date, until_date=until_date
            )
    except IntegrityError as twice:
        raise Invalid({"person": [_("This person is a member in that time already.")]}) from twice
    joined = events.MemberJoined(subject_id=team.pk, person_id=person.pk, role=role, from_date=from_date.isoformat())
    journal.publish(joined, actor=actor)
    return membership


@command
def change_member(
    membership: Membership, *, actor: Actor, role: str | None = None, signature: str | None = None
) -> Membership:
    """Change somebody's role in a team (administrators) or signature there (their own too)."""
    own = actor.kind == "person" and actor.id == membership.person_id
    require(policy.may_manage_teams(actor) or (own and role is None))
    if role is not None and role not in Membership.Role.values:
        raise Invalid({"role": [_("Choose member or team lead.")]})
    if signature is not None and len(signature) > 2_000:
        raise Invalid({"signature": [_("At most %(n)d characters.") % {"n": 2_000}]})
    membership.role = role or membership.role
    membership.signature = membership.signature if signature is None else signature.strip()
    membership.save(update_fields=["role", "signature"])
    journal.publish(events.MemberChanged(subject_id=membership.team_id, person_id=membership.person_id), actor=actor)
    return membership


@command
def end_membership(membership: Membership, *, actor: Actor, until_date: date | None = None) -> Membership:
    """Set somebody's last day in a team (yesterday if not given, so that it ends now). Raises WrongState, Invalid."""
    require(policy.may_manage_teams(actor))
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    today = queries.today()
    if membership.until_date is not None and membership.until_date < today:
        raise WrongState(_("This membership has ended already."), code="already_ended")
    last = until_date or date.fromordinal(today.toordinal() - 1)
    if last < membership.from_date:
        if until_date is not None:
            raise Invalid({"until_date": [_("The last day lies before the first.")]})
        left = events.MemberLeft(
            subject_id=membership.team_id, person_id=membership.person_id, until_date=today.isoformat()
        )
        membership.delete()
    else:
        membership.until_date = last
        membership.save(update_fields=["until_date"])
        left = events.MemberLeft(
            subject_id=membership.team_id, person_id=membership.person_id, until_date=last.isoformat()
        )
    journal.publish(left, actor=actor)
    return membership


def _overlapping(team: Team, person: Person, from_date: date, until_date: date | None) -> bool:
    others = Membership.objects.filter(team=team, person=person).filter(
        Q(until_date=None) | Q(until_date__gte=from_date)
    )
    return others.filter(from_date__lte=until_date).exists() if until_date else others.exists()
