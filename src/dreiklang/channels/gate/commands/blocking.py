"""Blocking senders, calling a ticket spam, taking it back. Blocked mail is held for review: not lost, not answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from dreiklang.channels.gate import policy
from dreiklang.channels.gate.commands import deeds
from dreiklang.channels.gate.commands.people import sign, understood
from dreiklang.channels.gate.commands.settling import DEEDS
from dreiklang.channels.gate.events import MailDismissed, MailFoundGood, SenderBlocked, SenderUnblocked
from dreiklang.channels.gate.rules import Deed, decide, spam
from dreiklang.channels.mail import threads
from dreiklang.channels.models import BlockedSender, Held, Incoming, Mailbox
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Organization
from dreiklang.tickets import lifecycle, rules
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands.discarding import discard
from dreiklang.tickets.commands.resolution import reopen
from dreiklang.tickets.models import Ticket


@command
def block_sender(text: str, *, actor: Actor, reason: str = "", until: datetime | None = None) -> BlockedSender:
    """Hold the mails of an address, or of ``@domain`` with all below it, until a moment or until it is undone.

    Raises Invalid for what is neither, for the desk's own addresses, for the domain of an organisation we look
    after (single addresses in it can be blocked), and for a moment that has passed.
    """
    require(policy.may_block(actor))
    pattern = spam.pattern_of(text)
    problems: dict[str, list[str]] = {}
    if problem := _unblockable(pattern):
        problems["pattern"] = [problem]
    if until is not None and until <= clock.now():
        problems["until"] = [_("This moment has passed.")]
    if problems:
        raise Invalid(problems)
    standing = BlockedSender.objects.select_for_update().filter(pattern=pattern, ended_at=None).first()
    if standing is not None and (standing.until_at is None or standing.until_at > clock.now()):
        raise Invalid({"pattern": [_("This sender is blocked already.")]}, code="already_blocked")
    if standing is not None:
        standing.ended_at = standing.until_at
        standing.save(update_fields=["ended_at"])
    blocked = BlockedSender.objects.create(
        pattern=pattern,
        reason=reason.strip()[:200],
        by_id=actor.id if actor.kind == "person" else None,
        since_at=clock.now(),
        until_at=until,
    )
    publish(
        SenderBlocked(
            subject_id=blocked.pk,
            pattern=pattern,
            reason=blocked.reason,
            until=until.isoformat() if until else "",
        ),
        actor=actor,
    )
    return blocked


def _unblockable(pattern: str) -> str:
    if not pattern:
        return _("Write an address, or @ and a domain.")
    own = {address for one in Mailbox.objects.values_list("address", flat=True) for address in spam.patterns_for(one)}
    if pattern in own or threads.plain_address(pattern) in own:
        return _("This is an address of the desk itself.")
    if pattern.startswith("@"):
        ours = Organization.objects.filter(is_active=True).values_list("mail_domains", flat=True)
        if any(pattern in spam.patterns_for(f"x@{domain}") for domains in ours for domain in domains):
            return _("This is the domain of an organisation we look after. Block single addresses of it.")
    return ""


@command
def unblock_sender(blocked: BlockedSender, *, actor: Actor) -> BlockedSender:
    """Let mails through again. What was held meanwhile stays in the review. Raises WrongState if it had ended."""
    require(policy.may_block(actor))
    blocked = BlockedSender.objects.select_for_update().get(pk=blocked.pk)
    if blocked.ended_at is not None:
        raise WrongState(_("This sender is not blocked any more."))
    blocked.ended_at, blocked.ended_by_id = clock.now(), actor.id if actor.kind == "person" else None
    blocked.save(update_fields=["ended_at", "ended_by"])
    publish(SenderUnblocked(subject_id=blocked.pk, pattern=blocked.pattern), actor=actor)
    return blocked


@command
def call_spam(ticket: Ticket, *, actor: Actor, block: str = "") -> Held:
    """A ticket that a mail opened is spam: it closes without a word to anybody and its mail stands in the review.

    ``block`` is empty, ``address`` or ``domain`` of the sender. Raises WrongState where somebody has answered or no
    mail opened it, and Invalid where the sender cannot be blocked; then nothing happens.
    """
    require(policy.may_block(actor) and tickets.may_work(actor, ticket))
    mail = Incoming.objects.defer("raw").filter(ticket=ticket, outcome=Incoming.Outcome.OPENED).order_by("id").first()
    if mail is None:
        raise WrongState(_("No mail opened this ticket."), code="not_by_mail")
    if block:
        address = mail.sender if block == "address" else "@" + mail.sender.rpartition("@")[2]
        block_sender(address, actor=actor, reason=_("Ticket %(number)s") % {"number": ticket.number})
    discard(ticket, actor=actor)
    first = ticket.messages.order_by("id").first()
    held, _made = Held.objects.update_or_create(
        incoming=mail,
        defaults={
            "ticket": ticket, "team_id": ticket.team_id, "sender_address": mail.sender, "subject": mail.subject,
            "sender_name": first.author_name if first else "",
            "gist": rules.first_words(first.text, 180) if first else "",
            "reason": spam.BY_HAND, "held_at": mail.received_at, "settlement": Held.Settlement.SPAM,
            "settled_by_id": actor.id if actor.kind == "person" else None, "settled_at": clock.now(),
        },
    )  # fmt: skip
    publish(MailDismissed(subject_id=mail.pk, is_spam=True), actor=actor)
    return held


@command
def not_spam(held: Held, *, actor: Actor) -> Ticket | None:
    """It is no spam: it goes through the gate as if it had just come, its words bear the date on which they came.

    A ticket that was called spam is open again. Returns the ticket, or None where the gate holds the mail for
    another reason. The sender stays blocked until that is undone.
    """
    require(policy.may_settle_held(actor))
    current = policy.held_visible_to(actor).filter(pk=held.pk).select_for_update(of=("self",)).first()
    if current is None:
        raise NotFound(_("There is no such mail."))
    if current.settlement not in ("", Held.Settlement.SPAM, Held.Settlement.DISMISSED):
        raise WrongState(_("Somebody else has decided about this mail already."), code="already_settled")
    ticket = _open_again(current, actor) if current.ticket_id else _through_the_gate(current)
    has_joined = ticket is not None and Incoming.objects.filter(pk=current.incoming_id, outcome="joined").exists()
    publish(MailFoundGood(subject_id=current.incoming_id, ticket_id=ticket.pk if ticket else None), actor=actor)
    if ticket is not None:
        current.settlement = Held.Settlement.JOINED if has_joined else Held.Settlement.OPENED
        current.ticket = ticket
        sign(current, actor)
        current.save(update_fields=["settlement", "ticket", "settled_by", "settled_at"])
    return ticket


def _open_again(held: Held, actor: Actor) -> Ticket:
    ticket = Ticket.objects.select_for_update().get(pk=held.ticket_id or 0)
    if ticket.state not in (lifecycle.RESOLVED, lifecycle.CLOSED) or ticket.resolved_at is None:
        return ticket
    if rules.may_still_reopen(ticket.resolved_at, clock.now()):
        return reopen(ticket, actor=actor, because="desk", reason=_("It is no spam."))
    case = understood(held)
    person = case.seen.person or ticket.requester
    return deeds.open_for(case, person, team_id=case.arrival.team_id, follows=ticket)


def _through_the_gate(held: Held) -> Ticket | None:
    case = understood(held)
    verdict = decide(replace(case.seen.sight, is_blocked=False, is_marked=False))
    if verdict.deed in (Deed.QUARANTINE, Deed.IGNORE, Deed.BOUNCE):
        raise WrongState(_("Nothing would become of this mail; its original stays stored."), code=verdict.reason)
    done = DEEDS[verdict.deed](replace(case, reason=verdict.reason))
    Incoming.objects.filter(pk=held.incoming_id).update(
        outcome=done.outcome, reason=done.reason or verdict.reason, ticket_id=done.ticket_id, claims=done.claims
    )
    return Ticket.objects.get(pk=done.ticket_id) if done.ticket_id else None
