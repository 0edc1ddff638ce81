"""From the first draft to what readers see: write, submit, send back, publish, withdraw, restore."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, WrongState
from dreiklang.kernel.journal import publish as tell
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import events, policy
from dreiklang.knowledge.commands.borrowing import refuse_unconfirmed
from dreiklang.knowledge.commands.files import take_up
from dreiklang.knowledge.commands.indexing import index_editions
from dreiklang.knowledge.lifecycle import DRAFT, PAST, PUBLISHED, REVIEW, REVISION
from dreiklang.knowledge.models import Article, Edition, Revision
from dreiklang.knowledge.queries.compounds import opening
from dreiklang.knowledge.queries.texts import wrong_text
from dreiklang.knowledge.rules import markup
from dreiklang.organizations.models import Organization
from dreiklang.organizations.rules.names import sort_key


@command
def write(
    article: Article | None,
    *,
    actor: Actor,
    language: str,
    title: str,
    body: str,
    audience: str = "internal",
    level: int | None = None,
    customer: Organization | None = None,
    kind: str = "solution",
    note: str = "",
    revision: int | None = None,
) -> Revision:
    """Begin an article or an edition of it, or go on with its draft. Readers see nothing of it before it is published.

    ``revision`` is the number the writer began from: if somebody wrote on meanwhile, Conflict. ``audience`` and
    ``kind`` count for what is new; later they are changed by ``describe``. Raises Invalid by field.
    """
    require(policy.may_write(actor))
    _refuse_wrong(title, body)
    edition = _edition(article, actor, language, audience, level, customer, kind)
    newest = Revision.objects.filter(edition=edition).first()
    if revision is not None and newest is not None and newest.number != revision:
        raise Conflict(_("Somebody else wrote on this article in the meantime."), current=newest.number)
    if newest is not None and newest.state in (DRAFT, REVIEW):
        draft = newest
        draft.state = DRAFT
    else:
        draft = Revision(edition=edition, number=(newest.number if newest else 0) + 1, state=DRAFT)
    draft.title, draft.body, draft.is_html = " ".join(title.split()), body.replace("\r\n", "\n"), False
    draft.note, draft.written_at = note.strip()[:300], clock.now()
    draft.author_id = actor.id if actor.kind == "person" else None
    draft.save()
    take_up(edition, draft.body, writer_id=draft.author_id)
    if not edition.is_published:
        edition.title = draft.title
        edition.sort_key = sort_key(draft.title or markup.first_line(draft.body))[:320]
        edition.save(update_fields=["title", "sort_key"])
    tell(events.ArticleWritten(**_about(edition, draft)), actor=actor)
    return draft


@command
def submit(edition: Edition, *, actor: Actor) -> Revision:
    """Ask for a review. Raises WrongState if there is no draft."""
    draft = _step(edition, actor, "submit", DRAFT)
    tell(events.ArticleSubmitted(**_about(edition, draft)), actor=actor)
    return draft


@command
def send_back(edition: Edition, *, actor: Actor, because: str) -> Revision:
    """Ask the author for changes. Raises Invalid without a reason."""
    require(policy.may_review(actor))
    if not because.strip():
        raise Invalid({"because": [_("Please say what should be changed.")]})
    draft = _step(edition, actor, "send_back", REVIEW)
    draft.note = because.strip()[:300]
    draft.save(update_fields=["note"])
    tell(events.ArticleSentBack(**_about(edition, draft), because=draft.note), actor=actor)
    return draft


@command
def publish(edition: Edition, *, actor: Actor, revision: int | None = None) -> Revision:
    """Show the newest draft to readers. ``revision`` is the number that was read: another one is a Conflict.

    Words from inside that nobody has confirmed do not leave the house: Invalid ``unconfirmed``.
    """
    require(policy.may_review(actor))
    edition = _held(edition, actor)
    draft = _in_work(edition)
    if revision is not None and draft.number != revision:
        raise Conflict(_("Somebody else wrote on this article in the meantime."), current=draft.number)
    refuse_unconfirmed(edition, edition.audience, draft.title, draft.body, is_html=draft.is_html)
    Revision.objects.filter(edition=edition, state=PUBLISHED).update(state=PAST)
    _move(draft, "publish")
    edition.title, edition.body, edition.is_html = draft.title, draft.body, draft.is_html
    edition.sort_key = sort_key(draft.title or markup.first_line(draft.body, is_html=draft.is_html))[:320]
    edition.is_published, edition.published_at = True, clock.now()
    edition.follows = _original(edition)
    edition.save()
    index_editions([edition], opened=opening(edition.language))
    tell(events.ArticlePublished(**_about(edition, draft)), actor=actor)
    return draft


@command
def withdraw(edition: Edition, *, actor: Actor) -> Edition:
    """Take an article away from its readers; every revision stays. Raises WrongState if it is not published."""
    require(policy.may_review(actor))
    edition = _held(edition, actor)
    published = Revision.objects.filter(edition=edition, state=PUBLISHED).first()
    if published is None:
        raise WrongState(_("This article is not published."))
    _move(published, "withdraw")
    edition.is_published = False
    edition.save(update_fields=["is_published"])
    index_editions([edition], opened=opening(edition.language))
    tell(events.ArticleWithdrawn(**_about(edition, published)), actor=actor)
    return edition


@command
def restore(edition: Edition, *, actor: Actor, number: int) -> Revision:
    """Make a draft of an older revision's text. A draft that is being written is never overwritten: WrongState."""
    edition = _held(edition, actor)
    old = Revision.objects.filter(edition=edition, number=number).first()
    if old is None:
        raise Invalid({"number": [_("There is no such revision.")]})
    if Revision.objects.filter(edition=edition, state__in=[DRAFT, REVIEW]).exists():
        raise WrongState(_("There is a draft already. Publish it or give it up first."))
    last = Revision.objects.filter(edition=edition).aggregate(last=Max("number"))["last"]
    draft = Revision.objects.create(
        edition=edition, number=last + 1, state=DRAFT, title=old.title, body=old.body, is_html=old.is_html,
        note=_("Revision %(number)s again") % {"number": number}, written_at=clock.now(),
        author_id=actor.id if actor.kind == "person" else None,
    )  # fmt: skip
    tell(events.ArticleWritten(**_about(edition, draft)), actor=actor)
    return draft


