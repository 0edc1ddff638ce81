"""What a source says of somebody, and what it is believed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LONGEST_SUBJECT: Final = 255
#: Purpose of the mailed link that confirms a first sign-in.
CONFIRM_IDENTITY: Final = "identity"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a source says of somebody who has just shown it who they are.

    ``subject`` is the name that the source never gives to anybody else; ``is_proven`` whether it calls the address
    proven.
    """

    subject: str
    address: str = ""
    is_proven: bool = False
    name: str = ""


def is_subject(subject: object) -> bool:
    """Whether a name can be kept as it is: whole, printable, not cut."""
    return isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT and subject.isprintable()


def is_believed(claim: Claim, domains: Iterable[str]) -> bool:
    """Whether an address may tie an account: the source calls it proven, and speaks for its very domain.

    Domains are compared whole: a source for ``klinik.example`` says nothing about ``it.klinik.example``.
    """
    local, at, domain = claim.address.rpartition("@")
    return claim.is_proven and bool(at and local) and domain.lower() in {d.lower() for d in domains}
