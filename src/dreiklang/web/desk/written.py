"""What a composer brings: words with pictures, quotations on demand, mentions; and who might read it by mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.communication.wording import quote_of
from dreiklang.kernel import files
from dreiklang.kernel.composed_html import LONGEST, composed, quoted_html
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.teams.queries import memberships_on, today
from dreiklang.tickets.commands import composing
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.models import DraftPicture, Message, Ticket
from dreiklang.tickets.queries.recipients import Concern, Recipient, concerns_about
from dreiklang.web import forms
from dreiklang.web.desk.finding import me, ticket_of
from dreiklang.web.files import picture_answer
from dreiklang.web.routing import actor_of, policy

_PICTURE = re.compile(r"(?:https?://[^/]+)?(?:/[a-z-]+)?/drafts/pictures/(\d{1,15})/")


@dataclass(frozen=True)
class Words:
    """What somebody composed, ready for a command: text, HTML if it says more, the pictures inside."""

    text: str
    html: str = ""
    pictures: tuple[Upload, ...] = ()


def words_of(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> Words:
    """What was written, cleaned: from the rich field if the page had one, else from the plain one.

    Its pictures are those the reader pasted into a draft of this ticket. Raises Invalid if the words are too many.
    """
    html = str(typed.get("html") or "")
    if not html.strip():
        return Words(str(typed["text"]))
    if len(html) > LONGEST:
        raise Invalid({"text": [_("The text is too long; attach it as a file instead.")]})
    kept = DraftPicture.objects.filter(person_id=me(actor), ticket=ticket).select_related("file")
    own = {f"picture-{p.pk}@draft": p for p in kept}

    def picture(address: str) -> str:
        found = _PICTURE.fullmatch(address)
        name = f"picture-{found[1]}@draft" if found else ""
        return f"cid:{name}" if name in own else ""

    made = composed(html, picture=picture)
    return Words(made.text, made.html, tuple(_upload(own[name], name) for name in made.pictures))


def _upload(picture: DraftPicture, name: str) -> Upload:
    content = files.read(picture.file.sha256)
    return Upload(picture.filename, picture.content_type, content, is_inline=True, content_id=name)


def with_quote(ticket: Ticket, words: Words) -> Words:
    """The words above the requester's last ones."""
    last = ticket.messages.filter(direction=Message.Direction.IN).order_by("-id").first()
    if last is None or not words.text:
        return words
    quote = quote_of(last)
    html = f"{words.html}<div><br></div>{quoted_html(quote)}" if words.html else ""
    return replace(words, text=f"{words.text}\n\n{quote}", html=html)


def mentioned_in(text: str, actor: Actor) -> list[Person]:
    """The colleagues whose ``@Name`` stands in a text, whoever typed it and after whatever crash."""
    if "@" not in text:
        return []
    working = Person.objects.filter(pk__in=memberships_on(today()).values("person_id"), is_active=True)
    return [person for person in working.exclude(pk=me(actor)) if f"@{person.name}" in text]


def warnings_of(ticket: Ticket, recipients: Sequence[Recipient]) -> list[str]:
    """What to look at before it leaves, as sentences."""
    return [_sentence(concern) for concern in concerns_about(ticket, recipients)]


def _sentence(concern: Concern) -> str:
    sentences = {
        "many": _("%(name)s people will read this."),
        "internal": _("%(address)s is an address of ours (%(name)s)."),
        "foreign": _("%(address)s belongs to another customer: %(name)s."),
        "unknown": _("%(address)s: nobody here has this domain. Is it spelt correctly?"),
    }
    return sentences[concern.kind] % {"address": concern.address, "name": concern.name}


@require_GET
@policy("desk")
def check_address(request: HttpRequest, number: int) -> HttpResponse:
    """What to look at about an address that was just typed."""
    ticket, _actor = ticket_of(request, number)
    address = request.GET.get("party_address", "").strip()[:254]
    found = warnings_of(ticket, [Recipient("", address)]) if "@" in address else []
    return render(request, "web/desk/ticket/warnings.html", {"warnings": found})


@require_POST
@policy("desk")
def keep_picture(request: HttpRequest, number: int, place: str) -> HttpResponse:
    """Keep a pasted picture with the draft; answers with its address, or with what is wrong about it."""
    ticket, actor = ticket_of(request, number)
    try:
        uploads = forms.uploads(request, "picture")
        if len(uploads) != 1:
            raise Invalid({"picture": [_("One picture at a time.")]})
        kept = composing.keep_picture(ticket, actor=actor, place=place, upload=uploads[0])
    except Invalid as refusal:
        sentences = [str(s) for of_field in refusal.fields.values() for s in of_field]
        return JsonResponse({"problem": " ".join(sentences)}, status=422)
    return JsonResponse({"url": reverse("desk:draft_picture", args=[kept.pk]), "name": kept.filename}, status=201)


@require_GET
@policy("desk")
def picture(request: HttpRequest, picture_id: int) -> HttpResponse:
    """A picture of one's own draft."""
    own = DraftPicture.objects.filter(pk=picture_id, person_id=me(actor_of(request))).select_related("file").first()
    if own is None:
        raise NotFound
    return picture_answer(files.read(own.file.sha256), own.content_type)
