"""Organisations and their sites: make, change, deactivate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.kernel import journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, WrongState
from dreiklang.kernel.events import Event
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations import events, policy, queries, rules
from dreiklang.organizations.models import Organization, Site

#: What a form or call may set; anything else is refused (P30).
FIELDS = ("name", "kind", "language", "region", "mail_domains", "takes_strangers", "phone", "note")


@command
def make_organization(name: str, *, kind: str, actor: Actor, key: str = "", **fields: Any) -> Organization:
    """Make an organisation. ``key`` is made of the name if it is not given. Raises Invalid by field."""
    require(policy.may_manage_organizations(actor))
    taken = frozenset(Organization.objects.values_list("key", flat=True))
    if key and key in taken:
        raise Invalid({"key": [_("This key is taken.")]})
    organization = Organization(key=key or rules.key_of(name, taken))
    _put(organization, {"name": name, "kind": kind, **fields})
    _save(organization)
    journal.publish(events.OrganizationMade(subject_id=organization.pk, name=organization.name, kind=kind), actor=actor)
    return organization


@command
def change_organization(
    organization: Organization, *, actor: Actor, version: int | None = None, **fields: Any
) -> Organization:
    """Change some fields. With ``version``, refuses with Conflict if somebody changed it since. Raises Invalid."""
    require(policy.may_manage_organizations(actor))
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if version is not None and version != organization.version:
        raise Conflict(_("Somebody else has changed this in the meantime."), current=organization.version)
    changed = _put(organization, fields)
    organization.version += 1
    _save(organization)
    journal.publish(events.OrganizationChanged(subject_id=organization.pk, changed=tuple(changed)), actor=actor)
    return organization


@command
def remove_unused(organization: Organization, *, actor: Actor) -> None:
    """Remove an organisation made by mistake, with its sites, while nothing speaks of it. Raises WrongState."""
    require(policy.may_manage_organizations(actor))
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if queries.is_spoken_of(organization, besides=("site", "importline")):
        raise WrongState(_("%(name)s is in use by now.") % {"name": organization.name}, code="in_use")
    gone = events.OrganizationRemoved(subject_id=organization.pk, name=organization.name)
    organization.delete()
    journal.publish(gone, actor=actor)


@command
def deactivate_organization(organization: Organization, *, actor: Actor) -> Organization:
    """Stop working for an organisation: nobody of it gets in; its history stays."""
    return _switch(organization, False, events.OrganizationDeactivated(subject_id=organization.pk), actor)


@command
def activate_organization(organization: Organization, *, actor: Actor) -> Organization:
    """Work for an organisation again."""
    return _switch(organization, True, events.OrganizationActivated(subject_id=organization.pk), actor)


@command
def keep_site(
    organization: Organization, name: str, *, actor: Actor, site: Site | None = None, address: str = "",
    is_active: bool = True,
) -> Site:  # fmt: skip
    """Make a site of an organisation, or change one. Raises Invalid by field."""
    require(policy.may_manage_organizations(actor))
    name = rules.tidy(name, 201)
    if not name or len(name) > 200:
        raise Invalid({"name": [_("A site needs a name of at most 200 characters.")]})
    site = site or Site(organization=organization)
    site.name, site.address, site.is_active = name, address.strip()[:1000], is_active
    try:
        with transaction.atomic():
            site.save()
    except IntegrityError as twice:
        raise Invalid({"name": [_("There is a site of this name already.")]}) from twice
    journal.publish(events.SiteKept(subject_id=organization.pk, site_id=site.pk, name=site.name), actor=actor)
    return site


def _switch(organization: Organization, to: bool, event: Event, actor: Actor) -> Organization:
    require(policy.may_manage_organizations(actor))
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if organization.is_active is to:
        raise WrongState(_("It is so already."), code="already_so")
    if organization.kind == Organization.Kind.PROVIDER and not to:
        raise WrongState(_("The provider itself cannot be deactivated."), code="provider")
    organization.is_active = to
    organization.version += 1
    organization.save(update_fields=["is_active", "version"])
    journal.publish(event, actor=actor)
    return organization


def _put(organization: Organization, fields: Mapping[str, Any]) -> list[str]:
    """Set checked values; returns the names of the fields that are different now."""
    errors: dict[str, list[Any]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    before = {name: getattr(organization, name) for name in FIELDS}
    for name, value in fields.items():
        if name in FIELDS:
            setattr(organization, name, value)
    organization.name = rules.tidy(str(organization.name), 201)
    organization.sort_key = rules.sort_key(organization.name)
    if not organization.name or len(organization.name) > 200:
        errors["name"] = [_("An organisation needs a name of at most 200 characters.")]
    if organization.kind not in Organization.Kind.values:
        errors["kind"] = [_("Choose what kind of organisation it is.")]
    if organization.language not in dict(settings.LANGUAGES):
        errors["language"] = [_("The desk does not speak this language.")]
    if len(organization.phone) > 50:
        errors["phone"] = [_("A phone number has at most 50 characters.")]
    if len(organization.region) > 10:
        errors["region"] = [_("A region is short, such as DE-BW.")]
    organization.mail_domains, wrong = _domains(organization.mail_domains)
    if problem := wrong or _claimed(organization):
        errors["mail_domains"] = [problem]
    if organization.takes_strangers and (
        Organization.objects.filter(takes_strangers=True).exclude(pk=organization.pk).exists()
    ):
        errors["takes_strangers"] = [_("Another organisation takes unknown senders already.")]
    if errors:
        raise Invalid(errors)
    return [name for name in FIELDS if getattr(organization, name) != before[name]]


def _domains(written: Iterable[str]) -> tuple[list[str], str]:
    domains = list(dict.fromkeys(rules.ascii_domain(one.lstrip("@ ")) for one in written if one.strip()))
    wrong = [one for one in domains if not rules.is_domain(one)]
    if wrong:
        return domains, _("“%(domain)s” is not a domain such as klinik.example.") % {"domain": wrong[0][:60]}
    return domains, ""


def _claimed(organization: Organization) -> str:
    others = (
        Organization.objects.filter(mail_domains__overlap=organization.mail_domains)
        .exclude(pk=organization.pk)
        .values_list("mail_domains", flat=True)
        if organization.mail_domains
        else ()
    )
    for domains in others:
        for domain in organization.mail_domains:
            if domain in domains:
                return _("The domain %(domain)s belongs to another organisation.") % {"domain": domain}
    return ""


def _save(organization: Organization) -> None:
    try:
        with transaction.atomic():
            organization.save()
    except IntegrityError as twice:
        raise Invalid({"name": [_("There is such an organisation already.")]}) from twice
