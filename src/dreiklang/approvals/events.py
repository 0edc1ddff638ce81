"""What happened to approvals. Their subject is the ticket, so that its history tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ApprovalEvent(Event):
    """Something about an approval that was asked for on a ticket."""

    subject_kind: ClassVar[str] = "ticket"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    approval_id: int
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class ApprovalAsked(ApprovalEvent):
    """Somebody was asked whether it may be done."""

    code: ClassVar[str] = "approval.asked"
    vote_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class VoteGiven(ApprovalEvent):
    """Somebody said yes or no, perhaps for somebody else."""

    code: ClassVar[str] = "approval.voted"
    person_id: int
    answer: str
    for_person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ApprovalDecided(ApprovalEvent):
    """It is decided: *granted* or *refused*."""

    code: ClassVar[str] = "approval.decided"
    state: str


@dataclass(frozen=True, kw_only=True)
class ApprovalWithdrawn(ApprovalEvent):
    """Whoever asked needs no answer any more."""

    code: ClassVar[str] = "approval.withdrawn"


@dataclass(frozen=True, kw_only=True)
class VoteReminded(ApprovalEvent):
    """Somebody who has not answered was reminded."""

    code: ClassVar[str] = "approval.reminded"
    vote_id: int
