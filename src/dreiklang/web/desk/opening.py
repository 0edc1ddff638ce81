"""A new ticket typed by an agent: a call, a walk-in, or the desk writes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.permissions import Actor, system
from dreiklang.organizations import policy as organizations
from dreiklang.organizations import queries as people
from dreiklang.organizations.commands.persons import make_person
from dreiklang.organizations.models import Organization, Person
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import assignment, conversation, keeping, opening
from dreiklang.tickets.commands.own_fields import keep_values
from dreiklang.tickets.models import Category, Draft, Ticket
from dreiklang.tickets.queries.own_fields import fields_of
from dreiklang.web import forms
from dreiklang.web.desk import outages_known
from dreiklang.web.desk.affected import people_from, service_choices, service_from
from dreiklang.web.desk.answers import to_ticket
from dreiklang.web.desk.classification import category_choices, impact_choices, urgency_choices
from dreiklang.web.desk.finding import me, myself
from dreiklang.web.desk.own_fields import inputs_of
from dreiklang.web.routing import actor_of, policy

FIELDS = (
    "requester", "name", "mail", "phone", "organization", "subject", "text", "channel", "kind", "category", "impact",
    "urgency", "service", "people", "mine", "joins", "waits",
)  # fmt: skip
PLACE, MOST_OWN = "new", 100
#: How it came: the first three are words of the requester, the last is a letter of ours.
CHANNELS = ("phone", "walk_in", "mail", "outgoing")


@require_http_methods(["GET", "POST"])
@policy("desk")
def new(request: HttpRequest) -> HttpResponse:
    """The form; a refusal shows it again with every word."""
    actor = actor_of(request)
    if not actor.has(tickets.WORK):
        raise NotAllowed(_("New tickets are opened by the desk; cases are handed to you."))
    if request.method == "GET":
        draft = Draft.objects.filter(person_id=me(actor), ticket=None, place=PLACE).first()
        typed = {
            "kind": "incident",
            "impact": "3",
            "urgency": "2",
            "channel": "phone",
            **(draft.content if draft else {}),
        }
        if wished := request.GET.get("requester"):
            typed["requester"] = wished
        return _page(request, actor, typed, saved_at=int(draft.saved_at.timestamp() * 1000) if draft else 0)
    own = [name for name in request.POST if name.startswith("field-")][:MOST_OWN]
    typed = forms.read(request, *FIELDS, lists=own)
    try:
        if typed["joins"]:
            answer = _joined(request, actor, typed)
            keeping.drop_draft(None, actor=actor, place=PLACE)
            return answer
        ticket = _opened(request, actor, typed)
    except Invalid as refusal:
        return _page(request, actor, typed, problems=refusal.fields, status=422)
    except WrongState as refusal:
        return _page(request, actor, typed, problems={"joins": [refusal.message]}, status=409)
    keeping.drop_draft(None, actor=actor, place=PLACE)
    if not tickets.may_see(actor, ticket):
        words = _("Ticket %(number)s is open at %(team)s. Only the teams that work on it may see it.")
        messages.success(request, words % {"number": ticket.number, "team": ticket.team.name if ticket.team else ""})
        return redirect("desk:start")
    return redirect(to_ticket(ticket.number))


@transaction.atomic
def _joined(request: HttpRequest, actor: Actor, typed: Mapping[str, str]) -> HttpResponse:
    """No ticket: whoever is hit by an outage that the desk knows of is noted there."""
    return outages_known.joined(request, actor, requester_of(actor, typed), typed)


@transaction.atomic
def _opened(request: HttpRequest, actor: Actor, typed: Mapping[str, str]) -> Ticket:
    """Person if need be, ticket, first words, taking it: all of it or nothing."""
    requester = requester_of(actor, typed)
    wished = Category.objects.filter(pk=forms.whole(typed["category"]) or 0, is_active=True).first()
    if typed["channel"] not in CHANNELS:
        raise Invalid({"channel": [_("Please say how it came.")]})
    if not typed["text"]:
        raise Invalid({"text": [_("What was said? A sentence is enough.")]})
    is_ours = typed["channel"] == "outgoing"
    files = forms.uploads(request)
    about: dict[str, Any] = {
        "subject": typed["subject"] or typed["text"],
        "kind": typed["kind"],
        "channel": "mail" if is_ours else typed["channel"],
        "category": wished,
        "impact": forms.whole(typed["impact"]) or 0,
        "urgency": forms.whole(typed["urgency"]) or 0,
        "service": service_from(typed["service"], actor),
        "affected_people": people_from(typed["people"]),
    }
    if is_ours:
        ticket = opening.open_ticket(requester, actor=actor, **about)
        if not tickets.may_see(actor, ticket):
            raise Invalid({"kind": [_("Only level 1 writes first about what not everybody may see.")]})
        conversation.write_message(ticket, actor=actor, text=typed["text"], attachments=files)
    else:
        ticket = opening.open_with_message(requester, actor=actor, text=typed["text"], attachments=files, **about)
    _keep_own(ticket, actor, typed)
    if typed["mine"] and ticket.team_id in actor.teams:
        assignment.assign(ticket, actor=actor, person=myself(actor))
    if typed["waits"]:
        outages_known.adopt_by(typed["waits"], ticket, actor)
    return ticket


def _keep_own(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> None:
    """What was typed into the own fields that such a ticket has; the desk itself writes it where the agent may not."""
    writer = actor if tickets.may_see(actor, ticket) else system("desk")
    known = [field.key for field in fields_of(ticket, actor=actor)]
    own = {key: [one for one in typed.get(f"field-{key}", []) if one] for key in known}
    if wished := {key: texts for key, texts in own.items() if texts}:
        keep_values(ticket, actor=writer, values=wished)


@require_GET
@policy("desk")
def own_inputs(request: HttpRequest) -> HttpResponse:
    """The own fields for the kind and category that are chosen, asked again when they change."""
    return render(request, "web/desk/new_own_fields.html", {"inputs": _inputs(actor_of(request), request.GET, {})})


def _inputs(actor: Actor, chosen: Mapping[str, Any], typed: Mapping[str, Any]) -> list[dict[str, Any]]:
    category = Category.objects.filter(pk=forms.whole(str(chosen.get("category") or "")) or 0).first()
    begun = Ticket(kind=str(chosen.get("kind") or "incident"), category=category)
    fields = fields_of(begun, actor=actor)
    return inputs_of(fields, {f.key: _listed(typed.get(f"field-{f.key}")) for f in fields})


def _listed(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and one]


def requester_of(actor: Actor, typed: Mapping[str, str]) -> Person:
    """Who was chosen in a form, or the person added by it. Raises Invalid by field, NotAllowed."""
    if typed["requester"]:
        return people.person(forms.whole(typed["requester"]) or 0, actor=actor)
    if not typed["name"]:
        raise Invalid({"requester": [_("Who is it about? Choose somebody, or type a name.")]})
    home = Organization.objects.filter(pk=forms.whole(typed["organization"]) or 0, is_active=True).first()
    if home is None:
        raise Invalid({"organization": [_("Which organisation does this person belong to?")]})
    if not organizations.may_keep_persons(actor):
        raise NotAllowed(_("You may not add persons."))
    return make_person(
        typed["name"],
        organization=home,
        actor=actor,
        mails=[m for m in (typed["mail"],) if m],
        phones=[p for p in (typed["phone"],) if p],
    )


def _page(
    request: HttpRequest,
    actor: Actor,
    typed: Mapping[str, Any],
    *,
    problems: Mapping[str, Any] | None = None,
    saved_at: int = 0,
    status: int = 200,
) -> HttpResponse:
    chosen = None
    if key := forms.whole(str(typed.get("requester", ""))):
        chosen = organizations.persons_visible_to(actor).select_related("organization").filter(pk=key).first()
    context = {
        "typed": typed,
        "problems": problems or {},
        "chosen": chosen,
        "kinds": Ticket.Kind.choices,
        "categories": category_choices(),
        "impacts": impact_choices(),
        "urgencies": urgency_choices(),
        "services": service_choices(actor, chosen.organization_id if chosen else None),
        "organizations": organizations.visible_to(actor).filter(is_active=True).order_by("sort_key"),
        "saved_at": saved_at,
        "inputs": _inputs(actor, typed, typed),
        **outages_known.known_for(actor, typed),
        "channels": [
            ("phone", _("Telephone")),
            ("walk_in", _("In person")),
            ("mail", _("Mail, typed in")),
            ("outgoing", _("We write first")),
        ],
    }
    return render(request, "web/desk/new.html", context, status=status)


@require_http_methods(["POST"])
@policy("desk")
def save_draft(request: HttpRequest) -> HttpResponse:
    """Keep a ticket that is being typed."""
    from dreiklang.web.desk.composer import saved_words

    actor = actor_of(request)
    myself(actor)
    draft = keeping.save_draft(None, actor=actor, place=PLACE, content=forms.draft_content(request))
    return HttpResponse(saved_words(draft.saved_at), content_type="text/plain; charset=utf-8")
