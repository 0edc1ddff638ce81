"""Who is shown proposals: those who work inside the house.

They are learned from tickets without restricted sight, which everybody who works inside may see anyway; so nothing an
actor may not see changes an answer (P28). Outside teams, vendors, customers and requesters are proposed nothing.
"""

from __future__ import annotations

from dreiklang.assistance.models import Proposal
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket


def may_read(actor: Actor, ticket: Ticket) -> bool:
    """Read what is proposed for a ticket."""
    return actor.has(tickets.WORK) and tickets.works_inside(actor, ticket)


def may_decide(actor: Actor, proposal: Proposal) -> bool:
    """Take a proposal over or dismiss it: who may work on its ticket."""
    return may_read(actor, proposal.ticket) and tickets.may_work(actor, proposal.ticket)


def may_set_up(actor: Actor) -> bool:
    """Switch functions, let the desk learn, read how good it is."""
    return actor.has("control.use")


def may_ask_machine(actor: Actor, ticket: Ticket) -> bool:
    """Send filtered words of a ticket to the language model. Words of restricted tickets never leave."""
    return may_read(actor, ticket) and tickets.may_work(actor, ticket) and not ticket.is_restricted
