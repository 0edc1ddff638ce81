"""Approvals beside a ticket: who was asked, what they said; asking, and needing no answer any more."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.approvals import policy as approvals
from dreiklang.approvals.commands import ask_approval, withdraw_approval
from dreiklang.approvals.commands.asking import MOST_VOTERS
from dreiklang.approvals.models import Approval
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.organizations.policy import persons_visible_to
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.policy import goes_on_in
from dreiklang.web.desk import answers, sheets
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.routing import policy

FIELDS = ("question", "who", "needs", "cost")


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """The approvals of a ticket, newest first."""
    found = approvals.approvals_of(ticket, actor=actor).order_by("-pk")[:20]
    return {"approvals": list(found), "may_ask": approvals.may_ask(actor, ticket)}


@require_http_methods(["GET", "POST"])
@policy("desk")
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """The sheet: what is to be allowed, by whom, what it costs."""

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        ask_approval(
            ticket, actor=actor, question=typed["question"], persons=_people(typed["who"], actor),
            needs=typed["needs"] or Approval.Needs.ALL, cost=_amount(typed["cost"]),
        )  # fmt: skip
        return _("Asked. The ticket cannot be solved before it is decided.")

    return sheets.run(
        request, number, template="web/desk/sheets/approval.html", fields=FIELDS, deed=deed,
        start=lambda ticket, actor: {"needs": Approval.Needs.choices, "typed": {"needs": "all"}},
    )  # fmt: skip


@require_POST
@policy("desk")
def withdraw(request: HttpRequest, approval_id: int) -> HttpResponse:
    """No answer is needed any more."""
    found = Approval.objects.select_related("ticket").filter(pk=approval_id).first()
    if found is None:
        raise NotFound(code="no_approval")
    ticket, actor = ticket_of(request, found.ticket.number)
    if not approvals.approvals_of(ticket, actor=actor).filter(pk=approval_id).exists():
        raise NotFound(code="no_approval")
    withdraw_approval(found, actor=actor)
    return answers.done(request, goes_on_in(ticket), _("Withdrawn."))


def _people(text: str, actor: Actor) -> list[Person]:
    """Persons by their mail addresses, one a line or by comma. Raises Invalid with the one nobody has."""
    wished = [one.strip() for one in text.replace(";", ",").replace("\n", ",").split(",") if one.strip()]
    if len(wished) > MOST_VOTERS:
        raise Invalid({"persons": [_("At most %(n)d people.") % {"n": MOST_VOTERS}]})
    seen, found = persons_visible_to(actor).filter(is_active=True).select_related("organization"), []
    for address in wished:
        person = seen.filter(addresses__kind="mail", addresses__folded=address.lower()).first()
        if person is None:
            raise Invalid({"persons": [_("Nobody has this address: %(line)s") % {"line": address[:100]}]})
        found.append(person)
    return found


def _amount(text: str) -> Decimal | None:
    """An amount as typed in German or English; None for nothing. Raises Invalid."""
    bare = text.replace("€", "").replace(" ", "")
    if not bare:
        return None
    if "," in bare and "." in bare:
        bare = bare.replace("." if bare.rfind(",") > bare.rfind(".") else ",", "")
    try:
        amount = Decimal(bare.replace(",", "."))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise Invalid({"cost": [_("An amount from 0.")]})
    return amount
