"""Template tags for the small pictures of ``web.components``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.file_kinds import SHOWN_INLINE
from dreiklang.tickets.models import Attachment
from dreiklang.web import keys
from dreiklang.web.components import moments, persons, promises
from dreiklang.web.components.money import money_words
from dreiklang.web.files import LARGEST_PICTURE

register = template.Library()


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """A Tabler icon out of the sprite; decoration only, so words must stand beside it or label its button."""
    return _icon(name, kind)


@lru_cache(maxsize=512)
def _icon(name: str, kind: str) -> SafeString:
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        kind,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def level_badge(level: int | None, kind: str = "") -> SafeString:
    """A level's hue with its number; the words are for those who see neither."""
    return _level_badge(level, kind, get_language() or "") if level else SafeString("")


@lru_cache(maxsize=64)
def _level_badge(level: int, kind: str, language: str) -> SafeString:
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


@register.simple_tag
def priority(step: int | None) -> SafeString:
    """Three bars and P1 to P4 in ink; only P1 is red."""
    return _priority(step, get_language() or "") if step else SafeString("")


#: Where the three bars of a priority stand: x, y, height. A list draws hundreds, so they are made once.
BARS = ((0, 6, 4), (4.5, 3, 7), (9, 0, 10))


@lru_cache(maxsize=32)
def _priority(step: int, language: str) -> SafeString:
    bars = format_html_join(
        "",
        '<rect class="bar{}" x="{}" y="{}" width="3" height="{}" rx="1"/>',
        (("" if n > 4 - step else " bar-on", x, y, height) for n, (x, y, height) in enumerate(BARS)),
    )
    return format_html(
        '<span class="prio prio-{}" title="{}"><svg viewBox="0 0 12 10" aria-hidden="true">{}</svg>P{}</span>',
        step,
        _("Priority %(step)s") % {"step": step},
        bars,
        step,
    )


#: The sign beside the colour of a promise: colour is never alone.
PROMISE_SIGNS = {"danger": "alert-triangle", "warn": "clock-exclamation"}


@register.simple_tag
def promise(due: datetime | None, paused: bool = False) -> SafeString:
    """A promise in words with its sign; nothing where none runs."""
    sign = _icon("clock-pause", "icon-sm") if paused else SafeString("")
    if due is None:
        return (
            format_html('<span class="promise promise-paused">{}{}</span>', sign, _("paused"))
            if paused
            else SafeString("")
        )
    said = promises.promise_words(due, clock.now(), timezone.get_current_timezone())
    if not paused and said.tone in PROMISE_SIGNS:
        sign = _icon(PROMISE_SIGNS[said.tone], "icon-sm")
    return format_html(
        '<time class="promise promise-{}" datetime="{}" title="{}" data-promise>{}{}</time>',
        said.tone,
        due.isoformat(),
        said.exact,
        sign,
        said.words,
    )


@register.simple_tag
def money(amount: Decimal | None) -> str:
    """An amount in the desk's currency; nothing where none is known."""
    return money_words(amount) if amount is not None else ""


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
def day_of(at: datetime) -> str:
    """The day of a moment, short, as it stands above what was said on it."""
    return moments.of_day(at.date(), "D j.n.")


@register.simple_tag
def keys_sheet(chosen: Mapping[str, str] | None) -> SafeString:
    """What each key does, those that somebody chose and those that are fixed."""
    return _keys_sheet(tuple((key.usual, key.own) for key in keys.keys_of(chosen)), get_language() or "")


@lru_cache(maxsize=128)
def _keys_sheet(own: tuple[tuple[str, str], ...], language: str) -> SafeString:
    chosen = [((key,), keys.KEYS[usual]) for usual, key in own]
    rows = (
        (format_html_join(" ", "<kbd>{}</kbd>", ((one,) for one in pressed)), words)
        for pressed, words in (*chosen, *keys.FIXED)
    )
    return format_html_join("\n      ", "<dt>{}</dt><dd>{}</dd>", rows)


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


@register.inclusion_tag("web/desk/outages/banner_lines.html", takes_context=True)
def outage_banner(context: RequestContext) -> dict[str, Any]:
    """What is out of order, above every page of agents: in one statement, as every page asks."""
    from dreiklang.communication.rules.outages import BEFORE_AGENTS
    from dreiklang.web.components.outages import told
    from dreiklang.web.routing import AUDIENCES, actor_of

    actor = actor_of(context["request"])
    return {"told": told(actor, ahead=BEFORE_AGENTS) if actor.has(AUDIENCES["desk"]) else []}


@register.filter
def is_picture(attachment: Attachment) -> bool:
    """Whether a file may be seen in the page beside the words it came with."""
    return attachment.content_type in SHOWN_INLINE and attachment.file.size <= LARGEST_PICTURE
