"""Template tags for the small pictures of ``web.components``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.web.components import moments, persons, promises

register = template.Library()


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """A Tabler icon out of the sprite; decoration only, so words must stand beside it or label its button."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        kind,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def level_badge(level: int | None, kind: str = "") -> SafeString:
    """A level's hue with its number; the words are for those who see neither."""
    if not level:
        return SafeString("")
    return format_html(
        '<span class="level-badge level-{} {}" role="img" aria-label="{}">{}</span>',
        level,
        kind,
        _("Level %(level)s") % {"level": level},
        level,
    )


@register.simple_tag
def avatar(name: str, kind: str = "") -> SafeString:
    """A person's initials in a circle; the name stands beside it."""
    return format_html('<span class="avatar-initials {}" aria-hidden="true">{}</span>', kind, persons.initials(name))


@register.inclusion_tag("web/parts/priority.html")
def priority(step: int | None) -> dict[str, Any]:
    """Three bars and P1 to P4 in ink; only P1 is red."""
    return {"step": step, "bars": {1: 3, 2: 2, 3: 1, 4: 0}.get(step or 4, 0)}


@register.inclusion_tag("web/parts/promise.html")
def promise(due: datetime | None, paused: bool = False) -> dict[str, Any]:
    """A promise in words with its sign; nothing where none runs."""
    if due is None:
        return {"promise": None, "paused": paused}
    zone = timezone.get_current_timezone()
    return {"promise": promises.promise_words(due, clock.now(), zone), "due": due, "paused": paused}


@register.simple_tag
def moment(at: datetime | None) -> SafeString:
    """A moment as time of day or date, exact on hover."""
    if at is None:
        return SafeString("")
    zone = timezone.get_current_timezone()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        moments.exact_words(at, zone),
        moments.clock_words(at, clock.now(), zone),
    )


@register.simple_tag
def since(at: datetime | None) -> SafeString:
    """How long ago, in words first, exact on hover; the browser keeps it fresh."""
    if at is None:
        return SafeString("")
    zone = timezone.get_current_timezone()
    words = _("%(span)s ago") % {"span": moments.span_words(clock.now() - at)}
    return format_html(
        '<time datetime="{}" title="{}" data-relative="past">{}</time>',
        at.isoformat(),
        moments.exact_words(at, zone),
        words,
    )


@register.inclusion_tag("web/desk/rail.html", takes_context=True)
def desk_rail(context: RequestContext) -> dict[str, Any]:
    """The desk's rail with live counts, on every page of agents."""
    from dreiklang.web.desk.rail import rail_of

    return rail_of(context["request"])
