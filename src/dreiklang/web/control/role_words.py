"""Roles in words, with what they bring."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dreiklang.accounts import rules

ROLE_WORDS: dict[str, Any] = {
    rules.REQUESTER: _("Requester: asks for help, sees the own tickets"),
    rules.CONTACT: _("Customer contact: sees all tickets of the own organisation"),
    rules.AGENT: _("Agent: works on tickets in the own teams"),
    rules.LEAD: _("Team lead: assigns to others, keeps absence and duty"),
    rules.TRAINER: _("Trainer: sees how members of the own teams answer exercises"),
    rules.MANAGER: _("Service manager: sees all tickets"),
    rules.ADMINISTRATOR: _("Administrator: sets the desk up"),
}
