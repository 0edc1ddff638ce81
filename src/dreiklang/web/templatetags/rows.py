"""The rows of a list as template tags. A list draws dozens, so each is one format instead of a template of its own."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dreiklang.web.desk.rows import Row
from dreiklang.web.templatetags.components import level_badge, priority, promise

register = template.Library()

_ROW = """
<li class="row-ticket level-{level}{kinds}">
  <label class="pick">{badge}<input class="form-check-input pick-box" type="checkbox" name="ticket" value="{number}"\
 data-picks-target="box" data-action="picks#change" tabindex="-1" aria-label="{select}"></label>
  <div>
    <div class="row-line">{subject}{promise}</div>
    <div class="row-line"><span class="row-meta">{number} · {words}</span>{priority}\
<span class="spark-place">{spark}</span></div>
  </div>
</li>"""
_OPEN = """<a class="row-open row-subject" id="row-{number}" href="{url}" hx-get="{url}" hx-target="#main"\
 hx-push-url="true" data-action="click->rows#opened"{current}>{unread}{subject}</a>"""
_CURRENT = mark_safe(' aria-current="true"')


@register.simple_tag
def ticket_row(row: Row, open_number: int | None = None) -> SafeString:
    """One ticket of a list; the one that is open stands out."""
    is_open = row.number == open_number
    kinds = ((" is-selected", is_open), (" is-unread", row.is_unread), (" is-quiet", row.is_quiet))
    return format_html(
        _ROW,
        level=row.level,
        kinds="".join(name for name, is_so in kinds if is_so),
        badge=level_badge(row.level),
        number=row.number,
        select=_("Select %(number)s") % {"number": row.number},
        subject=_subject(row, is_open),
        promise=promise(row.promise_at, row.is_paused),
        words=row.words,
        priority=priority(row.priority),
        spark=row.spark,
    )


def _subject(row: Row, is_open: bool) -> SafeString:
    """A link to the ticket; words alone where the reader may not open it."""
    if not row.url:
        return format_html('<span class="row-subject">{}</span>', row.subject)
    unread = format_html('<span class="visually-hidden">{}: </span>', _("unread")) if row.is_unread else ""
    return format_html(
        _OPEN, number=row.number, url=row.url, current=_CURRENT if is_open else "", unread=unread, subject=row.subject
    )
