"""The handover sheet with its gate, and the way back. Typed words are a draft at once and survive every refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dreiklang.escalation import queries as between
from dreiklang.escalation.commands import handing_over
from dreiklang.escalation.models import HandBack
from dreiklang.escalation.queries.coverage import objection_to
from dreiklang.escalation.rules import PARTS, Case, Demands, Step
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.teams import queries as teams
from dreiklang.tickets.commands import classification, keeping
from dreiklang.tickets.commands.own_fields import keep_values
from dreiklang.tickets.models import Draft, Intervention, Ticket
from dreiklang.tickets.queries.own_fields import fields_before
from dreiklang.training.commands import returning
from dreiklang.web import forms
from dreiklang.web.components.moments import clock_words
from dreiklang.web.desk import answers, teaching
from dreiklang.web.desk.classification import language
from dreiklang.web.desk.conversation import service_words
from dreiklang.web.desk.finding import me, ticket_of
from dreiklang.web.desk.head import category_words, sum_words
from dreiklang.web.desk.meanwhile import difference, last_line, version_to_hold
from dreiklang.web.desk.own_fields import inputs_of
from dreiklang.web.desk.sheets import run
from dreiklang.web.routing import policy

PLACE = "handover"
WORDS = tuple(part for part in PARTS if part != "steps")


@require_http_methods(["GET", "POST"])
@policy("desk")
def hand_over(request: HttpRequest, number: int) -> HttpResponse:
    """Show the gate, or hand over; an incomplete case comes back with every word and the next gap in focus."""
    ticket, actor = ticket_of(request, number)
    candidates = between.next_teams(ticket)
    if request.method == "GET":
        typed, saved_at = _begun(ticket, actor)
        if wished := request.GET.get("to"):
            typed = {**typed, "to": wished}
        return answers.sheet(
            request, "web/desk/sheets/handover.html", _context(ticket, actor, candidates, typed, saved_at=saved_at)
        )
    typed = _typed(request, ticket, actor)
    chosen = next((c for c in candidates if str(c.team.pk) == typed["to"]), None)
    try:
        if chosen is None:
            raise Invalid({"to": [_("Please choose a team that can take it.")]})
        _answered(ticket, actor, typed)
        handing_over.hand_over(
            ticket,
            actor=actor,
            to_team=chosen.team,
            case=case_of(typed),
            at_once_because=typed["at_once_because"],
            version=version_to_hold(request, ticket, actor),
        )
    except (Invalid, Conflict) as refusal:
        return _again(request, ticket, actor, candidates, typed, refusal)
    keeping.drop_draft(ticket, actor=actor, place=PLACE)
    return answers.done(request, ticket, _("Handed to %(team)s.") % {"team": chosen.team.name})


def case_of(typed: Mapping[str, Any]) -> Case:
    """The form as a case: parts as texts, steps as pairs of what was tried and what came of it."""
    pairs = zip(typed["step"], typed["step_result"], strict=False)
    steps = tuple(Step(text, result) for text, result in pairs if text)
    return Case(steps=steps, **{part: typed[part] for part in WORDS})


def _typed(request: HttpRequest, ticket: Ticket, actor: Actor) -> dict[str, Any]:
    asked = [f"question-{q.pk}" for q, _text in between.questions_before(ticket, 4)]
    own = [f"field-{field.key}" for field, _words in fields_before(ticket, 4, actor=actor)]
    return forms.read(request, "to", "at_once_because", *WORDS, *asked, lists=["step", "step_result", *own])


def _answered(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> None:
    for question, known in between.questions_before(ticket, 4):
        text = typed.get(f"question-{question.pk}", "")
        if text and text != known:
            classification.answer_question(ticket, actor=actor, question=question, text=text)
    own = {f.key: _listed(typed.get(f"field-{f.key}")) for f, _words in fields_before(ticket, 4, actor=actor)}
    if wished := {key: texts for key, texts in own.items() if any(texts)}:
        try:
            keep_values(ticket, actor=actor, values=wished)
        except Invalid as refusal:
            if refusal.code != "nothing_changed":
                raise


def _begun(ticket: Ticket, actor: Actor) -> tuple[dict[str, Any], int]:
    """The draft if there is one, else what the ticket's own log already knows of steps."""
    draft = Draft.objects.filter(person_id=me(actor), ticket=ticket, place=PLACE).first()
    if draft and draft.content:
        typed = {name: draft.content.get(name, "") for name in ("to", "at_once_because", *WORDS)}
        typed |= {n: v for n, v in draft.content.items() if n.startswith("question-")}
        own = [n for n in draft.content if n.startswith("field-")]
        typed |= {n: _listed(draft.content.get(n)) for n in ("step", "step_result", *own)}
        return typed, int(draft.saved_at.timestamp() * 1000)
    logged = Intervention.objects.filter(ticket=ticket).order_by("id")[:12]
    steps = [(w.text, w.result or (str(w.get_outcome_display()) if w.outcome != "none" else "")) for w in logged]
    typed = {"to": "", "at_once_because": "", **dict.fromkeys(WORDS, ""), "affected": _affected(ticket)}
    return {**typed, "step": [s for s, _r in steps], "step_result": [r for _s, r in steps]}, 0


