"""What was handed to us, in beats as a mail at the gate: kept and committed; read; files fetched; settled once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.channels.gate.rules import Deed, Role, Sight, Standing, Via, decide, gratitude_of
from dreiklang.channels.messengers import queries, rules
from dreiklang.channels.messengers.adapters import ADAPTERS
from dreiklang.channels.messengers.adapters.interface import Media, Said, Told, Unreadable
from dreiklang.channels.messengers.events import AnswerWentOn, PostRefused, PostSettled
from dreiklang.channels.messengers.models import Item, Leaving, Line, Post, Talk
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Refusal, Unavailable, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets import lifecycle
from dreiklang.tickets import rules as ticket_rules
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.delivery import message_failed
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import reopen
from dreiklang.tickets.models import Message, Ticket

log = logging.getLogger(__name__)

#: How long a file is asked for again before its message comes without it.
FETCHED_FOR = timedelta(minutes=10)
WAITS = (timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2))
KEPT = timedelta(days=14)
NOTED_EVERY = timedelta(seconds=10)


def keep_post(line: Line, raw: bytes, *, cursor: str | None = None) -> Post:
    """Keep the bytes, committed when this returns; with them how far we have asked, where we ask."""
    now = clock.now()
    with transaction.atomic():
        post = Post.objects.create(line=line, raw=raw, received_at=now, due_at=now)
        if cursor is not None:
            Line.objects.filter(pk=line.pk).update(cursor=cursor)
        if line.last_post_at is None or now - line.last_post_at > NOTED_EVERY:
            Line.objects.filter(pk=line.pk).update(last_post_at=now)
    return post


def note_problem(line: Line, problem: str, words: str = "") -> None:
    """Remember what is wrong with a line, for whoever keeps it; at most every ten seconds for the same."""
    now = clock.now()
    if line.problem == problem and line.problem_at and now - line.problem_at < NOTED_EVERY:
        return
    words = words[:500]
    Line.objects.filter(pk=line.pk).update(problem=problem, problem_words=words, problem_at=now)


def settle_due(*, actor: Actor, at_most: int = 50) -> int:
    """Settle what is kept and due; how many were looked at. Several may do this at once."""
    due = Post.objects.filter(state=Post.State.STORED, due_at__lte=clock.now()).order_by("due_at", "id")
    return sum(settle(key, actor=actor) for key in list(due.values_list("pk", flat=True)[:at_most]))


def settle(post_id: int, *, actor: Actor) -> bool:
    """Take a post for one try: read it, fetch its files with no transaction open, settle each message in its own.

    Dying anywhere only delays it: what was settled is known by its name and not settled again.
    """
    post = _taken(post_id)
    if post is None:
        return False
    line = post.line
    try:
        news = ADAPTERS[line.kind].read(line, bytes(post.raw))
    except Unreadable as wrong:
        refuse_post(post, actor=actor, reason=wrong.code, where=wrong.where)
        note_problem(line, "misread", wrong.where)
        return True
    try:
        done = sum(_settled(post, one, actor=actor) for one in news)
    except Unavailable as later:
        log.info("post %s waits for a file: %s", post.pk, later)
        return True
    except Exception:
        log.exception("post %s of a messenger cannot be settled now", post.pk)
        return True
    end_post(post, actor=actor, taken=done)
    return True


def _taken(post_id: int) -> Post | None:
    now = clock.now()
    with transaction.atomic():
        rows = Post.objects.select_for_update(skip_locked=True, of=("self",)).select_related("line__person")
        post = rows.filter(pk=post_id, state=Post.State.STORED, due_at__lte=now).first()
        if post is None:
            return None
        post.tries = min(post.tries + 1, 1_000)
        post.due_at = now + WAITS[min(post.tries, len(WAITS)) - 1] + timedelta(seconds=30)
        post.save(update_fields=["tries", "due_at"])
    return post


def _settled(post: Post, one: Said | Told, *, actor: Actor) -> bool:
    """Whether something new was done."""
    if isinstance(one, Told):
        return take_told(post.line, one, actor=actor) is not None
    if Item.objects.filter(line=post.line, ref=one.ref[:250]).exists():
        return False
    one = _looked_up(post, one)
    uploads, missing = _fetched(post, one.media)
    try:
        take_said(post.line, one, actor=actor, uploads=uploads, missing=missing)
    except WrongState as before:
        if before.code != "told_before":
            raise
        return False
    return True


def _looked_up(post: Post, said: Said) -> Said:
    """Who speaks, as the service knows them; nobody's words wait for that."""
    try:
        return ADAPTERS[post.line.kind].look_up(post.line, said)
    except Refusal as wrong:
        note_problem(post.line, wrong.code, str(wrong))
        return said


