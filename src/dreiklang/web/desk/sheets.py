"""The sheets that ask for a few words before a deed: park, solve, reopen, log work, assign, direct line, subject.

Each is a form over the page. A refusal shows it again with what was typed, never an empty one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dreiklang.escalation import queries as between
from dreiklang.escalation.commands import relaying
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge.policy import may_write
from dreiklang.organizations.models import Person
from dreiklang.teams import queries as teams
from dreiklang.teams.models import Team
from dreiklang.tickets.commands import assignment, classification, interventions, keeping, pausing, resolution
from dreiklang.tickets.models import Draft, Intervention, Pending, Ticket
from dreiklang.tickets.queries.recipients import copies_of, recipients_of
from dreiklang.tickets.queries.tasks import tasks_of
from dreiklang.tickets.queries.together import inside_of, ties_of
from dreiklang.training.commands import returning
from dreiklang.web import forms
from dreiklang.web.desk import answers, composer, teaching
from dreiklang.web.desk.finding import me, ticket_of, with_chosen
from dreiklang.web.desk.meanwhile import difference, last_line, version_to_hold
from dreiklang.web.routing import policy

Deed = Callable[[Ticket, Actor, Mapping[str, Any]], str | tuple[str, answers.WayBack | None]]


def run(
    request: HttpRequest,
    number: int,
    *,
    template: str,
    fields: tuple[str, ...],
    deed: Deed,
    start: Callable[[Ticket, Actor], Mapping[str, Any]] | None = None,
    place: str = "",
) -> HttpResponse:
    """Show a sheet, or do its deed and close it; on a refusal show it again with every word kept."""
    ticket, actor = ticket_of(request, number)
    context: dict[str, Any] = {
        "ticket": ticket,
        "seen": last_line(ticket),
        "typed": {},
        "problems": {},
        "place": place,
        "saved_at": 0,
    }
    if request.method == "GET":
        context |= start(ticket, actor) if start else {}
        draft = Draft.objects.filter(person_id=me(actor), ticket=ticket, place=place).first() if place else None
        if draft and draft.content:
            context["typed"] = {**context["typed"], **draft.content}
            context["saved_at"] = int(draft.saved_at.timestamp() * 1000)
        return answers.sheet(request, template, context)
    typed = forms.read(request, *fields)
    try:
        words = deed(ticket, actor, {**typed, "version": version_to_hold(request, ticket, actor)})
    except (Invalid, Conflict) as refusal:
        context |= {**(start(ticket, actor) if start else {}), "typed": typed}
        if "others" in context and typed.get("other"):
            context |= with_chosen(list(context["others"]), typed["other"], actor=actor)
        if isinstance(refusal, Conflict):
            context["conflict"] = difference(request, ticket, actor)
            return answers.sheet(request, template, context, status=409)
        context["problems"] = refusal.fields
        return answers.sheet(request, template, context, status=422)
    if place:
        keeping.drop_draft(ticket, actor=actor, place=place)
    said, undo = (words, None) if isinstance(words, str) else words
    return answers.done(request, ticket, said, undo=undo)


@require_http_methods(["GET", "POST"])
@policy("desk")
def pause(request: HttpRequest, number: int) -> HttpResponse:
    """Park, with the reason and until when."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        return {
            "reasons": Pending.Reason.choices,
            "open_tasks": tasks_of(ticket, actor=actor).filter(done_at=None),
            "ties": [tie.other for tie in ties_of(ticket, actor=actor) if tie.other.state_group != "settled"],
            "typed": {"reason": "requester"},
        }

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> Any:
        until = forms.moment(typed["until"])
        number = forms.whole(typed["other"].lstrip("#")) or 0
        pausing.pause(
            ticket,
            actor=actor,
            reason=typed["reason"],
            until=until,
            note=typed["note"],
            task=tasks_of(ticket, actor=actor).filter(pk=forms.whole(typed["task"]) or 0).first(),
            other=inside_of(actor).filter(number=number).first(),
            version=typed["version"],
        )
        return _("Parked."), answers.WayBack(reverse("desk:resumption", args=[ticket.number]))

    return run(
        request,
        number,
        template="web/desk/sheets/pause.html",
        fields=("reason", "until", "note", "task", "other"),
        deed=deed,
        start=start,
    )


