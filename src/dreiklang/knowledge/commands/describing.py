"""What stands around the text: who may read it, who looks after it, what it is about, and what readers said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.assets.models import ConfigurationItem
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import events, policy
from dreiklang.knowledge.commands.borrowing import refuse_unconfirmed
from dreiklang.knowledge.commands.writing import require_audience
from dreiklang.knowledge.models import Article, Edition, Feedback
from dreiklang.organizations.models import Organization, Person


@command
def describe(
    article: Article,
    *,
    actor: Actor,
    kind: str,
    owner: Person | None = None,
    services: Iterable[ConfigurationItem] = (),
    tags: Iterable[str] = (),
    check_by: date | None = None,
    version: int | None = None,
) -> Article:
    """Change what an article is and who looks after it. Raises Conflict if somebody changed it since ``version``."""
    require(policy.may_look_after(actor, article))
    article = Article.objects.select_for_update().get(pk=article.pk)
    if version is not None and article.version != version:
        raise Conflict(_("Somebody else changed this in the meantime."), current=article.version)
    if kind not in Article.Kind.values:
        raise Invalid({"kind": [_("Please choose a kind.")]})
    values: dict[str, Any] = {
        "kind": kind,
        "owner_id": owner.pk if owner else None,
        "tags": sorted({tag.strip()[:60] for tag in tags if tag.strip()}),
        "check_by": check_by,
    }
    changed = [name for name, value in values.items() if getattr(article, name) != value]
    for name, value in values.items():
        setattr(article, name, value)
    wanted = {service.pk for service in services}
    if wanted != set(article.services.values_list("pk", flat=True)):
        article.services.set(wanted)
        changed.append("services")
    article.version += 1
    article.save()
    publish(events.ArticleDescribed(subject_id=article.pk, changed=tuple(changed)), actor=actor)
    return article


@command
def set_audience(
    edition: Edition,
    *,
    actor: Actor,
    audience: str,
    level: int | None = None,
    customer: Organization | None = None,
) -> Edition:
    """Change who may read an edition. What is public already is narrowed or widened only by who may publish."""
    require(policy.may_work_on(actor, edition) and (policy.may_review(actor) or not edition.is_published))
    require_audience(audience, level, customer)
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.is_published:
        refuse_unconfirmed(edition, audience, edition.title, edition.body, is_html=edition.is_html)
    edition.audience = audience
    edition.level = level if audience == Edition.Audience.LEVEL else None
    edition.customer = customer if audience == Edition.Audience.CUSTOMER else None
    edition.save(update_fields=["audience", "level", "customer"])
    publish(events.ArticleDescribed(subject_id=edition.article_id, changed=("audience",)), actor=actor)
    return edition


@command
def give_feedback(edition: Edition, *, actor: Actor, helped: bool, because: str = "") -> Feedback:
    """Say whether an article helped; the last word of a reader counts. 'It did not' needs a reason."""
    if not policy.visible_to(actor).filter(pk=edition.pk).exists():
        raise NotFound(_("There is no such article."))
    if not helped and not because.strip():
        raise Invalid({"because": [_("Please say what is missing or wrong.")]})
    values = {"helped": helped, "because": because.strip()[:1000], "given_at": clock.now(), "answered_at": None}
    feedback, _made = Feedback.objects.update_or_create(edition=edition, person_id=actor.person_id, defaults=values)
    _keep_dispute(edition.article_id)
    publish(
        events.FeedbackGiven(
            subject_id=edition.article_id, edition_id=edition.pk, language=edition.language, title=edition.title,
            helped=helped, because=feedback.because,
        ),
        actor=actor,
    )  # fmt: skip
    return feedback


@command
def answer_feedback(article: Article, *, actor: Actor) -> int:
    """Say that what readers missed was looked at: the article is disputed no longer. Returns how many were answered."""
    require(policy.may_look_after(actor, article))
    waiting = Feedback.objects.filter(edition__article=article, helped=False, answered_at=None)
    answered = waiting.update(answered_at=clock.now())
    _keep_dispute(article.pk)
    publish(events.FeedbackAnswered(subject_id=article.pk, answered=answered), actor=actor)
    return answered


def _keep_dispute(article_id: int) -> None:
    is_disputed = Feedback.objects.filter(edition__article_id=article_id, helped=False, answered_at=None).exists()
    Article.objects.filter(pk=article_id).update(is_disputed=is_disputed)