@command
def discard(edition: Edition, *, actor: Actor) -> Revision:
    """Give a draft up; its text stays among the revisions. Raises WrongState if there is none."""
    draft = _step(edition, actor, "discard", DRAFT)
    tell(events.DraftDiscarded(**_about(edition, draft)), actor=actor)
    return draft


def require_audience(audience: str, level: int | None, customer: Organization | None) -> None:
    """Refuse an audience that is none, or one without its level or its customer."""
    if audience not in Edition.Audience.values:
        raise Invalid({"audience": [_("Please choose who may read it.")]})
    if audience == Edition.Audience.LEVEL and level not in (1, 2, 3, 4):
        raise Invalid({"level": [_("Please choose a level.")]})
    if audience == Edition.Audience.CUSTOMER and customer is None:
        raise Invalid({"customer": [_("Please choose a customer.")]})


def _refuse_wrong(title: str, body: str) -> None:
    if not title.strip():
        raise Invalid({"title": [_("It needs a title.")]})
    if problem := wrong_text(title, body):
        raise Invalid({"title" if len(title) > 300 else "body": [problem]})


def _edition(
    article: Article | None,
    actor: Actor,
    language: str,
    audience: str,
    level: int | None,
    customer: Organization | None,
    kind: str,
) -> Edition:
    """The edition to write on, held; made if it is new."""
    there = article.editions.filter(language=language).first() if article else None
    if there is not None:
        return _held(there, actor)
    require_audience(audience, level, customer)
    if kind not in Article.Kind.values:
        raise Invalid({"kind": [_("Please choose a kind.")]})
    if article is None:
        article = Article.objects.create(
            key=_free_key(), kind=kind, made_at=clock.now(), owner_id=actor.id if actor.kind == "person" else None
        )
    return Edition.objects.create(
        article=article,
        language=language,
        audience=audience,
        level=level if audience == Edition.Audience.LEVEL else None,
        customer=customer if audience == Edition.Audience.CUSTOMER else None,
    )


def _free_key() -> str:
    """The next address ``kb-N``; two who write at once get two."""
    with transaction.atomic():
        number = (Article.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
        while Article.objects.filter(key=f"kb-{number}").exists():
            number += 1
        return f"kb-{number}"


def _held(edition: Edition, actor: Actor) -> Edition:
    """The edition, locked, if the actor may work on it: whoever may review reviews only what they may read."""
    require(policy.may_work_on(actor, edition))
    return Edition.objects.select_for_update().get(pk=edition.pk)


def _in_work(edition: Edition) -> Revision:
    draft = Revision.objects.filter(edition=edition, state__in=[DRAFT, REVIEW]).first()
    if draft is None:
        raise WrongState(_("There is no draft of this article."))
    return draft


def _step(edition: Edition, actor: Actor, verb: str, state: str) -> Revision:
    edition = _held(edition, actor)
    draft = Revision.objects.filter(edition=edition, state=state).first()
    if draft is None:
        raise WrongState(_("There is no draft of this article."))
    return _move(draft, verb)


def _move(revision: Revision, verb: str) -> Revision:
    step = REVISION.step(verb, revision.state)
    if step is None:
        raise WrongState(_("This article has changed in the meantime."))
    revision.state = step.target
    revision.save(update_fields=["state"])
    return revision


def _original(edition: Edition) -> Revision | None:
    """What this edition was translated from: the published revision of the article's oldest other edition."""
    return (
        Revision.objects.filter(edition__article_id=edition.article_id, state=PUBLISHED)
        .exclude(edition=edition)
        .order_by("edition_id")
        .first()
    )


def _about(edition: Edition, revision: Revision) -> dict[str, Any]:
    return {
        "subject_id": edition.article_id,
        "edition_id": edition.pk,
        "language": edition.language,
        "revision": revision.number,
        "title": revision.title,
    }
