"""Rules in words: when they look, what they do, and what one did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.conditions import vocabulary_for
from dreiklang.tickets.rules.conditions import Mistake, Vocabulary, read, write

WHEN: Mapping[str, Any] = {
    "opened": gettext_lazy("a ticket is opened"),
    "mail": gettext_lazy("an answer comes from outside"),
    "answered": gettext_lazy("somebody writes to the requester"),
    "noted": gettext_lazy("a note is written"),
    "classified": gettext_lazy("kind, category, urgency or subject change"),
    "assigned": gettext_lazy("it is assigned"),
    "moved": gettext_lazy("another team or level gets it"),
    "paused": gettext_lazy("it is parked"),
    "resumed": gettext_lazy("it goes on"),
    "resolved": gettext_lazy("it is solved"),
    "reopened": gettext_lazy("it is opened again"),
    "closed": gettext_lazy("it is closed"),
    "promise_near": gettext_lazy("a promise is due soon"),
    "promise_broken": gettext_lazy("a promise is broken"),
    "tagged": gettext_lazy("a tag is put on or taken off"),
    "idle": gettext_lazy("nothing happens for some hours"),
    "time": gettext_lazy("at an hour of the day"),
}
DEEDS: Mapping[str, Any] = {
    "assign": gettext_lazy("assign to"),
    "unassign": gettext_lazy("give back to the team"),
    "move": gettext_lazy("move to the team"),
    "prepare_handover": gettext_lazy("prepare a handover to"),
    "set_kind": gettext_lazy("make it a"),
    "set_category": gettext_lazy("set the category"),
    "set_impact": gettext_lazy("set the impact"),
    "set_urgency": gettext_lazy("set the urgency"),
    "tag": gettext_lazy("put on the tag"),
    "untag": gettext_lazy("take off the tag"),
    "note": gettext_lazy("write a note"),
    "message": gettext_lazy("write to the requester"),
    "notify": gettext_lazy("tell"),
    "follow": gettext_lazy("let follow"),
    "park": gettext_lazy("park for hours:"),
    "go_on": gettext_lazy("let it go on"),
    "webhook": gettext_lazy("call the webhook"),
}


def deed_words(kind: str, value: str) -> str:
    """One deed in a few words."""
    shown = {
        "assignee": _("whoever has it"), "team": _("everybody of the team who is there"),
        **{key: str(name) for key, name in Ticket.Kind.choices},
    }.get(value, value)  # fmt: skip
    return f"{DEEDS.get(kind, kind)} {shown}".strip()


def deeds_words(did: Iterable[Mapping[str, Any]]) -> str:
    """Deeds one after the other; what failed says so, with the reason."""
    said = []
    for one in did:
        words = deed_words(str(one.get("deed", "")), str(one.get("value", "")))
        if one.get("failed"):
            words = _("%(deed)s (failed: %(why)s)") % {"deed": words, "why": one["failed"]}
        said.append(words)
    return ", ".join(said)


def conditions_words(text: str, vocabulary: Vocabulary | None = None) -> str:
    """Conditions in the reader's language; as they were written where they cannot be read any more."""
    if not text.strip():
        return _("every ticket")
    known = vocabulary or vocabulary_for(system("rules"))
    try:
        return write(read(text, known), known, (get_language() or "en")[:2])
    except Mistake:
        return text


def acted_words(name: str, when: str, because: str, did: Iterable[Mapping[str, Any]]) -> str:
    """What a rule did and why, as it stands at the ticket."""
    said = {"name": name, "did": deeds_words(did), "when": WHEN.get(when, when)}
    if not because.strip():
        return _("rule “%(name)s”: %(did)s, because %(when)s") % said
    return _("rule “%(name)s”: %(did)s, because %(when)s and it fits: %(because)s") % {**said, "because": because}


def stopped_words(name: str, why: str, chain: str) -> str:
    """Why a rule was kept from acting."""
    said = {"name": name, "chain": chain}
    if why == "circle":
        return _("rule “%(name)s” was stopped, because these set each other off: %(chain)s") % said
    if why == "depth":
        return _("rule “%(name)s” was stopped, because too many set each other off: %(chain)s") % said
    return _("rule “%(name)s” was stopped: it acted often enough within the hour") % said
