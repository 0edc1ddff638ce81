"""What each deed does: one function a deed, each giving one command as the rule itself. Higher floors add theirs.

A deed writes only what a person could write by the same command; nothing here reads a note (P31). The words of a
message are those of the rule, with the ticket's number, subject and the requester's name in it: the last two only
where the sender was proven, because otherwise somebody else could have typed them (P21).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from dreiklang.accounts.models import Account
from dreiklang.automation.queries.names import category_called, person_called, team_called
from dreiklang.automation.rules.deeds import WRITE
from dreiklang.automation.rules.doings import DOINGS, Doing, Work
from dreiklang.automation.rules.filling import filled
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.tickets.commands import assignment, classification, conversation, following, keeping, pausing, tagging
from dreiklang.tickets.models import Message


def do(work: Work) -> None:
    """Do one deed. Raises what its command raises, and Invalid for a deed that is not known (any more)."""
    doing = DOINGS.get(work.step.kind) or _OWN.get(work.step.kind)
    if doing is None:
        raise Invalid({"deed": [_("This deed is not known here.")]})
    doing(work)


def _assign(work: Work) -> None:
    person = person_called(work.step.value)
    if person is None:
        raise Invalid({"value": [_("There is nobody with this address: %(name)s") % {"name": work.step.value}]})
    assignment.assign(work.ticket, actor=work.actor, person=person)


def _unassign(work: Work) -> None:
    assignment.assign(work.ticket, actor=work.actor, person=None)


def _move(work: Work) -> None:
    team = team_called(work.step.value)
    if team is None:
        raise Invalid({"value": [_("There is no team “%(name)s” any more.") % {"name": work.step.value}]})
    assignment.move_to_team(work.ticket, actor=work.actor, team=team, reason=work.actor.name)


def _prepare_handover(work: Work) -> None:
    """A draft in the name of whoever has the ticket: nothing goes anywhere until that person sends it."""
    team = team_called(work.step.value)
    if team is None:
        raise Invalid({"value": [_("There is no team “%(name)s” any more.") % {"name": work.step.value}]})
    account = Account.objects.filter(person=work.ticket.assignee_id, is_active=True).first()
    if work.ticket.assignee_id is None or account is None:
        raise WrongState(_("Nobody has the ticket who could hand it over."))
    from dreiklang.teams.queries import actor_for

    content = {"to_team": str(team.pk), "question": work.step.text_in(account.language)}
    keeping.save_draft(work.ticket, actor=actor_for(account), place="handover", content=content)


def _set_kind(work: Work) -> None:
    classification.classify(work.ticket, actor=work.actor, kind=work.step.value)


def _set_category(work: Work) -> None:
    category = category_called(work.step.value)
    if category is None:
        raise Invalid({"value": [_("There is no category “%(name)s” any more.") % {"name": work.step.value}]})
    classification.classify(work.ticket, actor=work.actor, category=category)


def _set_impact(work: Work) -> None:
    classification.classify(work.ticket, actor=work.actor, impact=_number(work.step.value))


def _set_urgency(work: Work) -> None:
    classification.classify(work.ticket, actor=work.actor, urgency=_number(work.step.value))


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise Invalid({"value": [_("This is not a number.")]})
    return int(text[:6])


def _tag(work: Work) -> None:
    tagging.tag(work.ticket, actor=work.actor, name=work.step.value)


def _untag(work: Work) -> None:
    tagging.untag(work.ticket, actor=work.actor, name=work.step.value)


def _note(work: Work) -> None:
    conversation.write_note(work.ticket, actor=work.actor, text=work.step.text_in(work.ticket.language), channel="rule")


def _message(work: Work) -> None:
    """Write to the requester, in the ticket's language. Never in answer to a machine (P06)."""
    if not work.actor.has(WRITE):
        raise NotAllowed(_("This rule may not write to requesters."))
    last = work.ticket.messages.filter(direction=Message.Direction.IN).order_by("-id").first()
    if last is not None and last.auto != "none":
        raise WrongState(_("The last mail was written by a machine, which gets no answer."))
    is_proven = last is None or last.is_sender_proven
    language = work.ticket.language
    with translation.override(language):
        subject = work.ticket.subject if is_proven else _("Your message to the service desk")
    values = {
        "number": str(work.ticket.number),
        "subject": work.ticket.subject if is_proven else "",
        "name": work.ticket.requester.name if is_proven else "",
    }
    text = filled(work.step.text_in(language), values)
    conversation.write_message(work.ticket, actor=work.actor, text=text, subject=subject, cc=(), auto="rule")


def _follow(work: Work) -> None:
    person = person_called(work.step.value)
    if person is None:
        raise Invalid({"value": [_("There is nobody with this address: %(name)s") % {"name": work.step.value}]})
    following.follow(work.ticket, actor=work.actor, person=person)


def _park(work: Work) -> None:
    until = clock.now() + timedelta(hours=_number(work.step.value))
    text = work.step.text_in(work.ticket.language)
    pausing.pause(work.ticket, actor=work.actor, reason="date", until=until, note=text)


def _go_on(work: Work) -> None:
    pausing.resume(work.ticket, actor=work.actor)


_OWN: Final[dict[str, Doing]] = {
    "assign": _assign,
    "unassign": _unassign,
    "move": _move,
    "prepare_handover": _prepare_handover,
    "set_kind": _set_kind,
    "set_category": _set_category,
    "set_impact": _set_impact,
    "set_urgency": _set_urgency,
    "tag": _tag,
    "untag": _untag,
    "note": _note,
    "message": _message,
    "follow": _follow,
    "park": _park,
    "go_on": _go_on,
}