def _affected(ticket: Ticket) -> str:
    """What the ticket names as affected already."""
    return service_words(between.enclosed(ticket))


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _again(
    request: HttpRequest,
    ticket: Ticket,
    actor: Actor,
    candidates: list[Any],
    typed: dict[str, Any],
    refusal: Invalid | Conflict,
) -> HttpResponse:
    keeping.save_draft(ticket, actor=actor, place=PLACE, content={k: v for k, v in typed.items() if k != "version"})
    context = _context(ticket, actor, candidates, typed, saved_at=int(clock.now().timestamp() * 1000))
    if isinstance(refusal, Conflict):
        context["conflict"] = difference(request, ticket, actor)
        return answers.sheet(request, "web/desk/sheets/handover.html", context, status=409)
    context["problems"] = refusal.fields
    return answers.sheet(request, "web/desk/sheets/handover.html", context, status=422)


def _context(
    ticket: Ticket, actor: Actor, candidates: list[Any], typed: dict[str, Any], *, saved_at: int
) -> dict[str, Any]:
    """What the sheet shows: needed parts on top, what is known below with its source, who takes it and why beside."""
    chosen = next((c for c in candidates if str(c.team.pk) == typed.get("to")), candidates[0] if candidates else None)
    level = chosen.team.level if chosen else ticket.level + 1
    demands = between.demands_for(ticket.category, level)
    questions = between.questions_before(ticket, level)
    needed = _own_needed(ticket, actor, typed, level) + _needed(demands, questions, typed, level)
    objection = objection_to(ticket, chosen.team, actor=actor) if chosen else ""
    missing = sum(not part["done"] for part in needed) + bool(objection)
    return {
        "ticket": ticket,
        "seen": last_line(ticket),
        "candidates": candidates,
        "chosen": chosen,
        "to_level": level,
        "typed": typed,
        "why": why_words(chosen) if chosen else "",
        "objection": objection,
        "present": _present(chosen),
        "needed": needed,
        "missing": missing,
        "optional": [p for p in parts_in_words(level) if p[0] in WORDS and p[0] not in demands.parts],
        "steps": _step_rows(typed),
        "steps_needed": "steps" in demands.parts,
        "minimum_steps": demands.minimum_steps,
        "known": _known(ticket, questions),
        "category": category_words(ticket),
        "saved_at": saved_at,
        "problems": {},
        "place": PLACE,
    }


def parts_in_words(level: int) -> list[tuple[str, str, str]]:
    """The parts of a case: name, question, example."""
    return [
        ("reason", _("Why does it go up?"), _("For example: rights on the print server are missing here")),
        ("observations", _("What was observed?"), _("Symptoms, messages, since when")),
        ("ruled_out", _("What is ruled out?"), _("For example: paper and ribbon, checked at the device")),
        ("affected", _("Who and what is affected?"), _("People, places, devices, services")),
        (
            "question",
            _("What shall level %(level)s do?") % {"level": level},
            _("For example: check the way from the print server to the wards"),
        ),
    ]


