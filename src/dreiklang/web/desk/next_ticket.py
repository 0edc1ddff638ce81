"""'Next ticket': what loses most by waiting, why, what may be parked meanwhile and who could be called in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dreiklang.escalation import queries as between
from dreiklang.escalation.commands import handing_over
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.teams.queries import on_duty
from dreiklang.tickets.commands import assignment
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.order import Placed, in_order, job_of
from dreiklang.web import forms
from dreiklang.web.components.moments import clock_words, span_words
from dreiklang.web.components.promises import promise_words
from dreiklang.web.desk import answers, list_contents, lists
from dreiklang.web.desk.finding import me, myself, ticket_of
from dreiklang.web.routing import actor_of, policy

MOST_SKIPPED, MAY_WAIT, TO_CALL = 50, 3, 3
#: What could begin so much later and still be in time may be parked.
LONG_SLACK = timedelta(hours=8)
#: As far as one looks when asking whether those who are there can keep the promises that are near.
NEAR = timedelta(hours=2)


@dataclass(frozen=True)
class Proposal:
    """A ticket to work on or to park, with the reason in one sentence."""

    ticket: Ticket
    words: str


@require_http_methods(["GET", "POST"])
@policy("desk")
def next_ticket(request: HttpRequest) -> HttpResponse:
    """The sheet with the next ticket of a list; sent, it is taken and opened."""
    actor = actor_of(request)
    if request.method == "POST":
        typed = forms.read(request, "number", "list")
        ticket, actor = ticket_of(request, forms.whole(typed["number"]) or 0)
        _taken(ticket, actor)
        address = answers.to_ticket(ticket.number, typed["list"] if typed["list"].replace("-", "").isalnum() else "")
        if answers.is_fragment(request):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = address
            return response
        return redirect(address)
    key = request.GET.get("list", "") or lists.first_key(actor)
    name, level = lists.name_of(key, actor=actor)
    skipped = [n for n in map(forms.whole, request.GET.get("skip", "").split(",")[:MOST_SKIPPED]) if n is not None]
    now = clock.now()
    open_now = list_contents.tickets_in(key, actor=actor).filter(state_group__in=["initial", "active"])
    own = open_now.filter(Q(assignee_id=me(actor)) | Q(assignee_id=None)).select_related("requester", "service", "team")
    placed = in_order(own.exclude(number__in=skipped), at=now, limit=1)
    shown = Proposal(placed[0].ticket, why_words(placed[0], now)) if placed else None
    context: dict[str, Any] = {
        "key": key, "name": name, "level": level, "next": shown, "skipped": skipped,
        "skip": ",".join(str(n) for n in [*skipped, *([shown.ticket.number] if shown else [])]),
        "may_wait": may_wait(own, now, shown.ticket.pk if shown else 0),
        "call": to_call(key, open_now, actor, now),
    }  # fmt: skip
    return answers.sheet(request, "web/desk/sheets/next.html", context)


def _taken(ticket: Ticket, actor: Actor) -> None:
    """Accept what was handed to one's team, take what nobody has; what is one's own stays so."""
    waiting = between.waiting_handover(ticket)
    if waiting is not None and waiting.to_team_id in actor.teams:
        handing_over.accept(waiting, actor=actor, person=myself(actor))
    elif ticket.assignee_id != me(actor) and ticket.team_id in actor.teams:
        assignment.assign(ticket, actor=actor, person=myself(actor))


def why_words(placed: Placed, now: datetime) -> str:
    """Why it is next, in one sentence: slack, loss by the hour, expected work."""
    ticket, job = placed.ticket, job_of(placed.ticket)
    reasons = []
    if ticket.next_promise_at is not None:
        zone = timezone.get_current_timezone()
        reasons.append(_("promised %(when)s") % {"when": promise_words(ticket.next_promise_at, now, zone).words})
    if placed.is_late:
        reasons.append(_("work should have begun %(span)s ago") % {"span": span_words(now - job.start_by)})
    else:
        reasons.append(_("it can wait no longer than %(span)s") % {"span": span_words(job.start_by - now)})
    if ticket.service is not None and ticket.service.hourly_cost is not None:
        reasons.append(_("%(service)s is affected") % {"service": ticket.service.name})
    reasons.append(_("priority %(n)s") % {"n": ticket.priority})
    if ticket.requester.is_vip:
        reasons.append("VIP")
    reasons.append(_("about %(span)s of work") % {"span": span_words(timedelta(minutes=ticket.work_minutes))})
    return _("Because: %(reasons)s.") % {"reasons": ", ".join(reasons)}


def may_wait(own: Any, now: datetime, but: int) -> list[Proposal]:
    """What loses least and has time: the end of the order, as far as it can begin much later."""
    zone = timezone.get_current_timezone()
    last = own.exclude(pk=but).order_by("delay_cost", "-opened_at", "pk")[: MAY_WAIT * 4]
    found = []
    for ticket in last:
        start_by = job_of(ticket).start_by
        if start_by - now > LONG_SLACK:
            when = clock_words(start_by, now, zone)
            found.append(Proposal(ticket, _("Has time: to be begun by %(when)s at the latest.") % {"when": when}))
    return found[:MAY_WAIT]


@dataclass(frozen=True)
class Call:
    """Who could be called in, and why."""

    words: str
    people: list[tuple[Person, str]]


def to_call(key: str, open_now: Any, actor: Actor, now: datetime) -> Call | None:
    """Colleagues of the team with the least open work, if those promises cannot all be kept by one; else nobody.

    Only open work of now is counted, nothing of the past (P46).
    """
    team = Team.objects.filter(pk=forms.whole(key.removeprefix("team-")) or 0).first() if "team-" in key else None
    if team is None or (team.pk not in actor.teams and not actor.has("tickets.assign_others")):
        return None
    near = list(open_now.filter(next_promise_at__lte=now + NEAR).values_list("work_minutes", flat=True))
    left = NEAR.total_seconds() / 60
    if sum(near) <= left:
        return None
    there = [person for person in on_duty(team, now) if person.pk != me(actor)]
    counts = dict(
        Ticket.objects.unsettled()
        .filter(assignee__in=there)
        .values("assignee_id")
        .annotate(n=Count("pk"))
        .values_list("assignee_id", "n")
    )
    there.sort(key=lambda person: (counts.get(person.pk, 0), person.sort_key))
    words = ngettext(
        "%(n)d promise ends within two hours and needs about %(work)s.",
        "%(n)d promises end within two hours and need about %(work)s.",
        len(near),
    ) % {"n": len(near), "work": span_words(timedelta(minutes=sum(near)))}
    people = [
        (p, ngettext("%(n)d open ticket", "%(n)d open tickets", counts.get(p.pk, 0)) % {"n": counts.get(p.pk, 0)})
        for p in there[:TO_CALL]
    ]
    return Call(words, people)


def address_for(key: str) -> str:
    """Where the next ticket of a list is asked for."""
    return reverse("desk:next") + f"?list={key}"