def _fetched(post: Post, media: Sequence[Media]) -> tuple[list[Upload], list[str]]:
    """The files, and the names of those that cannot be had. Raises Unavailable while it is worth waiting."""
    uploads, missing = [], []
    for one in media:
        try:
            file = ADAPTERS[post.line.kind].fetch(post.line, one)
            uploads.append(Upload(file.name, file.type, file.content))
        except Unavailable as later:
            note_problem(post.line, later.code, str(later))
            if clock.now() - post.received_at < FETCHED_FOR:
                raise
            missing.append(one.name)
        except Refusal:
            missing.append(one.name)
    return uploads, missing


@command
def refuse_post(post: Post, *, actor: Actor, reason: str, where: str) -> Post:
    """Nobody can read it; it is kept so that somebody can look."""
    require(actor.is_system)
    post.state, post.problem, post.where = Post.State.REFUSED, reason[:40], where[:100]
    post.save(update_fields=["state", "problem", "where"])
    publish(PostRefused(subject_id=post.pk, reason=post.problem, where=post.where), actor=actor)
    return post


@command
def end_post(post: Post, *, actor: Actor, taken: int) -> Post:
    """All that stood in it is done."""
    require(actor.is_system)
    post.state = Post.State.SETTLED
    post.save(update_fields=["state"])
    publish(PostSettled(subject_id=post.pk, taken=taken), actor=actor)
    return post


@command
def take_said(
    line: Line, said: Said, *, actor: Actor, uploads: Sequence[Upload] = (), missing: Sequence[str] = ()
) -> Message:
    """A message of the other side goes through the gate: it opens a ticket, or joins the one the talk is about.

    Raises WrongState (code ``told_before``) for one that was taken already.
    """
    require(actor.is_system)
    talk = _talk(line, said)
    if Item.objects.filter(line=line, ref=said.ref[:250]).exists():
        raise WrongState(code="told_before")
    ticket = queries.last_ticket_of(talk)
    author = _author(talk, ticket)
    language = ticket.language if ticket else (author or line.person).language
    with override(language):
        text, files = _words(said, uploads, missing)
    gratitude = gratitude_of(text, names=[talk.name]) if ticket and not files else ""
    deed = decide(
        Sight(
            via=Via.TOKEN if ticket else Via.NOTHING, role=Role.REQUESTER, is_proven=ADAPTERS[line.kind].proves_sender,
            standing=_standing(ticket), is_thanks=bool(gratitude),
        )
    ).deed  # fmt: skip
    is_fresh = deed in (Deed.OPEN, Deed.OPEN_LINKED)
    if is_fresh:
        with override(language):
            subject = _first_line(text) or _("Message by %(service)s") % {"service": ADAPTERS[line.kind].title}
        ticket = open_ticket(
            author or line.person, actor=actor, subject=subject, channel=line.kind, category=line.category,
            team=line.team, follows=ticket, is_said_at_once=True,
        )  # fmt: skip
    assert ticket is not None
    if deed is Deed.MESSAGE_REOPENING:
        reopen(ticket, actor=actor, because="requester")
        ticket.refresh_from_db()
    message = receive_message(
        ticket, actor=actor, author=author, text=text, channel=line.kind, author_name=talk.name or talk.handle,
        author_address=talk.address, is_sender_proven=ADAPTERS[line.kind].proves_sender, attachments=files,
        gratitude=str(gratitude), is_fresh=is_fresh,
    )  # fmt: skip
    Item.objects.create(line=line, talk=talk, ref=said.ref[:250], message=message)
    return message


