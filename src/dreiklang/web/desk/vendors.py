"""Vendors beside a ticket: their clock by the underpinning contract, how to reach them, their number for the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.sla.commands.vendors import note_case_number
from dreiklang.sla.models import VendorWait
from dreiklang.sla.queries.vendors import waits_visible_to
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import keeping
from dreiklang.tickets.models import Correspondence, Draft, Ticket
from dreiklang.web.components import moments, promises
from dreiklang.web.desk import answers, composer
from dreiklang.web.desk.finding import me, ticket_of
from dreiklang.web.desk.sheets import run
from dreiklang.web.routing import policy


def were_asked(ticket: Ticket, actor: Actor) -> bool:
    """Whether there is a vendor to show."""
    return waits_visible_to(actor, ticket).exists()


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """Each vendor's last wait, with the contract behind it."""
    latest: dict[int, VendorWait] = {}
    for wait in waits_visible_to(actor, ticket):
        latest.setdefault(wait.organization_id, wait)
    return {
        "vendors": [_shown(wait) for wait in latest.values()],
        "may_write": tickets.may_write_to_third_party(actor, ticket),
    }


def _shown(wait: VendorWait) -> dict[str, Any]:
    now, zone = clock.now(), timezone.get_current_timezone()
    asked = moments.clock_words(wait.asked_at, now, zone)
    agreement = wait.version.agreement if wait.version else None
    found: dict[str, Any] = {
        "id": wait.organization_id, "name": wait.organization.name, "reference": wait.reference, "asked": asked,
        "waits": wait.ended_at is None, "agreement": agreement, "hours": wait.version and wait.version.calendar.name,
        "contacts": agreement.contacts.splitlines() if agreement else [], "phone": wait.organization.phone,
        "due": promises.promise_words(wait.due_at, now, zone) if wait.due_at and wait.ended_at is None else None,
    }  # fmt: skip
    if wait.ended_at is not None:
        ended = moments.clock_words(wait.ended_at, now, zone)
        found["ended"] = (_("answered %(at)s") if wait.was_answered else _("not needed any more since %(at)s")) % {
            "at": ended
        }
        found["was_late"] = wait.due_at is not None and wait.ended_at > wait.due_at
    if wait.next_reminder_at is not None:
        found["next"] = moments.clock_words(wait.next_reminder_at, now, zone)
    return found


@require_http_methods(["GET", "POST"])
@policy("desk")
def case_number(request: HttpRequest, number: int, vendor_id: int) -> HttpResponse:
    """The sheet: the vendor's number for the case."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        wait = _wait(ticket, actor, vendor_id)
        return {"typed": {"reference": wait.reference}, "vendor": wait.organization}

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        try:
            note_case_number(ticket, actor=actor, vendor_id=vendor_id, reference=typed["reference"])
        except WrongState as refusal:
            raise Invalid({"reference": [str(refusal)]}) from refusal
        return _("Saved.")

    return run(
        request, number, template="web/desk/sheets/case_number.html", fields=("reference",), deed=deed, start=start
    )


@require_POST
@policy("desk")
def reminder(request: HttpRequest, number: int, vendor_id: int) -> HttpResponse:
    """Prepare a letter that asks the vendor again, as a draft to be read and sent; what is drafted already stays."""
    ticket, actor = ticket_of(request, number)
    wait = _wait(ticket, actor, vendor_id)
    draft = Draft.objects.filter(person_id=me(actor), ticket=ticket, place=composer.THIRD).first()
    if draft is None or not draft.content:
        keeping.save_draft(ticket, actor=actor, place=composer.THIRD, content=_letter(ticket, wait))
    if answers.is_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = f"{answers.to_ticket(ticket.number)}#composer"
        return response
    return redirect("desk:ticket", number=ticket.number)


def _letter(ticket: Ticket, wait: VendorWait) -> dict[str, str]:
    """The prepared words, in the vendor's language."""
    last = (
        Correspondence.objects.filter(ticket=ticket, party__organization=wait.organization_id).order_by("-id").first()
    )
    last = last or Correspondence.objects.filter(ticket=ticket).order_by("-id").first()
    with translation.override(wait.organization.language):
        zone = timezone.get_current_timezone()
        lines = [
            _("on %(asked)s we asked you about “%(subject)s” and have no answer yet.")
            % {"asked": moments.exact_words(wait.asked_at, zone), "subject": ticket.subject}
        ]
        if wait.reference:
            lines.append(_("Your number for the case: %(reference)s.") % {"reference": wait.reference})
        if wait.due_at:
            lines.append(_("By contract an answer is due %(due)s.") % {"due": moments.exact_words(wait.due_at, zone)})
        lines.append(_("Please tell us how it stands and when we can expect a solution."))
        text = _("Good day,") + "\n\n" + "\n".join(lines)
    return {
        "text": text, "party_name": last.party_name if last else wait.organization.name,
        "party_address": last.party_address if last else "", "reference": wait.reference,
    }  # fmt: skip


def _wait(ticket: Ticket, actor: Actor, vendor_id: int) -> VendorWait:
    found = waits_visible_to(actor, ticket).filter(organization=vendor_id).first()
    if found is None:
        raise NotFound
    return found
