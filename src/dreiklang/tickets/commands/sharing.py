"""Drafts that a colleague may go on with: those shared on purpose, and those of somebody who is away."""

from __future__ import annotations

from dreiklang.kernel import clock
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.composed_html import as_html
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import policy
from dreiklang.tickets.commands.holding import acts_at
from dreiklang.tickets.events.drafts import DraftTakenOver
from dreiklang.tickets.models import Draft, DraftPicture, Ticket
from dreiklang.tickets.queries.drafts import drafts_to_take_over


@personal
def share_draft(ticket: Ticket, *, actor: Actor, place: str, is_shared: bool) -> Draft:
    """Let colleagues see that a draft is there and go on with it, or no longer."""
    require(policy.may_work(actor, ticket))
    draft, _created = Draft.objects.update_or_create(
        person_id=actor.person_id, ticket=ticket, place=place[:30],
        defaults={"is_shared": is_shared}, create_defaults={"is_shared": is_shared, "saved_at": clock.now()},
    )  # fmt: skip
    return draft


@command
def take_over_draft(draft: Draft, *, actor: Actor) -> Draft:
    """Go on with a colleague's draft: its words come below one's own, and its author keeps them too."""
    ticket = draft.ticket
    if ticket is None or not drafts_to_take_over(ticket, actor=actor).filter(pk=draft.pk).exists():
        raise NotFound()
    own, _created = Draft.objects.select_for_update().get_or_create(
        person_id=actor.person_id, ticket=ticket, place=draft.place, defaults={"saved_at": clock.now()}
    )
    theirs = _with_own_pictures(draft, actor)
    kept = dict(own.content)
    if kept.get("html") or theirs.get("html"):
        kept["html"] = "<div><br></div>".join(h for h in (_html(kept), _html(theirs)) if h)
    kept["text"] = "\n\n".join(t for t in (str(kept.get("text") or ""), str(theirs.get("text") or "")) if t.strip())
    own.content, own.saved_at = {**theirs, **kept}, clock.now()
    own.save(update_fields=["content", "saved_at"])
    publish(
        DraftTakenOver(
            subject_id=ticket.pk, from_person_id=draft.person_id, place=draft.place, **acts_at(actor, ticket)
        ),
        actor=actor,
    )
    return own


def _html(content: dict[str, object]) -> str:
    text = str(content.get("text") or "")
    return str(content.get("html") or "") or (as_html(text) if text.strip() else "")


def _with_own_pictures(draft: Draft, actor: Actor) -> dict[str, object]:
    """The content of a draft, its pictures copied, so that they stay if the author sends or drops theirs."""
    content = dict(draft.content)
    html = str(content.get("html") or "")
    for picture in DraftPicture.objects.filter(person_id=draft.person_id, ticket=draft.ticket, place=draft.place):
        old = f"/drafts/pictures/{picture.pk}/"
        if old in html:
            picture.pk, picture.person_id = None, actor.person_id
            picture.save()
            html = html.replace(old, f"/drafts/pictures/{picture.pk}/")
    if html:
        content["html"] = html
    return content
