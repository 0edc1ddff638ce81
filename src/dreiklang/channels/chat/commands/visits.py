"""The visitor's side. Nobody is signed in here: what opens a chat is the token its own page made (P25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from dreiklang.channels.chat import rules
from dreiklang.channels.chat.commands.lines import checked, into_ticket, locked, sent_before, write_line
from dreiklang.channels.chat.events import ChatBegun, ChatEnded, ChatRated
from dreiklang.channels.chat.models import Chat, Line, Widget
from dreiklang.channels.chat.queries import person_by_mail
from dreiklang.kernel import clock
from dreiklang.kernel.command import command, fleeting
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.kernel.tokens import digest_of
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.attaching import Upload

SHORTEST_TOKEN = 40
LANGUAGES = ("de", "en")


@dataclass(frozen=True)
class Visitor:
    """What a page says of its visitor: claims, and a proof if its server vouches for somebody."""

    name: str = ""
    address: str = ""
    language: str = "en"
    page: str = ""
    person: str = ""
    until: str = ""
    signature: str = ""


@command
def begin_chat(widget: Widget, visitor: Visitor, *, actor: Actor, token: str, text: str, client_id: str) -> Chat:
    """A visitor's first words. The same token begins the same chat, however often the line drops and it is sent again.

    Raises Invalid by field.
    """
    require(actor.is_system)
    text, address = checked(text), told_address(visitor.address)
    if not SHORTEST_TOKEN <= len(token) <= 200:
        raise Invalid({"token": [_("This page's chat is out of date. Please load the page again.")]})
    person = proven_person(widget, visitor)
    now = clock.now()
    fresh = Chat(
        widget=widget, token_digest=digest_of(token), person=person, is_proven=person is not None,
        name=one_line(visitor.name, 100), address=address, page=one_line(visitor.page, 500), team=widget.team,
        language=visitor.language if visitor.language in LANGUAGES else "en", begun_at=now, seen_at=now,
    )  # fmt: skip
    Chat.objects.bulk_create([fresh], ignore_conflicts=True)
    chat = locked(Chat.objects.get(token_digest=digest_of(token), widget=widget))
    if chat.last_seq == 0:
        write_line(chat, side=Line.Side.VISITOR, text=text, client_id=client_id, actor=actor)
    publish(ChatBegun(subject_id=chat.pk, widget_id=widget.pk, is_proven=chat.is_proven), actor=actor)
    return chat


@command
def say_as_visitor(
    chat: Chat, *, actor: Actor, text: str, client_id: str, uploads: Sequence[Upload] = ()
) -> tuple[Line, bool]:
    """A visitor's line, and whether it is new: sent again under its name it is the line that stands (P15).

    Raises Invalid by field, WrongState (code ``ended``) when the chat is over.
    """
    require(actor.is_system)
    text = checked(text, uploads)
    chat = locked(chat)
    if earlier := sent_before(chat, Line.Side.VISITOR, client_id):
        publish_again(chat, actor=actor)
        return earlier, False
    if chat.stage not in rules.LIVE:
        raise WrongState(_("This chat has ended. Please begin a new one."), code="ended")
    line = write_line(chat, side=Line.Side.VISITOR, text=text, client_id=client_id, uploads=uploads, actor=actor)
    if chat.ticket is not None:
        into_ticket(chat, line, chat.ticket)
    return line, True


def publish_again(chat: Chat, *, actor: Actor) -> None:
    """Tell of the last line once more: whoever sent it again may have missed what came with it."""
    from dreiklang.channels.chat.events import ChatSaid

    publish(ChatSaid(subject_id=chat.pk, seq=chat.last_seq, side="again"), actor=actor)


@fleeting
def keep_seen(chat: Chat, *, actor: Actor) -> None:
    """The visitor's page has asked, so the visitor is there. To ten seconds."""
    now = clock.now()
    if (now - chat.seen_at).total_seconds() > 10:
        Chat.objects.filter(pk=chat.pk).update(seen_at=now)
        chat.seen_at = now


@command
def tell_address(chat: Chat, *, actor: Actor, address: str, name: str = "") -> Chat:
    """Where the answer may go when nobody is there any more. A claim: it makes nobody known. Raises Invalid."""
    require(actor.is_system)
    address = told_address(address)
    if not address:
        raise Invalid({"mail": [_("Please give a mail address for the answer.")]})
    chat = locked(chat)
    chat.address = address
    chat.name = one_line(name, 100) or chat.name
    chat.save(update_fields=["address", "name"])
    line = write_line(chat, side=Line.Side.VISITOR, code="address", text=address, actor=actor)
    if chat.ticket is not None:
        into_ticket(chat, line, chat.ticket)
    return chat


@command
def end_as_visitor(chat: Chat, *, actor: Actor) -> Chat:
    """The visitor closes the chat. Ended already: nothing more happens."""
    require(actor.is_system)
    chat = locked(chat)
    if chat.stage in rules.LIVE:
        finish(chat, Chat.EndedBy.VISITOR, actor=actor)
    else:
        publish_again(chat, actor=actor)
    return chat


@command
def rate_chat(chat: Chat, *, actor: Actor, rating: int, words: str = "") -> Chat:
    """How it was, from 1 to 5, when it is over; may be changed. Raises Invalid, WrongState."""
    require(actor.is_system)
    chat = locked(chat)
    if chat.stage != rules.ENDED:
        raise WrongState(_("A chat is rated when it has ended."), code="not_ended")
    if not 1 <= rating <= 5:
        raise Invalid({"rating": [_("From 1 to 5.")]})
    chat.rating, chat.rating_words = rating, words.replace("\x00", "").strip()[:1000]
    chat.save(update_fields=["rating", "rating_words"])
    publish(ChatRated(subject_id=chat.pk, rating=rating), actor=actor)
    return chat


def finish(chat: Chat, by: str, *, actor: Actor) -> None:
    """End a locked chat. One that nobody had taken yet, and that its visitor left, is no work for anybody."""
    chat.stage, chat.ended_at, chat.ended_by = rules.ENDED, clock.now(), by
    chat.save(update_fields=["stage", "ended_at", "ended_by"])
    chat.transfers.filter(state="offered").update(state="called_back", ended_at=chat.ended_at)
    write_line(chat, side=Line.Side.DESK, code="ended", text=by, actor=actor)
    publish(ChatEnded(subject_id=chat.pk, stage=chat.stage, ended_by=by, ticket_id=chat.ticket_id), actor=actor)


def proven_person(widget: Widget, visitor: Visitor) -> Person | None:
    """Who the page's server vouches for, if its signature holds and it is somebody of the widget's organisation."""
    is_proven = rules.is_proven(
        widget.secret, key=widget.key, person=visitor.person, until=visitor.until, signature=visitor.signature,
        now=clock.now().timestamp(),
    )  # fmt: skip
    return person_by_mail(visitor.person, widget) if is_proven else None


def told_address(address: str) -> str:
    """A mail address as typed, or nothing. Raises Invalid if it is none."""
    address = address.strip()
    if address:
        try:
            validate_email(address)
        except ValidationError as bad:
            raise Invalid({"mail": [_("This is not a mail address.")]}) from bad
    return address[:254]


def one_line(text: str, length: int) -> str:
    """A text in one line without what cannot be kept."""
    return " ".join(text.replace("\x00", "").split())[:length]