def _talk(line: Line, said: Said) -> Talk:
    """The talk's row, locked; made by whichever message of it comes first, also when two come at once."""
    now, handle = clock.now(), said.handle[:200]
    Talk.objects.bulk_create([Talk(line=line, handle=handle, heard_at=now)], ignore_conflicts=True)
    rows = Talk.objects.select_for_update(of=("self",)).select_related("line__person", "person")
    talk = rows.get(line=line, handle=handle)
    talk.heard_at, talk.name = now, (said.name or talk.name)[:200]
    talk.person = talk.person or queries.who_is(line, number=said.number, mail=said.mail)
    talk.save(update_fields=["heard_at", "name", "person"])
    return talk


def _author(talk: Talk, ticket: Ticket | None) -> Person | None:
    """Who speaks: whom the desk knows by number or address, or whom somebody made the requester of the last ticket."""
    if talk.person is not None and talk.person.is_active:
        return talk.person
    if ticket is not None and ticket.requester_id != talk.line.person_id:
        talk.person = ticket.requester
        talk.save(update_fields=["person"])
        return talk.person
    return None


def _standing(ticket: Ticket | None) -> Standing:
    if ticket is None or ticket.state not in (lifecycle.RESOLVED, lifecycle.CLOSED) or ticket.resolved_at is None:
        return Standing.RUNNING
    is_recent = ticket_rules.may_still_reopen(ticket.resolved_at, clock.now())
    return Standing.SETTLED if is_recent else Standing.PAST


def _words(said: Said, uploads: Sequence[Upload], missing: Sequence[str]) -> tuple[str, list[Upload]]:
    """The text as it stands in the ticket; far too long a one is there whole as a file."""
    names = {
        "sticker": _("(A sticker.)"), "location": _("(A place.)"), "contacts": _("(A contact.)"),
        "edited": _("(Corrected.)"), "encrypted": _("(An encrypted message, which the desk cannot read.)"),
        "unknown": _("(A message of a kind that the desk cannot show.)"),
    }  # fmt: skip
    files = list(uploads)
    text = said.text.strip()
    if len(text) > rules.READABLE:
        files.append(Upload(_("message") + ".txt", "text/plain", text.encode()))
        text = text[: rules.READABLE] + " … " + _("(The whole text is in the file beside.)")
    lines = [names.get(said.what, "") if said.what else "", text]
    lines += [_("(The file “%(name)s” could not be fetched.)") % {"name": name} for name in missing]
    text = "\n".join(one for one in lines if one)
    return text or (_("(A file.)") if files else names["unknown"]), files


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:200]


def take_told(line: Line, told: Told, *, actor: Actor) -> Leaving | None:
    """News of an answer of ours, if they go on; what is unknown or came late changes nothing."""
    last = Leaving.objects.filter(talk__line=line, refs__contains=[told.ref]).first()
    if last is None or not rules.goes_on(last.state, told.state):
        return None
    # of an answer in parts the last one speaks for all, except that any may fail
    if told.state != "failed" and last.refs[-1] != told.ref:
        return None
    return note_told(last, told, actor=actor)


@command
def note_told(leaving: Leaving, told: Told, *, actor: Actor) -> Leaving:
    """The service told how far an answer has come; one that failed is marked at its message."""
    require(actor.is_system)
    leaving = Leaving.objects.select_for_update(of=("self",)).select_related("talk__line").get(pk=leaving.pk)
    publish(AnswerWentOn(subject_id=leaving.pk, state=told.state), actor=actor)
    if not rules.goes_on(leaving.state, told.state):
        return leaving
    leaving.state = told.state
    if told.state == "failed":
        leaving.problem = "window_closed" if told.problem == "window_closed" else "refused"
        leaving.answer = "" if told.problem == "window_closed" else told.problem[:500]
        reason = leaving.answer or queries.why(leaving.problem)
        message_failed(leaving.message_id, actor=actor, recipient=leaving.talk.address, reason=reason)
    leaving.save(update_fields=["state", "problem", "answer"])
    return leaving


def forget_posts() -> int:
    """Drop the bytes of posts older than two weeks; what they said stays in tickets."""
    old = Post.objects.filter(received_at__lt=clock.now() - KEPT).exclude(state=Post.State.STORED)
    return old.delete()[0]
