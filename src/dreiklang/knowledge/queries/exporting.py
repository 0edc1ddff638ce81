"""Every published article as lines that an import takes back unchanged."""

from __future__ import annotations

from collections.abc import Iterator

from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy
from dreiklang.knowledge.models import Edition

AT_ONCE = 500


def lines_to_export(actor: Actor) -> Iterator[dict[str, str]]:
    """What an actor may read, in order of keys: id, language, title, body, audience, format."""
    editions = policy.visible_to(actor).select_related("article", "customer").order_by("article__key", "language")
    for edition in editions.iterator(AT_ONCE):
        yield {
            "id": edition.article.key,
            "language": edition.language,
            "title": edition.title,
            "body": edition.body,
            "audience": _audience(edition),
            "format": "html" if edition.is_html else "markdown",
        }


def _audience(edition: Edition) -> str:
    if edition.customer is not None:
        return f"customer:{edition.customer.key}"
    return f"level:{edition.level}" if edition.level else edition.audience
