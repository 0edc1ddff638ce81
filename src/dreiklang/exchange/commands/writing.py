"""What a line becomes, each by the commands of its own room, and how that is taken back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dreiklang.exchange.models import ImportLine
from dreiklang.exchange.rules.planned import Planned
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.commands import organizations, persons
from dreiklang.organizations.models import Organization, Person, Site
from dreiklang.organizations.queries import person_of_mail
from dreiklang.tickets.commands.moving_in import move_in, move_out
from dreiklang.tickets.commands.own_fields import keep_values
from dreiklang.tickets.commands.tagging import tag


def write_ticket(kept: ImportLine, planned: Planned, actor: Actor) -> None:
    """A ticket, and its requester where nobody knows them yet."""
    values = dict(planned.values)
    person: Person | None = values.pop("requester", None)
    mail, name, home = (values.pop(key, None) for key in ("mail", "name", "organization"))
    if person is None:
        person = person_of_mail(mail)
    if person is None:
        person = persons.make_person(name, organization=home, mails=[mail], actor=actor)
        kept.has_made_person = True
    kept.person = person
    tags, own = values.pop("tags"), values.pop("own")
    ticket = move_in(person, actor=actor, import_id=kept.run_id, reference=planned.reference, **values)
    for word in tags:
        tag(ticket, actor=actor, name=word)
    if own:
        keep_values(ticket, actor=actor, values=own)
    ticket.refresh_from_db()
    kept.ticket, kept.version_after, kept.outcome = ticket, ticket.version, ImportLine.Outcome.MADE


def write_organization(kept: ImportLine, planned: Planned, actor: Actor) -> None:
    """An organisation with its sites."""
    values = dict(planned.values)
    sites = values.pop("sites")
    made = organizations.make_organization(values.pop("name"), actor=actor, **values)
    for site in sites:
        organizations.keep_site(made, site, actor=actor)
    made.refresh_from_db()
    kept.organization, kept.version_after, kept.outcome = made, made.version, ImportLine.Outcome.MADE


def unwrite(kept: ImportLine, actor: Actor) -> None:
    """Take a line back. Raises WrongState where what it made is in use by now."""
    if kept.ticket is not None:
        move_out(kept.ticket, actor=actor, import_id=kept.run_id, version=kept.version_after or 0)
        if kept.has_made_person and kept.person is not None and not kept.person.tickets.exists():
            persons.remove_unused(kept.person, actor=actor)
    elif kept.organization is not None:
        if kept.organization.version != kept.version_after:
            raise WrongState(_("It was changed since."), code="in_use")
        organizations.remove_unused(kept.organization, actor=actor)
    elif kept.person is not None:
        _unwrite_person(kept, kept.person, actor)
    else:
        raise WrongState(_("It is not there any more."), code="gone")


def _unwrite_person(kept: ImportLine, person: Person, actor: Actor) -> None:
    if person.version != kept.version_after:
        raise WrongState(_("It was changed since."), code="in_use")
    if kept.outcome == ImportLine.Outcome.MADE:
        persons.remove_unused(person, actor=actor)
    else:
        persons.change_person(person, actor=actor, **former_values(kept.before))


def former_values(before: dict[str, Any]) -> dict[str, Any]:
    """What stood there before, as the command takes it."""
    values = dict(before)
    if "organization" in values:
        values["organization"] = Organization.objects.get(pk=values["organization"])
    if "site" in values:
        values["site"] = Site.objects.filter(pk=values["site"] or 0).first()
    return values
