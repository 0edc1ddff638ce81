"""A view as a table: the page behind a key, its rows drawn once as text, its groups.

Rows are made from columns, not from whole tickets, and drawn here, not by the template: a page has hundreds of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import ReadMark, SavedView, Ticket
from dreiklang.tickets.queries.own_fields import fields_for, values_of
from dreiklang.tickets.queries.views import Reading, keyset_for
from dreiklang.tickets.rules import views as rules
from dreiklang.web.components import moments
from dreiklang.web.desk.finding import me
from dreiklang.web.desk.saved import words
from dreiklang.web.desk.sparks import spark
from dreiklang.web.templatetags.components import level_badge, priority, promise

PAGE, MOST_AT_ONCE = 50, 300

#: What every row is made from, and what its columns need besides.
ALWAYS = (
    "id", "number", "subject", "level", "state_group", "team_id", "last_word_by", "last_word_at", "next_promise_at",
    "returns_at",
)  # fmt: skip
NEEDED: Mapping[str, tuple[str, ...]] = {
    "state": ("state",), "kind": ("kind",), "priority": ("priority",), "team": ("team__name",),
    "assignee": ("assignee__name",), "requester": ("requester__name", "requester__place"),
    "customer": ("customer__name",), "category": ("category__name", "category__names"), "created": ("opened_at",),
    "updated": ("changed_at",), "resolved": ("resolved_at",), "channel": ("channel",), "staff": ("trail",),
}  # fmt: skip


@dataclass
class Row:
    """One ticket as the table draws it."""

    number: int
    level: int
    subject: str
    classes: str
    cells: SafeString


@dataclass
class Group:
    """Rows under one head; without grouping there is one group with no head."""

    name: str
    rows: list[Row] = field(default_factory=list)


@dataclass
class Table:
    """A page of a view."""

    columns: list[tuple[str, str]]
    groups: list[Group]
    shown: int
    next: str = ""

    @property
    def has_subject(self) -> bool:
        """Whether the subject is among the columns; else it stands before them, since it opens the ticket."""
        return any(key == "subject" for key, _name in self.columns)

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self.columns) + (1 if self.has_subject else 2)


def page_of(reading: Reading, *, actor: Actor, after: str = "", size: int = PAGE, grouping: str = "") -> Table:
    """The rows behind a key, in the order of the view. ``grouping``: the head of the row before, not repeated."""
    view = reading.view
    keyset = reading.keyset
    found = keyset.ordered(keyset.after(reading.found, after) if after else reading.found)
    facts = _facts(found, view, keyset.columns, actor)[: size + 1]
    rows = list(facts)
    shown = rows[:size]
    own = own_of(view.columns, [row.id for row in shown], actor)
    has_group = len(keyset.columns) > 2 or (view.grouping and keyset.columns[0] == _column_of(view.grouping))
    draw = _Drawing(view.columns, f"view-{view.pk}", own)
    groups = list(_grouped(shown, view, keyset.columns[0] if has_group else "", draw, grouping if after else ""))
    following = keyset.cursor([getattr(shown[-1], name) for name in keyset.columns]) if len(rows) > size else ""
    return Table(words.labels_of(view.columns, own.labels), groups, len(shown), following)


@dataclass(frozen=True)
class Own:
    """Own fields among the columns: their names, and what stands in them by ticket."""

    labels: dict[str, str] = field(default_factory=dict)
    values: dict[int, dict[str, str]] = field(default_factory=dict)

    def shown(self, ticket_id: int, column: str) -> str:
        """What stands in one of them."""
        return self.values.get(ticket_id, {}).get(column.removeprefix(rules.OWN_FIELD), "")


def own_of(columns: Sequence[str], ticket_ids: Sequence[int], actor: Actor) -> Own:
    """The own fields among some columns, for some tickets; two questions, none where there are no such columns."""
    keys = [column.removeprefix(rules.OWN_FIELD) for column in columns if column.startswith(rules.OWN_FIELD)]
    if not keys:
        return Own()
    language = (get_language() or "en")[:2]
    labels = {one.key: one.label_in(language) for one in fields_for(actor).filter(key__in=keys)}
    return Own(labels, values_of(ticket_ids, actor=actor, keys=keys))


def _column_of(grouping: str) -> str:
    return keyset_for("priority", grouping).columns[0]


def _facts(found: QuerySet[Ticket], view: SavedView, order: Sequence[str], actor: Actor) -> QuerySet[Any, Any]:
    shown = (*view.columns, view.grouping)
    names = dict.fromkeys((*ALWAYS, *(name for column in shown for name in NEEDED.get(column, ())), *order))
    seen = ReadMark.objects.filter(person_id=me(actor), ticket=OuterRef("pk")).values("read_at")[:1]
    return found.annotate(read_at=Subquery(seen)).values_list(*names, "read_at", named=True)


def _grouped(facts: Iterable[Any], view: SavedView, column: str, draw: _Drawing, before: str) -> Iterable[Group]:
    group: Group | None = None
    last: Any = object()
    for ticket in facts:
        value = getattr(ticket, column) if column else None
        if group is None or value != last:
            if group is not None:
                yield group
            name = words.group_words(view.grouping, _shown_value(ticket, view.grouping, value)) if column else ""
            group = Group("" if name == before and group is None else name)
            last = value
        group.rows.append(draw.row(ticket))
    if group is not None:
        yield group


def _shown_value(ticket: Any, grouping: str, value: Any) -> Any:
    """Persons and customers are sorted by their key and shown by their name."""
    if grouping in ("assignee", "customer"):
        return getattr(ticket, f"{grouping}__name", value)
    return value


class _Drawing:
    """Draws rows: what is the same for all of them is looked up once."""

    def __init__(self, columns: Sequence[str], list_key: str, own: Own) -> None:
        self.columns = columns
        self.own = own
        self.list_key = list_key
        self.now, self.zone = clock.now(), timezone.get_current_timezone()
        self.language = (get_language() or "en")[:2]
        self.address = reverse("desk:ticket", args=[0])
        self.names = dict(words.labels_of(columns, own.labels))
        self.cells: dict[str, Callable[[Any], Any]] = {
            "number": lambda t: t.number,
            "subject": self.subject,
            "state": lambda t: words.state_words(t.state),
            "kind": lambda t: words.kind_words(t.kind),
            "priority": lambda t: priority(t.priority),
            "level": lambda t: level_badge(t.level),
            "team": lambda t: t.team__name or "",
            "assignee": lambda t: t.assignee__name or "",
            "requester": lambda t: ", ".join(w for w in (t.requester__name, t.requester__place) if w),
            "customer": lambda t: t.customer__name,
            "category": lambda t: (t.category__names or {}).get(self.language) or t.category__name or "",
            "created": lambda t: self.moment(t.opened_at),
            "updated": lambda t: self.moment(t.changed_at),
            "due": lambda t: promise(t.next_promise_at) if t.state_group != "settled" else "",
            "returns": lambda t: self.moment(t.returns_at),
            "resolved": lambda t: self.moment(t.resolved_at),
            "said": lambda t: self.moment(t.last_word_at),
            "channel": lambda t: words.channel_words(t.channel),
            "staff": lambda t: spark(t.trail, now=self.now, zone=self.zone, language=self.language),
        }

    def row(self, ticket: Any) -> Row:
        """One ticket."""
        is_new = ticket.read_at is None or (ticket.last_word_by == "requester" and ticket.last_word_at > ticket.read_at)
        is_quiet = ticket.state_group in ("pending", "settled")
        marks = (
            f"level-{ticket.level}",
            "is-unread" if is_new and not is_quiet else "",
            "is-quiet" if is_quiet else "",
        )
        columns = self.columns if "subject" in self.columns else ("subject", *self.columns)
        cells = "".join(self.cell(column, ticket) for column in columns)
        return Row(ticket.number, ticket.level, ticket.subject, " ".join(m for m in marks if m), mark_safe(cells))  # noqa: S308 - each cell is escaped

    def cell(self, column: str, ticket: Any) -> str:
        """One cell with the name of its column, for narrow screens."""
        draw = self.cells.get(column)
        shown = conditional_escape(draw(ticket) if draw else self.own.shown(ticket.id, column))
        name = conditional_escape(self.names.get(column, ""))
        kind = column if draw else "own"
        return f'<td class="cell-{kind}" data-name="{name}">{shown}</td>'

    def subject(self, ticket: Any) -> SafeString:
        """The subject as the link that opens the ticket."""
        url = f"{self.address.replace('/0/', f'/{ticket.number}/')}?list={self.list_key}"
        unread = _("unread") if ticket.read_at is None else ""
        hidden = format_html('<span class="visually-hidden">{}: </span>', unread) if unread else ""
        return format_html(
            '<a class="row-open" id="row-{}" href="{}" data-number="{}">{}{}</a>',
            ticket.number,
            url,
            ticket.number,
            hidden,
            ticket.subject,
        )

    def moment(self, at: datetime | None) -> SafeString | str:
        """A moment as words, exact on hover."""
        if at is None:
            return ""
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            at.isoformat(),
            moments.exact_words(at, self.zone),
            moments.clock_words(at, self.now, self.zone),
        )


def known_size(wished: Iterable[str]) -> int:
    """How many rows a page that loads itself anew had before, within what is shown at once."""
    count = sum(int(one) for one in wished if one.isascii() and one.isdigit() and len(one) < 5)
    return min(max(count, PAGE), MOST_AT_ONCE)
