"""Words from inside that stand in an article: marked when they are taken over, confirmed before they may leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import events, policy
from dreiklang.knowledge.models import Borrowed, Edition
from dreiklang.knowledge.queries.borrowing import unconfirmed_in
from dreiklang.knowledge.rules import markup

#: Audiences outside the house.
OUTSIDE = (Edition.Audience.PUBLIC, Edition.Audience.CUSTOMER)


@dataclass(frozen=True)
class Passage:
    """Words from inside, where they stood, and whether somebody said that they may leave."""

    source: str
    text: str
    is_confirmed: bool = False


@command
def note_borrowed(edition: Edition, *, actor: Actor, passages: Iterable[Passage]) -> list[Borrowed]:
    """Remember which words of an article come from inside; what is remembered already is left as it is."""
    require(policy.may_work_on(actor, edition))
    known = set(Borrowed.objects.filter(edition=edition).values_list("text", flat=True))
    person = actor.id if actor.kind == "person" else None
    now = clock.now()
    made = Borrowed.objects.bulk_create(
        Borrowed(
            edition=edition, source=one.source[:20], text=one.text, borrowed_at=now,
            confirmed_at=now if one.is_confirmed else None, confirmed_by_id=person if one.is_confirmed else None,
        )
        for one in passages
        if one.text.strip() and one.text not in known
    )  # fmt: skip
    told = events.WordsBorrowed(
        subject_id=edition.article_id, edition_id=edition.pk, language=edition.language, title=edition.title,
        passages=len(made), confirmed=sum(one.confirmed_at is not None for one in made),
    )  # fmt: skip
    publish(told, actor=actor)
    return made


@command
def confirm_borrowed(borrowed: Borrowed, *, actor: Actor) -> Borrowed:
    """Say that these words were read and may leave the house."""
    borrowed = _held(borrowed, actor)
    if borrowed.confirmed_at is not None:
        raise WrongState(_("Somebody has confirmed these words already."), code="already_confirmed")
    borrowed.confirmed_at, borrowed.confirmed_by_id = clock.now(), actor.person_id
    borrowed.save(update_fields=["confirmed_at", "confirmed_by"])
    publish(events.BorrowedConfirmed(**_about(borrowed), borrowed_id=borrowed.pk), actor=actor)
    return borrowed


@command
def doubt_borrowed(borrowed: Borrowed, *, actor: Actor) -> Borrowed:
    """They may not leave after all. Refuses where they have left: the article is withdrawn first."""
    borrowed = _held(borrowed, actor)
    if borrowed.confirmed_at is None:
        raise WrongState(_("Nobody has confirmed these words."), code="not_confirmed")
    edition = borrowed.edition
    if edition.is_published and edition.audience in OUTSIDE:
        raise WrongState(_("Readers outside have this article; withdraw it first."), code="has_left")
    borrowed.confirmed_at = borrowed.confirmed_by_id = None
    borrowed.save(update_fields=["confirmed_at", "confirmed_by"])
    publish(events.BorrowedDoubted(**_about(borrowed), borrowed_id=borrowed.pk), actor=actor)
    return borrowed


def refuse_unconfirmed(edition: Edition, audience: str, title: str, body: str, *, is_html: bool) -> None:
    """Keep words from inside in the house: Invalid ``unconfirmed`` if some would leave that nobody has confirmed."""
    if audience not in OUTSIDE:
        return
    left = unconfirmed_in(edition, f"{title}\n{markup.as_text(body, is_html=is_html)}\n{body}")
    if left:
        words = _("Words from inside stand in it that nobody has confirmed: “%(words)s”") % {"words": left[0].text[:80]}
        raise Invalid({"audience": [words]}, code="unconfirmed")


def _held(borrowed: Borrowed, actor: Actor) -> Borrowed:
    found = Borrowed.objects.select_for_update(of=("self",)).select_related("edition").filter(pk=borrowed.pk).first()
    if found is None:
        raise NotFound
    require(policy.may_work_on(actor, found.edition))
    return found


def _about(borrowed: Borrowed) -> dict[str, Any]:
    edition = borrowed.edition
    return {
        "subject_id": edition.article_id, "edition_id": edition.pk, "language": edition.language,
        "title": edition.title,
    }  # fmt: skip
