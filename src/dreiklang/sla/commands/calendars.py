"""Whose calendar it is: a customer's own, or anyone's."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Organization
from dreiklang.sla import events, policy
from dreiklang.sla.models import AgreementVersion, CustomerCalendar


@command
def give_calendar(
    calendar: ServiceCalendar, *, actor: Actor, organization: Organization | None
) -> CustomerCalendar | None:
    """Make a calendar a customer's own, or (None) anyone's again.

    Raises Invalid at ``customer`` for the default calendar, for one in which promises to others count, and for
    whoever is no customer.
    """
    require(policy.may_manage_agreements(actor))
    found = ServiceCalendar.objects.select_for_update().filter(pk=calendar.pk).first()
    if found is None:
        raise NotFound(_("This calendar does not exist."))
    if organization is not None:
        _refuse(found, organization)
        owned, _made = CustomerCalendar.objects.update_or_create(
            calendar=found, defaults={"organization": organization}
        )
    else:
        owned = None
        CustomerCalendar.objects.filter(calendar=found).delete()
    publish(
        events.CalendarGiven(subject_id=found.pk, organization_id=organization.pk if organization else None),
        actor=actor,
    )
    return owned


def _refuse(calendar: ServiceCalendar, organization: Organization) -> None:
    if organization.kind != Organization.Kind.CUSTOMER:
        raise Invalid({"customer": [_("Only a customer has a calendar of its own.")]})
    if calendar.is_default:
        raise Invalid({"customer": [_("The default calendar is everybody's.")]})
    others = AgreementVersion.objects.filter(calendar=calendar).exclude(agreement__organization=organization)
    if other := others.select_related("agreement").first():
        words = _("Promises of “%(name)s” count in it.")
        raise Invalid({"customer": [words % {"name": other.agreement.name}]})
