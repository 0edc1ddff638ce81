"""The table of the gate: from what is seen of a mail to what becomes of it. Pure; explained in docs/decisions.

Who joins a running ticket is RELIABILITY P16, agents by mail P17, mails of a lost epoch P20, automatic mail P06.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dreiklang.channels.gate.rules import spam


class Via(StrEnum):
    """What ties a mail to a ticket, strongest first."""

    TOKEN = "token"  # noqa: S105 - not a password: the word for a thread token
    REFERENCE = "reference"
    LOST = "lost"
    """It answers a mail of ours that this desk does not know: from before a restore, or from a clone."""
    NUMBER = "number"
    NOTHING = "nothing"


class Role(StrEnum):
    """Who the sender's address is to that ticket."""

    REQUESTER = "requester"
    PARTICIPANT = "participant"
    ADDRESSEE = "addressee"
    """Was in To or Cc of a mail in this ticket."""
    PARTY = "party"
    """A third party we correspond with about it."""
    STRANGER = "stranger"


class Standing(StrEnum):
    """How the ticket stands."""

    RUNNING = "running"
    SETTLED = "settled"
    """Resolved so recently that a word of the requester reopens it."""
    PAST = "past"
    """Resolved too long ago: later mail opens a linked ticket."""


class Belongs(StrEnum):
    """What the thread is for (`threads.PURPOSES`)."""

    REQUESTER = "requester"
    PARTY = "party"
    NOTE = "note"


class Deed(StrEnum):
    """What is to be done."""

    OPEN = "open"
    OPEN_LINKED = "open_linked"
    MESSAGE = "message"
    MESSAGE_REOPENING = "message_reopening"
    CORRESPONDENCE = "correspondence"
    NOTE = "note"
    HOLD = "hold"
    IGNORE = "ignore"
    BOUNCE = "bounce"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Sight:
    """What the gate knows of a mail when it decides."""

    auto: str = "none"
    is_answer_to_invitation: bool = False
    has_sender: bool = True
    is_own: bool = False
    via: Via = Via.NOTHING
    belongs: Belongs = Belongs.REQUESTER
    role: Role = Role.STRANGER
    is_proven: bool = False
    """The From domain is proven: aligned DMARC."""
    is_agent: bool = False
    """The sender's account may work on tickets."""
    is_bound: bool = False
    """The note token belongs to this very person."""
    may_work: bool = False
    """The person may work on this ticket now."""
    standing: Standing = Standing.RUNNING
    is_thanks: bool = False
    is_blocked: bool = False
    """Somebody here blocked the sender's address or domain."""
    is_marked: bool = False
    """A relay on the way says that it is spam."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of it, and why, as a code."""

    deed: Deed
    reason: str = ""


#: Automatic mail that never opens anything and concerns no conversation.
REPORTS: Final = {"bounce": Deed.BOUNCE, "feedback": Deed.IGNORE, "receipt": Deed.IGNORE}
#: Written by a machine for a person who is away or has accepted a date: belongs to its ticket, else nowhere.
ECHOES: Final = frozenset({"auto-reply"})


def decide(sight: Sight) -> Verdict:
    """The verdict for what is seen. Every combination has exactly one."""
    if sight.is_own:
        return Verdict(Deed.IGNORE, "loop")
    if sight.auto in REPORTS:
        return Verdict(REPORTS[sight.auto], sight.auto)
    if not sight.has_sender:
        return Verdict(Deed.QUARANTINE, "sender_missing")
    is_echo = sight.auto in ECHOES or sight.is_answer_to_invitation
    if sight.is_blocked or (sight.is_marked and sight.via in (Via.NOTHING, Via.NUMBER)):
        reason = spam.BLOCKED if sight.is_blocked else spam.MARKED
        return Verdict(Deed.IGNORE, sight.auto) if is_echo else Verdict(Deed.HOLD, reason)
    if sight.via is Via.NOTHING:
        return Verdict(Deed.IGNORE, sight.auto) if is_echo else Verdict(Deed.OPEN, "new")
    verdict = _belonging(sight)
    if is_echo and verdict.deed is not Deed.MESSAGE:
        return Verdict(Deed.IGNORE, sight.auto)
    if verdict.deed is not Deed.MESSAGE or is_echo:
        return verdict
    return _by_standing(sight, verdict)


def _belonging(sight: Sight) -> Verdict:
    """Whether it may join, and as which kind of words."""
    if sight.belongs is Belongs.NOTE and sight.via in (Via.TOKEN, Via.REFERENCE):
        return _note(sight)
    if sight.via is Via.LOST:
        return Verdict(Deed.HOLD, "unknown_thread")
    if sight.via is Via.TOKEN:
        return _by_token(sight)
    if sight.via is Via.REFERENCE:
        return _by_reference(sight)
    return _by_number(sight)


def _note(sight: Sight) -> Verdict:
    """An agent's answer to a notification: token of that person, proven domain, rights now (P17)."""
    if sight.auto != "none":
        return Verdict(Deed.IGNORE, sight.auto)
    if not sight.is_bound:
        return Verdict(Deed.HOLD, "not_the_agent")
    if not sight.is_proven:
        return Verdict(Deed.HOLD, "sender_not_proven")
    if not sight.may_work:
        return Verdict(Deed.HOLD, "no_right")
    return Verdict(Deed.NOTE, "note")


def _by_token(sight: Sight) -> Verdict:
    if sight.belongs is Belongs.PARTY:
        return Verdict(Deed.CORRESPONDENCE, "token")
    if sight.is_agent and sight.role not in (Role.REQUESTER, Role.PARTICIPANT):
        return Verdict(Deed.HOLD, "agent_by_mail")
    return Verdict(Deed.MESSAGE, "token")


def _by_reference(sight: Sight) -> Verdict:
    if sight.role in (Role.REQUESTER, Role.PARTICIPANT):
        return Verdict(Deed.MESSAGE, "reference")
    if sight.is_agent:
        return Verdict(Deed.HOLD, "agent_by_mail")
    if sight.role is Role.PARTY:
        return Verdict(Deed.CORRESPONDENCE, "reference")
    if sight.role is Role.ADDRESSEE and sight.belongs is Belongs.REQUESTER:
        return Verdict(Deed.MESSAGE, "reference")
    return Verdict(Deed.HOLD, "stranger")


def _by_number(sight: Sight) -> Verdict:
    """A number opens nothing by itself: only somebody who takes part, from a proven domain."""
    if sight.role not in (Role.REQUESTER, Role.PARTICIPANT, Role.PARTY):
        return Verdict(Deed.HOLD, "stranger")
    if not sight.is_proven:
        return Verdict(Deed.HOLD, "sender_not_proven")
    if sight.role is Role.PARTY:
        return Verdict(Deed.HOLD, "agent_by_mail") if sight.is_agent else Verdict(Deed.CORRESPONDENCE, "number")
    return Verdict(Deed.MESSAGE, "number")


def _by_standing(sight: Sight, verdict: Verdict) -> Verdict:
    """A settled ticket: thanks and machines change nothing, else it is open again or goes on in a linked one."""
    if sight.standing is Standing.RUNNING:
        return verdict
    if sight.is_thanks:
        return Verdict(Deed.MESSAGE, "thanks")
    if sight.standing is Standing.PAST:
        return Verdict(Deed.OPEN_LINKED, "resolved_long_ago")
    return verdict if sight.auto != "none" else Verdict(Deed.MESSAGE_REOPENING, "reopened")
