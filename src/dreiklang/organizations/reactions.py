"""What we do about news of accounts."""

from __future__ import annotations

from dreiklang.accounts.events import LinkWanted, SignedIn
from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import system
from dreiklang.organizations.commands import persons, sign_ins
from dreiklang.organizations.models import Address


def mail_wanted_link(line: Line) -> None:
    """Look whether the typed address is anybody's, and have the link mailed. Comes later, so that asking takes the
    same time for everybody. A second delivery would mail a second link; both work once and die soon."""
    event = line.event
    assert isinstance(event, LinkWanted)
    sign_ins.answer_wanted_link(
        event.address, purpose=event.purpose, target=event.target, language=event.language, actor=system("sign_in")
    )


def prove_address(line: Line) -> None:
    """A mailed link was used: the address is proven. At once; a second delivery finds it proven and does nothing."""
    event = line.event
    assert isinstance(event, SignedIn)
    if not event.proven_address:
        return
    address = Address.objects.filter(
        kind=Address.Kind.MAIL, folded=event.proven_address, person__account_id=event.subject_id, proven_at=None
    ).first()
    if address is not None:
        persons.prove_address(address, actor=system("sign_in"))