def _own_needed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any], level: int) -> list[dict[str, Any]]:
    """Own fields that are empty and must not be, as the form draws them."""
    found = []
    for field, words in fields_before(ticket, level, actor=actor):
        value = [one for one in _listed(typed.get(f"field-{field.key}")) if one]
        if not words:
            drawn = inputs_of([field], {field.key: value})[0]
            found.append({"name": drawn["name"], "input": drawn, "done": bool(value)})
    return found


def _needed(demands: Demands, questions: list[Any], typed: Mapping[str, Any], level: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for question, known in questions:
        name = f"question-{question.pk}"
        value = typed.get(name) or known
        if not known:
            found.append(
                {
                    "name": name,
                    "label": question.label_in(language()),
                    "value": value,
                    "hint": "",
                    "question": question,
                    "done": bool(value),
                }
            )
    for part, label, hint in parts_in_words(level):
        if part in demands.parts:
            value = typed.get(part, "")
            found.append({"name": part, "label": label, "value": value, "hint": hint, "done": bool(value)})
    if "steps" in demands.parts:
        told = [s for s, r in zip(typed["step"], typed["step_result"], strict=False) if s and r]
        found.append({"name": "steps", "done": len(told) >= demands.minimum_steps})
    return found


def _step_rows(typed: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = list(zip(typed["step"], typed["step_result"], strict=False))
    return rows or [("", "")]


def _known(ticket: Ticket, questions: list[Any]) -> list[tuple[str, str, str]]:
    """What the next level gets anyway: name, value, source."""
    zone = timezone.get_current_timezone()
    person = ticket.requester
    where = ", ".join(w for w in (person.function, person.place, ticket.customer.name) if w)
    rows = [
        (_("Symptom"), ticket.subject, _("from the ticket")),
        (_("Since"), clock_words(ticket.opened_at, clock.now(), zone), _("reported")),
        (_("Requester"), f"{person.name}, {where}", _("from the ticket")),
        (_("Priority"), f"P{ticket.priority}: {sum_words(ticket)}", _("computed")),
        (_("Category"), category_words(ticket), _("from the ticket")),
    ]
    rows += [(q.label_in(language()), text, _("answered")) for q, text in questions if text]
    return rows


def why_words(chosen: Any) -> str:
    """Why this team is proposed: its subject, its experience, who is there, its load."""
    parts = []
    if chosen.is_category_team:
        parts.append(_("it is this category's team"))
    if chosen.helped_before:
        parts.append(
            ngettext("solved %(n)d such case", "solved %(n)d such cases", chosen.helped_before)
            % {"n": chosen.helped_before}
        )
    parts.append(
        ngettext("%(n)d person there today", "%(n)d people there today", chosen.present) % {"n": chosen.present}
    )
    parts.append(ngettext("%(n)d open ticket", "%(n)d open tickets", chosen.open_tickets) % {"n": chosen.open_tickets})
    return _("Because: %(reasons)s.") % {"reasons": ", ".join(parts)}


def _present(chosen: Any) -> list[Any]:
    return teams.on_duty(chosen.team, clock.now())[:4] if chosen else []


@require_http_methods(["GET", "POST"])
@policy("desk")
def hand_back(request: HttpRequest, number: int) -> HttpResponse:
    """Give the ticket back, with the reason or the solution and a hint for next time."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        return {
            "kinds": HandBack.Kind.choices,
            "handover": between.handover_in_force(ticket),
            "typed": {"kind": "solved"},
            **teaching.offered(ticket, actor),
        }

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        back = returning.hand_back(
            ticket,
            actor=actor,
            kind=typed["kind"],
            reason=typed["reason"],
            solution=typed["solution"],
            hint=typed["hint"],
            remedies=teaching.ticked(typed),
            team=teaching.team_named(ticket, actor, typed),
            version=typed["version"],
        )
        return _("Back to level %(level)s.") % {"level": back.to_level}

    return run(
        request,
        number,
        template="web/desk/sheets/hand_back.html",
        fields=("kind", "reason", "solution", "hint", *teaching.FIELDS),
        deed=deed,
        start=start,
        place="hand_back",
    )
