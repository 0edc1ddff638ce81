"""The language model: set up, asked for a text, and the text taken over by a person or thrown away. It never acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.assistance import policy
from dreiklang.assistance.events import (
    LanguageModelSet,
    MachineTextAsked,
    MachineTextCame,
    MachineTextDiscarded,
    MachineTextTaken,
)
from dreiklang.assistance.models import LanguageModel, MachineText
from dreiklang.assistance.queries.machine import language_model, tasks_on, would_leave
from dreiklang.assistance.rules.prompts import DRAFT, SUMMARY, TASKS
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, Refusal, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.outgoing import checked_address
from dreiklang.kernel.permissions import Actor, require
from dreiklang.kernel.secrets import encrypt
from dreiklang.tickets.commands.keeping import save_draft
from dreiklang.tickets.models import Draft, Ticket

State = MachineText.State


@command
def set_language_model(
    *, actor: Actor, url: str, model: str, functions: Sequence[str], secret: str = ""
) -> LanguageModel:
    """Name the endpoint and what it may be asked.

    Without ``secret`` the kept one stays, unless the host changes (P35).
    """
    require(policy.may_set_up(actor))
    url, former, problems = url.strip().rstrip("/"), language_model(), {}
    try:
        host = checked_address(url).netloc
    except Refusal as refused:
        host, problems["url"] = "", [str(refused)]
    if not model.strip():
        problems["model"] = [_("Which model shall answer?")]
    if set(functions) - set(TASKS):
        problems["functions"] = [
            _("There is no such function: %(key)s") % {"key": sorted(set(functions) - set(TASKS))[0]}
        ]
    if problems:
        raise Invalid(problems)
    is_same = former is not None and urlsplit(former.url)[:2] == urlsplit(url)[:2]
    kept = encrypt(secret) if secret else former.secret if former and is_same else ""
    found, _created = LanguageModel.objects.update_or_create(
        pk=1, defaults={"url": url, "model": model.strip(), "functions": list(functions), "secret": kept}
    )
    publish(LanguageModelSet(subject_id=1, host=host, functions=tuple(functions)), actor=actor)
    return found


@command
def ask_for(ticket: Ticket, task: str, *, actor: Actor) -> MachineText:
    """Ask for a text in the background. Raises WrongState if it is switched off or asked already."""
    require(policy.may_ask_machine(actor, ticket))
    known = language_model()
    if known is None or task not in tasks_on():
        raise WrongState(_("This is switched off."), code="switched_off")
    sent, kept, language = would_leave(ticket, task, actor=actor)
    try:
        with transaction.atomic():
            text = MachineText.objects.create(
                ticket=ticket, task=task, language=language, asked_by_id=actor.id if actor.kind == "person" else None,
                sent=sent, persons=kept.persons, asked_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as twice:
        raise WrongState(_("That was asked for already."), code="asked_already") from twice
    letters = sum(len(one["content"]) for one in sent)
    publish(MachineTextAsked(host=urlsplit(known.url).netloc, letters=letters, **_about(text)), actor=actor)
    return text


@command
def keep_answer(text: MachineText, *, actor: Actor, answer: str, problem: str, code: str) -> MachineText:
    """What came, or what went wrong. It changes nothing else."""
    require(actor.is_system)
    text = MachineText.objects.select_for_update(of=("self",)).get(pk=text.pk)
    if text.state == State.WAITING:
        text.state, text.text, text.problem = (State.FAILED if problem else State.READY), answer, problem
        text.save(update_fields=["state", "text", "problem"])
    publish(MachineTextCame(problem=code, **_about(text)), actor=actor)
    return text


@command
def take_text(text: MachineText, *, actor: Actor, words: str) -> MachineText:
    """A person takes it over, as it is or changed: into the own draft of a handover or an answer. Nothing leaves."""
    text = _held(text, actor, State.READY)
    if not words.strip():
        raise Invalid({"text": [_("There is nothing written yet.")]})
    place, part = {SUMMARY: ("handover", "observations"), DRAFT: ("message", "text")}.get(text.task, ("", ""))
    if not place:
        raise WrongState(_("A translation is there to be read."), code="only_read")
    draft = Draft.objects.filter(person_id=actor.person_id, ticket_id=text.ticket_id, place=place).first()
    content: dict[str, Any] = dict(draft.content) if draft else {}
    before = str(content.get(part) or "").strip()
    content[part] = f"{before}\n\n{words.strip()}" if before else words.strip()
    content.pop("html", None)
    save_draft(text.ticket, actor=actor, place=place, content=content)
    return _decide(text, State.TAKEN, MachineTextTaken(**_about(text)), actor)


@command
def discard_text(text: MachineText, *, actor: Actor) -> MachineText:
    """Throw it away, whether it came or not."""
    text = _held(text, actor, State.READY, State.FAILED, State.WAITING)
    return _decide(text, State.DISCARDED, MachineTextDiscarded(**_about(text)), actor)


def _held(text: MachineText, actor: Actor, *expected: str) -> MachineText:
    held = MachineText.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=text.pk)
    require(policy.may_ask_machine(actor, held.ticket))
    if held.state not in expected:
        raise WrongState(_("Somebody has decided about this text already."), code="already_decided")
    return held


def _decide(text: MachineText, state: str, event: Any, actor: Actor) -> MachineText:
    text.state = state
    text.save(update_fields=["state"])
    publish(event, actor=actor)
    return text


def _about(text: MachineText) -> dict[str, Any]:
    return {"subject_id": text.pk, "ticket_id": text.ticket_id, "task": text.task}