@require_http_methods(["GET", "POST"])
@policy("desk")
def resolve(request: HttpRequest, number: int) -> HttpResponse:
    """Send the solution. What came back solved stands in it already, in the words of the level above."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        back = between.returned_solution(ticket)
        to, copies = recipients_of(ticket), copies_of(ticket)
        return {
            "typed": {"text": back.solution if back else ""},
            "taken_over": back,
            "button": composer.send_words(to, copies),
            "may_write_up": may_write(actor),
            **teaching.offered(ticket, actor),
        }

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> Any:
        sent = returning.resolve(
            ticket,
            actor=actor,
            text=typed["text"],
            attachments=forms.uploads(request),
            remedies=teaching.ticked(typed),
            words=typed["lesson"],
            team=teaching.team_named(ticket, actor, typed),
            version=typed["version"],
        )
        undo = answers.WayBack(reverse("desk:withdrawal", args=[sent.message_id])) if sent.message_id else None
        return _("Solved; the requester is told."), undo

    answer = run(
        request,
        number,
        template="web/desk/sheets/resolve.html",
        fields=("text", "lesson", "then_article", *teaching.FIELDS),
        deed=deed,
        start=start,
        place="resolution",
    )
    if request.method == "POST" and request.POST.get("then_article") and answer.status_code in (204, 302):
        return answers.go_on(request, reverse("desk:case_article", args=[number]))
    return answer


@require_http_methods(["GET", "POST"])
@policy("desk")
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    """It does not work after all."""

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        resolution.reopen(ticket, actor=actor, because="desk", reason=typed["reason"])
        return _("Open again.")

    return run(request, number, template="web/desk/sheets/reopen.html", fields=("reason",), deed=deed)


@require_http_methods(["GET", "POST"])
@policy("desk")
def intervention(request: HttpRequest, number: int) -> HttpResponse:
    """Log work: what was done, what came of it, how many minutes."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        return {
            "kinds": Intervention.Kind.choices,
            "outcomes": Intervention.Outcome.choices,
            "typed": {"kind": "check", "outcome": "none"},
        }

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        values = {name: typed[name] for name in ("text", "kind", "result", "outcome")}
        interventions.log_intervention(ticket, actor=actor, minutes=typed["minutes"] or 0, **values)
        return _("Logged.")

    return run(
        request,
        number,
        template="web/desk/sheets/intervention.html",
        fields=("text", "kind", "result", "outcome", "minutes"),
        deed=deed,
        start=start,
        place="intervention",
    )


@require_http_methods(["GET", "POST"])
@policy("desk")
def change_subject(request: HttpRequest, number: int) -> HttpResponse:
    """A better subject."""

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        classification.change_subject(ticket, actor=actor, subject=typed["subject"], version=typed["version"])
        return _("The subject is changed.")

    return run(
        request,
        number,
        template="web/desk/sheets/subject.html",
        fields=("subject",),
        deed=deed,
        start=lambda t, a: {"typed": {"subject": t.subject}},
    )


@require_http_methods(["GET", "POST"])
@policy("desk")
def direct_line(request: HttpRequest, number: int) -> HttpResponse:
    """Open the direct line between level 3 and the requester, with the reason."""

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        relaying.open_direct_line(ticket, actor=actor, reason=typed["reason"])
        return _("The direct line is open.")

    return run(request, number, template="web/desk/sheets/direct_line.html", fields=("reason",), deed=deed)


@require_http_methods(["GET", "POST"])
@policy("desk")
def assign(request: HttpRequest, number: int) -> HttpResponse:
    """To a colleague of the team that has it, back to the team, or to another team of the same level."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        members = teams.members_on(ticket.team, teams.today()) if ticket.team else []
        beside = Team.objects.filter(level=ticket.level, is_active=True).exclude(pk=ticket.team_id or 0)
        return {
            "members": [m.person for m in members],
            "away": teams.absences_on(teams.today(), [m.person_id for m in members]),
            "teams": beside.order_by("name"),
            "typed": {"to": f"person-{ticket.assignee_id}" if ticket.assignee_id else "team"},
        }

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> Any:
        kind, _dash, key = typed["to"].partition("-")
        wanted = forms.whole(key) or 0
        if kind == "move":
            team = Team.objects.filter(pk=wanted).first()
            if team is None:
                raise Invalid({"to": [_("This team does not exist.")]})
            assignment.move_to_team(ticket, actor=actor, team=team, reason=typed["reason"], version=typed["version"])
            return _("Moved to %(team)s.") % {"team": team.name}, answers.WayBack(
                reverse("desk:moving_end", args=[number])
            )
        person = Person.objects.filter(pk=wanted).first() if kind == "person" else None
        if kind == "person" and person is None:
            raise Invalid({"to": [_("This person is not in the team that has the ticket.")]})
        former = f"person-{ticket.assignee_id}" if ticket.assignee_id else "team"
        assignment.assign(ticket, actor=actor, person=person, version=typed["version"])
        words = _("Assigned to %(name)s.") % {"name": person.name} if person else _("Back to the team.")
        return words, answers.WayBack(reverse("desk:assignment", args=[number]), {"to": former})

    return run(request, number, template="web/desk/sheets/assign.html", fields=("to", "reason"), deed=deed, start=start)
