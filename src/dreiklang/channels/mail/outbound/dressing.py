"""The brand a mail leaves under: sender's name, logo, colour, and the lines below. Without one the mailbox's name."""

from __future__ import annotations

from dataclasses import dataclass

from dreiklang.channels.mail import threads
from dreiklang.channels.mail.outbound import queries
from dreiklang.channels.mail.outbound.letters import Enclosed
from dreiklang.channels.mail.outbound.markup import PLAIN, Look
from dreiklang.channels.models import Mailbox
from dreiklang.kernel import files
from dreiklang.tickets.models import Ticket

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}


@dataclass(frozen=True, slots=True)
class Dress:
    """A brand made ready for one letter."""

    name: str
    look: Look = PLAIN
    enclosed: tuple[Enclosed, ...] = ()

    def below(self, text: str) -> str:
        """Plain words with the brand's lines below them."""
        return f"{text.rstrip()}\n\n{self.look.below}\n" if self.look.below else text


def undressed(mailbox: Mailbox) -> Dress:
    """For mail that stays inside: the mailbox's own name and nothing else."""
    return Dress(mailbox.name)


def dress(mailbox: Mailbox, ticket: Ticket | None) -> Dress:
    """What a mail about a ticket wears when it leaves by this mailbox."""
    brand = queries.brand_for(mailbox, ticket)
    if brand is None:
        return undressed(mailbox)
    logo: tuple[Enclosed, ...] = ()
    if brand.logo is not None:
        content_id = f"{brand.logo.sha256[:24]}@{threads.host_of(mailbox.address)}"
        name = f"logo.{_ENDINGS.get(brand.logo_type, 'png')}"
        logo = (Enclosed(name, brand.logo_type, files.read(brand.logo.sha256), content_id),)
    look = Look(brand.name, brand.colour, logo[0].content_id if logo else "", brand.signature.strip())
    return Dress(brand.name, look, logo)
