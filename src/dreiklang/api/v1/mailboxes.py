"""Mailboxes as an administrator looks at them: whether mail comes and goes. Without names and passwords of servers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from dreiklang.api.doors import caller, scope
from dreiklang.api.paging import Cursor, page_of
from dreiklang.api.shapes import Page
from dreiklang.channels.gate.policy import may_see_gate
from dreiklang.channels.models import Mailbox
from dreiklang.kernel.permissions import require

router = Router(tags=["mailboxes"])


class MailboxOut(Schema):
    """A mailbox. ``last_problem`` is empty while all is well."""

    id: int
    address: str
    name: str
    team_id: int | None
    is_active: bool
    fetch: str
    last_checked_at: datetime | None
    last_problem: str


@router.get("/mailboxes", response=Page[MailboxOut], summary="Mailboxes")
@scope("gate.work")
def list_mailboxes(request: HttpRequest, cursor: Cursor = None) -> dict[str, Any]:
    """The desk's mailboxes, with what hinders them."""
    require(may_see_gate(caller(request)))
    return page_of(Mailbox.objects.all(), cursor, MailboxOut.from_orm)
