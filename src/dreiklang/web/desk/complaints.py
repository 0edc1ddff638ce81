"""Complaints at the desk: owner and what it is about, measures; and the playbooks beside a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy as tickets
from dreiklang.tickets import rules
from dreiklang.tickets.commands import complaints
from dreiklang.tickets.models import Complaint, Measure, Playbook, Ticket
from dreiklang.tickets.queries.complaints import complaint_of, playbooks_for, possible_owners
from dreiklang.web import forms
from dreiklang.web.desk import answers
from dreiklang.web.desk.classification import language
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.desk.sheets import run
from dreiklang.web.routing import policy

LEVELS = (1, 2, 3, 4)


def complaint_panel(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """Owner, what it is about as far as the reader may see it, measures."""
    complaint = complaint_of(ticket)
    about = complaint.about if complaint and complaint.about and tickets.may_see(actor, complaint.about) else None
    return {
        "complaint": complaint,
        "about": about,
        "may_keep": tickets.may_keep_complaint(actor, ticket),
        "today": clock.now().date(),
    }


def playbook_panel(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """The playbooks that hold for a ticket, in the reader's language."""
    names = dict(Playbook.Occasion.choices)
    return {"books": [(names[occasion], text) for occasion, text in playbooks_for(ticket, language())]}


def panels_for(ticket: Ticket) -> tuple[str, ...]:
    """The panels that only some tickets have."""
    found: tuple[str, ...] = ("complaint",) if ticket.kind == rules.COMPLAINT else ()
    has_book = ticket.requester.is_vip or ticket.kind in (rules.SECURITY, rules.COMPLAINT)
    return (*found, "playbook") if has_book else found


@require_http_methods(["GET", "POST"])
@policy("desk")
def complaint(request: HttpRequest, number: int) -> HttpResponse:
    """The sheet: who owns the complaint, which ticket and level it is about."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        found = complaint_of(ticket)
        level = found.about_level if found else None
        typed = {
            "owner": str(found.owner_id) if found else "",
            "about": str(found.about.number) if found and found.about else "",
            "about_level": str(level or ""),
        }
        earlier = (
            tickets.visible_to(actor)
            .filter(requester_id=ticket.requester_id)
            .exclude(pk=ticket.pk)
            .order_by("-pk")
            .values_list("number", "subject")[:8]
        )
        return {"typed": typed, "owners": _owners(), "levels": LEVELS, "earlier": earlier}

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        owner = Person.objects.filter(pk=forms.whole(typed["owner"]) or 0).first()
        if owner is None:
            raise Invalid({"owner": [_("Who owns it?")]})
        complaints.take_complaint(
            ticket,
            actor=actor,
            owner=owner,
            about=_about(typed["about"], actor),
            about_level=forms.whole(typed["about_level"]),
            version=typed["version"],
        )
        return _("The complaint has its owner.")

    return run(
        request,
        number,
        template="web/desk/sheets/complaint.html",
        fields=("owner", "about", "about_level"),
        deed=deed,
        start=start,
    )


def _owners() -> list[tuple[int, str]]:
    """Everybody who could own a complaint about some level; the command says who may for the one chosen."""
    found: dict[int, str] = {}
    for level in LEVELS:
        found |= dict(possible_owners(level).values_list("pk", "name"))
    return sorted(found.items(), key=lambda pair: pair[1].lower())


def _about(text: str, actor: Actor) -> Ticket | None:
    if not text:
        return None
    number = forms.whole(text.strip("# "))
    found = tickets.visible_to(actor).filter(number=number).first() if number is not None else None
    if found is None:
        raise Invalid({"about": [_("There is no such ticket.")]})
    return found


@require_http_methods(["GET", "POST"])
@policy("desk")
def measure(request: HttpRequest, number: int) -> HttpResponse:
    """The sheet: what is changed, who sees to it, until when."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        return {"owners": _owners()}

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        found = Complaint.objects.filter(ticket=ticket).first()
        if found is None:
            raise Invalid({"": [_("A complaint needs an owner first.")]})
        complaints.decide_measure(
            found,
            actor=actor,
            text=typed["text"],
            owner=Person.objects.filter(pk=forms.whole(typed["owner"]) or 0).first(),
            due_date=_day(typed["due"]),
        )
        return _("Written down.")

    return run(
        request,
        number,
        template="web/desk/sheets/measure.html",
        fields=("text", "owner", "due"),
        deed=deed,
        start=start,
        place="measure",
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Invalid({"due": [_("This is not a date.")]})
    return found


@require_POST
@policy("desk")
def measure_state(request: HttpRequest, number: int, measure_id: int) -> HttpResponse:
    """Done, not done after all, or taken back."""
    ticket, actor = ticket_of(request, number)
    wish = forms.read(request, "to")["to"]
    found = Measure.objects.filter(pk=measure_id, complaint__ticket=ticket).select_related("complaint").first()
    if found is None:
        raise NotFound
    if wish == "done":
        complaints.finish_measure(found, actor=actor)
    elif wish == "open":
        complaints.reopen_measure(found, actor=actor)
    elif wish == "dropped":
        complaints.drop_measure(found, actor=actor)
    else:
        raise Invalid({"to": [_("Please choose.")]})
    return answers.done(request, ticket, _("Saved."))
